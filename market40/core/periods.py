"""Reporting periods: calendar ones, and the official ones that run from the 15th to the 14th.

The official calendar is that of Circular 09/2019/TT-NHNN: a month's figures run from the 15th of
the month before to the 14th, so official July 2025 is 15 June to 14 July, and the year begins on
15 December of the year before.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal, TypeAlias

from market40.core.errors import InvalidInput
from market40.core.texts import date_text, fill, say

PeriodKind: TypeAlias = Literal["day", "week", "month", "quarter", "half", "year"]
PeriodCalendar: TypeAlias = Literal["calendar", "official"]

FIRST_YEAR: Final = 2000
LAST_YEAR: Final = 2099
_OFFICIAL: Final = "official:"
_CUMULATIVE: Final = "cumulative:"
_ROMAN: Final = ("I", "II", "III", "IV")


@dataclass(frozen=True, slots=True)
class Period:
    """A span of Vietnamese days, `start` up to and without `end`.

    `label` is Vietnamese for people ("Tháng 10/2026"), `text` the form that parse_period reads
    ("official:2026-10"), `calendar` says which calendar it belongs to.
    """

    kind: PeriodKind
    start: date
    end: date
    label: str
    text: str
    calendar: PeriodCalendar = "calendar"

    @property
    def days(self) -> int:
        """The number of days in it."""
        return (self.end - self.start).days

    @property
    def last_day(self) -> date:
        """The last day in it."""
        return self.end - timedelta(days=1)

    def __contains__(self, day: date) -> bool:
        """Return whether that day is in it."""
        return self.start <= day < self.end


_Forms: TypeAlias = tuple[tuple[re.Pattern[str], Callable[..., Period]], ...]


def parse_period(text: str) -> Period:
    """Return the period that a text names.

    `2026-10-05` a day, `2026-W01` an ISO week, `2026-10` a month, `2026-Q3` a quarter, `2026-H1`
    a half, `2026` a year; `official:` before a month, quarter, half or year. Years 2000 to 2099.
    `cumulative:` before any of them: from the start of its year, as `cumulative` says.

    Raises InvalidInput `period_invalid` for a text of no such form and for periods that do not
    exist (2026-13, 2026-02-30, 2025-W53).
    """
    body = text.removeprefix(_CUMULATIVE)
    name = body.removeprefix(_OFFICIAL)
    period = _read(name, _OFFICIAL_FORMS if name != body else _FORMS)
    if period is None:
        raise InvalidInput(
            say(
                "Kỳ báo cáo không đúng; "
                "ví dụ 2026-10, 2026-Q3, 2026-H1, 2026 hoặc official:2026-10."
            ),
            place="period",
            code="period_invalid",
        )
    if name != body:
        period = _official(period)
    return cumulative(period) if body != text else period


def cumulative(period: Period) -> Period:
    """Return the span from the start of the period's year to its end ("lũy kế").

    The year begins on 1 January, in the official calendar on 15 December, so that official
    months add up to it. A week belongs to the year of its last day.
    """
    # An official period's last day lies in its own year too: the year ends on 14 December.
    start = date(period.last_day.year, 1, 1)
    if period.calendar == "official":
        start = _shifted(start)
    label = say("Lũy kế đến %(last_day)s", last_day=date_text(period.last_day))
    text = _CUMULATIVE + period.text.removeprefix(_CUMULATIVE)
    return Period(period.kind, start, period.end, label, text, period.calendar)


def _read(name: str, forms: _Forms) -> Period | None:
    """Return the calendar period of that name, or None when there is none."""
    for pattern, build in forms:
        match = pattern.fullmatch(name)
        if match and FIRST_YEAR <= int(match[1]) <= LAST_YEAR:
            try:
                return build(*(int(part) for part in match.groups()))
            except ValueError:
                return None
    return None


def _day(year: int, month: int, day: int) -> Period:
    start = date(year, month, day)
    end = start + timedelta(days=1)
    label = say("Ngày %(start)s", start=date_text(start))
    return Period("day", start, end, label, start.isoformat())


def _week(year: int, week: int) -> Period:
    start = date.fromisocalendar(year, week, 1)
    end = start + timedelta(days=7)
    label = say("Tuần %(week)s/%(year)s", week=week, year=year)
    return Period("week", start, end, label, f"{year}-W{week:02}")


def _month(year: int, month: int) -> Period:
    label = say("Tháng %(month)s/%(year)s", month=month, year=year)
    return _months("month", year, month, 1, label, f"{year}-{month:02}")


def _quarter(year: int, quarter: int) -> Period:
    label = say("Quý %(quarter)s/%(year)s", quarter=_ROMAN[quarter - 1], year=year)
    return _months("quarter", year, 3 * quarter - 2, 3, label, f"{year}-Q{quarter}")


def _half(year: int, half: int) -> Period:
    first, second = say("6 tháng đầu năm %(year)s"), say("6 tháng cuối năm %(year)s")
    label = fill(first if half == 1 else second, year=year)
    return _months("half", year, 6 * half - 5, 6, label, f"{year}-H{half}")


def _year(year: int) -> Period:
    return _months("year", year, 1, 12, say("Năm %(year)s", year=year), f"{year}")


def _months(kind: PeriodKind, year: int, first: int, count: int, label: str, text: str) -> Period:
    after = first + count - 1
    end = date(year + after // 12, after % 12 + 1, 1)
    return Period(kind, date(year, first, 1), end, label, text)


def _official(period: Period) -> Period:
    """Return the official period of the same name: both ends move back to the 15th."""
    start, end = _shifted(period.start), _shifted(period.end)
    text = _OFFICIAL + period.text
    label = say("%(label)s (kỳ 15–14)", label=period.label)
    return Period(period.kind, start, end, label, text, "official")


def _shifted(first_of_month: date) -> date:
    return (first_of_month - timedelta(days=1)).replace(day=15)


_OFFICIAL_FORMS: Final[_Forms] = (
    (re.compile(r"([0-9]{4})-([0-9]{2})"), _month),
    (re.compile(r"([0-9]{4})-Q([1-4])"), _quarter),
    (re.compile(r"([0-9]{4})-H([12])"), _half),
    (re.compile(r"([0-9]{4})"), _year),
)
_FORMS: Final[_Forms] = (
    (re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})"), _day),
    (re.compile(r"([0-9]{4})-W([0-9]{2})"), _week),
    *_OFFICIAL_FORMS,
)
