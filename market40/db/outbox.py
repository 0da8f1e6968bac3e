"""Transactional outbox: a job is a row, written with the change that caused it; leased, retried.

At least once: a handler must be safe to run twice. `claim` leases jobs, so that two workers never
hold the same one; `finish` deletes them in the transaction of their effects, and only while the
lease is still ours; `postpone` puts them off (2^n seconds) and after `ATTEMPT_LIMIT` tries calls
them dead, which the health page shows.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import (
    JSON,
    Index,
    String,
    bindparam,
    case,
    delete,
    func,
    literal,
    or_,
    select,
    tuple_,
    update,
)
from sqlalchemy import Table as SqlTable
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from market40.db.base import Instant, Key, Table, rows_changed
from market40.db.rows import Rows

ATTEMPT_LIMIT = 12
LEASE_S = 60
ERROR_LIMIT = 500


class Job(Table):
    """State: one thing to do later, at least once. Gone when done; `dead_at` when given up."""

    __tablename__ = "job"
    __table_args__ = (
        Index("ix_job_due_at", "due_at"),
        {"sqlite_with_rowid": False},
    )

    id: Mapped[Key]  # first in the key: SQLite takes a leading market_id for a good index
    market_id: Mapped[Key]
    kind: Mapped[str] = mapped_column(String(40))
    payload: Mapped[dict[str, str]] = mapped_column(JSON)
    due_at: Mapped[Instant]
    leased_until: Mapped[Instant | None]
    lease: Mapped[uuid.UUID | None]
    attempts: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str | None] = mapped_column(String(ERROR_LIMIT))
    dead_at: Mapped[Instant | None]


@dataclass(frozen=True, slots=True)
class Claimed:
    """A leased job, as a value that outlives its session."""

    market_id: uuid.UUID
    id: uuid.UUID
    kind: str
    payload: dict[str, str]
    attempts: int
    lease: uuid.UUID


@dataclass(frozen=True, slots=True)
class NewJob:
    """A job to be added; the caller gives the id (UUIDv7, or derived)."""

    market_id: uuid.UUID
    id: uuid.UUID
    payload: dict[str, str]
    due_at: dt.datetime


_ANY_DUE = (
    select(literal(1))
    .select_from(Job)
    .where(
        Job.due_at <= bindparam("now"),
        Job.dead_at.is_(None),
        or_(Job.leased_until.is_(None), Job.leased_until < bindparam("now")),
    )
    .limit(1)
)
_JOBS = Rows(Job.__table__)
_WAITING = {"leased_until": None, "lease": None, "attempts": 0, "last_error": None, "dead_at": None}


def enqueue(
    session: Session,
    *,
    market_id: uuid.UUID,
    job_id: uuid.UUID,
    kind: str,
    payload: dict[str, str],
    due_at: dt.datetime,
) -> None:
    """Add a job to the current transaction; the caller gives the id (UUIDv7, or derived)."""
    enqueue_many(session, kind, [NewJob(market_id, job_id, payload, due_at)])


def enqueue_many(session: Session, kind: str, jobs: Sequence[NewJob]) -> None:
    """Add jobs of one kind to the current transaction by one statement."""
    rows = [
        {
            "market_id": job.market_id,
            "id": job.id,
            "kind": kind,
            "payload": job.payload,
            "due_at": job.due_at,
        }
        | _WAITING
        for job in jobs
    ]
    _JOBS.write(session, rows)


def enqueue_once(
    session: Session,
    *,
    market_id: uuid.UUID,
    job_id: uuid.UUID,
    kind: str,
    payload: dict[str, str],
    due_at: dt.datetime,
) -> None:
    """Ask for a job whose id is derived from what it does; asked twice, it waits once.

    One that already waits keeps its time. One that runs just now loses its lease and waits for
    `due_at`, so that it runs again: it may have read before this transaction's facts.
    """
    row = {"market_id": market_id, "id": job_id, "kind": kind, "payload": payload, "due_at": due_at}
    statement = _ask_again(session.get_bind().dialect.name)
    session.execute(statement, {**row, "attempts": 0})


@cache
def _ask_again(dialect: str) -> Any:
    """The statement of `enqueue_once`, built once for each engine."""
    table = Job.__table__
    assert isinstance(table, SqlTable)
    insert_into = postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)
    running = table.c.lease.is_not(None)
    again = {
        "due_at": case((running, insert_into.excluded.due_at), else_=table.c.due_at),
        "leased_until": None,
        "lease": None,
        "attempts": 0,
        "dead_at": None,
    }
    return insert_into.on_conflict_do_update(index_elements=["id", "market_id"], set_=again)


def claim(
    session: Session,
    *,
    lease: uuid.UUID,
    now: dt.datetime,
    limit: int,
    kinds: Sequence[str] | None = None,
    but: Sequence[str] = (),
) -> list[Claimed]:
    """Lease up to `limit` due jobs, oldest first; another worker cannot take them meanwhile.

    Of `kinds` alone where they are named, and never of `but`.
    """
    due = (
        select(Job.id, Job.market_id)
        .where(
            Job.due_at <= now,
            Job.dead_at.is_(None),
            or_(Job.leased_until.is_(None), Job.leased_until < now),
        )
        .order_by(Job.due_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    if kinds is not None:
        due = due.where(Job.kind.in_(kinds))
    if but:
        due = due.where(Job.kind.not_in(but))
    until = now + dt.timedelta(seconds=LEASE_S)
    statement = (
        update(Job)
        .where(tuple_(Job.id, Job.market_id).in_(due))
        .values(leased_until=until, lease=lease, attempts=Job.attempts + 1)
        .returning(Job.market_id, Job.id, Job.kind, Job.payload, Job.attempts, Job.due_at)
        .execution_options(synchronize_session=False)
    )
    rows = sorted(session.execute(statement).all(), key=lambda row: (row.due_at, row.id))
    return [Claimed(r.market_id, r.id, r.kind, r.payload, r.attempts, lease) for r in rows]


def finish(session: Session, jobs: Sequence[Claimed]) -> bool:
    """Delete done jobs in the transaction of their effects.

    One that was asked for again meanwhile stays and runs again; its effects may stand. False when
    another worker has one or has done it: the caller must then roll back.
    """
    if not jobs:
        return True
    keys = [(job.id, job.market_id) for job in jobs]
    statement = delete(Job).where(
        tuple_(Job.id, Job.market_id).in_(keys), Job.lease == jobs[0].lease
    )
    done = session.execute(statement.execution_options(synchronize_session=False))
    missing = len(jobs) - rows_changed(done)
    if missing == 0:
        return True
    asked_again = select(func.count()).where(
        tuple_(Job.id, Job.market_id).in_(keys), Job.lease.is_(None)
    )
    return bool(session.scalar(asked_again) == missing)


def postpone(session: Session, job: Claimed, *, now: dt.datetime, error: str) -> None:
    """Put a failed job off by 2^attempts seconds, or give it up after ATTEMPT_LIMIT tries."""
    dead = job.attempts >= ATTEMPT_LIMIT
    session.execute(
        update(Job)
        .where(Job.market_id == job.market_id, Job.id == job.id, Job.lease == job.lease)
        .values(
            due_at=now + dt.timedelta(seconds=2**job.attempts),
            leased_until=None,
            lease=None,
            last_error=error[:ERROR_LIMIT],
            dead_at=now if dead else None,
        )
        .execution_options(synchronize_session=False)
    )


def release_all(session: Session) -> None:
    """Take every lease back: for a worker that starts and is the only one (SQLite).

    Otherwise what a killed process had leased would wait for LEASE_S, and a vendor with it.
    """
    session.execute(
        update(Job)
        .where(Job.lease.is_not(None))
        .values(leased_until=None, lease=None)
        .execution_options(synchronize_session=False)
    )


def any_due(session: Session, *, now: dt.datetime) -> bool:
    """Whether a job can be claimed now: cheap, for a worker that looks often."""
    return session.execute(_ANY_DUE, {"now": now}).first() is not None


def backlog(session: Session, *, now: dt.datetime) -> tuple[int, int]:
    """How many jobs wait, due now, and how many are dead: for the health page."""
    waiting = select(func.count()).where(Job.due_at <= now, Job.dead_at.is_(None))
    dead = select(func.count()).where(Job.dead_at.is_not(None))
    return session.scalar(waiting) or 0, session.scalar(dead) or 0
