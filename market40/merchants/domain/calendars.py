"""A market's days as a form asks for them and as a page says them."""

from __future__ import annotations

import re
from collections.abc import Sequence
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

WEEKDAYS: Final = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")
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
            raise InvalidInput("Chưa chọn một ngày chợ họp.", place="anchor") from error
    else:
        raise InvalidInput("Chưa chọn ngày họp chợ.", place="days")
    return MarketCalendar((rule,))


def calendar_words(calendar: MarketCalendar) -> str:
    """Return the market's days in words: "họp Chủ nhật"."""
    return "; ".join(_words(rule) for rule in calendar.rules) or "chưa có lịch họp"


def _words(rule: MarketRule) -> str:
    match rule:
        case Daily():
            return "họp hằng ngày"
        case Weekdays(days):
            return "họp " + ", ".join(WEEKDAYS[day - 1] for day in sorted(days))
        case EveryNDays(n, anchor):
            back = ", lùi một ngày mỗi tuần" if n == _STEP_BACK_DAYS else ""
            return f"họp {n} ngày một phiên{back} (mốc {anchor:%d/%m/%Y})"
        case SolarDays(days):
            return "họp ngày " + ", ".join(str(day) for day in sorted(days)) + " dương lịch"
        case LunarDays(days):
            return "họp ngày " + ", ".join(str(day) for day in sorted(days)) + " âm lịch"
        case _:
            return "họp " + ", ".join(f"{day:%d/%m/%Y}" for day in sorted(rule.days)[:5])
