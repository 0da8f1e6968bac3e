"""Checks of the books straight in the database, by SQL of their own: no code of the service.

Only the rollups are compared with the service's own recomputation from the facts.
"""

from __future__ import annotations

import sqlite3
import uuid
from collections import Counter
from collections.abc import Collection, Sequence
from datetime import date, datetime
from pathlib import Path

from sqlalchemy import Engine, inspect, select

from market40.config import DEVELOPMENT_KEY
from market40.db.engine import read, transact
from market40.db.vault import Vault
from market40.reporting import service as reporting
from market40.reporting.tables import RollupDay, RollupMonth
from market40.sandbox.notice import Notice

NET = "sum(CASE WHEN reverses_step IS NULL THEN {0} ELSE -{0} END)"


class BooksWrong(AssertionError):
    """Something was lost, booked twice, or does not add up."""


def check_books(
    database: Path, *, sent: Collection[Notice], acknowledged: Collection[int]
) -> dict[str, int]:
    """Compare what stands in the file with what was sent; return the counts or raise BooksWrong.

    `sent` are the distinct movements that may have reached the server, `acknowledged` the ids of
    those for which it answered. Every job must be done.
    """
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as db:
        _sound(db)
        counts = _deliveries(db, sent, acknowledged)
        counts |= _credits(db, sent, acknowledged)
        counts |= _allocations(db)
        counts |= _running_numbers(db)
        return counts


def _sound(db: sqlite3.Connection) -> None:
    _equal("integrity_check", db.execute("PRAGMA integrity_check").fetchall(), [("ok",)])
    _equal("foreign_key_check", db.execute("PRAGMA foreign_key_check").fetchall(), [])
    _equal("jobs that were given up", _one(db, "SELECT count(*) FROM job WHERE dead_at NOTNULL"), 0)
    _equal("credits that wait to be matched", waiting(db), 0)


def waiting(db: sqlite3.Connection, kinds: Sequence[str] = ("match_credit", "roll_up")) -> int:
    """Return how many jobs of these kinds are left."""
    marks = ", ".join("?" * len(kinds))
    found: int = db.execute(f"SELECT count(*) FROM job WHERE kind IN ({marks})", kinds).fetchone()[
        0
    ]
    return found


def _deliveries(
    db: sqlite3.Connection, sent: Collection[Notice], acknowledged: Collection[int]
) -> dict[str, int]:
    stored = Counter(row[0] for row in db.execute("SELECT body_sha256 FROM delivery"))
    _equal("deliveries stored twice", [h for h, n in stored.items() if n > 1], [])
    vault = Vault(DEVELOPMENT_KEY)  # the bytes' hash is keyed
    ours = {vault.sign("delivery.body", one.body()): one.id for one in sent}
    _equal("deliveries nobody sent", set(stored) - set(ours), set())
    lost = set(acknowledged) - {ours[key] for key in stored}
    _equal("acknowledged deliveries that are lost", lost, set())
    verdicts = _one(db, "SELECT count(*) FROM delivery WHERE verdict <> 'recorded'")
    _equal("deliveries with another verdict", verdicts, 0)
    return {"deliveries": len(stored), "acknowledged": len(acknowledged)}


def _credits(
    db: sqlite3.Connection, sent: Collection[Notice], acknowledged: Collection[int]
) -> dict[str, int]:
    """Twins share a reference and an amount, so movements are counted as a bag."""
    bag = Counter(db.execute("SELECT bank_reference, amount_vnd, direction FROM credit").fetchall())
    told = {"in": "credit", "out": "debit"}
    every = Counter((one.reference, one.amount, told[one.direction]) for one in sent)
    must = Counter(
        (one.reference, one.amount, told[one.direction]) for one in sent if one.id in acknowledged
    )
    _equal("credits booked more often than they were sent", bag - every, Counter())
    _equal("acknowledged credits that are lost", must - bag, Counter())
    lines = _one(db, "SELECT count(*) FROM sighting")
    _equal("sightings beside credits", lines, sum(bag.values()))
    seen = "SELECT count(DISTINCT credit_id) FROM sighting"
    _equal("credits that were sighted", _one(db, seen), sum(bag.values()))
    return {"credits": sum(bag.values())}


