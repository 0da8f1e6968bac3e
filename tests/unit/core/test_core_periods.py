"""Periods: the days that a name covers, and the names that do not exist."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from market40.core.errors import InvalidInput
from market40.core.periods import cumulative, parse_period

TABLE = [
    ("2026-10-05", "day", "2026-10-05", "2026-10-06", "Ngày 05/10/2026"),
    ("2026-W01", "week", "2025-12-29", "2026-01-05", "Tuần 1/2026"),
    ("2026-W53", "week", "2026-12-28", "2027-01-04", "Tuần 53/2026"),
    ("2026-10", "month", "2026-10-01", "2026-11-01", "Tháng 10/2026"),
    ("2026-12", "month", "2026-12-01", "2027-01-01", "Tháng 12/2026"),
    ("2024-02", "month", "2024-02-01", "2024-03-01", "Tháng 2/2024"),
    ("2026-Q1", "quarter", "2026-01-01", "2026-04-01", "Quý I/2026"),
    ("2026-Q3", "quarter", "2026-07-01", "2026-10-01", "Quý III/2026"),
    ("2026-Q4", "quarter", "2026-10-01", "2027-01-01", "Quý IV/2026"),
    ("2026-H1", "half", "2026-01-01", "2026-07-01", "6 tháng đầu năm 2026"),
    ("2026-H2", "half", "2026-07-01", "2027-01-01", "6 tháng cuối năm 2026"),
    ("2026", "year", "2026-01-01", "2027-01-01", "Năm 2026"),
    # The study's worked example E23.
    ("official:2025-07", "month", "2025-06-15", "2025-07-15", "Tháng 7/2025 (kỳ 15–14)"),
    ("official:2025-Q3", "quarter", "2025-06-15", "2025-09-15", "Quý III/2025 (kỳ 15–14)"),
    ("official:2025-H1", "half", "2024-12-15", "2025-06-15", "6 tháng đầu năm 2025 (kỳ 15–14)"),
    ("official:2025", "year", "2024-12-15", "2025-12-15", "Năm 2025 (kỳ 15–14)"),
    ("official:2026-01", "month", "2025-12-15", "2026-01-15", "Tháng 1/2026 (kỳ 15–14)"),
]

NONE = [
    "2026-13",
    "2026-00",
    "2026-1",
    "2026-Q5",
    "2026-Q0",
    "2026-H3",
    "2026-H0",
    "2025-W53",
    "2026-W00",
    "2026-W1",
    "2026-W54",
    "2026-02-30",
    "2025-02-29",
    "2026-10-5",
    "1999",
    "2100",
    "1999-12",
    "2100-01",
    "26",
    "20260",
    "202610",
    "2026-q3",
    "2026-w01",
    "q3-2026",
    "official:",
    "official:2026-13",
    "official:2026-10-05",
    "official:2026-W01",
    "official:official:2026",
    "Official:2026",
    "cumulative:",
    "cumulative:cumulative:2026",
    "official:cumulative:2026",
    "cumulative:2026-13",
    "２０２６",
    "٢٠٢٦-٠١",
    "month",
    "-2026",
    "2026/10",
]


@pytest.mark.parametrize(("text", "kind", "start", "end", "label"), TABLE)
def test_a_period_covers_its_days(text, kind, start, end, label):
    period = parse_period(text)
    assert (period.kind, period.label, period.text) == (kind, label, text)
    assert (period.start.isoformat(), period.end.isoformat()) == (start, end)
    assert period.calendar == ("official" if text.startswith("official") else "calendar")


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("official:2025-07", 30),
        ("official:2025-Q3", 92),
        ("official:2025-H1", 182),
        ("official:2025", 365),
        ("2024", 366),
    ],
)
def test_the_number_of_days(text, days):
    assert parse_period(text).days == days


@pytest.mark.parametrize("text", [*NONE, "", " 2026", "2026\n", "2026-10 ", "2" * 10_000])
def test_periods_that_do_not_exist_are_refused(text):
    with pytest.raises(InvalidInput) as caught:
        parse_period(text)
    assert (caught.value.code, caught.value.place) == ("period_invalid", "period")


def test_the_last_day_is_in_and_the_end_is_not():
    period = parse_period("2026-10")
    assert period.start in period
    assert period.last_day == date(2026, 10, 31)
    assert period.last_day in period
    assert period.end not in period
    assert period.start - timedelta(days=1) not in period


years = st.integers(2000, 2099)


@pytest.mark.parametrize("prefix", ["", "official:"])
@pytest.mark.parametrize(
    "parts",
    [[f"-{month:02}" for month in range(1, 13)], ["-Q1", "-Q2", "-Q3", "-Q4"], ["-H1", "-H2"]],
)
@given(year=years)
def test_the_parts_of_a_year_fill_it_without_gap(prefix, parts, year):
    whole = parse_period(f"{prefix}{year}")
    periods = [parse_period(f"{prefix}{year}{part}") for part in parts]
    assert periods[0].start == whole.start
    assert periods[-1].end == whole.end
    for one, two in pairwise(periods):
        assert one.end == two.start
        assert cumulative(two).days == cumulative(one).days + two.days


@given(years)
def test_one_official_year_follows_another(year):
    if year < 2099:
        assert parse_period(f"official:{year}").end == parse_period(f"official:{year + 1}").start


@given(st.dates(date(2000, 1, 1), date(2099, 12, 31)))
def test_a_day_lies_in_the_periods_that_its_calendar_names(day):
    iso = day.isocalendar()
    for text in [day.isoformat(), f"{day:%Y-%m}", f"{day:%Y}", f"{iso.year}-W{iso.week:02}"]:
        if iso.year > 1999 or "W" not in text:
            period = parse_period(text)
            assert day in period
            assert period.text == text


@pytest.mark.parametrize(
    ("text", "start", "end", "label"),
    [
        ("2026-10", "2026-01-01", "2026-11-01", "Lũy kế đến 31/10/2026"),
        ("2026-W01", "2026-01-01", "2026-01-05", "Lũy kế đến 04/01/2026"),
        ("2026-03-01", "2026-01-01", "2026-03-02", "Lũy kế đến 01/03/2026"),
        ("official:2026-01", "2025-12-15", "2026-01-15", "Lũy kế đến 14/01/2026"),
        ("official:2026-10", "2025-12-15", "2026-10-15", "Lũy kế đến 14/10/2026"),
    ],
)
def test_cumulative_begins_with_the_year(text, start, end, label):
    whole = cumulative(parse_period(text))
    assert (whole.start.isoformat(), whole.end.isoformat(), whole.label) == (start, end, label)
    assert whole.text == f"cumulative:{text}"
    assert parse_period(whole.text) == whole == cumulative(whole)
