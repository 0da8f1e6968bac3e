"""Queries of the hot path: sources, deliveries, credits by identity, sightings, signs of life."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import and_, bindparam, insert, or_, select, tuple_, update
from sqlalchemy.orm import Session

from market40.db.conflict import insert_if_absent
from market40.db.rows import Rows
from market40.payments.tables import Credit, Delivery, Refusal, Sighting, Source, SourceDay

Identity = tuple[bytes, str, str, int, date]
"""Account's keyed hash, direction, normalised bank reference, amount in dong, booking day."""

DELIVERIES = Rows(Delivery.__table__)
CREDITS = Rows(Credit.__table__)
SIGHTINGS = Rows(Sighting.__table__)

_SOURCE = select(Source).where(Source.id == bindparam("source_id"))

_KNOWN = select(Delivery.external_id, Delivery.body_sha256, Delivery.verdict).where(
    Delivery.market_id == bindparam("market_id"),
    Delivery.source_id == bindparam("source_id"),
    or_(
        Delivery.external_id.in_(bindparam("external_ids", expanding=True)),
        Delivery.body_sha256.in_(bindparam("hashes", expanding=True)),
    ),
)

_EQUAL = (
    select(
        Credit.account_lookup,
        Credit.direction,
        Credit.bank_reference,
        Credit.amount_vnd,
        Credit.booking_day,
        Credit.id,
        Sighting.delivery_id,
    )
    .outerjoin(
        Sighting,
        and_(
            Sighting.market_id == Credit.market_id,
            Sighting.credit_id == Credit.id,
            Sighting.source_id == bindparam("source_id"),
        ),
    )
    .where(
        Credit.market_id == bindparam("market_id"),
        tuple_(
            Credit.account_lookup,
            Credit.direction,
            Credit.bank_reference,
            Credit.amount_vnd,
            Credit.booking_day,
        ).in_(bindparam("identities", expanding=True)),
    )
    .order_by(Credit.ordinal)
)

_COUNT_REFUSAL = (
    update(Refusal)
    .where(
        Refusal.source_id == bindparam("of_source"),
        Refusal.day == bindparam("of_day"),
        Refusal.reason == bindparam("of_reason"),
    )
    .values(count=Refusal.count + 1)
    .execution_options(synchronize_session=False)
)


@dataclass(frozen=True, slots=True)
class SourceRow:
    """A source as it stands, its secrets sealed."""

    id: uuid.UUID
    market_id: uuid.UUID
    provider: str
    secret: bytes
    secret_before: bytes | None
    key_id: uuid.UUID
    grade: str
    covers: str
    state: str


@dataclass(frozen=True, slots=True)
class KnownDeliveries:
    """What of some deliveries is stored already: hash by provider's id, and (hash, verdict)."""

    by_external_id: dict[str, bytes]
    bodies: set[tuple[bytes, str]]


@dataclass(slots=True)
class EqualCredit:
    """A stored credit of one identity; `seen` is whether this source has told of it."""

    credit_id: uuid.UUID
    seen: bool


def source_row(session: Session, source_id: uuid.UUID) -> SourceRow | None:
    """Return the source of an address, None when there is none."""
    row = session.scalars(_SOURCE, {"source_id": source_id}).one_or_none()
    if row is None:
        return None
    return SourceRow(
        id=row.id,
        market_id=row.market_id,
        provider=row.provider,
        secret=row.secret,
        secret_before=row.secret_before,
        key_id=row.key_id,
        grade=row.grade,
        covers=row.covers,
        state=row.state,
    )


def known_deliveries(
    session: Session,
    *,
    market_id: uuid.UUID,
    source_id: uuid.UUID,
    external_ids: Sequence[str],
    hashes: Sequence[bytes],
) -> KnownDeliveries:
    """Return what is stored of the deliveries with these ids or bytes."""
    parameters = {
        "market_id": market_id,
        "source_id": source_id,
        "external_ids": external_ids,
        "hashes": hashes,
    }
    rows = session.connection().execute(_KNOWN, parameters).all()
    return KnownDeliveries(
        {row[0]: row[1] for row in rows if row[0] is not None},
        {(row[1], row[2]) for row in rows},
    )


def equal_credits(
    session: Session,
    *,
    market_id: uuid.UUID,
    source_id: uuid.UUID,
    identities: Collection[Identity],
) -> dict[Identity, list[EqualCredit]]:
    """Return the stored credits of each identity, by ordinal, and which this source has seen."""
    found: dict[Identity, list[EqualCredit]] = {}
    parameters = {
        "market_id": market_id,
        "source_id": source_id,
        "identities": list(identities),
    }
    for row in session.connection().execute(_EQUAL, parameters):
        equal = EqualCredit(row[5], row[6] is not None)
        found.setdefault((row[0], row[1], row[2], row[3], row[4]), []).append(equal)
    return found


def note_days(
    session: Session, *, market_id: uuid.UUID, source_id: uuid.UUID, days: Iterable[date]
) -> list[date]:
    """Write the source's signs of life; return the days that had none before."""
    keys = ("market_id", "source_id", "day")
    fresh: list[date] = []
    for day in sorted(days):
        row = {"market_id": market_id, "source_id": source_id, "day": day}
        if insert_if_absent(session, SourceDay, [row], keys=keys):
            fresh.append(day)
    return fresh


def count_refusal(session: Session, *, source_id: uuid.UUID, day: date, reason: str) -> None:
    """Count one more refused delivery of that day and reason."""
    row = {"source_id": source_id, "day": day, "reason": reason, "count": 0}
    insert_if_absent(session, Refusal, [row], keys=("source_id", "day", "reason"))
    key = {"of_source": source_id, "of_day": day, "of_reason": reason}
    session.connection().execute(_COUNT_REFUSAL, key)


def refusals(session: Session, source_id: uuid.UUID) -> dict[tuple[date, str], int]:
    """Return how many deliveries were refused, by day and reason."""
    query = select(Refusal.day, Refusal.reason, Refusal.count).where(Refusal.source_id == source_id)
    return {(day, reason): count for day, reason, count in session.execute(query)}


def add_source_row(session: Session, *, now: datetime, **values: object) -> None:
    """Write a new source."""
    session.execute(insert(Source), {**values, "created_at": now})
