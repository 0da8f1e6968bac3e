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
from market40.db.engine import tentative
from market40.payments.feeds import feed_named
from market40.payments.service.directory import Directory, SourceInUse
from market40.payments.service.examining import Examined, Line
from market40.payments.store import allocations, deliveries
from market40.payments.store.deliveries import EqualCredit, KnownDeliveries

Outcome: TypeAlias = Literal["recorded", "late", "unreadable", "duplicate", "conflict"]
Written: TypeAlias = tuple[Outcome, list[dict[str, Any]]]
"""What became of a delivery, and the rows of its credits that are new."""


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
) -> tuple[list[Outcome], list[tuple[int, dict[str, Any]]]]:
    """Write deliveries, credits and sightings of one source in the caller's transaction.

    Returns each delivery's outcome, and the rows of the credits that are new, in order, each with
    its delivery's place in `examined`. A lost race violates a unique key: run the transaction
    again (`retry_conflicts=True`).
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
    lines: list[_Placed] = []
    for number, (one, outcome) in enumerate(zip(examined, outcomes, strict=True)):
        if outcome == "duplicate":
            continue
        row = _delivery_row(source, one, outcome, ids.new())
        stored.append(row)
        if outcome == "recorded":
            lines += [_Placed(number, row["id"], at, line) for at, line in enumerate(one.lines)]
    deliveries.DELIVERIES.write(session, stored)
    fresh = _write_lines(session, source, examined, lines, ids)
    days = {local_day(one.received_at) for one in examined}
    unknown = {day for day in days if not directory.day_noted(source.id, day)}
    noted = deliveries.note_days(
        session, market_id=source.market_id, source_id=source.id, days=unknown
    )
    for day in noted:
        allocations.ask_roll_up(session, source.market_id, day, examined[0].received_at)
    return outcomes, fresh


@dataclass(frozen=True, slots=True)
class Arrived:
    """An examined delivery that waits to be written, with what its writing needs."""

    source: SourceInUse
    examined: Examined
    ids: Ids
    directory: Directory


def receive_examined(
    session: Session, source: SourceInUse, one: Examined, *, ids: Ids, directory: Directory
) -> Received:
    """Write one examined delivery and ask that its new credits be matched."""
    return receive_many(session, [Arrived(source, one, ids, directory)])[0]


def receive_many(session: Session, arrived: Sequence[Arrived]) -> list[Received]:
    """Write deliveries that wait together, a statement for many; one result each, in order.

    A repeat is recognised among them as well as among those that are stored. Run it by
    `transact_each(..., retry_conflicts=True)`.
    """
    written = _write_new(session, arrived)
    if written is None:
        written = _write_known(session, arrived)
    jobs = [
        outbox.NewJob(
            row["market_id"], row["id"], {"credit_id": str(row["id"])}, one.examined.received_at
        )
        for one, (_outcome, fresh) in zip(arrived, written, strict=True)
        for row in fresh
        if row["direction"] == "credit"
    ]
    outbox.enqueue_many(session, "match_credit", jobs)
    return [
        Received(
            outcome,
            dict(feed_named(one.source.provider).answer),
            tuple(row["id"] for row in fresh),
        )
        for one, (outcome, fresh) in zip(arrived, written, strict=True)
    ]


def _write_known(session: Session, arrived: Sequence[Arrived]) -> list[Written]:
    """Write them source by source after asking what is stored already."""
    written: dict[int, Written] = {}
    by_source: dict[uuid.UUID, list[int]] = {}
    for at, one in enumerate(arrived):
        by_source.setdefault(one.source.id, []).append(at)
    for places in by_source.values():
        first = arrived[places[0]]
        outcomes, fresh = record(
            session,
            first.source,
            [arrived[at].examined for at in places],
            ids=first.ids,
            directory=first.directory,
        )
        for number, (at, outcome) in enumerate(zip(places, outcomes, strict=True)):
            written[at] = outcome, [row for of, row in fresh if of == number]
    return [written[at] for at in range(len(arrived))]


def _write_new(session: Session, arrived: Sequence[Arrived]) -> list[Written] | None:
    """Write deliveries that are new in every way, as nearly all are; None: nothing was written.

    Nothing is asked first: the unique keys answer, of all at once. If one row finds its place
    taken, by what is stored or by another of them, all are taken back.
    """
    if not all(_is_plain(one) for one in arrived):
        return None
    stored, fresh, sightings = [], [], []
    for one in arrived:
        delivery = _delivery_row(one.source, one.examined, "recorded", one.ids.new())
        names = {"market_id": one.source.market_id, "id": one.ids.new(), "ordinal": 1}
        credit = one.examined.lines[0].row | names
        stored.append(delivery)
        fresh.append(credit)
        sightings.append(_sighting_row(one.source, one.examined, delivery["id"], 0, credit["id"]))
    with tentative(session) as take_back:
        all_new = deliveries.DELIVERIES.write_all_if_absent(session, stored)
        all_new = all_new and deliveries.CREDITS.write_all_if_absent(session, fresh)
        if not all_new:
            take_back()
            return None
        deliveries.SIGHTINGS.write(session, sightings)
    return [("recorded", [credit]) for credit in fresh]


def _is_plain(one: Arrived) -> bool:
    """Whether it has one line, and its source's sign of life on that day is written."""
    day = local_day(one.examined.received_at)
    return len(one.examined.lines) == 1 and one.directory.day_noted(one.source.id, day)


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


@dataclass(frozen=True, slots=True)
class _Placed:
    """A line of the delivery at place `number` of a batch."""

    number: int
    delivery_id: uuid.UUID
    at: int
    line: Line


def _write_lines(
    session: Session,
    source: SourceInUse,
    examined: Sequence[Examined],
    lines: Sequence[_Placed],
    ids: Ids,
) -> list[tuple[int, dict[str, Any]]]:
    """Write credits that are new and a sighting for each line; return the new credits' rows."""
    if not lines:
        return []
    equal = deliveries.equal_credits(
        session,
        market_id=source.market_id,
        source_id=source.id,
        identities={placed.line.identity for placed in lines},
    )
    fresh: list[tuple[int, dict[str, Any]]] = []
    sightings: list[dict[str, Any]] = []
    for placed in lines:
        line = placed.line
        same = equal.setdefault(line.identity, [])
        credit = next((credit for credit in same if not credit.seen), None)
        if credit is None:
            credit = EqualCredit(ids.new(), seen=True)
            same.append(credit)
            names = {"market_id": source.market_id, "id": credit.credit_id, "ordinal": len(same)}
            fresh.append((placed.number, line.row | names))
        credit.seen = True
        one = examined[placed.number]
        sightings.append(
            _sighting_row(source, one, placed.delivery_id, placed.at, credit.credit_id)
        )
    deliveries.CREDITS.write(session, [row for _, row in fresh])
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
