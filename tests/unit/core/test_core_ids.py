"""Keys that rise with time, and tokens that nobody guesses."""

from __future__ import annotations

import random
import secrets
import threading
from datetime import UTC, datetime, timedelta
from uuid import RFC_4122, UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from market40.core.clock import VN, FixedClock
from market40.core.ids import (
    FixedIds,
    SystemIds,
    instant_of,
    new_token,
    uuid7,
)

NOW = datetime(2026, 10, 5, 12, tzinfo=UTC)


class Bits:
    """The same bits whenever asked."""

    def __init__(self, *, ones):
        self.ones = ones

    def getrandbits(self, k):
        return (1 << k) - 1 if self.ones else 0


def test_the_example_of_the_rfc():
    # RFC 9562 appendix A.6: 2022-02-22T19:22:22Z, rand_a CC3, rand_b 18C4DC0C0C07398F.
    class Given:
        def getrandbits(self, k):
            assert k == 74
            return 0xCC3 << 62 | 0x18C4DC0C0C07398F

    instant = datetime(2022, 2, 22, 19, 22, 22, tzinfo=UTC)
    assert uuid7(instant, Given()) == UUID("017F22E2-79B0-7CC3-98C4-DC0C0C07398F")


@given(st.datetimes(datetime(1970, 1, 2), timezones=st.just(UTC)), st.integers())  # noqa: DTZ001
def test_a_key_carries_its_millisecond(instant, seed):
    key = uuid7(instant, random.Random(seed))
    assert (key.version, key.variant) == (7, RFC_4122)
    assert instant - instant_of(key) < timedelta(milliseconds=1)
    assert instant_of(key) <= instant


def test_the_zone_of_the_instant_does_not_matter():
    assert uuid7(NOW, random.Random(1)) == uuid7(NOW.astimezone(VN), random.Random(1))


@given(st.lists(st.integers(-5, 5), min_size=1, max_size=50), st.integers())
def test_keys_rise_whatever_the_clock_does(steps, seed):
    rng, instant, last = random.Random(seed), NOW, None
    for step in steps:
        instant += timedelta(milliseconds=step)
        key = uuid7(instant, rng, after=last)
        assert last is None or key > last
        last = key


def test_a_full_millisecond_flows_into_the_next():
    full = uuid7(NOW, Bits(ones=True))
    key = uuid7(NOW, Bits(ones=False), after=full)
    assert key > full
    assert instant_of(key) == instant_of(full) + timedelta(milliseconds=1)


def test_instants_before_1970_and_other_versions_are_refused():
    with pytest.raises(ValueError, match="1970"):
        uuid7(datetime(1969, 12, 31, tzinfo=UTC), random.Random(1))
    with pytest.raises(ValueError, match="version 7"):
        instant_of(UUID(int=0))


def test_threads_get_rising_keys_and_none_twice():
    ids, seen = SystemIds(FixedClock(NOW)), []

    def draw():
        mine = [ids.new() for _ in range(500)]
        assert mine == sorted(mine)
        seen.extend(mine)

    threads = [threading.Thread(target=draw) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(seen)) == len(seen) == 2000


def test_a_given_source_of_randomness_is_used():
    one, two = (SystemIds(FixedClock(NOW), random.Random(5)) for _ in range(2))
    assert [one.new() for _ in range(3)] == [two.new() for _ in range(3)]


def test_fixed_keys_repeat_for_a_seed_and_rise():
    one, two, other = FixedIds(1), FixedIds(1), FixedIds(2)
    keys = [one.new() for _ in range(20)]
    assert keys == [two.new() for _ in range(20)] == sorted(set(keys))
    assert keys[0] != other.new()
    assert instant_of(FixedIds(1, NOW).new()) == NOW + timedelta(milliseconds=1)


def test_tokens_hold_130_bits_of_an_alphabet_without_lookalikes():
    token = new_token(secrets.SystemRandom())
    assert len(token) == 26
    assert not set(token) - set("0123456789ABCDEFGHJKMNPQRSTVWXYZ")
    assert token != new_token(secrets.SystemRandom())
    assert new_token(Bits(ones=False)) == "0" * 26
    assert new_token(Bits(ones=True)) == "Z" * 26


@given(st.integers(0, 2**130 - 1), st.integers(0, 2**130 - 1))
def test_every_bit_counts(a, b):
    def token_of(bits):
        source = Bits(ones=False)
        source.getrandbits = lambda k: bits
        return new_token(source)

    assert (token_of(a) == token_of(b)) == (a == b)


def test_tokens_repeat_for_a_seed():
    one, two = random.Random(3), random.Random(3)
    tokens = [new_token(one) for _ in range(5)]
    assert tokens == [new_token(two) for _ in range(5)]
    assert len(set(tokens)) == 5
