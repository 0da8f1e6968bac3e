"""`market40 db` and `market40 doctor`."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import click
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.engine import make_url

from market40 import migrations
from market40.app import create_app
from market40.cli.composition import opened, settings
from market40.config import Settings
from market40.core.clock import SystemClock
from market40.db import outbox
from market40.db.engine import read, transact
from market40.places import service as places
from market40.web import openapi as web_openapi

LEAST_FREE_BYTES = 1 << 30


@click.group()
def db() -> None:
    """The database: its version, its reference data."""


@db.command()
def upgrade() -> None:
    """Bring the schema to this version and load the administrative units."""
    with opened() as (_, engine):
        migrations.upgrade(engine)
        added = transact(engine, places.load_units)
        click.echo(f"schema {migrations.head()}, {added} units added")


@db.command()
def check() -> None:
    """Say whether the schema equals the code's tables; exit 1 where it does not."""
    with opened() as (_, engine):
        found = migrations.differences(engine)
        for each in found:
            click.echo(repr(each))
        click.echo(f"version {migrations.current(engine)}, {len(found)} differences")
        sys.exit(1 if found else 0)


@db.command()
@click.argument("name")
def revision(name: str) -> None:
    """Write the next migration from what differs between the tables and the database."""
    with opened() as (_, engine):
        click.echo(str(migrations.new_revision(engine, name)))


@db.command()
def openapi() -> None:
    """Print the OpenAPI document of this version's API."""
    # The routes say it all: no database is opened, and no setting changes a word of it.
    click.echo(web_openapi.document(create_app(Settings(), create_engine("sqlite://"))), nl=False)


@click.command()
def doctor() -> None:
    """Check this deployment and print what is wrong; exit 1 where something is.

    It changes nothing: of a SQLite file that is not there none is made.
    """
    missing = _missing_file(settings())
    if missing is not None:
        click.echo(
            f"WRONG no database at {missing}: run `market40 db upgrade`, "
            "or mend MARKET40_DATABASE_URL"
        )
        sys.exit(1)
    with opened() as (found, engine):
        results = [
            _schema(engine),
            _jobs(engine),
            _disk(found),
            _key(found),
        ]
    for good, line in results:
        click.echo(("ok    " if good else "WRONG ") + line)
    sys.exit(0 if all(good for good, _ in results) else 1)


def _missing_file(found: Settings) -> Path | None:
    """Return the SQLite file that the settings name and that is not there."""
    if not found.is_sqlite:
        return None
    path = Path(make_url(found.database_url).database or "")
    return None if path.is_file() else path


def _schema(engine: Engine) -> tuple[bool, str]:
    with engine.connect() as connection:
        connection.execute(text("SELECT 1"))
    at, head = migrations.current(engine), migrations.head()
    return at == head, f"schema at {at}, code at {head}"


def _jobs(engine: Engine) -> tuple[bool, str]:
    if migrations.current(engine) is None:
        return False, "no tables yet: run `market40 db upgrade`"
    waiting, dead = read(engine, lambda s: outbox.backlog(s, now=SystemClock().now()))
    return dead == 0 and waiting < 1000, f"{waiting} jobs due, {dead} given up"


def _disk(found: Settings) -> tuple[bool, str]:
    if not found.is_sqlite:
        return True, "disk: look on the database server"
    folder = Path(make_url(found.database_url).database or ".").parent
    free = shutil.disk_usage(folder).free
    return free >= LEAST_FREE_BYTES, f"{free >> 20} MiB free for the database"


def _key(found: Settings) -> tuple[bool, str]:
    development = found.uses_development_key
    good = not development or found.environment != "production"
    return good, "development key: for trying out only" if development else "master key of its own"
