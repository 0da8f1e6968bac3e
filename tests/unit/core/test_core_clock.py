"""Instants and Vietnamese days."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from market40.core.clock import VN, FixedClock, SystemClock, as_utc, day_bounds, local_day

NOON = datetime(2026, 10, 5, 12, tzinfo=UTC)


def test_the_system_s_clock_is_aware_and_in_utc():
    before = datetime.now(UTC)
    now = SystemClock().now()
    assert now.utcoffset() == timedelta(0)
    assert before <= now <= datetime.now(UTC)


def test_a_fixed_clock_moves_only_when_told():
    clock = FixedClock(NOON.astimezone(VN))
    assert clock.now() == NOON
    assert clock.now().tzinfo is UTC
    clock.advance(timedelta(hours=-1))
    assert clock.now() == NOON - timedelta(hours=1)
    clock.set(NOON)
    assert clock.now() == NOON


@pytest.mark.parametrize("ask", [as_utc, local_day, FixedClock, FixedClock(NOON).set])
def test_an_instant_without_a_zone_is_refused(ask):
    with pytest.raises(ValueError, match="zone"):
        ask(datetime(2026, 10, 5, 12))  # noqa: DTZ001


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        (datetime(2026, 10, 5, 16, 59, 59, 999999, UTC), date(2026, 10, 5)),
        (datetime(2026, 10, 5, 17, tzinfo=UTC), date(2026, 10, 6)),
        (datetime(2026, 12, 31, 17, tzinfo=UTC), date(2027, 1, 1)),
    ],
)
def test_the_day_turns_at_17_utc(instant, day):
    assert local_day(instant) == day


@given(st.dates(date(2000, 1, 1), date(2099, 12, 30)))
def test_a_day_holds_its_bounds_and_days_leave_no_gap(day):
    start, end = day_bounds(day)
    assert local_day(start) == local_day(end - timedelta(microseconds=1)) == day
    assert end == day_bounds(day + timedelta(days=1))[0]
    assert start.tzinfo is UTC


@given(st.datetimes(datetime(1976, 1, 1), datetime(2099, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
def test_the_fixed_offset_is_what_the_zone_database_says(instant):
    there = instant.astimezone(ZoneInfo("Asia/Ho_Chi_Minh"))
    assert local_day(instant) == there.date()
