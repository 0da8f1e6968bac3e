"""Identifiers and tokens: UUIDv7 keys that sort by time, and unguessable tokens for addresses."""

from __future__ import annotations

import random
import threading
from datetime import UTC, datetime, timedelta
from typing import Final, Protocol
from uuid import UUID

from market40.core.clock import Clock, as_utc
from market40.core.entropy import Entropy

_RANDOM_BITS: Final = 74
_RANDOM_END: Final = 1 << _RANDOM_BITS
# The step to the next id within one millisecond: large enough not to be guessed, and small
# enough that 2**42 ids fit into the millisecond.
_STEP_BITS: Final = 32
_CROCKFORD: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_TOKEN_CHARS: Final = 26
_FIXED_START: Final = datetime(2026, 1, 1, tzinfo=UTC)


class RandomBits(Protocol):
    """A source of random bits: `random.Random` or `secrets.SystemRandom`."""

    def getrandbits(self, k: int, /) -> int:
        """Return an integer of `k` random bits."""
        ...


class Ids(Protocol):
    """Whatever hands out new keys."""

    def new(self) -> UUID:
        """Return a key that was never given before."""
        ...


def uuid7(now: datetime, rng: RandomBits, *, after: UUID | None = None) -> UUID:
    """Return a version 7 UUID (RFC 9562 §5.7) of the millisecond of `now`, an aware instant.

    With `after`, a UUIDv7 given before, the result is greater than it even within the same
    millisecond or when the clock went back (§6.2, method 2: the random part grows by a random
    step). Raises ValueError for a naive instant or one before 1970.
    """
    since = as_utc(now) - datetime.fromtimestamp(0, UTC)
    ms = since // timedelta(milliseconds=1)
    if ms < 0:
        raise ValueError("a version 7 UUID has no instants before 1970")
    tail = rng.getrandbits(_RANDOM_BITS)
    if after is not None and ms <= (after.int >> 80):
        ms = after.int >> 80
        tail = _tail(after) + 1 + rng.getrandbits(_STEP_BITS)
        if tail >= _RANDOM_END:
            ms, tail = ms + 1, rng.getrandbits(_STEP_BITS)
    high, low = tail >> 62, tail & ((1 << 62) - 1)
    return UUID(int=ms << 80 | 7 << 76 | high << 64 | 2 << 62 | low)


def instant_of(key: UUID) -> datetime:
    """Return the millisecond that a version 7 UUID carries; raise ValueError for other versions."""
    if key.version != 7:
        raise ValueError("only a version 7 UUID carries an instant")
    return datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=key.int >> 80)


def new_token(rng: RandomBits) -> str:
    """Return 26 characters of Crockford's base 32: 130 bits, for what a web address opens."""
    bits = rng.getrandbits(_TOKEN_CHARS * 5)
    return "".join(_CROCKFORD[bits >> (5 * i) & 31] for i in range(_TOKEN_CHARS))


class SystemIds:
    """UUIDv7 keys in strictly rising order within this process, from any thread."""

    def __init__(self, clock: Clock, rng: RandomBits | None = None) -> None:
        self._clock = clock
        self._rng = rng or Entropy()
        self._lock = threading.Lock()
        self._last: UUID | None = None

    def new(self) -> UUID:
        """Return a key greater than every one that this object gave before."""
        with self._lock:
            self._last = uuid7(self._clock.now(), self._rng, after=self._last)
            return self._last


class FixedIds:
    """The same rising UUIDv7 keys for the same seed, a millisecond apart: for tests."""

    def __init__(self, seed: int = 0, start: datetime = _FIXED_START) -> None:
        self._rng = random.Random(seed)  # noqa: S311 - repeatable on purpose
        self._instant = as_utc(start)

    def new(self) -> UUID:
        """Return the next key of the sequence."""
        self._instant += timedelta(milliseconds=1)
        return uuid7(self._instant, self._rng)


def _tail(key: UUID) -> int:
    """Return the 74 random bits of a version 7 UUID."""
    return (key.int >> 64 & 0xFFF) << 62 | key.int & ((1 << 62) - 1)
