"""Market days: what each rule opens, exceptions, and the JSON that carries them."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from market40.core.errors import InvalidInput
from market40.core.lunar import lunar_date
from market40.core.market_days import (
    Daily,
    DatedException,
    Dates,
    EveryNDays,
    LunarDays,
    MarketCalendar,
    SolarDays,
    Weekdays,
    from_json,
    is_open,
    open_days,
    to_json,
)

days = st.dates(date(2000, 1, 1), date(2090, 1, 1))
rules = st.one_of(
    st.just(Daily()),
    st.builds(Weekdays, st.frozensets(st.integers(1, 7), min_size=1)),
    st.builds(EveryNDays, st.integers(2, 60), days),
    st.builds(SolarDays, st.frozensets(st.integers(1, 31), min_size=1)),
    st.builds(LunarDays, st.frozensets(st.integers(1, 30), min_size=1)),
    st.builds(Dates, st.frozensets(days, min_size=1, max_size=9)),
)
exceptions = st.lists(
    st.builds(DatedException, days, st.booleans(), st.text(max_size=20)),
    max_size=5,
    unique_by=lambda said: said.day,
)
calendars = st.builds(MarketCalendar, st.lists(rules, max_size=4).map(tuple), exceptions.map(tuple))


def opened(rule, start, end):
    return [f"{day:%m-%d}" for day in open_days(MarketCalendar((rule,)), start, end)]


OCTOBER = (date(2026, 10, 1), date(2026, 11, 1))


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (Weekdays(frozenset({7})), ["10-04", "10-11", "10-18", "10-25"]),
        (EveryNDays(6, date(2026, 10, 4)), ["10-04", "10-10", "10-16", "10-22", "10-28"]),
        (EveryNDays(6, date(2026, 11, 3)), ["10-04", "10-10", "10-16", "10-22", "10-28"]),
        (SolarDays(frozenset({5, 15, 31})), ["10-05", "10-15", "10-31"]),
        (Dates(frozenset({date(2026, 10, 20), date(2026, 9, 2)})), ["10-20"]),
        # 2026-10-10 is the first of the ninth month, 2026-10-24 its fifteenth.
        (LunarDays(frozenset({1, 15})), ["10-10", "10-24"]),
    ],
)
def test_a_rule_opens_its_days(rule, expected):
    assert opened(rule, *OCTOBER) == expected


def test_a_daily_market_is_open_all_month():
    assert len(opened(Daily(), *OCTOBER)) == 31


def test_a_market_every_six_days_moves_back_a_day_each_week():
    market = MarketCalendar((EveryNDays(6, date(2026, 10, 4)),))
    weekdays = [day.isoweekday() for day in open_days(market, *OCTOBER)]
    assert weekdays == [7, 6, 5, 4, 3]


def test_any_of_several_rules_opens():
    market = MarketCalendar((Weekdays(frozenset({7})), Dates(frozenset({date(2026, 10, 20)}))))
    assert [day.day for day in open_days(market, *OCTOBER)] == [4, 11, 18, 20, 25]


def test_exceptions_close_and_open_days():
    market = MarketCalendar(
        (Weekdays(frozenset({7})),),
        (
            DatedException(date(2026, 10, 11), is_open=False, reason="bão"),
            DatedException(date(2026, 10, 14), is_open=True, reason="hội chợ"),
        ),
    )
    assert [day.day for day in open_days(market, *OCTOBER)] == [4, 14, 18, 25]
    assert is_open(market, date(2026, 10, 14))
    assert not is_open(market, date(2026, 10, 11))


def test_a_market_without_rules_is_never_open():
    assert open_days(MarketCalendar(()), *OCTOBER) == ()


@given(calendars, days, st.integers(0, 80))
def test_the_list_and_the_question_agree(calendar, start, span):
    asked = [start + timedelta(days=i) for i in range(span)]
    listed = open_days(calendar, start, start + timedelta(days=span))
    assert list(listed) == [day for day in asked if is_open(calendar, day)]


@given(days, st.frozensets(st.integers(1, 30), min_size=1))
def test_lunar_days_follow_the_moon(day, wanted):
    market = MarketCalendar((LunarDays(wanted),))
    assert is_open(market, day) == (lunar_date(day).day in wanted)


@pytest.mark.parametrize("span", [-1, 3701])
def test_a_span_has_limits(span):
    with pytest.raises(ValueError, match="days"):
        open_days(MarketCalendar((Daily(),)), date(2026, 1, 1), date(2026, 1, 1) + timedelta(span))


@given(calendars)
def test_a_calendar_comes_back_from_json(calendar):
    assert from_json(json.loads(json.dumps(to_json(calendar)))) == calendar


def test_the_json_is_as_documented():
    value = {
        "rules": [
            {"kind": "daily"},
            {"kind": "weekdays", "days": [1, 4]},
            {"kind": "every_n_days", "n": 6, "anchor": "2026-01-03"},
            {"kind": "solar_days", "days": [5]},
            {"kind": "lunar_days", "days": [1, 15]},
            {"kind": "dates", "dates": ["2026-01-01", "2026-05-01"]},
        ],
        "exceptions": [{"day": "2026-02-17", "open": False, "reason": "Tết"}],
    }
    assert to_json(from_json(value)) == value
    assert from_json({}) == MarketCalendar(())


def one(**rule):
    return {"rules": [rule]}


def but(**said):
    return {"exceptions": [said]}


@pytest.mark.parametrize(
    ("value", "place"),
    [
        (None, "calendar"),
        ([], "calendar"),
        ({"rule": []}, "calendar.rule"),
        ({1: []}, "calendar.1"),
        ({"rules": {}}, "rules"),
        ({"rules": [{"kind": "daily"}] * 17}, "rules"),
        ({"rules": ["daily"]}, "rules[0]"),
        (one(), "rules[0].kind"),
        (one(kind="yearly"), "rules[0].kind"),
        (one(kind=["daily"]), "rules[0].kind"),
        (one(kind="daily", hour=5), "rules[0].hour"),
        (one(kind="weekdays"), "rules[0].days"),
        (one(kind="weekdays", days=[]), "rules[0].days"),
        (one(kind="weekdays", days=[0]), "rules[0].days"),
        (one(kind="weekdays", days=[1, 8]), "rules[0].days"),
        (one(kind="weekdays", days=[1, True]), "rules[0].days[1]"),
        (one(kind="weekdays", days=["1"]), "rules[0].days[0]"),
        (one(kind="solar_days", days=[32]), "rules[0].days"),
        (one(kind="lunar_days", days=[31]), "rules[0].days"),
        (one(kind="lunar_days", days=[1] * 32), "rules[0].days"),
        (one(kind="every_n_days", n=1, anchor="2026-01-01"), "rules[0]"),
        (one(kind="every_n_days", n=61, anchor="2026-01-01"), "rules[0]"),
        (one(kind="every_n_days", n=6.0, anchor="2026-01-01"), "rules[0].n"),
        (one(kind="every_n_days", n=6), "rules[0].anchor"),
        (one(kind="every_n_days", n=6, anchor="20260101"), "rules[0].anchor"),
        (one(kind="every_n_days", n=6, anchor="2026-W01-1"), "rules[0].anchor"),
        (one(kind="every_n_days", n=6, anchor="2026-02-30"), "rules[0].anchor"),
        (one(kind="dates", dates=[]), "rules[0].dates"),
        (one(kind="dates", dates=["2026-01-01", 5]), "rules[0].dates[1]"),
        (one(kind="dates", dates=["2026-01-01"] * 401), "rules[0].dates"),
        ({"exceptions": "no"}, "exceptions"),
        (but(day="2026-02-17"), "exceptions[0].open"),
        (but(day="2026-02-17", open=0), "exceptions[0].open"),
        (but(open=True), "exceptions[0].day"),
        (but(day="2026-02-17", open=True, reason=None), "exceptions[0].reason"),
        (but(day="2026-02-17", open=True, reason="x" * 201), "exceptions[0].reason"),
        ({"exceptions": [{"day": "2026-02-17", "open": True}] * 2}, "exceptions"),
    ],
)
def test_json_that_is_no_calendar_is_refused_at_its_place(value, place):
    with pytest.raises(InvalidInput) as caught:
        from_json(value)
    assert (caught.value.code, caught.value.place) == ("market_calendar_invalid", place)
    assert caught.value.detail


def test_a_calendar_may_fill_its_limits():
    year = [date(2026, 1, 1) + timedelta(i) for i in range(400)]
    market = MarketCalendar(
        (*(Daily(),) * 15, Dates(frozenset(year))),
        tuple(DatedException(day, is_open=False, reason="x" * 200) for day in year),
    )
    assert from_json(to_json(market)) == market
    assert open_days(market, year[0], year[0] + timedelta(3700))[0] == date(2027, 2, 5)


@pytest.mark.parametrize(
    "build",
    [
        lambda: MarketCalendar((Daily(),) * 17),
        lambda: MarketCalendar(
            (),
            tuple(
                DatedException(date(2026, 1, 1) + timedelta(i), is_open=True) for i in range(401)
            ),
        ),
        lambda: Dates(frozenset(date(2026, 1, 1) + timedelta(i) for i in range(401))),
    ],
)
def test_a_calendar_has_limits(build):
    with pytest.raises(InvalidInput) as caught:
        build()
    assert caught.value.code == "market_calendar_invalid"
