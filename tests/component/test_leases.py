"""A job whose lease is lost holds up neither the others of its batch nor a worker that starts."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from market40.core.clock import FixedClock
from market40.core.ids import FixedIds
from market40.db import outbox
from market40.db.engine import read, transact
from market40.db.handlers import Handler, inside
from market40.db.outbox import Job
from market40.worker import Scheduled, Worker

NOW = dt.datetime(2026, 11, 22, 1, 0, tzinfo=dt.UTC)
MARKET = uuid.UUID(int=1)


def ask(session: Session, number: int, due_at: dt.datetime = NOW) -> None:
    outbox.enqueue_once(
        session,
        market_id=MARKET,
        job_id=uuid.UUID(int=number),
        kind="count",
        payload={"number": str(number)},
        due_at=due_at,
    )


def left(engine: Engine) -> list[int]:
    return read(engine, lambda s: sorted(job.id.int for job in s.scalars(select(Job))))


def test_a_job_asked_for_again_while_it_runs_stays_and_its_effects_stand(engine: Engine) -> None:
    rounds: list[list[str]] = []

    def count(session, jobs, clock, ids) -> None:
        rounds.append([job.payload["number"] for job in jobs])
        outbox.enqueue(
            session,
            market_id=MARKET,
            job_id=uuid.UUID(int=100 + len(rounds)),
            kind="effect",
            payload={},
            due_at=NOW + dt.timedelta(days=1),
        )

    transact(engine, lambda s: [ask(s, number) for number in (1, 2, 3)])
    lease = uuid.uuid4()
    claimed = transact(engine, lambda s: outbox.claim(s, lease=lease, now=NOW, limit=10))
    later = NOW + dt.timedelta(seconds=2)
    transact(engine, lambda s: ask(s, 2, due_at=later))
    clock = FixedClock(NOW)
    worker = Worker(engine, clock, FixedIds(1), handlers={"count": inside(count)}, schedule=())
    worker._run_batch("count", claimed)
    assert left(engine) == [2, 101]
    assert worker.run_once() == 0, "it ran just now, so that it waits for its new time"
    clock.set(later)
    assert worker.run_once() == 1
    assert left(engine) == [101, 102]
    assert rounds == [["1", "2", "3"], ["2"]]


def test_a_job_that_waits_keeps_its_time(engine: Engine) -> None:
    transact(engine, lambda s: ask(s, 1))
    transact(engine, lambda s: ask(s, 1, due_at=NOW + dt.timedelta(days=1)))
    assert read(engine, lambda s: s.scalars(select(Job.due_at)).one()) == NOW


@pytest.mark.parametrize("how", ["taken", "done"])
def test_a_job_that_another_has_is_left_and_the_others_are_done(engine: Engine, how: str) -> None:
    rounds: list[list[str]] = []

    def count(session, jobs, clock, ids) -> None:
        rounds.append([job.payload["number"] for job in jobs])

    transact(engine, lambda s: [ask(s, number) for number in (1, 2, 3)])
    claimed = transact(engine, lambda s: outbox.claim(s, lease=uuid.uuid4(), now=NOW, limit=10))
    much_later = NOW + dt.timedelta(seconds=outbox.LEASE_S + 1)
    others = transact(
        engine, lambda s: outbox.claim(s, lease=uuid.uuid4(), now=much_later, limit=1)
    )
    if how == "done":
        transact(engine, lambda s: outbox.finish(s, others))
    worker = Worker(
        engine, FixedClock(NOW), FixedIds(1), handlers={"count": inside(count)}, schedule=()
    )
    worker._run_batch("count", claimed)
    assert left(engine) == ([] if how == "done" else [others[0].id.int])
    assert rounds == [["1", "2", "3"], ["1"], ["2"], ["3"]]


def test_a_worker_that_is_the_only_one_takes_every_lease_back(engine: Engine) -> None:
    transact(engine, lambda s: [ask(s, number) for number in (1, 2)])
    claimed = transact(engine, lambda s: outbox.claim(s, lease=uuid.uuid4(), now=NOW, limit=10))
    assert len(claimed) == 2
    worker = Worker(
        engine,
        FixedClock(NOW),
        FixedIds(1),
        handlers={"count": inside(lambda *_: None)},
        schedule=(),
    )
    assert worker.run_once() == 0
    transact(engine, outbox.release_all)
    assert worker.run_once() == 2
    assert left(engine) == []


def test_what_comes_by_the_clock_runs_once_a_slot(engine: Engine) -> None:
    ran: list[tuple[str, dt.datetime]] = []
    clock = FixedClock(NOW)

    def noted(kind: str):
        return inside(lambda session, jobs, now, ids: ran.append((kind, now.now())))

    worker = Worker(
        engine,
        clock,
        FixedIds(1),
        handlers={"hourly": noted("hourly"), "daily": noted("daily")},
        schedule=(
            Scheduled("hourly", dt.timedelta(hours=1)),
            Scheduled("daily", dt.timedelta(days=1)),
        ),
    )
    for _minute in range(121):
        worker.run_once()
        clock.advance(dt.timedelta(minutes=1))
    hour = dt.timedelta(hours=1)
    assert ran == [
        ("daily", NOW), ("hourly", NOW), ("hourly", NOW + hour), ("hourly", NOW + 2 * hour),
    ]  # fmt: skip
    assert left(engine) == []


def test_a_kind_runs_no_more_at_once_than_it_says(engine: Engine) -> None:
    rounds: list[list[str]] = []

    def count(session, jobs, clock, ids) -> None:
        rounds.append([job.payload["number"] for job in jobs])

    transact(engine, lambda s: [ask(s, number) for number in range(1, 6)])
    handlers = {"count": inside(count, at_once=2)}
    worker = Worker(engine, FixedClock(NOW), FixedIds(1), handlers=handlers, schedule=())
    assert worker.run_once() == 5
    assert rounds == [["1", "2"], ["3", "4"], ["5"]]
    assert left(engine) == []


def test_a_plan_reads_outside_and_what_it_missed_is_asked_for_again(engine: Engine) -> None:
    """A fact that comes between a plan's reading and its writing is in the end counted."""
    seen: list[int] = []
    later = NOW + dt.timedelta(seconds=2)

    def plan(session, jobs, clock, ids):
        facts = len(session.scalars(select(Job).where(Job.kind == "fact")).all())
        if not seen:  # somebody else, while it runs: possible only where no transaction is open
            transact(engine, lambda s: (fact(s), ask(s, 1, due_at=later)))

        def write(session: Session) -> None:
            seen.append(facts)

        return write

    def fact(session: Session) -> None:
        outbox.enqueue(
            session,
            market_id=MARKET,
            job_id=uuid.UUID(int=50),
            kind="fact",
            payload={},
            due_at=NOW + dt.timedelta(days=9),
        )

    transact(engine, lambda s: ask(s, 1))
    clock = FixedClock(NOW)
    worker = Worker(engine, clock, FixedIds(1), handlers={"count": Handler(plan)}, schedule=())
    assert worker.run_once() == 1
    assert (seen, left(engine)) == ([0], [1, 50])
    clock.set(later)
    assert worker.run_once() == 1
    assert (seen, left(engine)) == ([0, 1], [50])


def test_of_a_long_kind_one_job_is_taken_a_round_behind_all_others(engine: Engine) -> None:
    done: list[str] = []

    def note(session, jobs, clock, ids) -> None:
        done.extend(job.kind for job in jobs)

    def wait_for(session, kind: str, number: int) -> None:
        outbox.enqueue(
            session,
            market_id=MARKET,
            job_id=uuid.UUID(int=number),
            kind=kind,
            payload={},
            due_at=NOW - dt.timedelta(seconds=100 - number),
        )

    for number in range(1, 4):
        transact(engine, lambda s, n=number: wait_for(s, "a_long_one", n))
    handlers = {
        "a_long_one": Handler(inside(note).plan, at_once=1, long=True),
        "short": inside(note),
    }
    worker = Worker(engine, FixedClock(NOW), FixedIds(1), handlers=handlers, schedule=())
    for number in (10, 11):
        transact(engine, lambda s, n=number: wait_for(s, "short", n))
        assert worker.run_once() == 2
    assert done == ["short", "a_long_one", "short", "a_long_one"]
    assert left(engine) == [3]
