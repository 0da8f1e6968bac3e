"""The packaged units: their numbers, their two sides, their order, and what damage is refused."""

from __future__ import annotations

from collections import Counter
from datetime import date
from importlib.resources import files
from uuid import UUID

import pytest

from market40.core.errors import NotFound
from market40.places.domain import (
    GSO_2004,
    QD_19_2025,
    REFORM_DAY,
    SERVED,
    Basis,
    PlacesDataMismatch,
    bare_name,
    code_system_on,
    commune_for,
    packaged_places,
    sort_text,
    tiles,
    unit_id,
)
from market40.places.domain.packaged import read_places

HERE, THERE = UUID(int=1), UUID(int=2)
DATA = files("market40.places") / "data"


def texts() -> tuple[str, str]:
    units, links = (
        (DATA / name).read_text(encoding="utf-8") for name in ("units.csv", "links.csv")
    )
    return units, links


def test_numbers_of_units() -> None:
    counted = Counter((u.code_system, u.level) for u in packaged_places().units)
    assert counted == {
        (GSO_2004, "province"): 3,
        (GSO_2004, "district"): 28,
        (GSO_2004, "commune"): 405,
        (QD_19_2025, "province"): 3,
        (QD_19_2025, "commune"): 151,
    }
    assert len({u.id for u in packaged_places().units}) == 590


def test_every_unit_is_valid_on_one_side_of_the_reform() -> None:
    for u in packaged_places().units:
        assert u.is_valid_on(REFORM_DAY) is (u.code_system == QD_19_2025)
        assert u.is_valid_on(date(2025, 6, 30)) is (u.code_system == GSO_2004)
        assert u.name.startswith(f"{u.kind} ")
        assert not u.is_valid_on(date(2004, 7, 7))


def test_only_three_communes_of_ha_giang_are_divided() -> None:
    named = {u.id: u for u in packaged_places().units}
    parts = {named[link.from_id].code for link in packaged_places().links if link.part}
    assert parts == {"00688", "00967", "00988"}


def test_legal_bases_follow_the_new_province() -> None:
    named = {u.id: u for u in packaged_places().units}
    found = {
        (named[link.to_id].name, link.legal_ref.split(",")[0])
        for link in packaged_places().links
        if named[link.to_id].code in {"00691", "01840", "29242"}
    }
    assert found == {
        ("Phường Hà Giang 2", "1684/NQ-UBTVQH15"),
        ("Phường Đức Xuân", "1683/NQ-UBTVQH15"),
        ("Phường Trà Vinh", "1687/NQ-UBTVQH15"),
    }


def test_ids_never_change() -> None:
    # Stored in every deployment: a new value here would orphan every market.
    made = unit_id(GSO_2004, "commune", "00691", date(2004, 7, 8))
    assert made == UUID("26c4888a-9925-535c-8eb9-3661f3380773")
    assert made != unit_id(QD_19_2025, "commune", "00691", REFORM_DAY)


@pytest.mark.parametrize(
    ("gone", "into", "place"),
    [
        ("gso2004,commune,00697", "gso2004,commune,00698", "gso2004/commune/00697"),
        ("gso2004,district,024", "gso2004,district,025", "gso2004/district/024"),
        ("gso2004,commune,00692,", "gso2004,commune,00691,", "gso2004/commune/00691"),
    ],
)
def test_a_damaged_units_table_is_refused(gone: str, into: str, place: str) -> None:
    units, links = texts()
    with pytest.raises(PlacesDataMismatch) as caught:
        read_places(units.replace(gone, into), links)
    assert caught.value.place == place
    assert caught.value.code == "places_data_mismatch"


def test_a_missing_commune_is_counted() -> None:
    units, links = (
        "\n".join(line for line in text.splitlines() if ",00697," not in line) for text in texts()
    )
    with pytest.raises(PlacesDataMismatch) as caught:
        read_places(units, links)
    assert caught.value.place == "02"
    assert caught.value.facts["counted"] == {
        "districts": 11,
        "communes": 192,
        "new_communes": 73,
        "split": 3,
        "spanning": 5,
    }


