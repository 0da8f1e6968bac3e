"""The rules of a market calendar: on which Vietnamese days a market is open (phiên chợ)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final, TypeAlias

from market40.core.errors import InvalidInput
from market40.core.lunar import lunar_date
from market40.core.texts import say

RULES_MAX: Final = 16
DATES_MAX: Final = 400
REASON_MAX_CHARS: Final = 200


@dataclass(frozen=True, slots=True)
class Daily:
    """Open on every day."""

    def covers(self, _day: date) -> bool:
        """Return whether the rule opens the market on that day."""
        return True


@dataclass(frozen=True, slots=True)
class Weekdays:
    """Open on days of the week, ISO numbers: 1 Monday to 7 Sunday."""

    days: frozenset[int]

    def __post_init__(self) -> None:
        _within(self.days, 1, 7)

    def covers(self, day: date) -> bool:
        """Return whether the rule opens the market on that day."""
        return day.isoweekday() in self.days


@dataclass(frozen=True, slots=True)
class EveryNDays:
    """Open every `n` days counted from `anchor`, before it as well as after.

    Hà Giang's markets that move back a day each week meet every 6 days.
    """

    n: int
    anchor: date

    def __post_init__(self) -> None:
        if not 2 <= self.n <= 60:
            raise wrong_calendar(say("Chợ họp cách nhau từ 2 đến 60 ngày."))

    def covers(self, day: date) -> bool:
        """Return whether the rule opens the market on that day."""
        return (day - self.anchor).days % self.n == 0


@dataclass(frozen=True, slots=True)
class SolarDays:
    """Open on listed days of the solar month, 1 to 31."""

    days: frozenset[int]

    def __post_init__(self) -> None:
        _within(self.days, 1, 31)

    def covers(self, day: date) -> bool:
        """Return whether the rule opens the market on that day."""
        return day.day in self.days


@dataclass(frozen=True, slots=True)
class LunarDays:
    """Open on listed days of the lunar month, 1 to 30, leap months too."""

    days: frozenset[int]

    def __post_init__(self) -> None:
        _within(self.days, 1, 30)

    def covers(self, day: date) -> bool:
        """Return whether the rule opens the market on that day."""
        return lunar_date(day).day in self.days


@dataclass(frozen=True, slots=True)
class Dates:
    """Open on explicit dates: a yearly fair."""

    days: frozenset[date]

    def __post_init__(self) -> None:
        if not 1 <= len(self.days) <= DATES_MAX:
            raise wrong_calendar(say("Cần từ 1 đến %(n)s ngày họp chợ.", n=DATES_MAX))

    def covers(self, day: date) -> bool:
        """Return whether the rule opens the market on that day."""
        return day in self.days


MarketRule: TypeAlias = Daily | Weekdays | EveryNDays | SolarDays | LunarDays | Dates


@dataclass(frozen=True, slots=True)
class DatedException:
    """One day on which the rules do not hold: closed (Tết, a storm) or open (an extra fair)."""

    day: date
    is_open: bool
    reason: str = ""

    def __post_init__(self) -> None:
        if len(self.reason) > REASON_MAX_CHARS:
            raise wrong_calendar(say("Lý do dài quá %(n)s ký tự.", n=REASON_MAX_CHARS))


@dataclass(frozen=True, slots=True)
class MarketCalendar:
    """A market is open on a day that any rule covers, unless an exception for it says otherwise.

    Raises InvalidInput `market_calendar_invalid` for two exceptions on one day, or too many of
    either; so does each rule for days that do not exist.
    """

    rules: tuple[MarketRule, ...]
    exceptions: tuple[DatedException, ...] = ()

    def __post_init__(self) -> None:
        if len(self.rules) > RULES_MAX:
            raise wrong_calendar(say("Lịch chợ có tối đa %(n)s quy tắc.", n=RULES_MAX), "rules")
        if len(self.exceptions) > DATES_MAX:
            raise wrong_calendar(
                say("Lịch chợ có tối đa %(n)s ngày ngoại lệ.", n=DATES_MAX),
                "exceptions",
            )
        if len({exception.day for exception in self.exceptions}) != len(self.exceptions):
            raise wrong_calendar(say("Một ngày chỉ có một ngoại lệ."), "exceptions")


def _within(days: frozenset[int], low: int, high: int) -> None:
    if not days or not all(low <= day <= high for day in days):
        raise wrong_calendar(
            say("Cần ít nhất một ngày, từ %(low)s đến %(high)s.", low=low, high=high)
        )


def wrong_calendar(detail: str, place: str | None = None) -> InvalidInput:
    """Return the error for a calendar that cannot be, to be raised."""
    return InvalidInput(detail, place=place, code="market_calendar_invalid")
