"""Queries of credits to be matched, their allocations, and the alerts that follow."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, case, func, select, tuple_
from sqlalchemy.orm import Session

from market40.db import outbox
from market40.db.alerts import Alert
from market40.db.rows import Rows
from market40.payments.tables import Allocation, Credit

_ROLL_UP_AFTER = timedelta(seconds=2)  # many payments of one moment, one count

ALLOCATIONS = Rows(Allocation.__table__)

NET = func.sum(
    case((Allocation.reverses_step.is_(None), Allocation.amount_vnd), else_=-Allocation.amount_vnd)
)
"""Sum of allocations less those that reverse one: what stands."""

_TO_MATCH = select(
    Credit.id,
    Credit.account_id,
    Credit.direction,
    Credit.amount_vnd,
    Credit.occurred_at,
    Credit.references,
    Credit.first_seen_at,
).where(
    Credit.market_id == bindparam("market_id"),
    Credit.id.in_(bindparam("credits", expanding=True)),
)
_ALLOCATED = select(Allocation.credit_id).where(
    Allocation.market_id == bindparam("market_id"),
    Allocation.credit_id.in_(bindparam("credits", expanding=True)),
    Allocation.step == 1,
)
_LAST_ALERTS = (
    select(Alert.topic, Alert.day, func.max(Alert.seq), func.max(Alert.number))
    .where(
        Alert.market_id == bindparam("market_id"),
        tuple_(Alert.topic, Alert.day).in_(bindparam("screens", expanding=True)),
    )
    .group_by(Alert.topic, Alert.day)
)
_STEPS = (
    select(Allocation)
    .where(
        Allocation.market_id == bindparam("market_id"),
        Allocation.credit_id == bindparam("credit_id"),
    )
    .order_by(Allocation.step)
)


@dataclass(frozen=True, slots=True)
class CreditToMatch:
    """A credit as matching reads it; `references` are ours, found in the memo."""

    id: uuid.UUID
    account_id: uuid.UUID | None
    amount_vnd: int
    occurred_at: datetime
    references: tuple[str, ...]
    first_seen_at: datetime


def credits_to_match(
    session: Session, *, market_id: uuid.UUID, credit_ids: Collection[uuid.UUID]
) -> list[CreditToMatch]:
    """Return those that are not yet allocated and are money in, in the order of arrival."""
    parameters = {"market_id": market_id, "credits": list(credit_ids)}
    done = set(session.scalars(_ALLOCATED, parameters))
    found = [
        CreditToMatch(row[0], row[1], row[3], row[4], tuple(row[5].split()), row[6])
        for row in session.execute(_TO_MATCH, parameters)
        if row[0] not in done and row[2] == "credit"
    ]
    return sorted(found, key=lambda credit: (credit.first_seen_at, credit.id))


def credit_of(session: Session, *, market_id: uuid.UUID, credit_id: uuid.UUID) -> Credit | None:
    """Return the row of a credit, None when the market has none of that id."""
    return session.get(Credit, {"id": credit_id, "market_id": market_id})


def steps_of(
    session: Session, *, market_id: uuid.UUID, credit_id: uuid.UUID
) -> Sequence[Allocation]:
    """Return every decision about a credit, the first one first, reversals among them."""
    return session.scalars(_STEPS, {"market_id": market_id, "credit_id": credit_id}).all()


def standing(steps: Sequence[Allocation]) -> list[Allocation]:
    """Return those that neither reverse nor are reversed: they sum to the credit's amount."""
    reversed_steps = {step.reverses_step for step in steps}
    return [s for s in steps if s.reverses_step is None and s.step not in reversed_steps]


def last_alerts(
    session: Session, *, market_id: uuid.UUID, screens: Collection[tuple[uuid.UUID, date]]
) -> dict[tuple[uuid.UUID, date], list[int]]:
    """Return [last seq, last arrival number] of each (stall, day); [0, 0] where there is none."""
    last = {screen: [0, 0] for screen in screens}
    if last:
        parameters = {"market_id": market_id, "screens": list(last)}
        for topic, day, seq, number in session.execute(_LAST_ALERTS, parameters):
            last[(topic, day)] = [seq, number or 0]
    return last


def ask_roll_up(session: Session, market_id: uuid.UUID, day: date, now: datetime) -> None:
    """Ask that a market's day be counted again soon; asked many times it is done once."""
    outbox.enqueue_once(
        session,
        market_id=market_id,
        job_id=uuid.uuid5(market_id, f"roll_up:{day.isoformat()}"),
        kind="roll_up",
        payload={"day": day.isoformat()},
        due_at=now + _ROLL_UP_AFTER,
    )


def reversal_of(row: Allocation, *, step: int, **values: object) -> dict[str, Any]:
    """Return the row that reverses `row`: the same money and place, with who and why anew."""
    return {
        "market_id": row.market_id,
        "credit_id": row.credit_id,
        "step": step,
        "target": row.target,
        "reason": row.reason,
        "stall_id": row.stall_id,
        "intent_id": row.intent_id,
        "amount_vnd": row.amount_vnd,
        "reverses_step": row.step,
        "day": row.day,
        **values,
    }
