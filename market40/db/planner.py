"""SQLite's planner knows nothing of empty tables: give it the shape that full ones will have.

Without statistics it takes `market_id = ?` for ten rows and reads a whole market where a longer
index would find one row. The figures are rough on purpose; `PRAGMA optimize` betters them.
"""

from __future__ import annotations

from sqlalchemy import Connection, text

ROWS = 1_000_000
ROWS_OF_A_MARKET = 20_000


def seed_statistics(connection: Connection) -> None:
    """Write made-up statistics for every index that has none; nothing to do on PostgreSQL."""
    if connection.dialect.name != "sqlite":
        return
    connection.execute(text("ANALYZE sqlite_schema"))
    known = {row[0] for row in connection.execute(text("SELECT idx FROM sqlite_stat1"))}
    indexes = connection.execute(
        text("SELECT name, tbl_name FROM sqlite_schema WHERE type = 'index'")
    ).all()
    for name, table in indexes:
        if name in known or table.startswith("sqlite_"):
            continue
        columns = [row[2] for row in connection.execute(text(f'PRAGMA index_info("{name}")'))]
        stat = " ".join(str(n) for n in _shape(columns))
        connection.execute(
            text("INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES (:table, :name, :stat)"),
            {"table": table, "name": name, "stat": stat},
        )
    connection.execute(text("ANALYZE sqlite_schema"))


def _shape(columns: list[str | None]) -> list[int]:
    """Rows in the table, then how many share the first column, the first two, and so on."""
    shares = [ROWS_OF_A_MARKET if column == "market_id" else 10 for column in columns]
    shape, least = [ROWS], ROWS
    for position, share in enumerate(shares):
        least = max(1, min(least, share))
        shape.append(1 if position == len(columns) - 1 and len(columns) > 1 else least)
    return shape
