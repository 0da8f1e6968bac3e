"""Units in the database: loaded once, found by code and day, walked up, down and across 2025."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TypeVar
from uuid import UUID

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from market40.core.errors import InvalidInput, NotFound
from market40.db.engine import read, transact
from market40.places import store
from market40.places.domain import (
    GSO_2004,
    QD_19_2025,
    REFORM_DAY,
    SERVED,
    CodeSystem,
    Level,
    UnitValue,
)
from market40.places.service import load_units
from market40.places.tables import Unit, UnitLink

T = TypeVar("T")
BEFORE = date(2025, 6, 30)
NOBODY = UUID(int=0)


@pytest.fixture
def loaded(engine: Engine) -> Engine:
    assert transact(engine, load_units) == 590
    return engine


def find(session: Session, code: str, level: Level = "commune", on: date = BEFORE) -> UnitValue:
    system: CodeSystem = GSO_2004 if on < REFORM_DAY else QD_19_2025
    return store.find_unit(session, code_system=system, code=code, on=on, level=level)


def asked(engine: Engine, question: Callable[[Session], T]) -> T:
    return read(engine, question)


def test_loading_again_changes_nothing(loaded: Engine) -> None:
    assert transact(loaded, load_units) == 0

    def numbers(session: Session) -> tuple[int | None, int | None]:
        units = session.scalar(select(func.count()).select_from(Unit))
        return units, session.scalar(select(func.count()).select_from(UnitLink))

    assert asked(loaded, numbers) == (590, 411)


def test_a_code_names_other_territory_after_the_reform(loaded: Engine) -> None:
    """E24 of the study's worked examples."""

    def work(session: Session) -> None:
        old, new = find(session, "00691"), find(session, "00691", on=REFORM_DAY)
        assert (old.name, new.name) == ("Phường Trần Phú", "Phường Hà Giang 2")
        assert old.id != new.id
        assert store.unit(session, old.id) == old
        for system, day in ((GSO_2004, REFORM_DAY), (QD_19_2025, BEFORE)):
            with pytest.raises(NotFound, match="unit_not_found"):
                store.find_unit(session, code_system=system, code="00691", on=day, level="commune")

    asked(loaded, work)


def test_every_old_commune_leads_to_new_ones_and_back(loaded: Engine) -> None:
    def work(session: Session) -> None:
        olds: list[UUID] = []
        news: set[UUID] = set()
        split: list[str] = []
        for served in SERVED:
            legacy = find(session, served.code, "province")
            present = find(session, served.successor_code, "province", REFORM_DAY)
            assert store.successors(session, legacy.id) == [present]
            assert store.predecessors(session, present.id) == [legacy]
            communes = store.legacy_province_communes(session, present.id)
            assert communes == store.legacy_province_communes(session, legacy.id)
            assert [c.id for c in communes] == store.descendant_commune_ids(session, legacy.id)
            assert len(communes) == served.communes
            reached: set[UUID] = set()
            for commune in communes:
                after = store.successors(session, commune.id)
                reached |= {one.id for one in after}
                if len(after) > 1:
                    split.append(commune.code)
            assert reached == set(store.descendant_commune_ids(session, present.id))
            back = {p.id for new in reached for p in store.predecessors(session, new)}
            assert back == {c.id for c in communes}
            olds += [c.id for c in communes]
            news |= reached
        assert (len(set(olds)), len(news)) == (405, 151)
        assert sorted(split) == ["00688", "00967", "00988"]

    asked(loaded, work)


def test_a_divided_commune_names_its_default_first(loaded: Engine) -> None:
    def work(session: Session) -> None:
        quang_trung = find(session, "00688")
        names = [one.name for one in store.successors(session, quang_trung.id)]
        assert names == ["Phường Hà Giang 2", "Phường Hà Giang 1"]
        links = store.links(session, [quang_trung.id])
        assert {link.part for link in links} == {True}
        assert sorted(link.is_default for link in links) == [False, True]
        assert {link.legal_ref for link in links} == {"1684/NQ-UBTVQH15, 16/6/2025"}

    asked(loaded, work)


def test_new_communes_that_span_old_districts(loaded: Engine) -> None:
    def work(session: Session) -> None:
        spanning: dict[str, dict[str, set[str]]] = {}
        for served in SERVED:
            present = find(session, served.successor_code, "province", REFORM_DAY)
            found: dict[str, set[str]] = {}
            for commune in store.children(session, present.id):
                districts = store.legacy_districts(session, commune.id)
                if len(districts) > 1:
                    found[commune.name] = {one.code for one in districts}
            spanning[served.code] = found
        assert {code: len(found) for code, found in spanning.items()} == {"02": 5, "06": 3, "84": 3}
        assert spanning["02"]["Xã Ngọc Đường"] == {"024", "031"}
        assert spanning["84"]["Xã Ngũ Lạc"] == {"848", "850"}

    asked(loaded, work)


def test_units_below_and_above(loaded: Engine) -> None:
    def work(session: Session) -> None:
        ha_giang = find(session, "02", "province")
        names = [one.name for one in store.children(session, ha_giang.id)]
        assert names[:4] == [
            "Huyện Bắc Mê",
            "Huyện Bắc Quang",
            "Huyện Đồng Văn",
            "Thành phố Hà Giang",
        ]
        assert len(names) == 11
        dong_van = find(session, "026", "district")
        assert len(store.descendant_commune_ids(session, dong_van.id)) == 19
        commune = find(session, "00691")
        assert store.descendant_commune_ids(session, commune.id) == [commune.id]
        assert store.children(session, commune.id) == []
        present = find(session, "00691", on=REFORM_DAY)
        above = store.lineages(session, [commune.id, present.id, dong_van.id, NOBODY])
        assert set(above) == {commune.id, present.id}
        was, now = above[commune.id], above[present.id]
        assert was.district is not None
        assert (was.district.name, was.province.name) == ("Thành phố Hà Giang", "Tỉnh Hà Giang")
        assert (now.district, now.province.name) == (None, "Tỉnh Tuyên Quang")
        on = [one.name for one in store.provinces(session, on=REFORM_DAY)]
        assert on == ["Tỉnh Thái Nguyên", "Tỉnh Tuyên Quang", "Tỉnh Vĩnh Long"]
        with pytest.raises(NotFound):
            store.descendant_commune_ids(session, NOBODY)
        with pytest.raises(NotFound):
            store.unit(session, NOBODY)

    asked(loaded, work)


def test_search_takes_names_with_or_without_accents(loaded: Engine) -> None:
    def names(
        text: str, level: Level | None = None, on: date = BEFORE, limit: int = 20
    ) -> list[str]:
        def question(session: Session) -> list[UnitValue]:
            return store.search(session, text, level=level, on=on, limit=limit)

        return [one.name for one in asked(loaded, question)]

    everywhere = ["Huyện Đồng Văn", "Thị trấn Đồng Văn"]
    assert names("dong van") == names("Đồng  VĂN") == everywhere
    assert names("dong van", "district") == ["Huyện Đồng Văn"]
    assert names("dong van", on=REFORM_DAY) == ["Xã Đồng Văn"]
    assert names("hòa thuận") == names("hoà thuận")
    assert names("hoa thuan", limit=1) == names("hoa thuan")[:1]
    assert names("ong van")[:2] == everywhere  # inside a word, too
    assert names("%") == names("_") == []
    for bad in ("", "  ", "a" * 81):
        with pytest.raises(InvalidInput, match="search_text"):
            names(bad)
    for limit in (0, 201):
        with pytest.raises(InvalidInput, match="search_limit"):
            names("a", limit=limit)
