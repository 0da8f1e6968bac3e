"""A job whose lease is lost holds up neither the others of its batch nor a worker that starts."""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from market40.core.clock import FixedClock
from market40.core.ids import FixedIds
from market40.db import outbox
from market40.db.engine import read, transact
from market40.db.outbox import Job
from market40.worker import Worker

NOW = dt.datetime(2026, 11, 22, 1, 0, tzinfo=dt.UTC)
MARKET = uuid.UUID(int=1)


def ask(session: Session, number: int) -> None:
    outbox.enqueue_once(
        session,
        market_id=MARKET,
        job_id=uuid.UUID(int=number),
        kind="count",
        payload={"number": str(number)},
        due_at=NOW,
    )


def left(engine: Engine) -> list[int]:
    return read(engine, lambda s: sorted(job.id.int for job in s.scalars(select(Job))))


def test_a_job_asked_for_again_while_it_runs_keeps_the_others_going(engine: Engine) -> None:
    asked_again: list[int] = []

    def count(session, jobs, clock, ids) -> None:
        if not asked_again:
            asked_again.append(2)
            ask(session, 2)  # as a payment does that is matched just now

    transact(engine, lambda s: [ask(s, number) for number in (1, 2, 3)])
    worker = Worker(engine, FixedClock(NOW), FixedIds(1), handlers={"count": count}, schedule=())
    assert worker.run_once() == 3
    # What was asked for inside the transaction was rolled back with it, so all three are done.
    assert left(engine) == []


def test_a_job_asked_for_again_from_outside_waits_alone(engine: Engine) -> None:
    rounds: list[list[str]] = []

    def count(session, jobs, clock, ids) -> None:
        rounds.append([job.payload["number"] for job in jobs])

    transact(engine, lambda s: [ask(s, number) for number in (1, 2, 3)])
    lease = uuid.uuid4()
    claimed = transact(engine, lambda s: outbox.claim(s, lease=lease, now=NOW, limit=10))
    transact(engine, lambda s: ask(s, 2))
    worker = Worker(engine, FixedClock(NOW), FixedIds(1), handlers={"count": count}, schedule=())
    worker._run_batch("count", claimed)
    assert left(engine) == [2]
    assert worker.run_once() == 1
    assert left(engine) == []
    assert rounds == [["1", "2", "3"], ["1"], ["2"], ["3"], ["2"]]


def test_a_worker_that_is_the_only_one_takes_every_lease_back(engine: Engine) -> None:
    transact(engine, lambda s: [ask(s, number) for number in (1, 2)])
    claimed = transact(
        engine, lambda s: outbox.claim(s, lease=uuid.uuid4(), now=NOW, limit=10)
    )
    assert len(claimed) == 2
    worker = Worker(
        engine,
        FixedClock(NOW),
        FixedIds(1),
        handlers={"count": lambda *_: None},
        schedule=(),
    )
    assert worker.run_once() == 0
    transact(engine, outbox.release_all)
    assert worker.run_once() == 2
    assert left(engine) == []
