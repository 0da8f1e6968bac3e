"""`market40 serve` and `market40 worker`."""

from __future__ import annotations

import gc
import signal
import sys
import threading

import click
from flask import Flask
from granian import Granian
from granian.constants import Interfaces

from market40 import migrations
from market40.app import create_app
from market40.cli.composition import open_database, opened, settings
from market40.config import BadSettings
from market40.core.clock import SystemClock
from market40.core.ids import SystemIds
from market40.db import outbox
from market40.db.engine import transact
from market40.web import logs
from market40.worker import Worker

GARBAGE_AFTER = 20_000
"""New objects after which young garbage is looked for: a group of webhooks makes some thousands."""


def application() -> Flask:
    """The application of a server process; on SQLite its worker is a thread of the same one."""
    found = settings()
    engine = open_database(found)
    clock = SystemClock()
    logs.install(sys.stderr, traces=found.environment == "development")
    app = create_app(found, engine, clock=clock, schema_head=migrations.head())
    if found.is_sqlite:
        transact(engine, outbox.release_all)  # this process's worker is the only one
        worker = Worker(engine, clock, SystemIds(clock))
        threading.Thread(
            target=worker.run, args=(threading.Event(),), name="worker", daemon=True
        ).start()
    _settle_memory()
    return app


def _settle_memory() -> None:
    """Leave what the start has made out of every later search for garbage.

    It lives as long as the process: to look through it took 50 ms, again and again, in which
    nobody was answered.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(GARBAGE_AFTER, 20, 50)


@click.command()
@click.option("--processes", default=0, help="Server processes; SQLite has one.")
def serve(processes: int) -> None:
    """Serve pages, API and hooks on MARKET40_HOST:MARKET40_PORT."""
    with opened() as (found, engine):
        if migrations.current(engine) != migrations.head():
            raise BadSettings("the database is not at this version: run `market40 db upgrade`")
    count = 1 if found.is_sqlite else processes or 2
    if found.is_sqlite and processes > 1:
        raise BadSettings("SQLite is served by one process: its one writer lives there")
    Granian(
        "market40.cli.serving:application",
        factory=True,
        address=found.host,
        port=found.port,
        interface=Interfaces.WSGI,
        workers=count,
        blocking_threads=found.threads,
        backpressure=found.threads * 8,
        respawn_failed_workers=True,
        log_access=False,
    ).serve()


@click.command("worker")
def work() -> None:
    """Run the background jobs: matching, rollups, expiry. For PostgreSQL; as many as one likes."""
    with opened() as (found, engine):
        if found.is_sqlite:
            raise BadSettings(
                "on SQLite the worker runs inside `market40 serve`, where the one writer is"
            )
        stop = threading.Event()
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, lambda *_: stop.set())
        clock = SystemClock()
        Worker(engine, clock, SystemIds(clock)).run(stop)
