"""Roll a market's days up from the facts; what stood there before is replaced."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy.orm import Session

from market40.core import market_days
from market40.core.errors import NotFound
from market40.core.market_rules import MarketCalendar
from market40.core.texts import say
from market40.merchants import store as merchants
from market40.merchants.store import MarketValue, StallInCensus
from market40.payments import store as payments
from market40.reporting import store
from market40.reporting.domain.rolling import Sale, Tally, Totals, day_totals, merged
from market40.reporting.domain.windows import first_of_month, next_month

ONE_DAY = dt.timedelta(days=1)


def roll_up_days(
    session: Session, market_id: uuid.UUID, days: Iterable[dt.date], *, now: dt.datetime
) -> None:
    """Recompute several days of one market, each once, and each of their months once.

    Raises NotFound `market_not_found`.
    """
    wanted = sorted(set(days))
    months = _lock_months(session, market_id, wanted, now=now)  # nobody else counts meanwhile
    _write(session, market_id, count_days(session, market_id, wanted), months, now=now)


def count_days(
    session: Session, market_id: uuid.UUID, days: Iterable[dt.date]
) -> dict[dt.date, Totals]:
    """Count several days of one market from the facts, each once; writes nothing.

    Raises NotFound `market_not_found`.
    """
    found = merchants.markets(session, ids=[market_id])
    if not found:
        raise NotFound(say("Không có chợ này."), place="market_id", code="market_not_found")
    wanted = sorted(set(days))
    if not wanted:
        return {}
    stalls = merchants.census(session, [market_id], start=wanted[0], end=wanted[-1] + ONE_DAY)
    calendar = market_days.from_json(found[0].calendar)
    return {day: _of_day(session, found[0], calendar, stalls, day) for day in wanted}


def write_days(
    session: Session, market_id: uuid.UUID, counted: Mapping[dt.date, Totals], *, now: dt.datetime
) -> None:
    """Put what was counted in the place of what stood there, and make the days' months anew."""
    _write(session, market_id, counted, _lock_months(session, market_id, counted, now=now), now=now)


def _write(
    session: Session,
    market_id: uuid.UUID,
    counted: Mapping[dt.date, Totals],
    months: Sequence[dt.date],
    *,
    now: dt.datetime,
) -> None:
    for day, totals in sorted(counted.items()):
        store.replace_day(session, market_id, day, totals, now=now)
    for month in months:
        rolled = store.days_of(session, market_id, month, next_month(month))
        whole = merged(totals for _, totals in rolled)
        stalest = min(rolled_at for rolled_at, _ in rolled)
        store.replace_month(session, market_id, month, whole, rolled_at=stalest)


def _lock_months(
    session: Session, market_id: uuid.UUID, days: Iterable[dt.date], *, now: dt.datetime
) -> list[dt.date]:
    months = sorted({first_of_month(day) for day in days})
    for month in months:
        store.lock_month(session, market_id, month, now=now)
    return months


def _of_day(
    session: Session,
    market: MarketValue,
    calendar: MarketCalendar,
    stalls: Sequence[StallInCensus],
    day: dt.date,
) -> Totals:
    ordinals = {
        stall.stall_id: stall.ordinal
        for stall in stalls
        if stall.starts_on <= day and (stall.ends_on is None or day < stall.ends_on)
    }
    covered = payments.covered_stalls(session, market.id, day)
    waiting = payments.suspense_of_day(session, market.id, day)
    return day_totals(
        eligible=frozenset(ordinals.values()),
        covered={ordinals[stall_id] for stall_id in covered if stall_id in ordinals},
        sales=[
            Sale(
                ordinal=ordinals[sold.stall_id],
                payments=sold.payments,
                payments_vnd=sold.payments_vnd,
                large_payments=sold.large_payments,
                large_payments_vnd=sold.large_payments_vnd,
            )
            for sold in payments.sales_of_day(session, market.id, day)
            if sold.stall_id in ordinals
        ],
        tallies=[
            Tally(
                ordinal=ordinals[said.stall_id],
                answer=said.answer,
                cash=said.cash_count,
                cash_vnd=said.cash_vnd,
                other=said.other_count,
                other_vnd=said.other_vnd,
                drawn=said.drawn,
            )
            for said in payments.tallies_of_day(session, market.id, day)
            if said.stall_id in ordinals
        ],
        suspense=sum(one.credits for one in waiting),
        suspense_vnd=sum(one.credits_vnd for one in waiting),
        is_open=_stands(market, day) and market_days.is_open(calendar, day),
    )


def _stands(market: MarketValue, day: dt.date) -> bool:
    return market.opened_on <= day and (market.closed_on is None or day < market.closed_on)
