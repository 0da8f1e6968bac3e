"""What screens list: a stall's day, the board's suspense, the vendor's unclassified."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import ColumnElement, Select, and_, exists, select
from sqlalchemy.orm import Session, aliased

from market40.payments.tables import Allocation, Credit

LIST_LIMIT: Final = 200

_Reversal = aliased(Allocation)
_STANDS: Final[tuple[ColumnElement[bool], ...]] = (
    Allocation.reverses_step.is_(None),
    ~exists().where(
        _Reversal.market_id == Allocation.market_id,
        _Reversal.credit_id == Allocation.credit_id,
        _Reversal.reverses_step == Allocation.step,
    ),
)


@dataclass(frozen=True, slots=True)
class CreditLine:
    """A credit where it stands now. `occurred_at` is the bank's instant; `sentence` says why.

    `account_id` is None for an account that is not ours. No memo: open it where it is needed.
    """

    credit_id: uuid.UUID
    account_id: uuid.UUID | None
    amount_vnd: int
    occurred_at: datetime
    first_seen_at: datetime
    references: tuple[str, ...]
    target: str
    reason: str | None
    stall_id: uuid.UUID | None
    intent_id: uuid.UUID | None
    rule: str
    sentence: str
    day: date


def sales_of_stall(
    session: Session, *, market_id: uuid.UUID, stall_id: uuid.UUID, day: date
) -> list[CreditLine]:
    """Return a stall's sales of a day by the bank's instant, newest first, at most 200."""
    query = _lines().where(
        Allocation.market_id == market_id,
        Allocation.day == day,
        Allocation.stall_id == stall_id,
        Allocation.target.in_(("intent", "stall")),
    )
    return _read(session, query)


def waiting_in_suspense(
    session: Session, *, market_id: uuid.UUID, since: date | None = None
) -> list[CreditLine]:
    """Return what of a market waits in suspense, newest first, at most 200."""
    query = _lines().where(Allocation.market_id == market_id, Allocation.target == "suspense")
    if since is not None:
        query = query.where(Allocation.day >= since)
    return _read(session, query)


def unclassified_on(
    session: Session, *, market_id: uuid.UUID, account_ids: Collection[uuid.UUID]
) -> list[CreditLine]:
    """Return what waits for the vendor's word on these accounts, newest first, at most 200."""
    query = _lines().where(
        Allocation.market_id == market_id,
        Allocation.target == "unclassified",
        Credit.account_id.in_(account_ids),
    )
    return _read(session, query)


def which_stall(
    session: Session, *, market_id: uuid.UUID, account_ids: Collection[uuid.UUID]
) -> list[CreditLine]:
    """Return what several stalls on these accounts could claim ("Sạp nào?"), at most 200."""
    query = _lines().where(
        Allocation.market_id == market_id,
        Allocation.target == "suspense",
        Allocation.reason == "several_stalls",
        Credit.account_id.in_(account_ids),
    )
    return _read(session, query)


def _lines() -> Select[Allocation, Credit]:
    return (
        select(Allocation, Credit)
        .join(
            Credit,
            and_(Credit.market_id == Allocation.market_id, Credit.id == Allocation.credit_id),
        )
        .where(*_STANDS)
        .order_by(Credit.occurred_at.desc(), Credit.id.desc())
        .limit(LIST_LIMIT)
    )


def _read(session: Session, query: Select[Allocation, Credit]) -> list[CreditLine]:
    return [
        CreditLine(
            credit_id=credit.id,
            account_id=credit.account_id,
            amount_vnd=row.amount_vnd,
            occurred_at=credit.occurred_at,
            first_seen_at=credit.first_seen_at,
            references=tuple(credit.references.split()),
            target=row.target,
            reason=row.reason,
            stall_id=row.stall_id,
            intent_id=row.intent_id,
            rule=row.rule,
            sentence=row.sentence,
            day=row.day,
        )
        for row, credit in session.execute(query)
    ]
