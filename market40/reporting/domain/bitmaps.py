"""Sets of a market's stalls as bitmaps: a Python int in memory, little-endian bytes in a row.

Bit `ordinal` stands for the stall of that ordinal, so that distinct stalls over any days and
units are an OR and a count of ones, exact and independent of how many payments there were.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

ORDINAL_MAX: Final = 99_999
"""The highest ordinal: no market has a hundred thousand stalls, and a row stays small."""


def of_ordinals(ordinals: Iterable[int]) -> int:
    """Return the bitmap with those bits set; raise ValueError for an ordinal out of range."""
    bitmap = 0
    for ordinal in ordinals:
        if not 0 <= ordinal <= ORDINAL_MAX:
            raise ValueError(f"an ordinal is 0 to {ORDINAL_MAX}, not {ordinal}")
        bitmap |= 1 << ordinal
    return bitmap


def to_bytes(bitmap: int) -> bytes:
    """Return the bitmap as the fewest little-endian bytes; nothing at all for the empty set."""
    return bitmap.to_bytes((bitmap.bit_length() + 7) // 8, "little")


def from_bytes(data: bytes) -> int:
    """Return the bitmap that little-endian bytes hold, of whatever length."""
    return int.from_bytes(data, "little")


def union(bitmaps: Iterable[int]) -> int:
    """Return the stalls that are in any of the bitmaps."""
    whole = 0
    for bitmap in bitmaps:
        whole |= bitmap
    return whole


def ordinals(bitmap: int) -> Iterator[int]:
    """Give the ordinals in the bitmap, rising."""
    while bitmap:
        lowest = bitmap & -bitmap
        yield lowest.bit_length() - 1
        bitmap ^= lowest
