"""Taking webhooks on SQLite, committed before the answer: the plain way (A), market40 serve (B).

Both run on this machine with the loader on the same cores, turn about, each time on a fresh
database; every request is a distinct credit with a signature of its own. B also matches what has
come and rolls the day up while it is loaded; A does not. Then an open loop at a steady rate
against B: the latency counts from the moment at which a request was due.
"""

from __future__ import annotations

import http.client
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.report import cpu_seconds, median, percentile, table
from market40 import migrations
from market40.config import DEVELOPMENT_KEY
from market40.core.clock import SystemClock
from market40.core.ids import SystemIds
from market40.db.engine import close_engine, open_engine
from market40.sandbox.notice import Notice, signed_headers
from tests.faults.server import ROOT, Sender, Server, free_port
from tests.faults.stage import Stage, notices, set_stage

ROUNDS, SECONDS, CONNECTIONS, LOADER_THREADS = 3, 8, 16, 2
REQUESTS, WARM_UP = 40_000, 300
STALLS = 300
OPEN_RATE, OPEN_SECONDS, OPEN_SENDERS = 200, 15, 32
SCRIPT = Path(__file__).with_name("signed.lua")


@dataclass(frozen=True, slots=True)
class Loaded:
    """What one closed loop gave."""

    rate: float
    p50_ms: float
    p99_ms: float
    max_ms: float
    errors: int
    requests: int
    cpu_s: float


def run() -> None:
    """Run A and B turn about, then the open loop, and print tables."""
    with tempfile.TemporaryDirectory(prefix="market40-webhook-") as name:
        folder = Path(name)
        stage = _stage(folder / "template.sqlite")
        found: dict[str, list[Loaded]] = {"A": [], "B": []}
        for number in range(ROUNDS):
            for which in ("A", "B") if number % 2 == 0 else ("B", "A"):
                found[which].append(_closed_loop(which, folder, stage))
                print(f"round {number + 1} {which}: {found[which][-1]}", flush=True)
        _print_closed(found)
        _print_open(_open_loop(folder, stage))


def _stage(template: Path) -> Stage:
    clock, rng = SystemClock(), random.Random(40)
    engine = open_engine(f"sqlite:///{template}", master_key=DEVELOPMENT_KEY)
    migrations.upgrade(engine)
    before = clock.now() - timedelta(days=1)
    (stage,) = set_stage(engine, now=before, ids=SystemIds(clock), rng=rng, stalls=STALLS)
    close_engine(engine)
    return stage


@contextmanager
def serving(which: str, folder: Path) -> Iterator[tuple[int, int, Path]]:
    """Serve a fresh copy of the template; gives process, port and the database's file."""
    place = Path(tempfile.mkdtemp(dir=folder))
    database = place / "market40.sqlite"
    shutil.copy(folder / "template.sqlite", database)
    if which == "B":
        server = Server(database)
        try:
            server.start()
            server.wait_ready()
            yield server.pid, server.port, database
        finally:
            server.stop()
    else:
        with _plain(database) as (pid, port):
            yield pid, port, database
    shutil.rmtree(place)


