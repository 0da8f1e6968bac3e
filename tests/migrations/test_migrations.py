"""The migrations make, on both engines, just the tables that the code declares."""

import re
from pathlib import Path

import pytest
from sqlalchemy import Engine, inspect, text

from market40 import migrations, schema
from market40.db.base import Table


@pytest.fixture
def empty(engine: Engine) -> Engine:
    Table.metadata.drop_all(engine)
    return engine


def test_one_head_and_numbered_files() -> None:
    files = sorted(p.name for p in (migrations.FOLDER / "versions").glob("*.py"))
    assert [int(f[:4]) for f in files] == list(range(1, len(files) + 1))
    assert all(re.fullmatch(r"\d{4}_[a-z0-9_]+\.py", f) for f in files)
    assert migrations.head() == files[-1][:4]


def test_migrated_schema_equals_the_tables(empty: Engine) -> None:
    migrations.upgrade(empty)
    assert migrations.current(empty) == migrations.head()
    assert migrations.differences(empty) == [], "make a migration: make migration NAME=what"
    made = set(inspect(empty).get_table_names()) - {"alembic_version"}
    assert made == set(schema.metadata().tables)


def test_upgrade_twice_changes_nothing(empty: Engine) -> None:
    migrations.upgrade(empty)
    migrations.upgrade(empty)
    assert migrations.differences(empty) == []


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_hot_tables_keep_one_tree_on_sqlite(empty: Engine) -> None:
    migrations.upgrade(empty)
    with empty.connect() as connection:
        for table in schema.metadata().sorted_tables:
            wanted = table.dialect_options["sqlite"]["with_rowid"] is False
            sql = connection.execute(
                text("SELECT sql FROM sqlite_schema WHERE name = :name"), {"name": table.name}
            ).scalar_one()
            assert ("WITHOUT ROWID" in sql) == wanted, table.name


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_planner_takes_the_long_index_of_an_empty_database(empty: Engine) -> None:
    migrations.upgrade(empty)
    many = ", ".join(f"'{n}'" for n in range(200))
    with empty.connect() as connection:
        plan = connection.execute(
            text(
                "EXPLAIN QUERY PLAN SELECT id FROM credit WHERE market_id = x'01' AND "
                f"account_lookup = x'02' AND direction = 'credit' AND bank_reference IN ({many})"
            )
        ).all()
    assert "bank_reference=?" in str(plan)


def test_the_folder_ships_with_the_package() -> None:
    assert (Path(migrations.__file__).parent / "script.py.mako").exists()