@pytest.mark.parametrize(
    ("line", "into"),
    [
        ("commune,00697,00691,0,1,", "commune,00697,00691,0,0,"),
        ("commune,00688,00694,1,0,", "commune,00688,00694,1,1,"),
        ("commune,00688,00694,1,0,", "commune,00688,00694,0,0,"),
        ("commune,00697,00691,0,1,", "commune,00691,00694,0,0,"),
    ],
)
def test_a_damaged_link_is_refused(line: str, into: str) -> None:
    units, links = texts()
    assert line in links
    with pytest.raises(PlacesDataMismatch):
        read_places(units, links.replace(line, into))


def test_basis_chooses_the_commune() -> None:
    before, after = date(2025, 6, 30), REFORM_DAY

    def chosen(basis: Basis, day: date) -> UUID:
        return commune_for(basis, day, commune_id=HERE, legacy_commune_id=THERE)

    assert [chosen(Basis.AS_THEN, day) for day in (before, after)] == [THERE, HERE]
    assert [chosen(Basis.AS_NOW, day) for day in (before, after)] == [HERE, HERE]
    assert [chosen(Basis.LEGACY_DISTRICT, day) for day in (before, after)] == [THERE, THERE]
    assert [code_system_on(day) for day in (before, after)] == [GSO_2004, QD_19_2025]


def test_order_is_vietnamese_and_numbers_count() -> None:
    names = ["Phường 1", "Phường 2", "Phường 10"]
    assert sorted(["Phường 10", "Phường 2", "Phường 1"], key=sort_text) == names
    letters = ["Ân Tình", "Bắc Mê", "Cao Bồ", "Đại Sơn", "Du Già", "Du Tiến", "Yên Minh"]
    expected = ["Ân Tình", "Bắc Mê", "Cao Bồ", "Du Già", "Du Tiến", "Đại Sơn", "Yên Minh"]
    assert sorted(letters, key=sort_text) == expected
    tones = ["Ma", "Mà", "Mả", "Mã", "Má", "Mạ", "Mă", "Mâ", "Mb"]
    assert sorted(set(tones), key=sort_text) == tones
    assert sort_text("Bạc").isalnum()
    assert sort_text("Bạc").isascii()
    assert len(sort_text("Ã" * 200)) == 200


def test_bare_names() -> None:
    assert bare_name("Xã Đồng Văn", "Xã") == "Đồng Văn"
    assert bare_name("Phường 3", "Phường") == "3"
    assert bare_name("Xã", "Xã") == "Xã"


@pytest.mark.parametrize("served", SERVED, ids=lambda served: served.code)
def test_each_unit_has_its_own_tile(served: object) -> None:
    province = next(one for one in SERVED if one is served)
    for level, number in (("commune", province.new_communes), ("district", province.districts)):
        grid = tiles("commune" if level == "commune" else "district", province.code)
        assert len(grid.tiles) == number
        assert len({tile.unit_id for tile in grid.tiles}) == number
        cells = {(tile.row, tile.col) for tile in grid.tiles}
        assert len(cells) == number
        assert {row for row, _ in cells} == set(range(grid.rows))
        assert {col for _, col in cells} == set(range(grid.cols))


def test_tiles_lie_where_the_units_do() -> None:
    at = {tile.name: (tile.row, tile.col) for tile in tiles("district", "02").tiles}
    assert at["Huyện Đồng Văn"] == (0, 5)
    assert at["Huyện Xín Mần"] == (2, 0)
    at = {tile.name: (tile.row, tile.col) for tile in tiles("district", "84").tiles}
    assert at["Huyện Càng Long"][0] < at["Huyện Trà Cú"][0]
    assert at["Huyện Cầu Kè"][1] < at["Huyện Châu Thành"][1]
    with pytest.raises(NotFound) as caught:
        tiles("commune", "08")
    assert caught.value.code == "tile_grid_not_found"