def _allocations(db: sqlite3.Connection) -> dict[str, int]:
    net = NET.format("a.amount_vnd")
    off = db.execute(
        f"SELECT c.amount_vnd, count(a.step), coalesce({net}, 0) FROM credit c"
        " LEFT JOIN allocation a ON a.market_id = c.market_id AND a.credit_id = c.id"
        " WHERE c.direction = 'credit' GROUP BY c.market_id, c.id"
        f" HAVING count(a.step) <> 1 OR coalesce({net}, 0) <> c.amount_vnd"
    ).fetchall()
    _equal("credits not allocated once and wholly", off, [])
    stray = "SELECT count(*) FROM allocation a JOIN credit c ON c.id = a.credit_id"
    _equal("allocated debits", _one(db, f"{stray} WHERE c.direction <> 'credit'"), 0)
    total = _one(db, "SELECT coalesce(sum(amount_vnd), 0) FROM credit WHERE direction = 'credit'")
    _equal("the sum", _one(db, f"SELECT {NET.format('amount_vnd')} FROM allocation") or 0, total)
    return {"allocations": _one(db, "SELECT count(*) FROM allocation"), "vnd": total}


def _running_numbers(db: sqlite3.Connection) -> dict[str, int]:
    for column in ("seq", "number"):
        off = db.execute(
            f"SELECT hex(topic), day, count({column}), min({column}), max({column}) FROM alert"
            f" WHERE {column} NOTNULL GROUP BY market_id, topic, day"
            f" HAVING min({column}) <> 1 OR max({column}) <> count({column})"
            f" OR count(DISTINCT {column}) <> count({column})"
        ).fetchall()
        _equal(f"stall-days whose {column} has gaps or repeats", off, [])
    sales = "SELECT count(*) FROM allocation WHERE stall_id NOTNULL AND reverses_step IS NULL"
    numbered = "SELECT count(DISTINCT credit_id) FROM alert WHERE number NOTNULL"
    _equal("arrivals beside sales", _one(db, numbered), _one(db, sales))
    _equal("arrivals told twice", _one(db, "SELECT count(number) FROM alert"), _one(db, numbered))
    days = _one(db, "SELECT count(*) FROM (SELECT DISTINCT topic, day FROM alert)")
    return {"arrivals": _one(db, numbered), "stall_days": days}


def rollups(engine: Engine) -> dict[tuple[str, uuid.UUID, date], tuple[object, ...]]:
    """Return every rollup of day and month but for when it was made."""

    def work(session):
        found = {}
        for table, key in ((RollupDay, "day"), (RollupMonth, "month")):
            columns = [c for c in inspect(table).columns if c.name != "rolled_at"]
            for row in session.execute(select(*columns)).mappings():
                name = (key, row["market_id"], row[key])
                found[name] = tuple(row[c.name] for c in columns)
        return found

    return read(engine, work)


def check_rollups(engine: Engine, *, now: datetime) -> int:
    """Recompute every rolled day from the facts; raise BooksWrong where it was something else."""
    before = rollups(engine)

    def work(session):
        for kind, market_id, day in before:
            if kind == "day":
                reporting.roll_up_days(session, market_id, [day], now=now)

    transact(engine, work)
    _equal("rollups", rollups(engine), before)
    return len(before)


def _one(db: sqlite3.Connection, query: str) -> int:
    found: int = db.execute(query).fetchone()[0]
    return found


def _equal(what: str, found: object, expected: object) -> None:
    if found != expected:
        raise BooksWrong(f"{what}: {str(found)[:600]} and not {str(expected)[:600]}")
