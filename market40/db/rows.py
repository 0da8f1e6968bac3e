"""Inserting many rows by one prepared statement, past the layers that cost more than the row."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Dialect, FromClause, Table, insert
from sqlalchemy.orm import Session

_ABSENT = " ON CONFLICT DO NOTHING"  # the same words on both engines
CHUNK = 64
"""Rows of one statement on SQLite."""


@dataclass(frozen=True, slots=True)
class Plan:
    """An insert as one dialect has it: its words, its columns with their processors.

    `many[n - 1]` inserts n rows by one statement, on SQLite; elsewhere it is empty, and
    executemany does it as well.
    """

    sql: str
    columns: list[tuple[str, Callable[[Any], Any] | None]]
    many: list[str]

    def values(self, row: Mapping[str, Any]) -> list[Any]:
        """Return a row's values in the order of the columns, as the driver takes them."""
        return [row[name] if to is None else to(row[name]) for name, to in self.columns]


class Rows:
    """The insert of one table, with every column given in each row; compiled once a dialect."""

    def __init__(self, table: FromClause) -> None:
        if not isinstance(table, Table):
            raise TypeError("rows are inserted into a table")
        self._table = table
        self._plans: dict[str, Plan] = {}

    def write(self, session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
        """Insert the rows; none is no work. A violated key raises IntegrityError as ever."""
        self._insert(session, rows, "")

    def write_all_if_absent(self, session: Session, rows: Sequence[Mapping[str, Any]]) -> bool:
        """Insert those rows of which no unique key is taken; return whether all went in."""
        return self._insert(session, rows, _ABSENT) == len(rows)

    def _insert(self, session: Session, rows: Sequence[Mapping[str, Any]], absent: str) -> int:
        """Insert and return how many went in."""
        if not rows:
            return 0
        connection = session.connection()
        dialect = connection.dialect
        plan = self._plans.get(dialect.name)
        if plan is None:
            plan = self._plans[dialect.name] = self._plan(dialect)
        if not plan.many:
            names = [name for name, _ in plan.columns]
            given = [dict(zip(names, plan.values(row), strict=True)) for row in rows]
            return connection.exec_driver_sql(plan.sql + absent, given).rowcount
        # One statement for many: each step of SQLite's lets go of the interpreter's lock, and
        # whoever waits for it takes it.
        count = 0
        for start in range(0, len(rows), CHUNK):
            chunk = rows[start : start + CHUNK]
            values = tuple([value for row in chunk for value in plan.values(row)])
            sql = plan.many[len(chunk) - 1] + absent
            count += connection.exec_driver_sql(sql, values).rowcount
        return count

    def _plan(self, dialect: Dialect) -> Plan:
        compiled = insert(self._table).compile(dialect=dialect)
        names = compiled.positiontup or [column.name for column in self._table.columns]
        columns = []
        for name in names:
            kind = self._table.columns[name].type.dialect_impl(dialect)
            columns.append((name, kind.bind_processor(dialect)))
        sql, many = str(compiled), []
        if dialect.name == "sqlite":
            head, one = sql.split(" VALUES ")
            many = [f"{head} VALUES {', '.join([one] * n)}" for n in range(1, CHUNK + 1)]
        return Plan(sql, columns, many)
