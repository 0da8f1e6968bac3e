"""The lunar calendar against published Tết dates, another implementation, and its own law."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from market40.core.lunar import LunarDate, lunar_date, lunar_new_year

TET = Path(__file__).parents[2] / "fixtures" / "core" / "tet_vn.tsv"
ROWS = [line.split("\t") for line in TET.read_text("utf-8").splitlines() if line[0] != "#"]

PUBLISHED = [
    "2020-01-25",
    "2021-02-12",
    "2022-02-01",
    "2023-01-22",
    "2024-02-10",
    "2025-01-29",
    "2026-02-17",
    "2027-02-06",
    "2028-01-26",
    "2029-02-13",
    "2030-02-02",
]

days = st.dates(date(1976, 1, 1), date(2099, 12, 30))


@pytest.mark.parametrize("tet", PUBLISHED)
def test_tet_is_on_the_published_day(tet):
    assert lunar_new_year(int(tet[:4])) == date.fromisoformat(tet)


@pytest.mark.parametrize("tet", ["1985-01-21", "2007-02-17", "2030-02-02"])
def test_tet_is_reckoned_for_hanoi_and_not_for_beijing(tet):
    # Beijing's was 1985-02-20, 2007-02-18, and will be 2030-02-03.
    assert lunar_new_year(int(tet[:4])) == date.fromisoformat(tet)


@pytest.mark.parametrize(("tet", "leap"), ROWS)
def test_another_implementation_says_the_same(tet, leap):
    first = date.fromisoformat(tet)
    assert lunar_new_year(first.year) == first
    year = (lunar_date(first + timedelta(days=i)) for i in range(385))
    assert {day.month for day in year if day.leap and day.year == first.year} == (
        {int(leap)} if leap != "0" else set()
    )


def test_the_sixth_month_of_2025_comes_twice():
    assert lunar_date(date(2025, 7, 24)) == LunarDate(2025, 6, 30)
    assert lunar_date(date(2025, 7, 25)) == LunarDate(2025, 6, 1, leap=True)
    assert lunar_date(date(2025, 8, 23)) == LunarDate(2025, 7, 1)


@pytest.mark.parametrize(
    ("day", "lunar"),
    [
        (date(2026, 1, 1), LunarDate(2025, 11, 13)),
        (date(2026, 2, 16), LunarDate(2025, 12, 29)),
        (date(2026, 2, 17), LunarDate(2026, 1, 1)),
        (date(2026, 9, 25), LunarDate(2026, 8, 15)),
        (date(2026, 12, 31), LunarDate(2026, 11, 23)),
        (date(2033, 12, 22), LunarDate(2033, 11, 1, leap=True)),
    ],
)
def test_days_around_the_turn_of_the_year(day, lunar):
    assert lunar_date(day) == lunar


@given(days)
def test_a_day_is_followed_by_the_next_of_its_month_or_by_a_first(day):
    today, tomorrow = lunar_date(day), lunar_date(day + timedelta(days=1))
    if tomorrow.day == 1:
        assert today.day in {29, 30}
        twice = tomorrow.leap and tomorrow.month == today.month
        assert twice or tomorrow.month == today.month % 12 + 1
        assert tomorrow.year == today.year + (today.month == 12 and not twice)
    else:
        assert tomorrow == LunarDate(today.year, today.month, today.day + 1, today.leap)


@pytest.mark.parametrize("day", [date(1975, 12, 31), date(2100, 1, 1)])
def test_years_that_are_not_reckoned_are_refused(day):
    with pytest.raises(ValueError, match="1976"):
        lunar_date(day)
