"""A market's days as a form asks for them and as a page says them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final

from market40.core.errors import InvalidInput
from market40.core.market_days import (
    Daily,
    EveryNDays,
    LunarDays,
    MarketCalendar,
    MarketRule,
    SolarDays,
    Weekdays,
)
from market40.core.texts import date_text, joined, say

WEEKDAYS: Final = (
    say("thứ Hai"),
    say("thứ Ba"),
    say("thứ Tư"),
    say("thứ Năm"),
    say("thứ Sáu"),
    say("thứ Bảy"),
    say("Chủ nhật"),
)
_NUMBERS: Final = re.compile(r"[0-9]{1,2}")
_STEP_BACK_DAYS: Final = 6


def read_calendar(
    kind: str, *, weekdays: Sequence[str], listed: str, anchor: str
) -> MarketCalendar:
    """Return the calendar that a form says: `kind` is daily, weekdays, back, solar or lunar.

    `weekdays` are "1" (Monday) to "7", `listed` days of the month ("1, 6, 11"), `anchor` a day
    on which a market that moves back a day each week met (every 6 days). Raises InvalidInput.
    """
    rule: MarketRule
    if kind == "daily":
        rule = Daily()
    elif kind == "weekdays":
        rule = Weekdays(frozenset(int(day) for day in weekdays if day in tuple("1234567")))
    elif kind in ("solar", "lunar"):
        days = frozenset(int(number) for number in _NUMBERS.findall(listed))
        rule = SolarDays(days) if kind == "solar" else LunarDays(days)
    elif kind == "back":
        try:
            rule = EveryNDays(_STEP_BACK_DAYS, date.fromisoformat(anchor))
        except ValueError as error:
            raise InvalidInput(say("Chưa chọn một ngày chợ họp."), place="anchor") from error
    else:
        raise InvalidInput(say("Chưa chọn ngày họp chợ."), place="days")
    return MarketCalendar((rule,))


def calendar_words(calendar: MarketCalendar) -> str:
    """Return the market's days in words: "họp Chủ nhật"."""
    return joined(*map(_words, calendar.rules), mark="; ") or say("chưa có lịch họp")


def _words(rule: MarketRule) -> str:
    match rule:
        case Daily():
            return say("họp hằng ngày")
        case Weekdays(days):
            named = (WEEKDAYS[number - 1] for number in sorted(days))
            return say("họp %(days)s", days=joined(*named, mark=", "))
        case EveryNDays(n, anchor):
            return _every(n, date_text(anchor))
        case SolarDays(days):
            return say("họp ngày %(days)s dương lịch", days=_numbers(days))
        case LunarDays(days):
            return say("họp ngày %(days)s âm lịch", days=_numbers(days))
        case _:
            dates = joined(*map(date_text, sorted(rule.days)[:5]), mark=", ")
            return say("họp %(days)s", days=dates)


def _every(n: int, anchor: str) -> str:
    if n == _STEP_BACK_DAYS:
        return say(
            "họp %(n)s ngày một phiên, lùi một ngày mỗi tuần (mốc %(anchor)s)", n=n, anchor=anchor
        )
    return say("họp %(n)s ngày một phiên (mốc %(anchor)s)", n=n, anchor=anchor)


def _numbers(days: Iterable[int]) -> str:
    return ", ".join(map(str, sorted(days)))
