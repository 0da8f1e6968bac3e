"""kill -9 under load, again and again: nothing acknowledged is lost, nothing is booked twice.

    python -m tests.faults.kill_loop --kills 1000 --seed 7

The real `market40 serve` runs on a SQLite file; signed webhooks load it; its process group is
killed at a moment drawn at random, sometimes before it answers, and started again. At the end
what waits is delivered, the jobs run dry, and the books are checked straight in the file. Prints
the seed, how far it has come, and the counts; exit 1 where the books are wrong. Interrupted once
(Ctrl-C, SIGTERM) it kills no more, and checks and counts what was done so far; the second time it
ends there and then.
"""

from __future__ import annotations

import argparse
import itertools
import random
import secrets
import signal
import sqlite3
import sys
import tempfile
import threading
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
from tests.faults.server import Sender, Server, ServerFailed
from tests.faults.stage import Stage, notices, set_stage

SENDERS, STALLS = 6, 120
UNDER_LOAD_S = (0.02, 0.6)
BEFORE_READY = 0.1
DRAIN_S = 120.0
SAY_EVERY = 25


@dataclass(slots=True)
class Outcome:
    """What a run came to; `kills` of `asked` were done."""

    asked: int
    seed: int
    kills: int = 0
    before_ready: int = 0
    start_s: list[float] = field(default_factory=list)
    answers: dict[str, int] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    took_s: float = 0.0

    def __str__(self) -> str:
        """Say it in a few lines."""
        starts = sorted(self.start_s) or [0.0]
        short = "" if self.kills == self.asked else f" of {self.asked}"
        return "\n".join(
            [
                f"kill -9: {self.kills}{short} times, {self.before_ready} before it answered;",
                f"seed {self.seed}; {self.took_s:.0f} s",
                f"start: median {starts[len(starts) // 2]:.2f} s, most {starts[-1]:.2f} s",
                "answers: " + ", ".join(f"{k}: {v}" for k, v in sorted(self.answers.items())),
                "books: " + ", ".join(f"{k} {v}" for k, v in self.counts.items()),
            ]
        )


def run(
    *,
    kills: int,
    seed: int,
    folder: Path,
    progress: bool = False,
    stop: threading.Event | None = None,
) -> Outcome:
    """Kill and start again so often, or until `stop`, then check the books. Raises BooksWrong."""
    began = time.monotonic()
    rng = random.Random(seed)
    database = folder / "market40.sqlite"
    stage = _fresh(database, rng)
    outcome = Outcome(kills, seed)
    post = Post(rng=random.Random(rng.random()), fresh=_endless(stage, rng.random()))
    server = Server(database)
    load = Load(post, [Sender(server.port, stage.path, stage.secret) for _ in range(SENDERS)])
    try:
        while outcome.kills < kills and not (stop and stop.is_set()):
            _one_life(server, load, rng, outcome)
            outcome.kills += 1
            if progress and outcome.kills % SAY_EVERY == 0:
                _say(_progress(outcome, post, time.monotonic() - began))
        load.end()
        if progress:
            _say(f"{outcome.kills} kills done; the rest is delivered, then the books are checked")
        server.start()
        server.wait_ready()
        last = Sender(server.port, stage.path, stage.secret)
        _deliver_rest(post, last)
        last.close()
        _drain(database)
        server.stop()
    except ServerFailed:
        _say(f"STOPPED: {_progress(outcome, post, time.monotonic() - began)}")
        raise
    finally:
        server.kill()
        load.end()
    _check(outcome, post, database)
    outcome.took_s = time.monotonic() - began
    return outcome


def _check(outcome: Outcome, post: Post, database: Path) -> None:
    """Check the books and the rollups, and note the counts. Raises BooksWrong."""
    outcome.answers = dict(post.answers)
    outcome.counts = check_books(database, sent=post.known.values(), acknowledged=post.acknowledged)
    engine = _open(database)
    try:
        outcome.counts["rollups"] = check_rollups(engine, now=datetime.now(UTC))
    finally:
        close_engine(engine)


def _progress(outcome: Outcome, post: Post, spent_s: float) -> str:
    left_s = spent_s / max(1, outcome.kills) * (outcome.asked - outcome.kills)
    answers = ", ".join(f"{k}: {v}" for k, v in sorted(post.answers.items()))
    return (
        f"{outcome.kills} of {outcome.asked} kills in {spent_s:.0f} s, some {left_s:.0f} s to go; "
        f"{len(post.known)} sent, {len(post.acknowledged)} acknowledged; {answers}"
    )


def _say(line: str) -> None:
    print(line, flush=True)  # noqa: T201


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


def _stop_at_first_signal() -> threading.Event:
    """Return what the first Ctrl-C or SIGTERM sets; the second ends the run there and then."""
    stop = threading.Event()

    def asked(number: int, _frame: object) -> None:
        if stop.is_set():
            raise KeyboardInterrupt
        stop.set()
        _say(f"{signal.Signals(number).name}: no more kills; once more ends it without the check")

    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, asked)
    return stop


def main() -> None:
    """Run it from the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=None)
    given = parser.parse_args()
    seed = secrets.randbelow(1 << 31) if given.seed is None else given.seed
    stop = _stop_at_first_signal()
    _say(f"seed {seed}")
    with tempfile.TemporaryDirectory(prefix="market40-kill-") as name:
        folder = Path(name)
        try:
            _say(str(run(kills=given.kills, seed=seed, folder=folder, progress=True, stop=stop)))
        except AssertionError as wrong:
            print(f"WRONG (seed {seed}): {wrong}", file=sys.stderr)  # noqa: T201
            sys.exit(1)
        except KeyboardInterrupt:
            sys.exit(130)


if __name__ == "__main__":
    main()
