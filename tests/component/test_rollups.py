"""Rollups on both engines: from facts, twice, by job, rebuilt and resumed."""

from __future__ import annotations

import datetime as dt
import threading
import uuid

import pytest
from reporting_town import (
    DAY,
    NEXT,
    NOW,
    OPENED,
    Town,
    at_noon,
    pay,
    roll,
    rows,
    table,
    take_back,
)
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from market40.core.clock import FixedClock
from market40.core.errors import NotFound
from market40.core.ids import FixedIds
from market40.core.periods import parse_period
from market40.db.engine import read, transact
from market40.db.outbox import Claimed, Job, claim, finish
from market40.reporting import service, store, tasks
from market40.reporting.tables import RollupDay, RollupMonth


def test_rolled_up_twice_is_as_once(engine: Engine, towns: dict[str, Town]) -> None:
    roll(engine, towns, DAY, NEXT)
    once = rows(engine, RollupDay), rows(engine, RollupMonth)
    roll(engine, towns, NEXT, DAY)
    assert (rows(engine, RollupDay), rows(engine, RollupMonth)) == once
    assert len(once[0]) == 8
    assert len(once[1]) == 4


def test_a_day_follows_its_facts(engine: Engine, towns: dict[str, Town]) -> None:
    town = towns["dong_van"]
    roll(engine, towns, DAY)
    credit = transact(engine, lambda s: pay(s, town, 9, DAY, 70_000))
    roll(engine, towns, DAY)
    found = next(r for r in rows(engine, RollupDay) if r["market_id"] == town.market_id)
    assert (found["payments"], found["payments_vnd"]) == (9, 470_000)
    assert found["paid"] == b"\xff\x02"
    transact(engine, lambda s: take_back(s, town, 9, DAY, 70_000, credit))
    roll(engine, towns, DAY)
    found = next(r for r in rows(engine, RollupDay) if r["market_id"] == town.market_id)
    assert (found["payments"], found["payments_vnd"], found["paid"]) == (8, 400_000, b"\xff")


def test_a_month_adds_its_days_and_counts_stalls_once(
    engine: Engine, towns: dict[str, Town]
) -> None:
    roll(engine, towns, DAY)
    roll(engine, towns, NEXT)
    town = towns["dong_van"]
    found = next(r for r in rows(engine, RollupMonth) if r["market_id"] == town.market_id)
    assert (found["payments"], found["payments_vnd"], found["open_days"]) == (16, 560_000, 2)
    assert (found["paid"], found["month"]) == (b"\xff", dt.date(2026, 10, 1))


def test_an_unknown_market_is_refused(engine: Engine) -> None:
    with pytest.raises(NotFound, match="market_not_found"):
        transact(engine, lambda s: service.roll_up_days(s, uuid.UUID(int=7), [DAY], now=NOW))


def test_who_waits_for_the_month_counts_after_it_has_it(
    engine: Engine, towns: dict[str, Town]
) -> None:
    """Counted before its turn, a day would leave out what came while it waited."""
    town = towns["dong_van"]
    roll(engine, towns, DAY)
    held, let_go = threading.Event(), threading.Event()

    def hold(session: Session) -> None:
        store.lock_month(session, town.market_id, DAY.replace(day=1), now=NOW)
        pay(session, town, 9, DAY, 70_000)
        held.set()
        assert let_go.wait(10)

    holder = threading.Thread(target=transact, args=(engine, hold))
    waiter = threading.Thread(target=roll, args=(engine, {"dong_van": town}, DAY))
    holder.start()
    assert held.wait(10)
    waiter.start()
    waiter.join(0.5)
    assert waiter.is_alive(), "it waits for the month"
    let_go.set()
    holder.join()
    waiter.join()
    found = next(r for r in rows(engine, RollupDay) if r["market_id"] == town.market_id)
    assert (found["payments"], found["payments_vnd"]) == (9, 470_000)


def test_the_job_rolls_each_day_once(engine: Engine, towns: dict[str, Town]) -> None:
    town = towns["city"]
    lease = uuid.UUID(int=1)
    jobs = [
        Claimed(town.market_id, uuid.UUID(int=i), "roll_up", {"day": NEXT.isoformat()}, 1, lease)
        for i in range(3)
    ]
    clock = FixedClock(NOW)
    write = read(engine, lambda s: tasks.HANDLERS["roll_up"].plan(s, jobs, clock, FixedIds()))
    transact(engine, write)
    found = rows(engine, RollupDay)
    assert [row["payments"] for row in found] == [20]


def test_the_day_is_asked_for_and_done_once(engine: Engine, towns: dict[str, Town]) -> None:
    soon = at_noon(dt.date(2026, 10, 22)).astimezone(dt.UTC)
    roll(engine, {"city": towns["city"]}, DAY)
    asked = transact(engine, lambda s: tasks.ask_daily(s, now=soon))
    assert asked == 4 * tasks.CATCH_UP_DAYS - 1  # the gaps too, but not the day that is there
    assert transact(engine, lambda s: tasks.ask_daily(s, now=soon)) == asked
    later = soon + dt.timedelta(minutes=1)

    def work(session: Session) -> int:
        jobs = claim(session, lease=uuid.UUID(int=1), now=later, limit=500, kinds=["roll_up"])
        tasks.HANDLERS["roll_up"].plan(session, jobs, FixedClock(later), FixedIds())(session)
        assert finish(session, jobs)
        return len(jobs)

    assert transact(engine, work) == asked
    assert rows(engine, Job) == []
    assert transact(engine, lambda s: tasks.ask_daily(s, now=later)) == 8
    assert table(engine, period=parse_period("2026-W43"), now=soon).provisional


def test_rebuilt_rollups_equal_the_ones_before(engine: Engine, towns: dict[str, Town]) -> None:
    shown = []
    done = service.rebuild(engine, now=NOW, progress=shown.append)
    assert (done.months, done.skipped) == (4 * 11, 0)
    assert [step.done for step in shown] == list(range(1, 45))
    before = table(engine)
    days = {row["day"] for row in rows(engine, RollupDay)}
    assert (min(days), max(days)) == (OPENED, dt.date(2026, 11, 22))
    service.rebuild(engine, now=NOW + dt.timedelta(hours=1))
    assert table(engine) == before
    assert len(rows(engine, RollupDay)) == 4 * 326


def test_a_stopped_rebuild_resumes(engine: Engine, towns: dict[str, Town]) -> None:
    class Stopped(Exception):
        pass

    def stop(step: service.RebuildProgress) -> None:
        if step.done == 15:
            raise Stopped

    with pytest.raises(Stopped):
        service.rebuild(engine, now=NOW, progress=stop)
    # A live roll-up of one day meanwhile does not make its month look rebuilt.
    later = NOW + dt.timedelta(minutes=5)
    roll(engine, {"city": towns["city"]}, NEXT)
    done = service.rebuild(engine, now=later, since=NOW)
    assert (done.months, done.skipped) == (44 - 15, 15)
    assert table(engine).total.figures["active_28"].numerator == 31
