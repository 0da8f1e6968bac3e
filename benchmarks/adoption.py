"""A year's adoption page: rollups at 300,000 and 3,000,000 payments, and counting as stored.

The facts are multiplied by SQL in a temporary SQLite file; the rollups are made from them by
reporting's own rebuild. Then the page's queries run turn about on both sizes, beside the same
figures counted from the allocations and credits as they are stored, with no index made for it.
"""

from __future__ import annotations

import random
import sqlite3
import tempfile
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from sqlalchemy import Engine

from benchmarks.report import median, table, timed
from market40 import migrations
from market40.config import DEVELOPMENT_KEY
from market40.core.ids import FixedIds
from market40.core.periods import parse_period
from market40.db.engine import close_engine, open_engine, read
from market40.reporting import service as reporting
from market40.reporting.domain.adoption import AdoptionTable
from market40.reporting.service import Scope
from tests.faults.stage import set_stage

SIZES = (300_000, 3_000_000)
MARKETS, STALLS = 11, 210  # a legacy district each; 2,310 stalls, as Hà Giang had
ROUNDS = 7
COUNTED_ROUNDS = 1  # they differ by so much that one is enough
START, NOW = date(2026, 1, 1), datetime(2027, 1, 5, 1, 0, tzinfo=UTC)
BEFORE = datetime(2025, 12, 31, 1, 0, tzinfo=UTC)
PERIOD = parse_period("2026")

PLACES = """
CREATE TEMP TABLE place AS
    SELECT row_number() OVER (ORDER BY a.market_id, s.ordinal) - 1 AS n, a.market_id,
           a.stall_id, a.account_id, b.number_lookup
    FROM stall_account a
    JOIN stall s ON s.market_id = a.market_id AND s.id = a.stall_id
    JOIN beneficiary_account b ON b.market_id = a.market_id AND b.id = a.account_id;
CREATE UNIQUE INDEX temp.place_n ON place (n);
CREATE TEMP TABLE day AS
    WITH RECURSIVE d(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM d WHERE n < 364)
    SELECT n, date('2026-01-01', n || ' days') AS day FROM d;
CREATE UNIQUE INDEX temp.day_n ON day (n);
INSERT INTO source_day (market_id, source_id, day)
    SELECT source.market_id, source.id, day.day FROM source, day;
CREATE TEMP TABLE made (n INTEGER PRIMARY KEY, id, market_id, stall_id, account_id,
                        number_lookup, amount, day, at);
"""
# Stalls sell unequally, and on some days of the year: multiplicative hashes stand for chance.
MADE = """
INSERT INTO made
    WITH RECURSIVE i(n) AS (SELECT :first UNION ALL SELECT n + 1 FROM i WHERE n + 1 < :last)
    SELECT i.n, CAST(printf('%016d', i.n) AS BLOB), p.market_id, p.stall_id, p.account_id,
           p.number_lookup, 1000 * (5 + i.n * 2654435761 % 495), d.day,
           d.day || printf(' %02d:%02d:00.000000', i.n % 11, i.n % 60)
    FROM i
    JOIN place p ON p.n = (i.n * 40503 % 65537) * (i.n * 7919 % 65537) % :places
    JOIN day d ON d.n = (i.n * 48271) % 2147483647 % 365;
"""
FACTS = """
INSERT INTO credit (id, market_id, account_lookup, account_id, direction, bank_reference,
                    amount_vnd, booking_day, ordinal, occurred_at, memo, "references",
                    virtual_account, balance_after_vnd, first_seen_at)
    SELECT id, market_id, number_lookup, account_id, 'credit', printf('FT%014d', n), amount, day,
           1, at, zeroblob(70), '', NULL, n, at FROM made;
INSERT INTO allocation (credit_id, market_id, step, target, reason, stall_id, intent_id,
                        amount_vnd, reverses_step, rule, rule_version, evidence, sentence,
                        actor_id, note, day, made_at)
    SELECT id, market_id, 1, 'stall', NULL, stall_id, NULL, amount, NULL, 'only_stall', 1,
           '{"at": "' || at || '", "stalls": ["A1"]}',
           'Tiền vào tài khoản chỉ dùng để bán hàng của sạp A1.', NULL, NULL, day, at FROM made;
DELETE FROM made;
"""
TALLIES = """
INSERT INTO cash_tally (market_id, id, stall_id, day, answer, cash_count, cash_vnd, other_count,
                        other_vnd, drawn, actor_id, made_at)
    SELECT p.market_id, CAST(printf('t%015d', p.n * 365 + d.n) AS BLOB), p.stall_id, d.day,
           'counted', 9, 900000, 1, 50000, 1, zeroblob(16), d.day || ' 10:00:00.000000'
    FROM place p, day d WHERE (p.n * 31 + d.n) % 30 = 0;
"""
SIGN = "CASE WHEN a.reverses_step IS NULL THEN 1 ELSE -1 END"
COUNTED = f"""
WITH stall_day AS (
    SELECT a.market_id, a.stall_id, a.day, sum({SIGN}) AS n, sum({SIGN} * a.amount_vnd) AS vnd
    FROM allocation a {{join}}
    WHERE a.target IN ('intent', 'stall') AND a.day <= '2026-12-31'
    GROUP BY a.market_id, a.stall_id, a.day HAVING sum({SIGN}) > 0),
tallied AS (
    SELECT t.market_id, sum(d.n) AS n, sum(d.vnd) AS vnd, sum(t.cash_vnd), sum(t.other_vnd)
    FROM cash_tally t LEFT JOIN stall_day d USING (market_id, stall_id, day)
    WHERE t.day >= '2026-01-01' AND t.answer IN ('counted', 'zero') GROUP BY t.market_id)
SELECT s.market_id, count(DISTINCT s.stall_id),
       count(DISTINCT CASE WHEN s.day > '2026-12-03' THEN s.stall_id END),
       count(DISTINCT CASE WHEN s.day > '2026-12-24' THEN s.stall_id END), t.*
FROM stall_day s LEFT JOIN tallied t USING (market_id) GROUP BY s.market_id
"""
JOIN = "JOIN credit c ON c.id = a.credit_id AND c.market_id = a.market_id"


