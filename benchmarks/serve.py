"""Pages at the server: the official's adoption page, and what a vendor's screen asks.

`market40 serve` on SQLite with 300,000 payments of a year in 11 markets and 2,310 stalls, one
request after another over one connection. The screen's question is asked as the page does it,
with the ETag of the last answer (304), and without.
"""

from __future__ import annotations

import http.client
import random
import tempfile
import time
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from benchmarks.adoption import make_year
from benchmarks.report import cpu_seconds, percentile, table
from market40.accounts import service as accounts
from market40.core.clock import SystemClock, local_day
from market40.core.ids import SystemIds
from market40.db.engine import close_engine, read, transact, vault_of
from market40.merchants.tables import StallVendor
from tests.faults.server import Server

PAYMENTS = 300_000
ADOPTION, SCREEN, WARM = 60, 600, 10


def run() -> None:
    """Make a year, serve it, ask, and print medians and p99."""
    with tempfile.TemporaryDirectory(prefix="market40-serve-") as name:
        year = make_year(Path(name) / "year.sqlite", PAYMENTS)
        keys = _keys(year.engine)
        stall_id = read(year.engine, lambda s: s.execute(select(StallVendor.stall_id)).scalar())
        close_engine(year.engine)
        server = Server(year.file)
        server.start()
        try:
            server.wait_ready()
            _measure(server, keys, f"/vendor/live?stall={stall_id}")
        finally:
            server.stop()


def _keys(engine: Engine) -> dict[str, str]:
    """Add an official and the first stall's vendor; return a key of each."""
    clock = SystemClock()
    ids, now = SystemIds(clock), clock.now() - timedelta(minutes=1)
    rng = random.Random(5)

    def work(session: Session) -> dict[str, str]:
        first = session.execute(select(StallVendor.market_id, StallVendor.vendor_id)).first()
        assert first is not None
        people = {
            "official": {"login": "can.bo", "secret": "mat khau dai", "everywhere": True},
            "vendor": {
                "login": "0912000111",
                "secret": "482913",
                "vendor_id": first.vendor_id,
                "markets": [first.market_id],
            },
        }
        made = {}
        for role, more in people.items():
            key_id = vault_of(session).new_key(session, key_id=ids.new(), now=now)
            person_id = accounts.add_person(
                session,
                person_id=ids.new(),
                role=role,
                name="Người thử",
                key_id=key_id,
                now=now,
                **more,
            )
            made[role] = accounts.add_api_key(
                session, key_id=ids.new(), person_id=person_id, label="thử", now=now, rng=rng
            )
        return made

    return transact(engine, work)


def _measure(server: Server, keys: Mapping[str, str], screen: str) -> None:
    client = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)

    def ask(path: str, role: str, etag: str | None = None) -> tuple[float, int, str, int]:
        headers = {"Authorization": f"Bearer {keys[role]}"}
        if etag:
            headers["If-None-Match"] = etag
        began = time.perf_counter()
        client.request("GET", path, headers=headers)
        answer = client.getresponse()
        body = answer.read()
        took = 1000 * (time.perf_counter() - began)
        return took, answer.status, answer.headers.get("ETag", ""), len(body)

    today = local_day(SystemClock().now())
    asked = f"{screen}&day={today}&after=0"
    etag = ask(asked, "vendor")[2]
    pages = [
        ("adoption page, a year by district", "/reports/adoption?period=2026", "official", 200, ""),
        ("adoption page, a month", "/reports/adoption?period=2026-10", "official", 200, ""),
        ("vendor's screen, nothing new", asked, "vendor", 304, etag),
        ("vendor's screen, in full", asked, "vendor", 200, ""),
    ]
    rows = []
    for name, path, role, wanted, tag in pages:
        count = ADOPTION if role == "official" else SCREEN
        for _ in range(WARM):
            ask(path, role, tag)
        before = cpu_seconds(server.pid)
        answers = [ask(path, role, tag) for _ in range(count)]
        spent = cpu_seconds(server.pid) - before
        assert {status for _, status, _, _ in answers} == {wanted}, f"{name}: {answers[0]}"
        took = [each[0] for each in answers]
        values = (percentile(took, 0.5), percentile(took, 0.99), 1000 * spent / count)
        rows.append((name, count, *(f"{v:.1f}" for v in values), answers[0][3]))
    client.close()
    print()
    print(table(("one after another", "asked", "median ms", "p99 ms", "CPU ms", "bytes"), rows))
    print("(the adoption page about 100 ms)")
