"""kill -9 under load, again and again: nothing acknowledged is lost, nothing is booked twice.

    python -m tests.faults.kill_loop --kills 1000 --seed 7

The real `market40 serve` runs on a SQLite file; signed webhooks load it; its process group is
killed at a moment drawn at random, sometimes before it answers, and started again. At the end
what waits is delivered, the jobs run dry, and the books are checked straight in the file. Prints
the seed and the counts; exit 1 where the books are wrong.
"""

from __future__ import annotations

import argparse
import itertools
import random
import secrets
import sqlite3
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import Engine

from market40 import migrations
from market40.config import DEVELOPMENT_KEY
from market40.core.clock import SystemClock
from market40.core.ids import SystemIds
from market40.db.engine import close_engine, open_engine
from market40.sandbox.notice import Notice
from tests.faults.books import check_books, check_rollups, waiting
from tests.faults.post import Load, Post
from tests.faults.server import Sender, Server
from tests.faults.stage import Stage, notices, set_stage

SENDERS, STALLS = 6, 120
UNDER_LOAD_S = (0.02, 0.6)
BEFORE_READY = 0.1
DRAIN_S = 120.0


@dataclass(slots=True)
class Outcome:
    """What a run came to."""

    kills: int
    seed: int
    before_ready: int = 0
    start_s: list[float] = field(default_factory=list)
    answers: dict[str, int] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    took_s: float = 0.0

    def __str__(self) -> str:
        """Say it in a few lines."""
        starts = sorted(self.start_s)
        return "\n".join(
            [
                f"kill -9: {self.kills} times, {self.before_ready} before it answered;",
                f"seed {self.seed}; {self.took_s:.0f} s",
                f"start: median {starts[len(starts) // 2]:.2f} s, most {starts[-1]:.2f} s",
                "answers: " + ", ".join(f"{k}: {v}" for k, v in sorted(self.answers.items())),
                "books: " + ", ".join(f"{k} {v}" for k, v in self.counts.items()),
            ]
        )


def run(*, kills: int, seed: int, folder: Path, progress: bool = False) -> Outcome:
    """Kill and start again so often, then check the books. Raises BooksWrong."""
    began = time.monotonic()
    rng = random.Random(seed)
    database = folder / "market40.sqlite"
    stage = _fresh(database, rng)
    outcome = Outcome(kills, seed)
    post = Post(rng=random.Random(rng.random()), fresh=_endless(stage, rng.random()))
    server = Server(database)
    load = Load(post, [Sender(server.port, stage.path, stage.secret) for _ in range(SENDERS)])
    try:
        for number in range(kills):
            _one_life(server, load, rng, outcome)
            if progress and (number + 1) % 25 == 0:
                print(f"{number + 1} kills, {len(post.acknowledged)} acknowledged", flush=True)  # noqa: T201
        load.end()
        server.start()
        server.wait_ready()
        last = Sender(server.port, stage.path, stage.secret)
        _deliver_rest(post, last)
        last.close()
        _drain(database)
        server.stop()
    finally:
        server.kill()
        load.end()
    outcome.answers = dict(post.answers)
    outcome.counts = check_books(database, sent=post.known.values(), acknowledged=post.acknowledged)
    engine = _open(database)
    try:
        outcome.counts["rollups"] = check_rollups(engine, now=datetime.now(UTC))
    finally:
        close_engine(engine)
    outcome.took_s = time.monotonic() - began
    return outcome


def _one_life(server: Server, load: Load, rng: random.Random, outcome: Outcome) -> None:
    """Start the server, load it, and kill it at a moment drawn at random."""
    started = time.monotonic()
    server.start()
    usual = sorted(outcome.start_s)[len(outcome.start_s) // 2] if outcome.start_s else None
    if usual is not None and rng.random() < BEFORE_READY:
        load.resume()
        time.sleep(rng.uniform(0.3, 1.0) * usual)
        outcome.before_ready += 1
    else:
        server.wait_ready()
        outcome.start_s.append(time.monotonic() - started)
        load.resume()
        time.sleep(rng.uniform(*UNDER_LOAD_S))
    server.kill()
    load.pause()


def _deliver_rest(post: Post, sender: Sender) -> None:
    """Try what was never acknowledged until it is."""
    until = time.monotonic() + DRAIN_S
    while left := post.left():
        assert time.monotonic() < until, f"{len(left)} deliveries are not taken: {post.answers}"
        for notice in left:
            post.note(notice, sender.send(notice.body()))


def _drain(database: Path) -> None:
    """Wait until every credit is matched and every day rolled up."""
    until = time.monotonic() + DRAIN_S
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=30) as db:
        while left := waiting(db):
            assert time.monotonic() < until, f"{left} jobs are not done"
            time.sleep(0.1)


def _fresh(database: Path, rng: random.Random) -> Stage:
    clock = SystemClock()
    engine = _open(database)
    migrations.upgrade(engine)
    before = clock.now() - timedelta(days=1)  # codes were issued before anybody paid
    (stage,) = set_stage(engine, now=before, ids=SystemIds(clock), rng=rng, stalls=STALLS)
    close_engine(engine)
    return stage


def _open(database: Path) -> Engine:
    return open_engine(f"sqlite:///{database}", master_key=DEVELOPMENT_KEY)


def _endless(stage: Stage, seed: float) -> Iterator[Notice]:
    """Give movements without end, made by the hundred."""
    rng = random.Random(seed)
    for first in itertools.count(1, 100):
        yield from notices(stage, rng, 100, at=datetime.now(UTC), first_id=first)


def main() -> None:
    """Run it from the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=None)
    given = parser.parse_args()
    seed = secrets.randbelow(1 << 31) if given.seed is None else given.seed
    print(f"seed {seed}", flush=True)  # noqa: T201
    with tempfile.TemporaryDirectory(prefix="market40-kill-") as folder:
        try:
            print(run(kills=given.kills, seed=seed, folder=Path(folder), progress=True))  # noqa: T201
        except AssertionError as wrong:
            print(f"WRONG (seed {seed}): {wrong}", file=sys.stderr)  # noqa: T201
            sys.exit(1)


if __name__ == "__main__":
    main()
