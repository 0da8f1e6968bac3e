"""Market days as the table writes them: "daily", "sun", "chi:Tỵ,Hợi", "lunar:2,7"."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from market40.core.market_days import Daily, EveryNDays, LunarDays, MarketCalendar, Weekdays
from market40.core.market_rules import MarketRule

BRANCHES: Final = (
    "Tý",
    "Sửu",
    "Dần",
    "Mão",
    "Thìn",
    "Tỵ",
    "Ngọ",
    "Mùi",
    "Thân",
    "Dậu",
    "Tuất",
    "Hợi",
)
"""The twelve earthly branches (địa chi) by which days are counted too."""

_DAY_NAMES: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WEEKDAYS: Final = {name: at for at, name in enumerate(_DAY_NAMES, 1)}
_JULIAN_DAY_OF_ORDINAL_0: Final = 1_721_425
_ANCHOR_FROM: Final = date(2026, 1, 1)


def branch_of(day: date) -> str:
    """Return the earthly branch of a day: Ngọ for 1 January 2000, the Julian day decides."""
    return BRANCHES[(day.toordinal() + _JULIAN_DAY_OF_ORDINAL_0 + 1) % 12]


def calendar_of(text: str) -> MarketCalendar:
    """Return the calendar that the table writes; raise ValueError for another text.

    "chi:" names the two branches, six days apart, on which a market that moves back a day each
    week (chợ lùi) meets: every sixth day.
    """
    return MarketCalendar((_rule(text),), ())


def _rule(text: str) -> MarketRule:
    kind, _, listed = text.partition(":")
    if text == "daily":
        return Daily()
    if kind == "lunar":
        return LunarDays(frozenset(int(day) for day in listed.split(",")))
    if kind == "chi":
        return EveryNDays(6, _branch_anchor(listed.split(",")))
    return Weekdays(frozenset(_weekday(name) for name in text.split(",")))


def _branch_anchor(names: list[str]) -> date:
    first, second = (BRANCHES.index(name) for name in names)
    if abs(first - second) != 6:
        raise ValueError("a market every sixth day has branches that are six apart")
    return next(
        day
        for day in (_ANCHOR_FROM + timedelta(days=step) for step in range(12))
        if branch_of(day) == names[0]
    )


def _weekday(name: str) -> int:
    if name not in _WEEKDAYS:
        raise ValueError(f"no market day: {name}")
    return _WEEKDAYS[name]
