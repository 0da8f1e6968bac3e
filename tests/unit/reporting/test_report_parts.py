"""The page's parts: the finding, bars, tiles, periods to choose, places as they are named."""

from __future__ import annotations

import datetime as dt
import uuid
from fractions import Fraction

import pytest

from market40.core.errors import InvalidInput
from market40.core.periods import parse_period
from market40.places.domain import tiles
from market40.reporting.domain import charts
from market40.reporting.domain.adoption import AdoptionRow, AdoptionTable, UnitLabel, headline
from market40.reporting.domain.choices import default_period, period_choices
from market40.reporting.domain.figures import Figure
from market40.reporting.domain.measuring import MarketFacts, UnitInputs, unit_inputs
from market40.reporting.domain.places import fits_basis, parse_place
from market40.reporting.indicators import INDICATORS
from market40.reporting.release import measured

NOW = dt.datetime(2026, 11, 22, 5, tzinfo=dt.UTC)
TODAY = dt.date(2026, 11, 22)


def table(total: UnitInputs, *, by="district", rows=(), provisional=False) -> AdoptionTable:
    return AdoptionTable(
        period=parse_period("2026-10"),
        by=by,
        as_of=dt.date(2026, 10, 31),
        provisional=provisional,
        made_at=NOW,
        territory="",
        indicators=INDICATORS,
        rows=tuple(rows),
        total=AdoptionRow(UnitLabel("Cộng"), 1, measured([], total)[1]),
    )


def active(n: int, of: int, *, eligible: int | None = None) -> UnitInputs:
    return UnitInputs(
        eligible=of if eligible is None else eligible, observed_7=of, active_7=n,
        active_7_households=min(n, 5),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("inputs", "said"),
    [
        (UnitInputs(), "Chưa có sạp nào để tính trong kỳ này"),
        (active(0, 0, eligible=9), "Chưa xác định được bao nhiêu sạp có khách trả qua mã"),
        (active(3, 100), "Quá ít sạp để công bố mức dùng mã"),
        (active(0, 100), "Chưa sạp nào có khách trả qua mã trong 7 ngày cuối kỳ"),
        (
            active(30, 1000),
            "Chưa đến một phần mười số sạp có khách trả qua mã trong 7 ngày cuối kỳ",
        ),
        (active(10, 100), "Một trong mười sạp có khách trả qua mã trong 7 ngày cuối kỳ"),
        (active(30, 100), "Ba trong mười sạp có khách trả qua mã trong 7 ngày cuối kỳ"),
        (active(35, 100), "Bốn trong mười sạp có khách trả qua mã trong 7 ngày cuối kỳ"),
        (active(96, 100), "Gần như mọi sạp có khách trả qua mã trong 7 ngày cuối kỳ"),
        (active(100, 100), "Mọi sạp đều có khách trả qua mã trong 7 ngày cuối kỳ"),
        (
            active(30, 100, eligible=120),
            "Ba trong mười sạp được quan sát có khách trả qua mã trong 7 ngày cuối kỳ",
        ),
    ],
)
def test_the_title_is_the_finding(inputs: UnitInputs, said: str) -> None:
    assert headline(table(inputs)) == said
    assert table(inputs).basis == "huyện (cũ)"
    assert headline(table(active(30, 100), provisional=True)).endswith("trong 7 ngày qua")


def rate(value: Fraction | None, status="ok") -> Figure:
    return Figure("active_28", None if value is None else 1, 2, value, status)


def test_bars_are_the_rate_or_the_part_of_the_whole() -> None:
    assert charts.bar_width(rate(Fraction(1, 3)), 0) == 333
    assert charts.bar_width(rate(None, "unknown"), 0) == 0
    count = Figure("eligible", 50, None, Fraction(50), "ok")
    assert charts.bar_width(count, 100) == 500
    assert charts.bar_width(count, 0) == 0


@pytest.mark.parametrize(
    ("value", "kind"),
    [("0", "s1"), ("0.1499", "s1"), ("0.15", "s2"), ("0.3", "s3"), ("0.4", "s4"), ("0.55", "s5")],
)
def test_shades_change_at_the_legends_bounds(value: str, kind: str) -> None:
    assert charts.shade(rate(Fraction(value))) == kind


def test_hidden_and_unknown_have_shades_of_their_own() -> None:
    assert charts.shade(rate(None, "hidden")) == "veiled"
    assert charts.shade(rate(None, "unknown")) == "blank"
    legend = {kind for kind, _ in charts.LEGEND}
    assert {"s1", "s5", "veiled", "blank", "none"} <= legend


def test_the_map_has_every_unit_with_its_number_in_it() -> None:
    grid = tiles("district", "02")
    shown = (rate(Fraction(1, 2)), rate(None, "hidden"), rate(None, "unknown"))
    rows = [
        AdoptionRow(UnitLabel(tile.name, id=tile.unit_id), 1, {"active_28": figure})
        for tile, figure in zip(grid.tiles, shown, strict=False)
    ]
    made = charts.tile_map(table(UnitInputs(), rows=rows), "02")
    assert made is not None
    assert [tile.number for tile in made.tiles[:4]] == ["50", "x", "?", "–"]
    assert made.tiles[1].title.endswith(": ẩn (ít sạp)")
    assert made.tiles[0].title == f"{grid.tiles[0].name}: 50,0\u00a0% (1/2)"
    assert len(made.tiles) == 11
    names = {" ".join(tile.lines) for tile in made.tiles}
    assert {"TP Hà Giang", "Đồng Văn", "Hoàng Su Phì"} <= names
    for tile in made.tiles:
        assert 0 <= tile.x <= made.width - made.tile_width
        assert 0 <= tile.y <= made.height - made.tile_height
    assert len({(tile.x, tile.y) for tile in made.tiles}) == 11


