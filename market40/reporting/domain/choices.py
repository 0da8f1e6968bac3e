"""The periods that the page's selector offers: fixed ones only, newest first."""

from __future__ import annotations

import datetime as dt
from typing import Final, TypeAlias

from market40.core.periods import Period, parse_period
from market40.core.texts import say

MONTHS: Final = 13
WEEKS: Final = 6
QUARTERS: Final = 5
YEARS: Final = 3
OFFICIAL_MONTHS: Final = 7

Choice: TypeAlias = tuple[str, str]
"""A period's text and its label."""


def default_period(today: dt.date) -> Period:
    """Return the month that runs."""
    return parse_period(f"{today.year}-{today.month:02}")


def period_choices(today: dt.date, chosen: Period) -> list[tuple[str, list[Choice]]]:
    """Return the groups of the selector, each with its periods; the chosen one is always in."""
    months = [_month(today, back) for back in range(MONTHS)]
    iso = [(today - dt.timedelta(weeks=back)).isocalendar() for back in range(WEEKS)]
    quarters = [_quarter(today, back) for back in range(QUARTERS)]
    years = [f"{today.year - back}" for back in range(YEARS)]
    halves = [f"{year}-H{half}" for year in years[:2] for half in (2, 1)]
    groups = [
        (say("Tháng"), months),
        (say("Tuần"), [f"{week.year}-W{week.week:02}" for week in iso]),
        (say("Quý"), quarters),
        (say("Sáu tháng"), halves),
        (say("Năm"), years),
        (say("Kỳ báo cáo 15–14"), [f"official:{text}" for text in months[:OFFICIAL_MONTHS]]),
        (say("Quý, năm 15–14"), [f"official:{text}" for text in (*quarters[:3], *years[:2])]),
        (say("Lũy kế"), [f"cumulative:{months[0]}", f"cumulative:official:{months[0]}"]),
    ]
    known = [text for _, texts in groups for text in texts]
    if chosen.text not in known:
        groups.insert(0, (say("Đang xem"), [chosen.text]))
    named = [(name, [(p.text, p.label) for p in _begun(texts, today)]) for name, texts in groups]
    return [(name, periods) for name, periods in named if periods]


def _begun(texts: list[str], today: dt.date) -> list[Period]:
    return [period for period in map(parse_period, texts) if period.start <= today]


def _month(today: dt.date, back: int) -> str:
    months = today.year * 12 + today.month - 1 - back
    return f"{months // 12}-{months % 12 + 1:02}"


def _quarter(today: dt.date, back: int) -> str:
    quarters = today.year * 4 + (today.month - 1) // 3 - back
    return f"{quarters // 4}-Q{quarters % 4 + 1}"
