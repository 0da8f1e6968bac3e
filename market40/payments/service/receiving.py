"""Receiving: what was examined is written once, and its credits get their identity.

A delivery is stored once, by its provider's id and by its bytes. A credit's identity is account,
direction, normalised bank reference, amount, booking day and an ordinal, which reaches the most
rows that any one source reports under ids of their own.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from sqlalchemy.orm import Session

from market40.core.clock import local_day
from market40.core.ids import Ids
from market40.db import outbox
from market40.payments.feeds import feed_named
from market40.payments.service.directory import Directory, SourceInUse
from market40.payments.service.examining import Examined, Line
from market40.payments.store import allocations, deliveries
from market40.payments.store.deliveries import EqualCredit, KnownDeliveries

Outcome: TypeAlias = Literal["recorded", "late", "unreadable", "duplicate", "conflict"]


@dataclass(frozen=True, slots=True)
class Received:
    """What came of a delivery; `answer` is the JSON body that its provider expects."""

    outcome: Outcome
    answer: dict[str, object]
    new_credits: tuple[uuid.UUID, ...] = ()


def record(
    session: Session,
    source: SourceInUse,
    examined: Sequence[Examined],
    *,
    ids: Ids,
    directory: Directory,
) -> tuple[list[Outcome], list[dict[str, Any]]]:
    """Write deliveries, credits and sightings of one source in the caller's transaction.

    Returns each delivery's outcome, and the rows of the credits that are new, in order. A lost
    race violates a unique key: run the transaction again (`retry_conflicts=True`).
    """
    known = deliveries.known_deliveries(
        session,
        market_id=source.market_id,
        source_id=source.id,
        external_ids=[one.external_id for one in examined if one.external_id],
        hashes=[one.body_sha256 for one in examined],
    )
    outcomes = [_outcome(one, known) for one in examined]
    stored: list[dict[str, Any]] = []
    lines: list[tuple[uuid.UUID, int, Examined, Line]] = []
    for one, outcome in zip(examined, outcomes, strict=True):
        if outcome == "duplicate":
            continue
        row = _delivery_row(source, one, outcome, ids.new())
        stored.append(row)
        if outcome == "recorded":
            lines += [(row["id"], at, one, line) for at, line in enumerate(one.lines)]
    deliveries.DELIVERIES.write(session, stored)
    fresh = _write_lines(session, source, lines, ids)
    days = {local_day(one.received_at) for one in examined}
    unknown = {day for day in days if not directory.day_noted(source.id, day)}
    noted = deliveries.note_days(
        session, market_id=source.market_id, source_id=source.id, days=unknown
    )
    for day in noted:
        allocations.ask_roll_up(session, source.market_id, day, examined[0].received_at)
    return outcomes, fresh


def receive_examined(
    session: Session, source: SourceInUse, one: Examined, *, ids: Ids, directory: Directory
) -> Received:
    """Write one examined delivery and ask that its new credits be matched."""
    fresh = _record_new(session, source, one, ids=ids, directory=directory)
    outcome: Outcome = "recorded"
    if fresh is None:
        (outcome,), fresh = record(session, source, [one], ids=ids, directory=directory)
    for row in fresh:
        if row["direction"] == "credit":
            outbox.enqueue(
                session,
                market_id=source.market_id,
                job_id=row["id"],
                kind="match_credit",
                payload={"credit_id": str(row["id"])},
                due_at=one.received_at,
            )
    answer = dict(feed_named(source.provider).answer)
    return Received(outcome, answer, tuple(row["id"] for row in fresh))


def _record_new(
    session: Session, source: SourceInUse, one: Examined, *, ids: Ids, directory: Directory
) -> list[dict[str, Any]] | None:
    """Write a delivery of one line that is new in every way, as nearly all are; else None.

    Nothing is asked first: the unique keys answer. A delivery whose id or bytes are known is not
    written, and `record` says what it is; a credit that has an equal one takes the usual way.
    """
    if len(one.lines) != 1 or not directory.day_noted(source.id, local_day(one.received_at)):
        return None
    delivery = _delivery_row(source, one, "recorded", ids.new())
    if not deliveries.DELIVERIES.write_if_absent(session, delivery):
        return None
    line = one.lines[0]
    credit = line.row | {"market_id": source.market_id, "id": ids.new(), "ordinal": 1}
    if not deliveries.CREDITS.write_if_absent(session, credit):
        return _write_lines(session, source, [(delivery["id"], 0, one, line)], ids)
    sighting = _sighting_row(source, one, delivery["id"], 0, credit["id"])
    deliveries.SIGHTINGS.write(session, [sighting])
    return [credit]


def _outcome(one: Examined, known: KnownDeliveries) -> Outcome:
    """Say what a delivery is beside those known, and count it among them."""
    outcome: Outcome = one.verdict
    if (one.body_sha256, "recorded") in known.bodies:
        return "duplicate"
    if one.external_id is not None and one.external_id in known.by_external_id:
        outcome = "conflict"
    if (one.body_sha256, outcome) in known.bodies:
        return "duplicate"
    known.bodies.add((one.body_sha256, outcome))
    if outcome == "recorded" and one.external_id is not None:
        known.by_external_id[one.external_id] = one.body_sha256
    return outcome


def _delivery_row(
    source: SourceInUse, one: Examined, outcome: Outcome, delivery_id: uuid.UUID
) -> dict[str, Any]:
    return {
        "market_id": source.market_id,
        "id": delivery_id,
        "source_id": source.id,
        "external_id": one.external_id if outcome == "recorded" else None,
        "body_sha256": one.body_sha256,
        "body": one.body,
        "verdict": outcome,
        "reason": "id_with_other_bytes" if outcome == "conflict" else one.reason,
        "received_at": one.received_at,
    }


def _write_lines(
    session: Session,
    source: SourceInUse,
    lines: Sequence[tuple[uuid.UUID, int, Examined, Line]],
    ids: Ids,
) -> list[dict[str, Any]]:
    """Write credits that are new and a sighting for each line; return the new credits' rows."""
    if not lines:
        return []
    equal = deliveries.equal_credits(
        session,
        market_id=source.market_id,
        source_id=source.id,
        identities={line.identity for _delivery, _at, _one, line in lines},
    )
    fresh: list[dict[str, Any]] = []
    sightings: list[dict[str, Any]] = []
    for delivery_id, at, one, line in lines:
        same = equal.setdefault(line.identity, [])
        credit = next((credit for credit in same if not credit.seen), None)
        if credit is None:
            credit = EqualCredit(ids.new(), seen=True)
            same.append(credit)
            names = {"market_id": source.market_id, "id": credit.credit_id, "ordinal": len(same)}
            fresh.append(line.row | names)
        credit.seen = True
        sightings.append(_sighting_row(source, one, delivery_id, at, credit.credit_id))
    deliveries.CREDITS.write(session, fresh)
    deliveries.SIGHTINGS.write(session, sightings)
    return fresh


def _sighting_row(
    source: SourceInUse, one: Examined, delivery_id: uuid.UUID, line: int, credit_id: uuid.UUID
) -> dict[str, Any]:
    return {
        "market_id": source.market_id,
        "delivery_id": delivery_id,
        "line": line,
        "credit_id": credit_id,
        "source_id": source.id,
        "grade": source.grade,
        "seen_at": one.received_at,
    }
