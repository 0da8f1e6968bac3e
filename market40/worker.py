"""The worker: leases due jobs, runs them in batches of one kind, puts off what fails.

On SQLite it is a thread of the web process, since the one writer lives there; on PostgreSQL it
is `market40 worker`, as many processes as one likes.
"""

from __future__ import annotations

import datetime as dt
import logging
import threading
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from market40.accounts import service as accounts
from market40.core.clock import Clock, local_day
from market40.core.ids import Ids
from market40.db import idempotency, outbox
from market40.db.engine import read, transact
from market40.db.handlers import Handler, inside
from market40.db.outbox import Claimed
from market40.merchants import service as merchants
from market40.merchants import tasks as merchants_tasks
from market40.payments import tasks as payments_tasks
from market40.reporting import tasks as reporting_tasks

BATCH_LIMIT = 200
PAUSE_S = 0.2
NOWHERE = uuid.UUID(int=0)  # the market of jobs that belong to none
SLOT_NAMES = uuid.UUID("6d61726b-6574-5034-b073-6c6f74730000")

log = logging.getLogger(__name__)


def _forget_old_keys(session: Session, jobs: Sequence[Claimed], clock: Clock, ids: Ids) -> None:
    _ = jobs, ids
    idempotency.forget_old(session, now=clock.now())
    accounts.forget_old(session, now=clock.now())
    merchants.forget_prints(session, now=clock.now())


def _roll_up_all(session: Session, jobs: Sequence[Claimed], clock: Clock, ids: Ids) -> None:
    _ = jobs, ids
    reporting_tasks.ask_daily(session, now=clock.now())


HANDLERS: Mapping[str, Handler] = {
    "forget_old_keys": inside(_forget_old_keys),
    "roll_up_all": inside(_roll_up_all),
    **merchants_tasks.HANDLERS,
    **payments_tasks.HANDLERS,
    **reporting_tasks.HANDLERS,
}


@dataclass(frozen=True, slots=True)
class Scheduled:
    """A job that comes by the clock, once a slot and worker; two that meet insert one."""

    kind: str
    every: dt.timedelta


SCHEDULE = (
    Scheduled("roll_up_all", dt.timedelta(hours=1)),
    Scheduled("forget_old_keys", dt.timedelta(days=1)),
)


class LeaseLost(Exception):
    """Another worker has the jobs, or they were asked for again: what was done is rolled back."""


class Worker:
    """Runs jobs until told to stop. `run_once` is the whole of it, for tests and the command."""

    def __init__(
        self,
        engine: Engine,
        clock: Clock,
        ids: Ids,
        *,
        handlers: Mapping[str, Handler] = HANDLERS,
        schedule: Sequence[Scheduled] = SCHEDULE,
    ) -> None:
        self._engine, self._clock, self._ids = engine, clock, ids
        self._handlers, self._schedule = handlers, schedule
        self._long = sorted(kind for kind, handler in handlers.items() if handler.long)
        self._last_slots: dict[str, dt.datetime] = {}

    def run(self, stop: threading.Event) -> None:
        """Work until `stop` is set; an error of the database is logged and tried again."""
        while not stop.is_set():
            try:
                done = self.run_once()
            except Exception:
                log.exception("worker round failed")
                done = 0
                stop.wait(1.0)
            # Short of a full batch more is let come together: many in one go cost a fourth each.
            if done < BATCH_LIMIT:
                stop.wait(PAUSE_S)

    def run_once(self) -> int:
        """Run what is due, up to BATCH_LIMIT jobs and a long one; return how many were claimed."""
        now = self._clock.now()
        self._put_slots(now)
        if not read(self._engine, lambda s: outbox.any_due(s, now=now)):
            return 0
        lease = self._ids.new()
        jobs = transact(self._engine, lambda s: self._claim(s, lease, now))
        by_kind = sorted(jobs, key=lambda job: (job.kind in self._long, job.kind))
        for kind, of_kind in groupby(by_kind, key=lambda job: job.kind):
            waiting = list(of_kind)
            size = self._handlers[kind].at_once if kind in self._handlers else 1
            for start in range(0, len(waiting), size):
                self._run_batch(kind, waiting[start : start + size])
        return len(jobs)

    def _claim(self, session: Session, lease: uuid.UUID, now: dt.datetime) -> list[Claimed]:
        jobs = outbox.claim(session, lease=lease, now=now, limit=BATCH_LIMIT, but=self._long)
        if self._long:
            jobs += outbox.claim(session, lease=lease, now=now, limit=1, kinds=self._long)
        return jobs

    def _run_batch(self, kind: str, jobs: list[Claimed]) -> None:
        try:
            self._run_in_one_transaction(self._handlers[kind], jobs)
        except Exception as error:
            if len(jobs) > 1:  # one bad job, or a lost one, must not hold up the others
                for job in jobs:
                    self._run_batch(kind, [job])
                return
            if isinstance(error, LeaseLost):
                log.info("lease lost on a job of kind %s", kind)
                return
            log.exception("job %s of kind %s failed", jobs[0].id, kind)
            self._postpone(jobs[0], error)

    def _run_in_one_transaction(self, handler: Handler, jobs: list[Claimed]) -> None:
        clock, ids = self._clock, self._ids
        write = read(self._engine, lambda session: handler.plan(session, jobs, clock, ids))

        def work(session: Session) -> None:
            write(session)
            if not outbox.finish(session, jobs):
                raise LeaseLost

        transact(self._engine, work, retry_conflicts=True)

    def _postpone(self, job: Claimed, error: Exception) -> None:
        now, text = self._clock.now(), f"{type(error).__name__}: {error}"
        transact(self._engine, lambda s: outbox.postpone(s, job, now=now, error=text))

    def _put_slots(self, now: dt.datetime) -> None:
        """Insert the jobs of the slots that have begun since the last look, and remember them.

        A job that is done leaves no row, so that the database cannot tell a slot that is over.
        """
        slots = {each.kind: _slot(now, each.every) for each in self._schedule}
        due = [(kind, at) for kind, at in slots.items() if self._last_slots.get(kind) != at]
        if not due:
            return

        def work(session: Session) -> None:
            for kind, slot in due:
                outbox.enqueue_once(
                    session,
                    market_id=NOWHERE,
                    job_id=uuid.uuid5(SLOT_NAMES, f"{kind}/{slot.isoformat()}"),
                    kind=kind,
                    payload={"slot": slot.isoformat(), "day": local_day(slot).isoformat()},
                    due_at=slot,
                )

        transact(self._engine, work)
        self._last_slots |= due


def _slot(now: dt.datetime, every: dt.timedelta) -> dt.datetime:
    start = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
    return start + ((now - start) // every) * every
