"""Queries of intents: by reference, waiting at a stall, by their page; and their funding."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import bindparam, func, insert, select, update
from sqlalchemy.orm import Session

from market40.db.base import rows_changed, table_of
from market40.db.engine import vault_of
from market40.payments.store.allocations import NET
from market40.payments.tables import Allocation, Intent

LONGEST: Final = timedelta(days=1)
"""No intent stays open longer, so that those that wait at an instant are found by a range."""

LABEL: Final = "intent.label"

_INSERT = insert(table_of(Intent))
# Locked in the order of ids, so that two workers who pay the same intents wait for each other.
_BY_REFERENCE = (
    select(Intent)
    .where(
        Intent.market_id == bindparam("market_id"),
        Intent.reference.in_(bindparam("references", expanding=True)),
    )
    .order_by(Intent.id)
    .with_for_update()
)
_WAITING = (
    select(Intent)
    .where(
        Intent.market_id == bindparam("market_id"),
        Intent.stall_id.in_(bindparam("stalls", expanding=True)),
        Intent.opened_at >= bindparam("opened_from"),
        Intent.opened_at <= bindparam("opened_to"),
        Intent.state.in_(("open", "expired")),
    )
    .order_by(Intent.id)
    .with_for_update()
)
_FUNDED = (
    select(Allocation.intent_id, NET)
    .where(
        Allocation.market_id == bindparam("market_id"),
        Allocation.intent_id.in_(bindparam("intents", expanding=True)),
    )
    .group_by(Allocation.intent_id)
)
_TAKEN = select(Intent.id).where(
    Intent.market_id == bindparam("market_id"), Intent.reference == bindparam("reference")
)
_MOVE = (
    update(table_of(Intent))
    .where(
        Intent.__table__.c.market_id == bindparam("of_market"),
        Intent.__table__.c.id == bindparam("of_intent"),
    )
    .values(state=bindparam("to_state"), closed_at=bindparam("at"))
)


def insert_intent(session: Session, **row: object) -> None:
    """Write a new intent."""
    session.execute(_INSERT, row)


def label_of(session: Session, row: Intent) -> str | None:
    """Return the vendor's own word for an intent, opened; None where there is none (left)."""
    return vault_of(session).open_text(session, row.label, column=LABEL)


def reference_taken(session: Session, *, market_id: uuid.UUID, reference: str) -> bool:
    """Return whether an intent of the market has, or had, this reference."""
    found = session.execute(_TAKEN, {"market_id": market_id, "reference": reference})
    return found.first() is not None


def intents_by_reference(
    session: Session, *, market_id: uuid.UUID, references: Collection[str]
) -> Sequence[Intent]:
    """Return the market's intents with these references, locked."""
    if not references:
        return []
    parameters = {"market_id": market_id, "references": list(references)}
    return session.scalars(_BY_REFERENCE, parameters).all()


def intents_waiting(
    session: Session,
    *,
    market_id: uuid.UUID,
    stall_ids: Collection[uuid.UUID],
    earliest: datetime,
    latest: datetime,
) -> Sequence[Intent]:
    """Return intents of the stalls, open or run out, that may have waited in that span, locked."""
    if not stall_ids:
        return []
    parameters = {
        "market_id": market_id,
        "stalls": list(stall_ids),
        "opened_from": earliest - LONGEST,
        "opened_to": latest,
    }
    return session.scalars(_WAITING, parameters).all()


def funded(
    session: Session, *, market_id: uuid.UUID, intent_ids: Collection[uuid.UUID]
) -> dict[uuid.UUID, int]:
    """Return the dong that stand allocated to each intent; 0 where there are none."""
    sums = dict.fromkeys(intent_ids, 0)
    if sums:
        parameters = {"market_id": market_id, "intents": list(sums)}
        for intent_id, total in session.execute(_FUNDED, parameters):
            sums[intent_id] = int(total)
    return sums


def move_intents(
    session: Session, *, market_id: uuid.UUID, moves: Collection[tuple[uuid.UUID, str, datetime]]
) -> None:
    """Write new states: (intent, state, since when)."""
    rows = [
        {"of_market": market_id, "of_intent": intent_id, "to_state": state, "at": at}
        for intent_id, state, at in sorted(moves)
    ]
    if rows:
        session.connection().execute(_MOVE, rows)


def run_out(session: Session, *, market_id: uuid.UUID, now: datetime) -> int:
    """Expire every open intent whose time is over; return how many."""
    done = session.execute(
        update(Intent)
        .where(
            Intent.market_id == market_id,
            Intent.state == "open",
            Intent.expires_at <= now,
        )
        .values(state="expired", closed_at=now)
        .execution_options(synchronize_session=False)
    )
    return rows_changed(done)


def count_open(
    session: Session, *, market_id: uuid.UUID, stall_id: uuid.UUID, now: datetime
) -> int:
    """Return how many intents of a stall are open."""
    query = select(func.count()).where(
        Intent.market_id == market_id,
        Intent.stall_id == stall_id,
        Intent.opened_at >= now - LONGEST,
        Intent.state == "open",
    )
    return session.scalar(query) or 0


def intent_by_token(session: Session, token_hash: bytes) -> Intent | None:
    """Return the intent of a buyer's page, None when no page has this token."""
    return session.scalars(select(Intent).where(Intent.token_hash == token_hash)).one_or_none()


def intent_of(session: Session, *, market_id: uuid.UUID, intent_id: uuid.UUID) -> Intent | None:
    """Return the row of an intent, None when the market has none of that id."""
    return session.get(Intent, {"id": intent_id, "market_id": market_id})


def intents_of_stall(
    session: Session,
    *,
    market_id: uuid.UUID,
    stall_id: uuid.UUID,
    since: datetime,
    limit: int = 100,
) -> Sequence[Intent]:
    """Return a stall's intents opened since then, newest first."""
    query = (
        select(Intent)
        .where(
            Intent.market_id == market_id,
            Intent.stall_id == stall_id,
            Intent.opened_at >= since,
        )
        .order_by(Intent.opened_at.desc(), Intent.id.desc())
        .limit(limit)
    )
    return session.scalars(query).all()
