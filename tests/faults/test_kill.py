"""Fifty kills under load, on the real command and a real file; `make faults` does a thousand."""

from __future__ import annotations

import secrets
import threading
from pathlib import Path

from tests.faults import kill_loop


def test_fifty_kills_lose_nothing_and_book_nothing_twice(tmp_path: Path) -> None:
    seed = secrets.randbelow(1 << 31)
    print(f"seed {seed}")  # noqa: T201
    outcome = kill_loop.run(kills=50, seed=seed, folder=tmp_path)
    print(outcome)  # noqa: T201
    assert outcome.counts["acknowledged"] > 1000
    assert outcome.counts["allocations"] > 1000
    assert outcome.counts["stall_days"] > 100


class AfterThreeLives(threading.Event):
    """Is set when it has been asked three times: the run asks before each life."""

    def __init__(self) -> None:
        super().__init__()
        self.asked = 0

    def is_set(self) -> bool:
        self.asked += 1
        return self.asked > 3


def test_a_run_that_is_stopped_checks_and_counts_what_was_done(tmp_path: Path) -> None:
    outcome = kill_loop.run(kills=1000, seed=7, folder=tmp_path, stop=AfterThreeLives())
    assert str(outcome).startswith("kill -9: 3 of 1000 times")
    assert outcome.counts["acknowledged"] > 0
