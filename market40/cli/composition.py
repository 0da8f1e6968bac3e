"""The composition root: the only place that reads the environment and opens the database."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.engine import make_url

from market40.config import Settings
from market40.db.engine import close_engine, open_engine


def settings() -> Settings:
    """The settings of this process's environment. Raises BadSettings."""
    return Settings.from_env(os.environ)


def open_database(found: Settings) -> Engine:
    """Open the database that the settings name; the folder of a SQLite file is made."""
    url = make_url(found.database_url)
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
