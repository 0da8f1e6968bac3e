"""What reporting counts of a market's day: sales, suspense, tallies and coverage."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import and_, bindparam, case, func, or_, select
from sqlalchemy.orm import Session

from market40.core.clock import day_bounds
from market40.merchants.tables import BeneficiaryAccount, StallAccount
from market40.payments.store.allocations import NET
from market40.payments.tables import Allocation, CashTally, Source, SourceAccount, SourceDay

LARGE_VND: Final = 100_000_000
"""Credits over this are shown with and without, since one of them can hide a market."""

_COUNT = func.sum(case((Allocation.reverses_step.is_(None), 1), else_=-1))
_LARGE = Allocation.amount_vnd > LARGE_VND
_SIGN = case((Allocation.reverses_step.is_(None), 1), else_=-1)

_OF_DAY = (Allocation.market_id == bindparam("market_id"), Allocation.day == bindparam("day"))
_SALES = (
    select(
        Allocation.stall_id,
        _COUNT,
        NET,
        func.sum(case((_LARGE, _SIGN), else_=0)),
        func.sum(case((_LARGE, _SIGN * Allocation.amount_vnd), else_=0)),
    )
    .where(*_OF_DAY, Allocation.target.in_(("intent", "stall")))
    .group_by(Allocation.stall_id)
    .order_by(Allocation.stall_id)
)
_SUSPENSE = (
    select(Allocation.reason, _COUNT, NET)
    .where(*_OF_DAY, Allocation.target == "suspense")
    .group_by(Allocation.reason)
    .order_by(Allocation.reason)
)
_TALLIES = (
    select(CashTally)
    .where(CashTally.market_id == bindparam("market_id"), CashTally.day == bindparam("day"))
    .order_by(CashTally.made_at, CashTally.id)
)


@dataclass(frozen=True, slots=True)
class StallSales:
    """What stands allocated to a stall on a day, its intents and walk-in sales together.

    `large_payments` are those over LARGE_VND, counted in `payments` too.
    """

    stall_id: uuid.UUID
    payments: int
    payments_vnd: int
    large_payments: int
    large_payments_vnd: int


@dataclass(frozen=True, slots=True)
class SuspenseOfDay:
    """Credits of a day that wait for one reason."""

    reason: str
    credits: int
    credits_vnd: int


@dataclass(frozen=True, slots=True)
class TallyOfDay:
    """The newest word about a stall's day; `answer` is counted, zero, closed or refused."""

    stall_id: uuid.UUID
    answer: str
    cash_count: int
    cash_vnd: int
    other_count: int
    other_vnd: int
    drawn: bool


def sales_of_day(session: Session, market_id: uuid.UUID, day: date) -> list[StallSales]:
    """Return each stall that has sales on a day, by the bank's instant; net of what was undone."""
    rows = session.execute(_SALES, {"market_id": market_id, "day": day})
    return [StallSales(row[0], *(int(n) for n in row[1:])) for row in rows if row[1]]


def suspense_of_day(session: Session, market_id: uuid.UUID, day: date) -> list[SuspenseOfDay]:
    """Return what of a day still waits in suspense, by reason."""
    rows = session.execute(_SUSPENSE, {"market_id": market_id, "day": day})
    return [SuspenseOfDay(row[0], int(row[1]), int(row[2])) for row in rows if row[1]]


def tallies_of_day(session: Session, market_id: uuid.UUID, day: date) -> list[TallyOfDay]:
    """Return the newest tally of each stall that has one on a day."""
    newest: dict[uuid.UUID, TallyOfDay] = {}
    for row in session.scalars(_TALLIES, {"market_id": market_id, "day": day}):
        newest[row.stall_id] = TallyOfDay(
            row.stall_id,
            row.answer,
            row.cash_count,
            row.cash_vnd,
            row.other_count,
            row.other_vnd,
            row.drawn,
        )
    return sorted(newest.values(), key=lambda tally: tally.stall_id)


def covered_accounts(session: Session, market_id: uuid.UUID, day: date) -> set[uuid.UUID]:
    """Return the accounts that a source covers which gave a sign of life on that day."""
    alive = (
        select(Source.id, Source.covers)
        .join(SourceDay, SourceDay.source_id == Source.id)
        .where(Source.market_id == market_id, SourceDay.market_id == market_id)
        .where(SourceDay.day == day)
    )
    sources = session.execute(alive).all()
    if any(covers == "market" for _id, covers in sources):
        every = select(BeneficiaryAccount.id).where(BeneficiaryAccount.market_id == market_id)
        return set(session.scalars(every))
    listed = select(SourceAccount.account_id).where(
        SourceAccount.market_id == market_id,
        SourceAccount.source_id.in_([source_id for source_id, _covers in sources]),
        SourceAccount.starts_on <= day,
        or_(SourceAccount.ends_on.is_(None), SourceAccount.ends_on > day),
    )
    return set(session.scalars(listed)) if sources else set()


def covered_stalls(session: Session, market_id: uuid.UUID, day: date) -> set[uuid.UUID]:
    """Return the stalls that were paid into a covered account at some time of that day."""
    accounts = covered_accounts(session, market_id, day)
    if not accounts:
        return set()
    start, end = day_bounds(day)
    query = select(StallAccount.stall_id, StallAccount.account_id).where(
        and_(
            StallAccount.market_id == market_id,
            StallAccount.starts_at < end,
            or_(StallAccount.ends_at.is_(None), StallAccount.ends_at > start),
        )
    )
    return {stall for stall, account in session.execute(query) if account in accounts}
