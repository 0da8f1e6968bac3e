"""Inserting many rows by one prepared statement, past the layers that cost more than the row."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import Dialect, FromClause, Table, insert
from sqlalchemy.orm import Session

Plan = tuple[str, bool, list[tuple[str, Callable[[Any], Any] | None]]]
_ABSENT = " ON CONFLICT DO NOTHING"  # the same words on both engines


class Rows:
    """The insert of one table, with every column given in each row; compiled once a dialect."""

    def __init__(self, table: FromClause) -> None:
        if not isinstance(table, Table):
            raise TypeError("rows are inserted into a table")
        self._table = table
        self._plans: dict[str, Plan] = {}

    def write(self, session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
        """Insert the rows; none is no work. A violated key raises IntegrityError as ever."""
        if rows:
            sql, given = self._prepared(session, rows)
            session.connection().exec_driver_sql(sql, given)

    def write_all_if_absent(self, session: Session, rows: Sequence[Mapping[str, Any]]) -> bool:
        """Insert those rows of which no unique key is taken; return whether all went in."""
        sql, given = self._prepared(session, rows)
        done = session.connection().exec_driver_sql(sql + _ABSENT, given)
        return done.rowcount == len(rows)

    def _prepared(self, session: Session, rows: Sequence[Mapping[str, Any]]) -> tuple[str, Any]:
        dialect = session.connection().dialect
        if dialect.name not in self._plans:
            self._plans[dialect.name] = self._plan(dialect)
        sql, positional, columns = self._plans[dialect.name]
        if positional:
            return sql, [
                tuple([row[name] if to is None else to(row[name]) for name, to in columns])
                for row in rows
            ]
        return sql, [
            {name: row[name] if to is None else to(row[name]) for name, to in columns}
            for row in rows
        ]

    def _plan(self, dialect: Dialect) -> Plan:
        compiled = insert(self._table).compile(dialect=dialect)
        names = [column.name for column in self._table.columns]
        if compiled.positional:
            names = list(compiled.positiontup or ())
        columns = []
        for name in names:
            kind = self._table.columns[name].type.dialect_impl(dialect)
            columns.append((name, kind.bind_processor(dialect)))
        return str(compiled), compiled.positional, columns
