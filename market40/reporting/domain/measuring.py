"""From the markets' bitmaps and sums to the inputs of the indicators, for one unit or the total."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from market40.reporting.domain import bitmaps
from market40.reporting.domain.suppression import HOUSEHOLDS_MIN


@dataclass(frozen=True, slots=True)
class Takings:
    """What was counted on tallied stall-days: by code, in cash, by other non-cash means."""

    payments: int = 0
    payments_vnd: int = 0
    large_payments: int = 0
    large_payments_vnd: int = 0
    cash: int = 0
    cash_vnd: int = 0
    other: int = 0
    other_vnd: int = 0
    stall_days: int = 0
    drawn: int = 0

    def __add__(self, more: Takings) -> Takings:
        """Return the sum, field by field: rates come from summed parts, never from averages."""
        return Takings(*(getattr(self, n) + getattr(more, n) for n in Takings.__slots__))


@dataclass(frozen=True, slots=True)
class MarketFacts:
    """One market's bitmaps for a report, all over its own ordinals, and its takings.

    `eligible` and `registered` are of the period's end, and so are `looked_at` (ever inspected),
    `posted` (the last inspection found the stall's own code) and `inspected` (within 90 days);
    the windows are of 7 and 28 days; `ever` is all that was ever rolled up; `tallied` is of the
    period.
    """

    eligible: int = 0
    registered: int = 0
    looked_at: int = 0
    posted: int = 0
    inspected: int = 0
    observed_ever: int = 0
    paid_ever: int = 0
    observed_28: int = 0
    paid_28: int = 0
    observed_7: int = 0
    paid_7: int = 0
    tallied: int = 0
    takings: Takings = Takings()
    households: Mapping[int, uuid.UUID] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class UnitInputs:
    """What the indicators of one unit are computed from.

    All but the takings are distinct stalls among those that stand there at the period's end. The
    `*_households` count the households behind a figure, up to HOUSEHOLDS_MIN.
    """

    markets: int = 0
    eligible: int = 0
    registered: int = 0
    looked_at: int = 0
    posted: int = 0
    inspected: int = 0
    observed_ever: int = 0
    ever_paid: int = 0
    observed_28: int = 0
    active_28: int = 0
    observed_7: int = 0
    active_7: int = 0
    takings: Takings = Takings()
    ever_paid_households: int = 0
    active_28_households: int = 0
    active_7_households: int = 0
    tallied_households: int = 0


def unit_inputs(markets: Iterable[MarketFacts]) -> UnitInputs:
    """Return the inputs of a unit that holds these markets.

    A stall stands in one market at a time, so distinct stalls add up over markets, and are
    recounted over days. Only stalls that stand there at the end are counted, so that each step
    of the funnel lies within the one before; the tallies are of every stall of the period.
    """
    held = list(markets)
    ever = [m.paid_ever & m.observed_ever & m.eligible for m in held]
    in_28 = [m.paid_28 & m.observed_28 & m.eligible for m in held]
    in_7 = [m.paid_7 & m.observed_7 & m.eligible for m in held]
    return UnitInputs(
        markets=len(held),
        eligible=_stalls(m.eligible for m in held),
        registered=_stalls(m.registered & m.eligible for m in held),
        looked_at=_stalls(m.looked_at & m.registered & m.eligible for m in held),
        posted=_stalls(m.posted & m.registered & m.eligible for m in held),
        inspected=_stalls(m.inspected & m.posted & m.registered & m.eligible for m in held),
        observed_ever=_stalls(m.observed_ever & m.eligible for m in held),
        ever_paid=_stalls(ever),
        observed_28=_stalls(m.observed_28 & m.eligible for m in held),
        active_28=_stalls(in_28),
        observed_7=_stalls(m.observed_7 & m.eligible for m in held),
        active_7=_stalls(in_7),
        takings=sum((m.takings for m in held), Takings()),
        ever_paid_households=_households(held, ever),
        active_28_households=_households(held, in_28),
        active_7_households=_households(held, in_7),
        tallied_households=_households(held, [m.tallied for m in held]),
    )


def _stalls(bitmaps_of_markets: Iterable[int]) -> int:
    return sum(bitmap.bit_count() for bitmap in bitmaps_of_markets)


def _households(markets: Iterable[MarketFacts], stalls: Iterable[int]) -> int:
    """Return the households behind the stalls, counted only until there are enough."""
    found: set[uuid.UUID] = set()
    for market, bitmap in zip(markets, stalls, strict=True):
        for ordinal in bitmaps.ordinals(bitmap):
            # A stall that no census knows is nobody's: it must not make a small group look large.
            if (household := market.households.get(ordinal)) is not None:
                found.add(household)
                if len(found) == HOUSEHOLDS_MIN:
                    return HOUSEHOLDS_MIN
    return len(found)
