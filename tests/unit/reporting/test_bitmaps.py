"""Bitmaps come back from their bytes and count distinct stalls."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from market40.reporting.domain import bitmaps

STALLS = st.sets(st.integers(0, 3_000))


@given(STALLS)
def test_ordinals_come_back_from_the_bytes(stalls: set[int]) -> None:
    data = bitmaps.to_bytes(bitmaps.of_ordinals(stalls))
    assert list(bitmaps.ordinals(bitmaps.from_bytes(data))) == sorted(stalls)
    assert not data or data[-1] != 0  # the fewest bytes


@given(st.lists(STALLS, max_size=6))
def test_a_union_counts_each_stall_once(days: list[set[int]]) -> None:
    whole = bitmaps.union(bitmaps.of_ordinals(day) for day in days)
    assert whole.bit_count() == len(set().union(*days))


def test_the_first_byte_holds_the_first_eight_stalls() -> None:
    assert bitmaps.to_bytes(bitmaps.of_ordinals([0, 9])) == b"\x01\x02"
    assert bitmaps.to_bytes(0) == b""
    assert bitmaps.from_bytes(b"\x01\x00\x00") == 1


@pytest.mark.parametrize("ordinal", [-1, bitmaps.ORDINAL_MAX + 1])
def test_an_ordinal_out_of_range_is_refused(ordinal: int) -> None:
    with pytest.raises(ValueError, match="ordinal"):
        bitmaps.of_ordinals([ordinal])
