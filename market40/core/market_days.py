"""The market calendar: on which Vietnamese days a market is open, and its form in JSON.

The JSON is what the column and the API carry:

    {"rules": [{"kind": "weekdays", "days": [1, 4]},
               {"kind": "every_n_days", "n": 6, "anchor": "2026-01-03"}],
     "exceptions": [{"day": "2026-02-17", "open": false, "reason": "Tết"}]}

The other kinds are `daily`, `solar_days` and `lunar_days` (with `days`), `dates` (with `dates`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Final

from market40.core.errors import InvalidInput, JsonValue
from market40.core.market_rules import (
    DATES_MAX,
    RULES_MAX,
    Daily,
    DatedException,
    Dates,
    EveryNDays,
    LunarDays,
    MarketCalendar,
    MarketRule,
    SolarDays,
    Weekdays,
    wrong_calendar,
)
from market40.core.texts import say

__all__ = [
    "Daily",
    "DatedException",
    "Dates",
    "EveryNDays",
    "LunarDays",
    "MarketCalendar",
    "MarketRule",
    "SolarDays",
    "Weekdays",
    "from_json",
    "is_open",
    "open_days",
    "to_json",
]

SPAN_MAX_DAYS: Final = 3700
"""The most days that one question about open days may span: ten years."""

_DAY_RULES: Final[Mapping[str, type[Weekdays] | type[SolarDays] | type[LunarDays]]] = {
    "weekdays": Weekdays,
    "solar_days": SolarDays,
    "lunar_days": LunarDays,
}
_ISO_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_DAY_KINDS: Final = {rule: kind for kind, rule in _DAY_RULES.items()}


def is_open(calendar: MarketCalendar, day: date) -> bool:
    """Return whether the market is open on that Vietnamese day.

    Raises ValueError when a lunar rule is asked outside 1976 to 2099.
    """
    for exception in calendar.exceptions:
        if exception.day == day:
            return exception.is_open
    return any(rule.covers(day) for rule in calendar.rules)


def open_days(calendar: MarketCalendar, start: date, end: date) -> tuple[date, ...]:
    """Return the open days from `start` up to and without `end`, in order.

    Raises ValueError when `end` is before `start`, or the span is over ten years.
    """
    span = (end - start).days
    if not 0 <= span <= SPAN_MAX_DAYS:
        raise ValueError(f"open days are listed for 0 to {SPAN_MAX_DAYS} days")
    said = {exception.day: exception.is_open for exception in calendar.exceptions}
    days = (start + timedelta(days=i) for i in range(span))
    return tuple(
        day for day in days if said.get(day, any(rule.covers(day) for rule in calendar.rules))
    )


def to_json(calendar: MarketCalendar) -> dict[str, JsonValue]:
    """Return the calendar as values that JSON can carry; from_json reads it back."""
    return {
        "rules": [_rule_to_json(rule) for rule in calendar.rules],
        "exceptions": [
            {"day": said.day.isoformat(), "open": said.is_open, "reason": said.reason}
            for said in calendar.exceptions
        ],
    }


def from_json(value: object) -> MarketCalendar:
    """Return the calendar that decoded JSON holds.

    Raises InvalidInput `market_calendar_invalid` with the place, such as `rules[0].days[1]`.
    """
    whole = _object(value, "calendar", {"rules", "exceptions"})
    rules = _list(whole.get("rules", []), "rules", RULES_MAX)
    exceptions = _list(whole.get("exceptions", []), "exceptions", DATES_MAX)
    return MarketCalendar(
        tuple(_rule(item, f"rules[{i}]") for i, item in enumerate(rules)),
        tuple(_exception(item, f"exceptions[{i}]") for i, item in enumerate(exceptions)),
    )


def _rule_to_json(rule: MarketRule) -> dict[str, JsonValue]:
    match rule:
        case Daily():
            return {"kind": "daily"}
        case EveryNDays(n=n, anchor=anchor):
            return {"kind": "every_n_days", "n": n, "anchor": anchor.isoformat()}
        case Dates(days=dates):
            return {"kind": "dates", "dates": [day.isoformat() for day in sorted(dates)]}
        case _:
            return {"kind": _DAY_KINDS[type(rule)], "days": sorted(rule.days)}


def _rule(value: object, place: str) -> MarketRule:
    item = _object(value, place, {"kind", "days", "dates", "n", "anchor"})
    kind = item.get("kind")
    try:
        if kind == "daily":
            return Daily()
        if kind == "every_n_days":
            n = _whole(item.get("n"), f"{place}.n")
            return EveryNDays(n, _date(item.get("anchor"), f"{place}.anchor"))
        if kind == "dates":
            place += ".dates"
            dates = _list(item.get("dates"), place, DATES_MAX)
            return Dates(frozenset(_date(day, f"{place}[{i}]") for i, day in enumerate(dates)))
        if isinstance(kind, str) and kind in _DAY_RULES:
            place += ".days"
            days = _list(item.get("days"), place, 31)
            whole = frozenset(_whole(day, f"{place}[{i}]") for i, day in enumerate(days))
            return _DAY_RULES[kind](whole)
    except InvalidInput as wrong:
        raise wrong_calendar(wrong.detail, wrong.place or place) from None
    raise wrong_calendar(say("Không có loại lịch chợ này."), f"{place}.kind")


def _exception(value: object, place: str) -> DatedException:
    item = _object(value, place, {"day", "open", "reason"})
    opened, reason = item.get("open"), item.get("reason", "")
    if not isinstance(opened, bool):
        raise wrong_calendar(say("Cần true (họp) hoặc false (nghỉ)."), f"{place}.open")
    if not isinstance(reason, str):
        raise wrong_calendar(say("Lý do phải là chữ."), f"{place}.reason")
    try:
        return DatedException(_date(item.get("day"), f"{place}.day"), opened, reason)
    except InvalidInput as wrong:
        raise wrong_calendar(wrong.detail, wrong.place or f"{place}.reason") from None


def _object(value: object, place: str, known: set[str]) -> Mapping[str, object]:
    if not isinstance(value, dict):
        raise wrong_calendar(say("Cần một đối tượng JSON."), place)
    unknown = sorted(str(key) for key in value if key not in known)
    if unknown:
        raise wrong_calendar(say("Không có trường này."), f"{place}.{unknown[0][:40]}")
    return value


def _list(value: object, place: str, limit: int) -> list[object]:
    if not isinstance(value, list) or len(value) > limit:
        raise wrong_calendar(say("Cần một danh sách, tối đa %(n)s mục.", n=limit), place)
    return value


def _whole(value: object, place: str) -> int:
    if type(value) is not int:
        raise wrong_calendar(say("Cần một số nguyên."), place)
    return value


def _date(value: object, place: str) -> date:
    # Only this form: fromisoformat reads others (2026-W01-1), which do not come back the same.
    if isinstance(value, str) and _ISO_DAY.fullmatch(value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    raise wrong_calendar(say("Cần một ngày dạng 2026-10-05."), place)
