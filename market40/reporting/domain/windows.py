"""Which days a report looks at: its last counted day, its windows, and the rollups of these."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final

from market40.core.clock import local_day
from market40.core.errors import InvalidInput
from market40.core.periods import Period
from market40.core.texts import say

WEEK_DAYS: Final = 7
FOUR_WEEKS_DAYS: Final = 28


@dataclass(frozen=True, slots=True)
class Reach:
    """The days of one report.

    `as_of` is the last day counted, `provisional` says that the period goes on after it.
    Month rollups serve the whole months up to `months_until` (its first days are all before it);
    day rollups the days from there to `as_of`, and those of the windows and of a period that
    begins within a month.
    """

    period: Period
    as_of: dt.date
    provisional: bool

    @property
    def week_start(self) -> dt.date:
        """First of the seven days that end with `as_of`."""
        return self.as_of - dt.timedelta(days=WEEK_DAYS - 1)

    @property
    def four_weeks_start(self) -> dt.date:
        """First of the 28 days that end with `as_of`."""
        return self.as_of - dt.timedelta(days=FOUR_WEEKS_DAYS - 1)

    @property
    def months_until(self) -> dt.date:
        """The first day that no whole month up to `as_of` holds."""
        return (self.as_of + dt.timedelta(days=1)).replace(day=1)

    @property
    def period_months(self) -> tuple[dt.date, dt.date]:
        """The whole months within the period, `[from, to)`; empty when both are equal."""
        start = first_of_month(self.period.start)
        if start != self.period.start:
            start = next_month(start)
        return start, max(start, self.months_until)

    @property
    def day_spans(self) -> list[tuple[dt.date, dt.date]]:
        """The half-open spans of days that are read day by day, without overlap, in order."""
        after = self.as_of + dt.timedelta(days=1)
        spans = [(self.four_weeks_start, after), (self.months_until, after)]
        months_start, months_end = self.period_months
        spans.append((self.period.start, min(months_start, after)))
        spans.append((max(months_end, self.period.start), after))
        return _joined(spans)

    def of_period_by_day(self, day: dt.date) -> bool:
        """Whether the day is of the period and of no whole month in it."""
        start, end = self.period_months
        return self.period.start <= day <= self.as_of and not start <= day < end


def reach_of(period: Period, now: dt.datetime, first_day: dt.date | None = None) -> Reach:
    """Return the days that a report of the period counts, asked at `now`.

    A period that is over is counted to its last day. A running one is counted to yesterday, the
    last whole day, and is provisional: to today where it began today, or where there is nothing
    before today (`first_day`, on which the first stall stood, is today). Raises InvalidInput
    `period_not_begun` for one that lies in the future.
    """
    today = local_day(now)
    if period.start > today:
        detail = say("%(label)s chưa bắt đầu; hãy chọn kỳ đã có ngày đầu tiên.", label=period.label)
        raise InvalidInput(detail, place="period", code="period_not_begun")
    if period.last_day < today:
        return Reach(period, period.last_day, provisional=False)
    begun = period.start if first_day is None else max(period.start, min(first_day, today))
    return Reach(period, max(begun, today - dt.timedelta(days=1)), provisional=True)


def first_of_month(day: dt.date) -> dt.date:
    """Return the first day of the day's month: a month rollup's key."""
    return day.replace(day=1)


def next_month(day: dt.date) -> dt.date:
    """Return the first day of the month after the day's."""
    return (day.replace(day=28) + dt.timedelta(days=4)).replace(day=1)


def _joined(spans: list[tuple[dt.date, dt.date]]) -> list[tuple[dt.date, dt.date]]:
    joined: list[tuple[dt.date, dt.date]] = []
    for start, end in sorted(span for span in spans if span[0] < span[1]):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    return joined
