"""The plain way to take a webhook, the peer of `webhook.py`: a commit for each on its own.

    PLAIN_DATABASE=... gunicorn --worker-class gthread --workers 2 --threads 8 benchmarks.plain:app

It does the work of `market40 serve` on a delivery: the same verification, parsing and sealing,
the same rows in delivery, credit, sighting and job, in SQLAlchemy Core statements that are built
once. What it lacks is the one writer that commits in groups, and the worker: nothing is matched.
"""

from __future__ import annotations

import os
import uuid
from datetime import UTC, datetime

from flask import Flask, jsonify, request
from sqlalchemy import Connection, Engine, bindparam, create_engine, event, func, insert, select
from sqlalchemy.orm import Session

from market40.config import DEVELOPMENT_KEY
from market40.core.clock import SystemClock
from market40.core.ids import SystemIds
from market40.db.outbox import Job
from market40.db.vault import Vault
from market40.payments import service
from market40.payments.feeds import feed_named
from market40.payments.tables import Credit, Delivery, Sighting

PRAGMAS = ("busy_timeout=10000", "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON")

KNOWN = select(Delivery.id).where(
    Delivery.market_id == bindparam("market"),
    Delivery.source_id == bindparam("source"),
    Delivery.external_id == bindparam("external"),
)
EQUAL = select(func.count()).where(
    Credit.market_id == bindparam("market"),
    Credit.account_lookup == bindparam("account"),
    Credit.direction == bindparam("direction"),
    Credit.bank_reference == bindparam("reference"),
    Credit.amount_vnd == bindparam("amount"),
    Credit.booking_day == bindparam("day"),
)
INSERT_DELIVERY = insert(Delivery.__table__)  # type: ignore[arg-type]
INSERT_CREDIT = insert(Credit.__table__)  # type: ignore[arg-type]
INSERT_SIGHTING = insert(Sighting.__table__)  # type: ignore[arg-type]
INSERT_JOB = insert(Job.__table__)  # type: ignore[arg-type]


def open_plain(url: str) -> Engine:
    """Return an engine whose every transaction is its own, and takes SQLite's lock up front."""
    engine = create_engine(url, pool_size=16)

    @event.listens_for(engine, "connect")
    def connected(connection, _record) -> None:
        connection.isolation_level = None
        for pragma in PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def began(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def make_app(url: str) -> Flask:
    """Return the application over a database that is ready."""
    app = Flask("plain")
    engine, vault = open_plain(url), Vault(DEVELOPMENT_KEY)
    directory, ids = service.Directory(), SystemIds(SystemClock())
    feed = feed_named("sepay")

    @app.post("/hooks/sepay/<uuid:source_id>")
    def hook(source_id: uuid.UUID):
        headers = {name: request.headers[name] for name in feed.header_names}
        with Session(engine, info={"vault": vault}) as session:
            source = directory.source(session, source_id)
            found = service.examine(
                session,
                source,
                request.get_data(),
                headers,
                now=datetime.now(UTC),
                directory=directory,
            )
        with engine.begin() as connection:
            _record(connection, source, found, ids)
        return jsonify(dict(feed.answer))

    @app.get("/healthz")
    def health():
        return "ok"

    return app


def _record(connection: Connection, source, found, ids) -> None:
    names = {"market": source.market_id, "source": source.id, "external": found.external_id}
    if connection.execute(KNOWN, names).first() is not None:
        return
    delivery_id = ids.new()
    connection.execute(
        INSERT_DELIVERY,
        {
            "id": delivery_id,
            "market_id": source.market_id,
            "source_id": source.id,
            "external_id": found.external_id,
            "body_sha256": found.body_sha256,
            "body": found.body,
            "verdict": found.verdict,
            "reason": found.reason,
            "received_at": found.received_at,
        },
    )
    for number, line in enumerate(found.lines):
        account, direction, reference, amount, day = line.identity
        equal = connection.scalar(
            EQUAL,
            {
                "market": source.market_id,
                "account": account,
                "direction": direction,
                "reference": reference,
                "amount": amount,
                "day": day,
            },
        )
        credit_id = ids.new()
        own = {"id": credit_id, "market_id": source.market_id, "ordinal": (equal or 0) + 1}
        connection.execute(INSERT_CREDIT, line.row | own)
        connection.execute(
            INSERT_SIGHTING,
            {
                "delivery_id": delivery_id,
                "market_id": source.market_id,
                "line": number,
                "credit_id": credit_id,
                "source_id": source.id,
                "grade": source.grade,
                "seen_at": found.received_at,
            },
        )
        if direction == "credit":
            connection.execute(
                INSERT_JOB,
                {
                    "id": credit_id,
                    "market_id": source.market_id,
                    "kind": "match_credit",
                    "payload": {"credit_id": str(credit_id)},
                    "due_at": found.received_at,
                    "attempts": 0,
                },
            )


if "PLAIN_DATABASE" in os.environ:
    app = make_app(f"sqlite:///{os.environ['PLAIN_DATABASE']}")