@dataclass(frozen=True, slots=True)
class Year:
    """A database with a year's facts and their rollups."""

    payments: int
    file: Path
    engine: Engine


def run() -> None:
    """Make both years, run the queries turn about, print the table."""
    with tempfile.TemporaryDirectory(prefix="market40-adoption-") as name:
        years = [make_year(Path(name) / f"{size}.sqlite", size) for size in SIZES]
        try:
            _compare(years)
        finally:
            for year in years:
                close_engine(year.engine)


def make_year(file: Path, payments: int) -> Year:
    """Put markets on, multiply the facts, make the rollups."""
    engine = open_engine(f"sqlite:///{file}", master_key=DEVELOPMENT_KEY)
    migrations.upgrade(engine)
    set_stage(
        engine,
        now=BEFORE,
        ids=FixedIds(3),
        rng=random.Random(3),
        stalls=STALLS,
        markets=MARKETS,
        since=START,
    )
    loaded, _ = timed(lambda: _load(file, payments))
    rolled, _ = timed(lambda: reporting.rebuild(engine, now=NOW))
    size = file.stat().st_size / 2**20
    print(
        f"{payments:,} payments: loaded in {loaded:.0f} s, rolled up in {rolled:.0f} s,"
        f" {size:,.0f} MiB",
        flush=True,
    )
    return Year(payments, file, engine)


def _load(file: Path, payments: int) -> None:
    with sqlite3.connect(file) as db:
        db.execute("PRAGMA synchronous=OFF")
        db.execute("PRAGMA cache_size=-1500000")
        db.execute("PRAGMA temp_store=MEMORY")
        db.executescript(PLACES)
        places = db.execute("SELECT count(*) FROM place").fetchone()[0]
        assert places == MARKETS * STALLS
        for first in range(0, payments, 100_000):
            last = min(first + 100_000, payments)
            db.execute(MADE, {"first": first, "last": last, "places": places})
            db.executescript(FACTS)
        db.executescript(TALLIES)
        db.execute("ANALYZE")
    db.close()


def page(year: Year) -> AdoptionTable:
    """Run what the adoption page asks the database."""
    return read(
        year.engine,
        lambda session: reporting.adoption(
            session, period=PERIOD, by="district", scope=Scope(everywhere=True), now=NOW
        ),
    )


def counted(year: Year, *, join: str) -> list[tuple[object, ...]]:
    """Count the same from the facts, market by market."""
    db = sqlite3.connect(f"file:{year.file}?mode=ro", uri=True)
    try:
        db.execute("PRAGMA cache_size=-65536")
        db.execute("PRAGMA temp_store=MEMORY")
        return db.execute(COUNTED.format(join=join)).fetchall()
    finally:
        db.close()


def _compare(years: list[Year]) -> None:
    small, large = years
    for year in years:
        _same(page(year), counted(year, join=""))
    seconds: dict[str, list[tuple[float, float]]] = {}

    def note(name: str, work) -> None:
        seconds.setdefault(name, []).append(timed(work))

    for number in range(ROUNDS):
        for year in years if number % 2 == 0 else (large, small):
            note(f"rollups, {year.payments:,} payments", lambda year=year: page(year))
        if number < COUNTED_ROUNDS:
            note("allocations as stored", lambda: counted(large, join=""))
            note("credits and allocations as stored", lambda: counted(large, join=JOIN))
    rows = [
        (name, f"{1000 * median(w for w, _ in took):,.1f}", f"{median(c for _, c in took):.3f}")
        for name, took in seconds.items()
    ]
    print()
    print(table(("a year by district, medians", "ms", "CPU s"), rows))
    middle = {name: median(wall for wall, _ in took) for name, took in seconds.items()}
    at_small, at_large = (middle[f"rollups, {year.payments:,} payments"] for year in years)
    for name in ("allocations as stored", "credits and allocations as stored"):
        print(f"{name} / rollups: {middle[name] / at_large:,.0f} × (at least 20)")
    print(f"rollups, large / small: {at_large / at_small:.2f} (at most 1.3)")


def _same(answer: AdoptionTable, rows: list[tuple[object, ...]]) -> None:
    """The two ways must give the same figures, or the comparison means nothing."""
    figures = answer.total.figures
    for at, name in enumerate(("ever_paid", "active_28", "active_7"), start=1):
        by_rollups, by_facts = figures[name].numerator, sum(int(row[at]) for row in rows)
        assert by_rollups == by_facts, f"{name}: {by_rollups} by rollups, {by_facts} by facts"
