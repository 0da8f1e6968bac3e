"""Insert-if-absent and upsert with an explicit target, spelled for each engine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from market40.db.base import Table, rows_changed, table_of

_INSERTS: dict[tuple[str, str, tuple[str, ...], str], Any] = {}
Rows = Sequence[Mapping[str, Any]]


def insert_if_absent(
    session: Session, row_class: type[Table], rows: Rows, *, keys: Sequence[str]
) -> int:
    """Insert the rows whose `keys` (a unique key's columns) are free; return how many were."""
    if not rows:
        return 0
    statement = _built(session, row_class, tuple(keys), "nothing")
    inserted = 0
    for row in rows:  # one by one: only so do both engines say for each whether it went in
        inserted += rows_changed(session.execute(statement, row))
    return inserted


def replace_rows(
    session: Session, row_class: type[Table], rows: Rows, *, keys: Sequence[str]
) -> None:
    """Insert the rows, or put them in the place of the ones with the same `keys`."""
    if rows:
        session.execute(_built(session, row_class, tuple(keys), "update"), list(rows))


def _built(session: Session, row_class: type[Table], keys: tuple[str, ...], what: str) -> Any:
    """The statement, built once for each engine and table: building costs more than running."""
    dialect = session.get_bind().dialect.name
    name = (dialect, row_class.__tablename__, keys, what)
    if name not in _INSERTS:
        table = table_of(row_class)
        insert = postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)
        if what == "nothing":
            # Without the option SQLAlchemy forgets on PostgreSQL whether a row went in.
            _INSERTS[name] = insert.on_conflict_do_nothing(
                index_elements=list(keys)
            ).execution_options(preserve_rowcount=True)
        else:
            others = {c.name: insert.excluded[c.name] for c in table.columns if c.name not in keys}
            _INSERTS[name] = insert.on_conflict_do_update(index_elements=list(keys), set_=others)
    return _INSERTS[name]
