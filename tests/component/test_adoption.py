"""The adoption table on both engines: bases, windows, scope, hiding, and its outputs."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import uuid

import pytest
from reporting_town import (
    DAY,
    HOME,
    NEXT,
    Town,
    at_noon,
    found_market,
    pay,
    roll,
    table,
)
from sqlalchemy import Engine, insert, update
from sqlalchemy.orm import Session

from market40.core.errors import InvalidInput, NotFound
from market40.core.periods import parse_period
from market40.db.engine import transact
from market40.merchants.tables import Inspection, StallSpan
from market40.places.service import load_units
from market40.reporting import exports
from market40.reporting.domain.adoption import headline
from market40.reporting.service import Scope


def test_the_table_by_legacy_district(engine: Engine, towns: dict[str, Town]) -> None:
    roll(engine, towns, DAY, NEXT)
    made = table(engine)
    assert made.territory == "Tỉnh Hà Giang (trước 01/7/2025), nay thuộc tỉnh Tuyên Quang"
    assert [row.unit.name for row in made.rows] == [
        "Huyện Đồng Văn", "Thành phố Hà Giang", "Huyện Mèo Vạc"
    ]  # fmt: skip
    assert [row.markets for row in made.rows] == [2, 1, 1]
    dong_van, city, meo_vac = (row.figures for row in made.rows)
    assert (dong_van["registered"].numerator, dong_van["registered"].denominator) == (25, 30)
    assert (city["active_28"].numerator, city["active_28"].denominator) == (20, 30)
    assert (dong_van["active_28"].numerator, dong_van["active_28"].denominator) == (None, 30)
    assert (meo_vac["active_28"].status, dong_van["active_28"].status) == ("hidden", "hidden")
    assert made.total.figures["active_28"].numerator == 31
    assert made.total.figures["active_7"].status == "unknown"  # nobody was observed at the end
    assert len(made.empty_units) == 8


def test_narrowed_tables_show_no_more_than_the_whole(
    engine: Engine, towns: dict[str, Town]
) -> None:
    roll(engine, towns, DAY, NEXT)
    shown = {r.unit.name: r.figures["active_28"] for r in table(engine, by="market").rows}
    numbers = {name: figure.numerator for name, figure in shown.items()}
    # Đồng Văn's district is hidden beside Mèo Vạc's 3, so its one market with use is hidden too.
    assert numbers == {
        "Chợ Đồng Văn": None, "Chợ Hà Giang": 20, "Chợ Mèo Vạc": None, "Chợ Phố Bảng": 0
    }  # fmt: skip
    for unit in ("gso2004:district:026", "gso2004:commune:00721", "qd19-2025:commune:00721"):
        part = table(engine, by="market", unit=unit)
        assert part.total.figures["active_28"].status == "hidden"
        for row in part.rows:
            assert row.figures["active_28"] == shown[row.unit.name]
    city = table(engine, by="market", unit="gso2004:district:024")
    assert city.total.figures["active_28"].numerator == 20
    assert (city.total.markets, city.empty_units) == (1, ())


def test_a_commune_beside_its_district_gives_no_market_away(
    engine: Engine, towns: dict[str, Town]
) -> None:
    def more(session: Session) -> None:
        for stall in range(3):
            pay(session, towns["pho_bang"], stall, DAY, 50_000)
        for stall in range(3, 9):
            pay(session, towns["meo_vac"], stall, DAY, 30_000)

    transact(engine, more)
    roll(engine, towns, DAY, NEXT)
    shown = {r.unit.name: r.figures["active_28"].numerator for r in table(engine).rows}
    assert shown["Huyện Đồng Văn"] == 11
    hidden = {
        r.unit.name: r.figures["active_28"].numerator for r in table(engine, by="market").rows
    }
    assert hidden["Chợ Đồng Văn"] is hidden["Chợ Phố Bảng"] is None  # 8, and 3
    # The commune holds Chợ Đồng Văn alone: 11 less its total would be the three of Phố Bảng.
    with pytest.raises(InvalidInput, match="unit_below_basis"):
        table(engine, unit="gso2004:commune:00721")


def test_shares_only_where_cash_was_counted(engine: Engine, towns: dict[str, Town]) -> None:
    roll(engine, towns, DAY, NEXT)
    made = table(engine)
    shares = {row.unit.name: row.figures["share_by_value"] for row in made.rows}
    assert shares["Huyện Đồng Văn"].status == "unknown"
    city = shares["Thành phố Hà Giang"]
    assert (city.status, city.numerator, city.denominator) == ("unrepresentative", 60_000, 240_000)
    assert made.total.figures["share_by_value"].numerator == 60_000


def test_windows_end_with_the_period(engine: Engine, towns: dict[str, Town]) -> None:
    roll(engine, towns, DAY, NEXT)
    week = table(engine, period=parse_period("2026-W43"))  # 19 to 25 October
    assert week.total.figures["active_7"].numerator == 31
    after = table(engine, period=parse_period("2026-W44"))
    assert (after.total.figures["active_7"].status) == "unknown"  # nothing was observed then
    assert after.total.figures["active_28"].numerator == 31
    before = table(engine, period=parse_period("2026-09"))
    assert before.total.figures["ever_paid"].status == "unknown"
    running = table(engine, period=parse_period("2026-11"))
    assert (running.provisional, running.as_of) == (True, dt.date(2026, 11, 21))
    assert running.total.figures["ever_paid"].numerator == 31
    assert running.total.figures["share_by_value"].status == "unknown"


@pytest.mark.parametrize("text", ["2026", "2026-Q4", "official:2026-11", "2026-H2", "2026-10-21"])
def test_every_period_that_holds_the_day_has_its_takings(
    engine: Engine, towns: dict[str, Town], text: str
) -> None:
    roll(engine, towns, DAY, NEXT)
    share = table(engine, period=parse_period(text)).total.figures["share_by_value"]
    assert (share.numerator, share.denominator) == (60_000, 240_000)


def test_a_stall_that_left_is_counted_where_it_stands(
    engine: Engine, towns: dict[str, Town]
) -> None:
    town = towns["city"]

    def leave(session: Session) -> None:
        session.execute(
            update(StallSpan)
            .where(StallSpan.stall_id == town.stalls[0])
            .values(ends_on=dt.date(2026, 10, 25))
        )

    transact(engine, leave)
    roll(engine, towns, DAY, NEXT)
    by_market = {row.unit.name: row.figures for row in table(engine, by="market").rows}
    assert by_market["Chợ Hà Giang"]["eligible"].numerator == 29
    assert by_market["Chợ Hà Giang"]["active_28"].numerator == 19
    assert by_market["Chợ Hà Giang"]["share_by_value"].numerator == 60_000  # its tally stays


def test_the_scope_and_the_place_narrow_the_table(engine: Engine, towns: dict[str, Town]) -> None:
    roll(engine, towns, DAY, NEXT)
    known = table(engine).rows[0].unit
    assert known.name == "Huyện Đồng Văn"
    own = table(engine, scope=Scope(unit_ids=frozenset({known.id})))
    assert [row.unit.name for row in own.rows] == ["Huyện Đồng Văn"]
    assert (own.total.markets, own.total.unit.name) == (2, "Trong phạm vi của bạn")
    assert own.empty_units == ()
    part = table(engine, by="commune", unit="qd19-2025:commune:00691")
    assert [row.unit.name for row in part.rows] == ["Phường Hà Giang 2"]
    with pytest.raises(NotFound, match="no_market_in_scope"):
        table(engine, scope=Scope(unit_ids=frozenset({known.id})), unit="gso2004:district:024")
    with pytest.raises(NotFound, match="no_market_in_scope"):
        table(engine, scope=Scope())


def test_a_total_bears_a_units_name_where_the_scope_holds_the_whole_unit(
    engine: Engine, towns: dict[str, Town]
) -> None:
    roll(engine, towns, DAY, NEXT)
    province = table(engine, unit=HOME).total.unit
    for scope, name in (
        (Scope(unit_ids=frozenset({province.id})), "Huyện Đồng Văn"),
        (Scope(market_ids=frozenset({towns["pho_bang"].market_id})), "Trong phạm vi của bạn"),
    ):
        made = table(engine, scope=scope, unit="gso2004:district:026")
        assert made.total.unit.name == name


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ({"unit": "qd19-2025:commune:00691"}, "unit_of_another_time"),
        ({"unit": "gso2004:district:026", "by": "commune"}, "unit_of_another_time"),
        ({"unit": "qd19-2025:district:026"}, "unit_of_another_time"),
        ({"unit": "00691"}, "place_invalid"),
        ({"unit": "gso2004:district:999"}, "unit_not_found"),
        ({"period": parse_period("2027-01")}, "period_not_begun"),
    ],
)
def test_what_cannot_be_reported_says_why(
    engine: Engine, towns: dict[str, Town], words: dict[str, object], code: str
) -> None:
    with pytest.raises((InvalidInput, NotFound), match=code):
        table(engine, **words)


def test_an_empty_province_has_a_table_that_says_so(engine: Engine) -> None:
    transact(engine, load_units)
    made = table(engine)
    assert (made.rows, len(made.empty_units)) == ((), 11)
    assert headline(made) == "Chưa có sạp nào để tính trong kỳ này"
    assert made.total.figures["registered"].status == "unknown"
    assert b"total" in exports.to_csv(made)


def test_json_and_csv_hold_the_same_cells(engine: Engine, towns: dict[str, Town]) -> None:
    roll(engine, towns, DAY, NEXT)
    made = table(engine)
    body = json.loads(json.dumps(exports.to_json(made)))
    data = exports.to_csv(made)
    assert data.startswith(b"\xef\xbb\xbfrow,unit,unit_code,")
    assert data.count(b"\r\n") == data.count(b"\n") == 1 + 4 * 11
    cells = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))
    figures = [(u, f) for u in (*body["rows"], body["total"]) for f in u["figures"]]
    assert len(cells) == len(figures)
    for cell, (unit, figure) in zip(cells, figures, strict=True):
        for name in ("unit", "unit_code", "name"):
            assert cell[name] == (unit[name] or "")
        for name in ("indicator", "numerator", "denominator", "value", "status", "shown"):
            expected = "" if figure[name] is None else str(figure[name])
            assert cell[name] == expected
        if figure["status"] in ("hidden", "unknown", "not_measured"):
            assert cell["value"] == cell["numerator"] == ""
    assert [cell["row"] for cell in cells] == ["unit"] * 33 + ["total"] * 11
    assert cells[0]["unit"] == "gso2004:026"
    assert cells[0]["unit_code"] == "026"
    assert exports.etag(body) == exports.etag(exports.to_json(table(engine)))


def test_a_name_is_never_a_formula(engine: Engine) -> None:
    names = [f"{sign}HYPERLINK(1)" for sign in "=+-@\t\r＝＋－＠"]

    def work(session: Session) -> None:
        load_units(session)
        for name in names:
            found_market(session, name, legacy="00721", present="00721", stalls=1)

    transact(engine, work)
    text = exports.to_csv(table(engine, by="market")).decode("utf-8-sig")
    cells = {row["name"] for row in csv.DictReader(io.StringIO(text, newline=""))}
    assert cells >= {f"'{name}" for name in names}
    assert cells.isdisjoint(names)
    assert at_noon(DAY).utcoffset() == dt.timedelta(hours=7)


def test_on_the_first_day_of_all_the_figures_are_there(engine: Engine) -> None:
    """Put on, paid and read in one sitting: eligible and registered do not wait for tomorrow."""
    transact(engine, load_units)
    town = transact(
        engine,
        lambda s: found_market(
            s, "Chợ mới", legacy="00721", present="00721", stalls=6, registered=5, opened=DAY
        ),
    )
    roll(engine, {"new": town}, DAY)
    made = table(engine, period=parse_period(f"{DAY:%Y-%m}"), now=at_noon(DAY))
    assert made.as_of == DAY
    assert made.provisional
    total = made.total.figures
    assert (total["eligible"].numerator, total["registered"].numerator) == (6, 5)


def look(session: Session, town: Town, stall: int, day: dt.date, verdict: str, nth: int = 1):
    """Write an inspection down as it is, at noon."""
    stall_id, at = town.stalls[stall], at_noon(day)
    row = {
        "market_id": town.market_id, "id": uuid.uuid5(stall_id, f"{day}{nth}"),
        "stall_id": stall_id, "verdict": verdict, "told": None, "code_id": None, "codes": 1,
        "way": "camera", "inspected_at": at, "received_at": at, "inspected_by": town.market_id,
        "list_id": None, "digest": b"", "photo_hash": None, "seen": None,
    }  # fmt: skip
    session.execute(insert(Inspection), row)


def test_posted_and_inspected_are_what_the_last_inspection_until_then_found(
    engine: Engine, towns: dict[str, Town]
) -> None:
    roll(engine, towns, DAY, NEXT)
    town = towns["city"]
    long_ago, after = dt.date(2026, 7, 1), dt.date(2026, 11, 2)

    def work(session: Session) -> None:
        look(session, town, 0, DAY, "match")
        look(session, town, 1, long_ago, "match")  # over 90 days before the end of October
        look(session, town, 2, long_ago, "match")
        look(session, town, 2, DAY, "unknown_account")  # pasted over since
        look(session, town, 3, DAY, "unreadable")  # nothing was read
        look(session, town, 4, after, "match")  # not in this period
        look(session, town, 5, DAY, "match", 1)
        look(session, town, 5, DAY, "altered", 2)  # in the same instant
        look(session, town, 0, DAY, "unreadable", 2)

    transact(engine, work)
    made = table(engine)
    figures = {row.unit.name: row.figures for row in made.rows}
    city = figures["Thành phố Hà Giang"]
    assert (city["posted"].numerator, city["posted"].denominator) == (2, 30)
    assert (city["inspected"].numerator, city["inspected"].denominator) == (1, 30)
    assert city["posted"].note == "26 sạp có mã chưa kiểm tra lần nào"
    assert figures["Huyện Mèo Vạc"]["posted"].status == "not_measured"
    assert made.total.figures["inspected"].numerator == 1
