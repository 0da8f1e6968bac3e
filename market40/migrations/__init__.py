"""Migrations of the schema: numbered, one head, the same on SQLite and PostgreSQL."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text

from market40 import schema
from market40.db.engine import vault_of
from market40.db.planner import seed_statistics
from market40.db.vault import Vault

FOLDER = Path(__file__).parent
LOCK_TIMEOUT = "5s"


def _config(connection: Connection | None = None, vault: Vault | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    config.attributes["vault"] = vault
    return config


def upgrade(engine: Engine, *, to: str = "head") -> None:
    """Bring the database to version `to`, in one transaction; its vault seals what must be."""
    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            # A migration that waits for a lock stops everything behind it: fail instead.
            connection.execute(text(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'"))
        command.upgrade(_config(connection, vault_of(engine)), to)
        seed_statistics(connection)


def head() -> str:
    """The newest version that this code knows."""
    found = ScriptDirectory.from_config(_config()).get_current_head()
    assert found is not None, "the migrations have one head"
    return found


def current(engine: Engine) -> str | None:
    """The version of the database, or None where it has none yet."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def differences(engine: Engine) -> list[object]:
    """What differs between the database and the code's tables; empty where they are equal."""
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True}
        )
        return list(compare_metadata(context, schema.metadata()))


def new_revision(engine: Engine, name: str) -> Path:
    """Write the next numbered migration from what differs; returns its file."""
    script = ScriptDirectory.from_config(_config())
    number = len(list(script.walk_revisions())) + 1
    with engine.begin() as connection:
        made = command.revision(
            _config(connection), name, autogenerate=True, rev_id=f"{number:04d}"
        )
    assert made is not None
    assert not isinstance(made, list)
    return Path(made.path)
