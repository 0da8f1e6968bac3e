"""Fifty kills under load, on the real command and a real file; `make faults` does a thousand."""

from __future__ import annotations

import secrets
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
