"""What the board of a demonstration market was told of cash: some stalls, some market days."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Final

from market40.core.clock import VN, as_utc
from market40.demo.goods import amount
from market40.demo.plan import MarketPlan
from market40.demo.roster import Kind
from market40.demo.stalls import StallPlan

BACK_DAYS: Final = 56
"""Eight weeks: payments take no tally of a day that is longer ago than two months."""
SAMPLE: Final = 12
_ANSWERS: Final = ("counted", "zero", "closed", "refused")
_ANSWER_WEIGHTS: Final = (88, 3, 6, 3)
_OTHER: Final = 0.2


@dataclass(frozen=True, slots=True)
class TallyPlan:
    """One stall's day as it was told; `told_at` is when, after the market."""

    stall: StallPlan
    day: date
    answer: str
    cash_count: int
    cash_vnd: int
    other_count: int
    other_vnd: int
    told_at: datetime


def tallies(market: MarketPlan, *, seed: int, now: datetime) -> Iterator[TallyPlan]:
    """Yield the tallies of a market whose board counts: one market day a week, SAMPLE stalls."""
    if not market.spec.tallied:
        return
    rng = market.rng(seed, "tallies")
    first = as_utc(now).astimezone(VN).date() - timedelta(days=BACK_DAYS)
    last_week = None
    for day in market.market_days:
        told_at = as_utc(datetime.combine(day, time(18, 30), VN))
        if day < first or told_at >= now or day.isocalendar()[:2] == last_week:
            continue
        last_week = day.isocalendar()[:2]
        for stall in rng.sample(list(market.stalls), min(SAMPLE, len(market.stalls))):
            yield _tally(stall, day, told_at, market.spec.kind, rng)


def _tally(stall: StallPlan, day: date, told_at: datetime, kind: Kind, rng: Random) -> TallyPlan:
    answer = rng.choices(_ANSWERS, _ANSWER_WEIGHTS)[0]
    if answer != "counted":
        return TallyPlan(stall, day, answer, 0, 0, 0, 0, told_at)
    cash_count = rng.randrange(3, 30) * (2 if kind == "fair" else 1)
    cash_vnd = sum(amount(rng, stall.goods) for _ in range(cash_count))
    other_count = rng.randrange(1, 4) if rng.random() < _OTHER else 0
    other_vnd = sum(amount(rng, stall.goods) for _ in range(other_count))
    return TallyPlan(stall, day, answer, cash_count, cash_vnd, other_count, other_vnd, told_at)
