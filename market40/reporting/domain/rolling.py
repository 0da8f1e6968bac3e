"""What a market's day comes to: the facts of its stall-days, added up and put into bitmaps.

Observed first (design, "Figures"): a payment or a tally counts only on a stall-day that a living
source covers, so paid and tallied lie within observed, and observed within eligible.
"""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, fields
from typing import Final

from market40.reporting.domain import bitmaps

COUNTED_ANSWERS: Final = frozenset({"counted", "zero"})
"""The answers of a tally that say how much cash there was; closed and refused say nothing."""


@dataclass(frozen=True, slots=True)
class Sale:
    """A stall's payments of one day, net of what was reversed; the large ones are among them."""

    ordinal: int
    payments: int
    payments_vnd: int
    large_payments: int = 0
    large_payments_vnd: int = 0


@dataclass(frozen=True, slots=True)
class Tally:
    """A stall's newest cash tally of one day."""

    ordinal: int
    answer: str
    cash: int = 0
    cash_vnd: int = 0
    other: int = 0
    other_vnd: int = 0
    drawn: bool = False


@dataclass(frozen=True, slots=True)
class Totals:
    """A market's totals over a day or a month. The first four are bitmaps, the rest sums."""

    eligible: int = 0
    observed: int = 0
    paid: int = 0
    tallied: int = 0
    payments: int = 0
    payments_vnd: int = 0
    large_payments: int = 0
    large_payments_vnd: int = 0
    tally_payments: int = 0
    tally_payments_vnd: int = 0
    tally_large_payments: int = 0
    tally_large_payments_vnd: int = 0
    tally_cash: int = 0
    tally_cash_vnd: int = 0
    tally_other: int = 0
    tally_other_vnd: int = 0
    tally_days: int = 0
    drawn_tallies: int = 0
    suspense: int = 0
    suspense_vnd: int = 0
    open_days: int = 0


BITMAPS: Final = ("eligible", "observed", "paid", "tallied")
SUMS: Final = tuple(field.name for field in fields(Totals) if field.name not in BITMAPS)


def day_totals(
    *,
    eligible: AbstractSet[int],
    covered: AbstractSet[int],
    sales: Iterable[Sale],
    tallies: Iterable[Tally],
    suspense: int = 0,
    suspense_vnd: int = 0,
    is_open: bool,
) -> Totals:
    """Return the totals of one market day.

    `eligible` are the ordinals that stand there, `covered` those whose account a living source
    covers; each stall has at most one Sale and one Tally. A stall that is not both is left out:
    what happened at it is not known to be all that happened.
    """
    observed = eligible & covered
    sold = {sale.ordinal: sale for sale in sales if sale.ordinal in observed}
    counted = [t for t in tallies if t.ordinal in observed and t.answer in COUNTED_ANSWERS]
    beside = [sold[t.ordinal] for t in counted if t.ordinal in sold]
    return Totals(
        eligible=bitmaps.of_ordinals(eligible),
        observed=bitmaps.of_ordinals(observed),
        paid=bitmaps.of_ordinals(o for o, sale in sold.items() if sale.payments > 0),
        tallied=bitmaps.of_ordinals(t.ordinal for t in counted),
        payments=sum(sale.payments for sale in sold.values()),
        payments_vnd=sum(sale.payments_vnd for sale in sold.values()),
        large_payments=sum(sale.large_payments for sale in sold.values()),
        large_payments_vnd=sum(sale.large_payments_vnd for sale in sold.values()),
        tally_payments=sum(sale.payments for sale in beside),
        tally_payments_vnd=sum(sale.payments_vnd for sale in beside),
        tally_large_payments=sum(sale.large_payments for sale in beside),
        tally_large_payments_vnd=sum(sale.large_payments_vnd for sale in beside),
        tally_cash=sum(t.cash for t in counted),
        tally_cash_vnd=sum(t.cash_vnd for t in counted),
        tally_other=sum(t.other for t in counted),
        tally_other_vnd=sum(t.other_vnd for t in counted),
        tally_days=len(counted),
        drawn_tallies=sum(t.drawn for t in counted),
        suspense=suspense,
        suspense_vnd=suspense_vnd,
        open_days=int(is_open),
    )


def merged(parts: Iterable[Totals]) -> Totals:
    """Return the totals of several days of one market: bitmaps OR-ed, sums added."""
    whole = list(parts)
    both = {name: bitmaps.union(getattr(p, name) for p in whole) for name in BITMAPS}
    both |= {name: sum(getattr(p, name) for p in whole) for name in SUMS}
    return Totals(**both)
