"""The days that a report reads: windows end with the period, months serve what they hold whole."""

import datetime as dt
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from market40.core.errors import InvalidInput
from market40.core.periods import parse_period
from market40.reporting.domain.windows import first_of_month, next_month, reach_of

NOON = dt.time(5, tzinfo=dt.UTC)  # in Vietnam
LATER = dt.datetime(2026, 11, 22, 5, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
PERIODS = st.sampled_from(
    ["2026-10", "official:2026-10", "2026-Q3", "official:2026-Q3", "2026-H1", "2025", "2026",
     "official:2026", "2026-W40", "2026-10-05", "2026-11", "official:2026-11", "official:2026-12",
     "2026-W47", "2026-11-22", "cumulative:2026-10", "2026-Q4"]
)  # fmt: skip


def test_a_closed_month_is_counted_to_its_last_day() -> None:
    reach = reach_of(parse_period("2026-10"), LATER)
    assert (reach.as_of, reach.provisional) == (dt.date(2026, 10, 31), False)
    assert reach.week_start == dt.date(2026, 10, 25)
    assert reach.four_weeks_start == dt.date(2026, 10, 4)
    assert reach.period_months == (dt.date(2026, 10, 1), dt.date(2026, 11, 1))
    assert reach.day_spans == [(dt.date(2026, 10, 4), dt.date(2026, 11, 1))]


def test_a_running_period_is_counted_to_yesterday_and_provisional() -> None:
    reach = reach_of(parse_period("2026-11"), LATER)
    assert (reach.as_of, reach.provisional) == (dt.date(2026, 11, 21), True)
    # Half past midnight in Vietnam is still the day before in UTC.
    late = dt.datetime(2026, 11, 21, 17, 30, tzinfo=dt.UTC)
    assert reach_of(parse_period("2026-11"), late).as_of == dt.date(2026, 11, 21)


def test_a_period_that_began_today_is_counted_to_today() -> None:
    assert reach_of(parse_period("2026-11-22"), LATER).as_of == dt.date(2026, 11, 22)


def test_where_there_is_nothing_before_today_a_running_period_is_counted_to_today() -> None:
    """A province that starts this morning reads its figures in the same sitting."""
    today = dt.date(2026, 11, 22)
    running = parse_period("2026-11")
    assert reach_of(running, LATER, today).as_of == today
    assert reach_of(running, LATER, today).provisional
    assert reach_of(running, LATER, today - DAY).as_of == today - DAY
    assert reach_of(running, LATER, today + DAY).as_of == today  # a stall that is to stand
    assert reach_of(parse_period("2026-10"), LATER, today).as_of == dt.date(2026, 10, 31)


def test_a_period_to_come_is_refused() -> None:
    with pytest.raises(InvalidInput, match="period_not_begun"):
        reach_of(parse_period("2026-12"), LATER)


@given(PERIODS)
def test_months_and_days_cover_the_period_once(text: str) -> None:
    reach = reach_of(parse_period(text), LATER)
    start, end = reach.period_months
    spans = reach.day_spans
    assert all(a[1] < b[0] for a, b in itertools.pairwise(spans))
    read = {s + DAY * i for s, e in spans for i in range((e - s).days)}
    day = reach.period.start
    while day <= reach.as_of:
        by_month = start <= day < end
        assert by_month == (not reach.of_period_by_day(day))
        assert by_month or day in read
        assert not by_month or next_month(first_of_month(day)) <= reach.as_of + DAY
        day += DAY
    assert {reach.as_of - DAY * i for i in range(28)} <= read
    assert max(read) == reach.as_of
    after = reach.months_until
    while after <= reach.as_of:
        assert after in read
        after += DAY
