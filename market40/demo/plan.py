"""The whole demonstration as a plan: what is put on, how busy it is. Touches no database."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from market40.core.market_days import open_days
from market40.demo.roster import MarketSpec, roster
from market40.demo.stalls import Habit, StallPlan, plan_stalls

DAYS = 90
SPENT = 0.02
"""The part of notices that are debits: no payments."""


@dataclass(frozen=True, slots=True)
class Sizes:
    """How large a demonstration is to be; about `payments` come in the days up to today."""

    markets: int = 68
    stalls: int = 2_300
    payments: int = 200_000


@dataclass(frozen=True, slots=True)
class MarketPlan:
    """A market with its stalls and its market days; `at` is its place in the roster.

    `start` is the demonstration's first day; days of stalls count from it.
    """

    at: int
    spec: MarketSpec
    stalls: Sequence[StallPlan]
    start: date
    market_days: Sequence[date]

    def rng(self, seed: int, part: str) -> Random:
        """Return the randomness of one part of this market, apart from every other's."""
        return Random(f"{seed}/{self.at}/{part}")  # noqa: S311 - repeatable on purpose


@dataclass(frozen=True, slots=True)
class Plan:
    """All markets; `per_pull` is how many payments one unit of pull brings on a market day."""

    seed: int
    sizes: Sizes
    start: date
    today: date
    markets: Sequence[MarketPlan]
    per_pull: float


def make_plan(sizes: Sizes, *, seed: int, today: date) -> Plan:
    """Return the plan of the DAYS days that end with `today`; the same for the same arguments.

    Raises ValueError for sizes that the roster does not have.
    """
    start = today - timedelta(days=DAYS - 1)
    markets = []
    for at, spec in enumerate(roster(markets=sizes.markets, stalls=sizes.stalls)):
        rng = Random(f"{seed}/{at}/stalls")  # noqa: S311 - repeatable on purpose
        stalls = plan_stalls(spec, at=at, days=DAYS, rng=rng)
        days = open_days(spec.calendar, start, today + timedelta(days=1))
        markets.append(MarketPlan(at, spec, stalls, start, days))
    whole = sum(
        pull for market in markets for day in market.market_days for _, pull in busy(market, day)
    )
    return Plan(
        seed, sizes, start, today, markets, sizes.payments / (1 - SPENT) / whole if whole else 0.0
    )


def busy(market: MarketPlan, day: date) -> Iterator[tuple[StallPlan, float]]:
    """Yield the stalls that take payments by code on a market day, with how strongly."""
    at = (day - market.start).days
    for stall in market.stalls:
        habit = stall.habit
        if habit is not None and stall.covered and habit.first <= at < habit.last:
            yield stall, habit.pull * _day_pull(market, day, at, habit)


def _day_pull(market: MarketPlan, day: date, at: int, habit: Habit) -> float:
    """Grow over the weeks; a weekend is busier in a town, and a fair's day takes a week's trade."""
    growth = 0.75 + 0.5 * at / DAYS
    settling = 0.6 if at - habit.first < 7 else 1.0
    if market.spec.kind == "town":
        return growth * settling * (1.35 if day.isoweekday() >= 6 else 1.0)
    return growth * settling * 2.4