@contextmanager
def _plain(database: Path) -> Iterator[tuple[int, int]]:
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "--worker-class", "gthread", "--workers", "2"]
    command += ["--threads", "8", "--bind", f"127.0.0.1:{port}", "--log-level", "warning"]
    process = subprocess.Popen(
        [*command, "benchmarks.plain:app"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PLAIN_DATABASE": str(database)},
        start_new_session=True,
    )
    try:
        until = time.monotonic() + 30
        while not _answers(port):
            assert time.monotonic() < until, "the plain server does not answer"
            time.sleep(0.05)
        yield process.pid, port
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(20)


def _answers(port: int) -> bool:
    client = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        client.request("GET", "/healthz")
        return client.getresponse().status == 200
    except OSError:
        return False
    finally:
        client.close()


def _closed_loop(which: str, folder: Path, stage: Stage) -> Loaded:
    """Load one server with as much as it takes."""
    with serving(which, folder) as (pid, port, _database):
        _warm_up(port, stage)
        made = distinct(stage, 41, REQUESTS)
        requests = folder / "requests"
        write_requests(requests, stage, made, port)
        before = cpu_seconds(pid)
        command = ["wrk", f"-c{CONNECTIONS}", f"-t{LOADER_THREADS}", f"-d{SECONDS}s"]
        command += ["--timeout", "10s", "--latency", "-s", str(SCRIPT), f"http://127.0.0.1:{port}"]
        told = subprocess.run(
            [*command, "--", str(requests), str(LOADER_THREADS)],
            capture_output=True,
            text=True,
            check=True,
        )
        spent = cpu_seconds(pid) - before
    line = next(line for line in told.stdout.splitlines() if line.startswith("RESULT "))
    result = json.loads(line.removeprefix("RESULT "))
    assert result["requests"] < REQUESTS, "the loader ran out of distinct credits"
    return Loaded(
        result["requests"] / result["seconds"],
        result["p50_ms"],
        result["p99_ms"],
        result["max_ms"],
        result["errors"],
        result["requests"],
        spent,
    )


def _warm_up(port: int, stage: Stage) -> None:
    sender = Sender(port, stage.path, stage.secret)
    for notice in notices(stage, random.Random(42), WARM_UP, at=datetime.now(UTC)):
        assert sender.send(notice.body()) == 200
    sender.close()


def distinct(stage: Stage, seed: int, count: int) -> list[Notice]:
    """Return movements of which no two are alike."""
    rng, now = random.Random(seed), datetime.now(UTC)
    return notices(stage, rng, count, at=now, first_id=10_001, twins=0)


def whole_request(stage: Stage, notice: Notice, port: int, *, timestamp: int) -> bytes:
    """Return the bytes of a signed delivery as HTTP carries them."""
    body = notice.body()
    headers = {
        "Host": f"127.0.0.1:{port}",
        **signed_headers(body, secret=stage.secret, timestamp=timestamp),
        "Content-Length": str(len(body)),
    }
    lines = [f"POST {stage.path} HTTP/1.1", *(f"{k}: {v}" for k, v in headers.items()), "", ""]
    return "\r\n".join(lines).encode() + body


def write_requests(file: Path, stage: Stage, made: list[Notice], port: int) -> None:
    """Write what signed.lua reads."""
    now = int(time.time())
    with file.open("wb") as out:
        for notice in made:
            request = whole_request(stage, notice, port, timestamp=now)
            out.write(b"%d\n" % len(request) + request)


def _open_loop(folder: Path, stage: Stage) -> tuple[list[float], int, float]:
    """Send at a steady rate whatever the answers do; latencies in ms from when each was due."""
    with serving("B", folder) as (pid, port, _database):
        _warm_up(port, stage)
        count = OPEN_RATE * OPEN_SECONDS
        made = distinct(stage, 43, count)
        bodies = iter([notice.body() for notice in made])
        start, lock = time.monotonic() + 0.2, threading.Lock()
        latencies: list[float] = []
        failed: list[int | None] = []
        numbers = iter(range(count))

        def send() -> None:
            sender = Sender(port, stage.path, stage.secret)
            while True:
                with lock:
                    number, body = next(numbers, None), next(bodies, None)
                if number is None or body is None:
                    sender.close()
                    return
                due = start + number / OPEN_RATE
                time.sleep(max(0.0, due - time.monotonic()))
                status = sender.send(body)
                latencies.append((time.monotonic() - due) * 1000)
                if status != 200:
                    failed.append(status)

        before = cpu_seconds(pid)
        threads = [threading.Thread(target=send) for _ in range(OPEN_SENDERS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return latencies, len(failed), cpu_seconds(pid) - before


def _print_closed(found: dict[str, list[Loaded]]) -> None:
    names = {"A": "A plain: gthread 2×8, a commit each", "B": "B market40 serve"}
    rows = []
    medians: dict[str, tuple[float, float]] = {}
    for which, runs in found.items():
        rate, p99 = median(r.rate for r in runs), median(r.p99_ms for r in runs)
        medians[which] = rate, p99
        rows.append(
            (
                names[which],
                f"{rate:,.0f}",
                f"{median(r.p50_ms for r in runs):.1f}",
                f"{p99:.1f}",
                f"{median(r.max_ms for r in runs):.0f}",
                f"{median(1e6 * r.cpu_s / r.requests for r in runs):.0f}",
                f"{median(r.cpu_s for r in runs):.1f}",
                sum(r.errors for r in runs),
            )
        )
    head = ("wrk -c16, medians of 3", "req/s", "p50 ms", "p99 ms", "max ms", "CPU µs/req", "CPU s")
    print(table((*head, "errors"), rows))
    (rate_a, p99_a), (rate_b, p99_b) = medians["A"], medians["B"]
    print(f"rate B/A {rate_b / rate_a:.2f} (at least 2); p99 A/B {p99_a / p99_b:.1f} (at least 10)")


def _print_open(result: tuple[list[float], int, float]) -> None:
    latencies, failed, cpu_s = result
    values = [f"{percentile(latencies, share):.1f}" for share in (0.5, 0.9, 0.99, 0.999)]
    head = (f"open loop {OPEN_RATE}/s, {OPEN_SECONDS} s", "p50 ms", "p90 ms", "p99 ms", "p99.9 ms")
    print()
    print(
        table(
            (*head, "not taken", "CPU s"), [("B market40 serve", *values, failed, f"{cpu_s:.1f}")]
        )
    )
    print("(p99 about 25 ms)")
