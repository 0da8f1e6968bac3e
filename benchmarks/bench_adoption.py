"""A year's adoption page of a province: 68 markets, 2,300 stalls, 365 days of made-up rollups.

Prints the median time of the queries with the computation, by district, commune and market, and
of the two outputs. Independent of the number of payments by construction: a rollup row is as
large with ten payments as with ten thousand.

    python benchmarks/bench_adoption.py [sqlite file or URL]
"""

from __future__ import annotations

import datetime as dt
import random
import statistics
import sys
import tempfile
import time
import uuid
from collections.abc import Callable

from sqlalchemy import Engine, insert
from sqlalchemy.orm import Session

from market40 import schema
from market40.config import DEVELOPMENT_KEY
from market40.core.market_days import Daily, MarketCalendar, to_json
from market40.core.periods import parse_period
from market40.db.engine import close_engine, open_engine, read, transact
from market40.merchants.tables import IssuedCode, Market, Stall, StallSpan
from market40.places import store as places
from market40.places.domain import GSO_2004, sort_text
from market40.places.service import load_units
from market40.reporting import exports, service, store
from market40.reporting.domain.rolling import Sale, Tally, Totals, day_totals, merged
from market40.reporting.domain.windows import first_of_month
from market40.reporting.service import Scope

NOW = dt.datetime(2026, 11, 22, 5, tzinfo=dt.UTC)
TODAY = dt.date(2026, 11, 22)
DAYS = 365
MARKETS = 68
STALLS = 2_300
NIL = uuid.UUID(int=0)
OPENED = dt.date(2025, 9, 1)
OPENED_AT = dt.datetime(2025, 9, 1, tzinfo=dt.UTC)


def fill(engine: Engine, *, markets: int = MARKETS, stalls: int = STALLS, days: int = DAYS) -> None:
    """Put markets, stalls, codes and rollups of a province into an empty database."""
    rng = random.Random(40)
    transact(engine, load_units)

    def found(session: Session) -> list[tuple[uuid.UUID, int, float]]:
        home = places.find_unit(
            session, code_system=GSO_2004, code="02", on=dt.date(2025, 6, 30), level="province"
        )
        communes = places.legacy_province_communes(session, home.id)
        districts = sorted({c.parent_id for c in communes}, key=str)
        use = {d: rng.uniform(0.15, 0.7) for d in districts}
        use[districts[3]] = 0.0
        made = []
        for at in range(markets):
            commune = communes[(at * 37) % len(communes)]
            now_in = places.successors(session, commune.id)[0]
            count = max(4, round(rng.lognormvariate(0, 0.7) * stalls / markets / 1.25))
            name = f"Chợ {commune.name.split(' ', 1)[1]} {at}"
            market_id = uuid.uuid5(NIL, name)
            session.execute(
                insert(Market.__table__),
                {"id": market_id, "name": name, "commune_id": now_in.id,
                 "legacy_commune_id": commune.id,
                 "calendar": to_json(MarketCalendar((Daily(),), ())), "opened_on": OPENED,
                 "closed_on": None, "sort_key": sort_text(name), "created_at": OPENED_AT},
            )  # fmt: skip
            for ordinal in range(count):
                put_stall(session, market_id, ordinal, registered=rng.random() < 0.81)
            made.append((market_id, count, use[commune.parent_id]))
        return made

    for market_id, count, use in transact(engine, found):
        transact(engine, lambda s, m=market_id, n=count, u=use: roll(s, rng, m, n, u, days))


def put_stall(session: Session, market_id: uuid.UUID, ordinal: int, *, registered: bool) -> None:
    stall_id = uuid.uuid5(market_id, str(ordinal))
    session.execute(
        insert(Stall.__table__),
        {"market_id": market_id, "id": stall_id, "ordinal": ordinal, "number": f"A{ordinal}",
         "name": "Sạp", "goods": None, "zone_id": None, "household_id": stall_id,
         "reference": "ZJSAAAAAAA", "state": "active", "sort_key": "", "created_at": OPENED_AT},
    )  # fmt: skip
    session.execute(
        insert(StallSpan.__table__),
        {"market_id": market_id, "stall_id": stall_id, "starts_on": OPENED, "ends_on": None},
    )
    if registered:
        session.execute(
            insert(IssuedCode.__table__),
            {"market_id": market_id, "id": stall_id, "stall_id": stall_id, "account_id": NIL,
             "serial": ordinal + 1, "check_code": "K7Q2ZM", "state": "live",
             "issued_at": OPENED_AT, "issued_by": NIL, "ended_at": None, "ended_by": None,
             "end_reason": None},
        )  # fmt: skip


def roll(
    session: Session, rng: random.Random, market_id: uuid.UUID, stalls: int, use: float, days: int
) -> None:
    """A market's days: stalls have their own habits, and volunteers count cash now and then."""
    habit = [rng.random() ** 3 if rng.random() < use else 0.0 for _ in range(stalls)]
    covered = {o for o in range(stalls) if habit[o] > 0 or rng.random() < 0.9}
    tallies = rng.random() < 0.4
    months: dict[dt.date, list[Totals]] = {}
    for back in range(days, 0, -1):
        day = TODAY - dt.timedelta(days=back)
        sold = [Sale(o, n := rng.randint(1, 9), n * 40_000) for o in covered
                if rng.random() < habit[o] / 2]  # fmt: skip
        counted = [
            Tally(o, "counted", k := rng.randint(3, 20), k * 45_000)
            for o in covered if tallies and rng.random() < 0.05
        ]  # fmt: skip
        totals = day_totals(
            eligible=set(range(stalls)), covered=covered, sales=sold, tallies=counted, is_open=True
        )
        store.replace_day(session, market_id, day, totals, now=NOW)
        months.setdefault(first_of_month(day), []).append(totals)
    for month, parts in months.items():
        store.replace_month(session, market_id, month, merged(parts), rolled_at=NOW)


def median_ms(work: Callable[[], object], times: int = 15) -> float:
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        taken.append(1000 * (time.perf_counter() - start))
    return statistics.median(taken)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        given = sys.argv[1] if len(sys.argv) > 1 else f"sqlite:///{folder}/bench.sqlite"
        engine = open_engine(given, master_key=DEVELOPMENT_KEY)
        schema.metadata().create_all(engine)
        fill(engine)
        print("period        by        queries+computation   json    csv   (median ms)")
        for text in ("2026", "2026-10", "official:2026", "2026-W45"):
            for by in ("district", "commune", "market"):
                words = {"period": parse_period(text), "by": by, "scope": Scope(everywhere=True),
                         "now": NOW, "territory": "gso2004:province:02"}  # fmt: skip
                made = lambda w=words: read(engine, lambda s: service.adoption(s, **w))  # noqa: E731
                table = made()
                times = [median_ms(made), median_ms(lambda t=table: exports.to_json(t)),
                         median_ms(lambda t=table: exports.to_csv(t))]  # fmt: skip
                print(f"{text:14}{by:10}{times[0]:19.1f}{times[1]:7.1f}{times[2]:7.1f}")
        close_engine(engine)


if __name__ == "__main__":
    main()
