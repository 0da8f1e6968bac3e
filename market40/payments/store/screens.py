"""What the pages show: a stall's day, what waits at it, and what nobody's rule explains."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from market40.db.alerts import Alert
from market40.db.engine import vault_of
from market40.payments.store.intents import label_of
from market40.payments.tables import Allocation, CashTally, Credit, Intent

ROWS_MAX: Final = 500
LOOK_BACK: Final = timedelta(days=62)
"""What is older is for the day's close, not for a screen."""

_OF_CREDIT = and_(Credit.market_id == Allocation.market_id, Credit.id == Allocation.credit_id)
_ORDER = (Credit.occurred_at, Credit.id)


@dataclass(frozen=True, slots=True)
class Payment:
    """A payment that stands on a stall; `number` is its running number, None where it has none."""

    credit_id: uuid.UUID
    number: int | None
    occurred_at: datetime
    amount_vnd: int
    intent_id: uuid.UUID | None
    sentence: str


@dataclass(frozen=True, slots=True)
class Unexplained:
    """A credit in suspense or unclassified.

    `stalls` are the numbers of those on its account; `memo` is opened personal data, None when
    not asked for.
    """

    credit_id: uuid.UUID
    reason: str | None
    sentence: str
    occurred_at: datetime
    amount_vnd: int
    account_id: uuid.UUID | None
    stalls: tuple[str, ...]
    memo: str | None


@dataclass(frozen=True, slots=True)
class Waiting:
    """An open intent, and how much of it has come."""

    intent_id: uuid.UUID
    amount_vnd: int
    label: str | None
    opened_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class TallyShown:
    """The newest word about a stall's day, and when it was said."""

    answer: str
    cash_count: int
    cash_vnd: int
    other_count: int
    other_vnd: int
    made_at: datetime


def payments_of_stall(
    session: Session, *, market_id: uuid.UUID, stall_id: uuid.UUID, day: date
) -> list[Payment]:
    """Return what stands on a stall of the bank's day, the newest first, at most 500."""
    rows = session.execute(
        select(Allocation, Credit.occurred_at)
        .join(Credit, _OF_CREDIT)
        .where(
            Allocation.market_id == market_id,
            Allocation.day == day,
            Allocation.stall_id == stall_id,
            Allocation.target.in_(("intent", "stall")),
            Allocation.reverses_step.is_(None),
            ~_reversed(),
        )
        .order_by(Credit.occurred_at.desc(), Credit.id.desc())
        .limit(ROWS_MAX)
    ).all()
    numbers = _numbers(session, market_id, stall_id, [row[0].credit_id for row in rows])
    return [
        Payment(
            row.credit_id,
            numbers.get(row.credit_id),
            occurred_at,
            row.amount_vnd,
            row.intent_id,
            row.sentence,
        )
        for row, occurred_at in rows
    ]


def total_of_stall(
    session: Session, *, market_id: uuid.UUID, stall_id: uuid.UUID, day: date
) -> tuple[int, int]:
    """Return how many payments stand on a stall of the bank's day, and their sum in dong."""
    query = select(func.count(), func.coalesce(func.sum(Allocation.amount_vnd), 0)).where(
        Allocation.market_id == market_id,
        Allocation.day == day,
        Allocation.stall_id == stall_id,
        Allocation.target.in_(("intent", "stall")),
        Allocation.reverses_step.is_(None),
        ~_reversed(),
    )
    count, total_vnd = session.execute(query).one()
    return int(count), int(total_vnd)


def waiting_at_stall(
    session: Session, *, market_id: uuid.UUID, stall_id: uuid.UUID, now: datetime
) -> list[Waiting]:
    """Return a stall's intents that are open and not run out, the oldest first."""
    rows = session.scalars(
        select(Intent)
        .where(
            Intent.market_id == market_id,
            Intent.stall_id == stall_id,
            Intent.opened_at > now - timedelta(days=1),
            Intent.state == "open",
            Intent.expires_at > now,
        )
        .order_by(Intent.opened_at, Intent.id)
    )
    return [
        Waiting(i.id, i.amount_vnd, label_of(session, i), i.opened_at, i.expires_at) for i in rows
    ]


def unclassified_on(
    session: Session, *, market_id: uuid.UUID, account_ids: Collection[uuid.UUID], since: date
) -> list[Unexplained]:
    """Return what on these accounts waits for the vendor's word, the newest first.

    That is what is unclassified, and what several stalls could have earned ("Sạp nào?").
    """
    if not account_ids:
        return []
    query = (
        _unexplained(market_id, ("unclassified", "suspense"), since)
        .where(
            Credit.account_id.in_(account_ids),
            or_(Allocation.target == "unclassified", Allocation.reason == "several_stalls"),
        )
        .order_by(*(column.desc() for column in _ORDER))
    )
    return [_shown(row, None) for row in session.execute(query.limit(ROWS_MAX))]