def test_a_tile_drops_the_units_kind() -> None:
    assert charts.short_name("Hoàng Sa") == "Hoàng Sa"
    assert charts.short_name("Thành phố Hà Giang") == "TP Hà Giang"
    assert charts.short_name("Xã Đồng Văn") == "Đồng Văn"


def test_there_is_no_map_by_market_or_of_another_province() -> None:
    assert charts.tile_map(table(UnitInputs(), by="market"), "02") is None
    assert charts.tile_map(table(UnitInputs()), "01") is None
    assert charts.tile_map(table(UnitInputs(), by="commune"), "02") is not None


def test_the_selector_offers_fixed_periods_that_have_begun() -> None:
    groups = dict(period_choices(TODAY, parse_period("2026-10")))
    assert [text for text, _ in groups["Tháng"]][:2] == ["2026-11", "2026-10"]
    assert len(groups["Tháng"]) == 13
    assert groups["Tuần"][0] == ("2026-W47", "Tuần 47/2026")
    assert [text for text, _ in groups["Quý"]] == [
        "2026-Q4", "2026-Q3", "2026-Q2", "2026-Q1", "2025-Q4"
    ]  # fmt: skip
    assert "official:2026-11" in dict(groups["Kỳ báo cáo 15–14"])
    texts = [text for periods in groups.values() for text, _ in periods]
    assert all(parse_period(text).start <= TODAY for text in texts)
    assert len(texts) == len(set(texts))


def test_what_is_looked_at_is_always_in_the_selector() -> None:
    groups = period_choices(TODAY, parse_period("2024-Q1"))
    assert groups[0] == ("Đang xem", [("2024-Q1", "Quý I/2024")])
    assert default_period(TODAY).text == "2026-11"


def test_places_are_named_by_system_level_and_code() -> None:
    place = parse_place("gso2004:district:026")
    assert (place.level, place.code, place.day) == ("district", "026", dt.date(2025, 6, 30))
    assert parse_place("qd19-2025:commune:00691").day == dt.date(2025, 7, 1)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "place_invalid"),
        ("026", "place_invalid"),
        ("gso2004:district:26", "place_invalid"),
        ("gso2004:district:02x", "place_invalid"),
        ("gso2004:district:٠٢٦", "place_invalid"),
        ("gso1999:district:026", "place_invalid"),
        ("gso2004:village:026", "place_invalid"),
        ("gso2004:district:026:7", "place_invalid"),
        ("gso2004:district:026" + " " * 40, "place_invalid"),
        ("qd19-2025:district:026", "unit_of_another_time"),
    ],
)
def test_what_names_no_place_is_refused(text: str, code: str) -> None:
    with pytest.raises(InvalidInput, match=code):
        parse_place(text)


def test_a_basis_takes_units_of_its_own_time() -> None:
    fits_basis(parse_place("gso2004:district:026"), "district")
    fits_basis(parse_place("qd19-2025:commune:00691"), "commune")
    fits_basis(parse_place("qd19-2025:commune:00691"), "market")
    fits_basis(parse_place("gso2004:province:02"), "commune")
    for text, by in (("gso2004:commune:00691", "commune"), ("qd19-2025:commune:00691", "district")):
        with pytest.raises(InvalidInput, match="unit_of_another_time"):
            fits_basis(parse_place(text), by)
    with pytest.raises(InvalidInput, match="unit_below_basis"):
        fits_basis(parse_place("gso2004:commune:00691"), "district")


def test_a_stall_that_no_census_knows_makes_no_group_look_large() -> None:
    market = MarketFacts(eligible=0b11111, observed_7=0b11111, paid_7=0b11111)
    made = unit_inputs([market])
    assert (made.active_7, made.active_7_households) == (5, 0)
    assert measured([], made)[1]["active_7"].status == "hidden"


def test_households_are_counted_over_markets_and_no_further_than_needed() -> None:
    def market(*households: int) -> MarketFacts:
        stalls = (1 << len(households)) - 1
        return MarketFacts(
            eligible=stalls, observed_7=stalls, paid_7=stalls,
            households={at: uuid.UUID(int=n) for at, n in enumerate(households)},
        )  # fmt: skip

    assert unit_inputs([market(1, 1, 2), market(2, 3)]).active_7_households == 3
    assert unit_inputs([market(1, 2, 3, 4, 5, 6, 7)]).active_7_households == 5


def test_only_stalls_that_stand_at_the_end_are_counted() -> None:
    market = MarketFacts(
        eligible=0b0111, registered=0b1110, observed_ever=0b1111, paid_ever=0b1100,
        observed_28=0b0110, paid_28=0b1111, observed_7=0b0010, paid_7=0b0110,
    )  # fmt: skip
    made = unit_inputs([market, market])
    assert (made.markets, made.eligible, made.registered) == (2, 6, 4)
    assert (made.ever_paid, made.active_28, made.active_7) == (2, 4, 2)
    assert made.active_7 <= made.observed_7 <= made.observed_28 <= made.eligible
