"""Webhooks shuffled, repeated and sent at once: every credit once, the same rollups as in order.

10,000 deliveries of 2,000 movements on SQLite, 2,000 of 400 on PostgreSQL; the rollups that they
lead to are compared with those of a database that heard of every movement once and in order.
"""

from __future__ import annotations

import datetime as dt
import random
import secrets
import threading
import time
from collections.abc import Sequence
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Engine, case, func, select

from market40 import schema
from market40.app import create_app
from market40.config import DEVELOPMENT_KEY, Settings
from market40.core.clock import FixedClock, SystemClock
from market40.core.ids import FixedIds, SystemIds
from market40.db.alerts import Alert
from market40.db.engine import close_engine, open_engine, read
from market40.db.outbox import Job
from market40.payments.tables import Allocation, Credit, Delivery, Sighting
from market40.sandbox.notice import Notice, signed_headers
from market40.worker import Worker
from tests.faults.books import rollups
from tests.faults.stage import notices, set_stage

NOW = dt.datetime(2026, 11, 20, 3, 0, tzinfo=dt.UTC)
THREADS, STALLS = 4, 60
SIZES = {"sqlite": (10_000, 2_000), "postgresql": (2_000, 400)}


class Shop:
    """The application and its worker over one database, all at one standing instant."""

    def __init__(self, engine: Engine) -> None:
        self.engine, self.clock = engine, FixedClock(NOW)
        ids = SystemIds(SystemClock())
        (self.stage,) = set_stage(
            engine,
            now=NOW - dt.timedelta(days=1),
            ids=FixedIds(7),
            rng=random.Random(7),
            stalls=STALLS,
        )
        settings = Settings(environment="test")
        self.app: Flask = create_app(settings, engine, clock=self.clock, ids=ids)
        self._worker = Worker(engine, self.clock, ids, schedule=())

    def deliver(self, sent: Sequence[Notice]) -> None:
        """Post them one after another, as the provider does."""
        client = self.app.test_client()
        for notice in sent:
            body = notice.body()
            timestamp = int(NOW.timestamp())
            headers = signed_headers(body, secret=self.stage.secret, timestamp=timestamp)
            answer = client.post(self.stage.path, data=body, headers=headers)
            assert (answer.status_code, answer.json) == (200, {"success": True}), answer.data

    def work(self, *, until: threading.Event | None = None) -> None:
        """Do jobs until the event is set, or until none is left."""
        while until is not None and not until.is_set():
            if not self._worker.run_once():
                time.sleep(0.01)
        while self._left():
            if not self._worker.run_once():
                self.clock.advance(dt.timedelta(seconds=3))

    def _left(self) -> int:
        kinds = ("match_credit", "roll_up")
        query = select(func.count()).select_from(Job).where(Job.kind.in_(kinds))
        return read(self.engine, lambda s: s.scalar(query) or 0)


@pytest.fixture
def orderly(tmp_path: Path):
    engine = open_engine(f"sqlite:///{tmp_path}/in_order.sqlite", master_key=DEVELOPMENT_KEY)
    schema.metadata().create_all(engine)
    yield Shop(engine)
    close_engine(engine)


def test_shuffled_and_repeated_is_as_once_and_in_order(engine: Engine, orderly: Shop) -> None:
    seed = secrets.randbelow(1 << 31)
    print(f"seed {seed}")  # noqa: T201
    rng = random.Random(seed)
    shop = Shop(engine)
    deliveries, distinct = SIZES[engine.dialect.name]
    made = notices(shop.stage, rng, distinct, at=NOW)
    orderly.deliver(made)
    orderly.work()

    sent = [*made, *rng.choices(made, k=deliveries - distinct)]
    rng.shuffle(sent)
    deliver_at_once(shop, sent)

    assert counts(engine) == counts(orderly.engine)
    assert counts(engine)["credits"] == distinct
    assert off_balance(engine) == []
    assert off_numbers(engine) == []
    assert rollups(engine) == rollups(orderly.engine)
    assert rollups(engine)


def deliver_at_once(shop: Shop, sent: Sequence[Notice]) -> None:
    failures: list[BaseException] = []
    over = threading.Event()

    def run(work) -> None:
        try:
            work()
        except BaseException as error:  # noqa: BLE001 - shown below
            failures.append(error)

    parts = [sent[number::THREADS] for number in range(THREADS)]
    senders = [
        threading.Thread(target=run, args=(lambda part=part: shop.deliver(part),)) for part in parts
    ]
    worker = threading.Thread(target=run, args=(lambda: shop.work(until=over),))
    for thread in [*senders, worker]:
        thread.start()
    for thread in senders:
        thread.join()
    over.set()
    worker.join()
    assert failures == []


def counts(engine: Engine) -> dict[str, int]:
    tables = {
        "deliveries": Delivery,
        "credits": Credit,
        "sightings": Sighting,
        "allocations": Allocation,
        "arrivals": Alert,
    }
    return read(
        engine,
        lambda s: {
            name: s.scalar(select(func.count()).select_from(table)) or 0
            for name, table in tables.items()
        },
    )


def off_balance(engine: Engine) -> Sequence[object]:
    """Credits whose standing allocations are not one that sums to the amount."""
    signed = case(
        (Allocation.reverses_step.is_(None), Allocation.amount_vnd), else_=-Allocation.amount_vnd
    )
    query = (
        select(Credit.id, Credit.amount_vnd, func.count(Allocation.step))
        .outerjoin(
            Allocation,
            (Allocation.market_id == Credit.market_id) & (Allocation.credit_id == Credit.id),
        )
        .where(Credit.direction == "credit")
        .group_by(Credit.market_id, Credit.id, Credit.amount_vnd)
        .having((func.count(Allocation.step) != 1) | (func.sum(signed) != Credit.amount_vnd))
    )
    return read(engine, lambda s: s.execute(query).all())


def off_numbers(engine: Engine) -> Sequence[object]:
    """Stall-days whose running numbers have a gap or come twice."""
    query = (
        select(Alert.topic, Alert.day, func.count(Alert.number), func.max(Alert.number))
        .group_by(Alert.market_id, Alert.topic, Alert.day)
        .having(
            (func.max(Alert.number) != func.count(Alert.number))
            | (func.count(func.distinct(Alert.number)) != func.count(Alert.number))
        )
    )
    return read(engine, lambda s: s.execute(query).all())