def suspense_of_market(
    session: Session, *, market_id: uuid.UUID, since: date, limit: int = 100
) -> list[Unexplained]:
    """Return what waits for the board, the oldest first, with the memos that help to place it.

    For the board's page alone: the memos are opened.
    """
    query = _unexplained(market_id, ("suspense",), since).add_columns(Credit.memo).order_by(*_ORDER)
    rows = session.execute(query.limit(limit)).all()
    vault = vault_of(session)
    return [
        _shown(row, vault.open_text(session, row.memo, column="credit.memo") if row.memo else None)
        for row in rows
    ]


def suspense_totals(session: Session, *, market_id: uuid.UUID, since: date) -> tuple[int, int]:
    """Return how many credits wait for the board, and their sum in dong."""
    waiting = _unexplained(market_id, ("suspense",), since).subquery()
    query = select(func.count(), func.coalesce(func.sum(waiting.c.amount_vnd), 0))
    count, total_vnd = session.execute(query.select_from(waiting)).one()
    return int(count), int(total_vnd)


def newest_tally(
    session: Session, *, market_id: uuid.UUID, stall_id: uuid.UUID, day: date
) -> TallyShown | None:
    """Return the newest tally of a stall's day, or None."""
    row = session.scalars(
        select(CashTally)
        .where(
            CashTally.market_id == market_id,
            CashTally.day == day,
            CashTally.stall_id == stall_id,
        )
        .order_by(CashTally.made_at.desc(), CashTally.id.desc())
        .limit(1)
    ).one_or_none()
    if row is None:
        return None
    return TallyShown(
        row.answer, row.cash_count, row.cash_vnd, row.other_count, row.other_vnd, row.made_at
    )


def alerts_between(
    session: Session,
    *,
    market_id: uuid.UUID,
    topic: uuid.UUID,
    after: tuple[date, int],
    until: date,
    limit: int,
) -> Sequence[Alert]:
    """Return a topic's alerts after (day, seq) up to a day, in order: a page may be days old."""
    day, seq = after
    query = (
        select(Alert)
        .where(
            Alert.market_id == market_id,
            Alert.topic == topic,
            Alert.day >= day,
            Alert.day <= until,
            (Alert.day > day) | (Alert.seq > seq),
        )
        .order_by(Alert.day, Alert.seq)
        .limit(limit)
    )
    return session.scalars(query).all()


def _reversed() -> Any:
    later = aliased(Allocation)
    return exists().where(
        later.market_id == Allocation.market_id,
        later.credit_id == Allocation.credit_id,
        later.reverses_step == Allocation.step,
    )


def _unexplained(market_id: uuid.UUID, targets: tuple[str, ...], since: date) -> Any:
    return (
        select(
            Allocation.credit_id,
            Allocation.reason,
            Allocation.sentence,
            Credit.occurred_at,
            Allocation.amount_vnd,
            Credit.account_id,
            Allocation.evidence,
        )
        .join(Credit, _OF_CREDIT)
        .where(
            Allocation.market_id == market_id,
            Allocation.target.in_(targets),
            Allocation.day >= since,
            Allocation.reverses_step.is_(None),
            ~_reversed(),
        )
    )


def _shown(row: Any, memo: str | None) -> Unexplained:
    stalls = row.evidence.get("stalls", ())
    return Unexplained(
        credit_id=row.credit_id,
        reason=row.reason,
        sentence=row.sentence,
        occurred_at=row.occurred_at,
        amount_vnd=row.amount_vnd,
        account_id=row.account_id,
        stalls=tuple(str(number) for number in stalls),
        memo=memo,
    )


def _numbers(
    session: Session,
    market_id: uuid.UUID,
    stall_id: uuid.UUID,
    credit_ids: Collection[uuid.UUID],
) -> dict[uuid.UUID, int]:
    """Running numbers are of the day of arrival, which may be later than the bank's."""
    if not credit_ids:
        return {}
    query = select(Alert.credit_id, Alert.number).where(
        Alert.market_id == market_id,
        Alert.topic == stall_id,
        Alert.credit_id.in_(credit_ids),
        Alert.number.is_not(None),
    )
    return {row.credit_id: row.number for row in session.execute(query)}
