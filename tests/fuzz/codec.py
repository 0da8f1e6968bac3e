"""Random and mutated strings through the codec, and its time by their length.

    python -m tests.fuzz.codec --count 1000000 --seed 7

Each goes through `inspect` (both profiles, strictly and leniently), `decode` and `canonical`, and
back through `encode` where it decodes (`tests/fuzz/laws.py`). Prints the seed and how far it has
come; a failure prints the smallest string that shows it, with the seed and block that make it
again. Ctrl-C says how to go on. Exit 1 where a law is broken.
"""

from __future__ import annotations

import argparse
import secrets
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.fuzz.growth import growth
from tests.fuzz.laws import Codec, check, failure, smallest
from tests.fuzz.strings import BLOCK, block

SAY_EVERY = 50  # blocks


@dataclass(slots=True)
class Outcome:
    """What a run came to: strings tried, what they were, and the first failure (why, string)."""

    tried: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    wrong: tuple[str, str] | None = None
    longest: int = 0


def fuzz(
    seed: int,
    first: int,
    count: int,
    *,
    tried: Codec | None = None,
    say: Callable[[Outcome], None] = lambda _outcome: None,
) -> Outcome:
    """Try `count` strings, whole blocks from block `first` on, and stop at the first failure."""
    codec = tried or Codec()
    outcome = Outcome()
    for number in range(first, first + -(-count // BLOCK)):
        for text in block(seed, number):
            try:
                check(text, codec, outcome.counts)
            except Exception:  # noqa: BLE001 - whatever comes is what is looked for
                why = failure(text, codec) or "once only"
                outcome.wrong = (why, smallest(text, codec))
                return outcome
            outcome.tried += 1
            outcome.longest = max(outcome.longest, len(text))
        if (number + 1 - first) % SAY_EVERY == 0:
            say(outcome)
    return outcome


def main() -> int:
    """Run, print, and return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz.codec", description=__doc__)
    parser.add_argument("--count", type=int, default=1_000_000, help="strings, by the thousand")
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--block", type=int, default=0, help="go on from this one")
    asked = parser.parse_args()
    seed = secrets.randbelow(1_000_000) if asked.seed is None else asked.seed
    total = -(-asked.count // BLOCK) * BLOCK
    _say(f"seed {seed}, {total:,} strings from block {asked.block}")
    began, done = time.monotonic(), [0]

    def progress(outcome: Outcome) -> None:
        done[0] = outcome.tried
        spent = time.monotonic() - began
        left = spent / outcome.tried * (total - outcome.tried)
        _say(f"{outcome.tried:,} of {total:,} in {spent:.0f} s, some {left:.0f} s to go")

    try:
        outcome = fuzz(seed, asked.block, total, say=progress)
    except KeyboardInterrupt:
        at = asked.block + done[0] // BLOCK
        _say(f"stopped; to go on: COUNT={total - done[0]} SEED={seed} BLOCK={at}")
        return 130
    for name, number in sorted(outcome.counts.items()):
        _say(f"  {name}: {number:,}")
    if outcome.wrong is not None:
        why, text = outcome.wrong
        at = asked.block + outcome.tried // BLOCK
        _say(f"BROKEN: {why}\n  smallest string: {text!a}\n  seed {seed}, block {at}")
        return 1
    _say(f"{outcome.tried:,} strings, the longest of {outcome.longest:,}: no law is broken")
    return growth(_say)


def _say(line: str) -> None:
    print(line, flush=True)  # noqa: T201


if __name__ == "__main__":
    sys.exit(main())
