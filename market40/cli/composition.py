"""The composition root: the only place that reads the environment and opens the database."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from market40.config import BadSettings, Settings
from market40.db.engine import close_engine, open_engine

_DATABASES = "MARKET40_DATABASE_URL is sqlite:////path/to/file or postgresql+psycopg://…"


def settings() -> Settings:
    """The settings of this process's environment. Raises BadSettings."""
    return Settings.from_env(os.environ)


def open_database(found: Settings) -> Engine:
    """Open the database that the settings name; the folder of a SQLite file is made.

    Raises BadSettings for an address that is none, without repeating it: it may hold a password.
    """
    try:
        url = make_url(found.database_url)
    except ArgumentError:
        raise BadSettings(_DATABASES) from None
    if url.drivername not in ("sqlite", "postgresql+psycopg"):
        raise BadSettings(_DATABASES)
    if url.get_backend_name() == "sqlite" and url.database and url.database != ":memory:":
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    return open_engine(found.database_url, master_key=found.master_key)


@contextmanager
def opened() -> Iterator[tuple[Settings, Engine]]:
    """Settings and an engine for one command, closed behind it."""
    found = settings()
    engine = open_database(found)
    try:
        yield found, engine
    finally:
        close_engine(engine)
