"""A text as the segments of a QR symbol: the fewest bits that ISO/IEC 18004 allows for it.

Digits take 10 bits for three, capitals and a few signs 11 for two, anything else 8 an octet; a
change of mode costs its header. The modes, their signs and the widths of their counts are
`qrcode`'s own.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from qrcode import util

DIGITS: int = util.MODE_NUMBER
CAPITALS: int = util.MODE_ALPHA_NUM
OCTETS: int = util.MODE_8BIT_BYTE

_SIGNS: str = util.ALPHA_NUM.decode()
_OTHERS = re.escape(_SIGNS[10:])
_RUNS = re.compile(rf"([0-9]+)|([{_OTHERS}]+)|([^0-9{_OTHERS}]+)")

# What a character costs, in sixths of a bit, so that three digits and two capitals come out whole.
_DIGIT, _CAPITAL, _OCTET = 20, 33, 48
_NEVER = 1 << 60

# Every group of digits and of signs as its bits.
_THREE = {
    f"{value:0{count}}": f"{value:0{util.NUMBER_LENGTH[count]}b}"
    for count in (1, 2, 3)
    for value in range(10**count)
}
_TWO = {one: f"{value:06b}" for value, one in enumerate(_SIGNS)} | {
    one + other: f"{45 * value + place:011b}"
    for value, one in enumerate(_SIGNS)
    for place, other in enumerate(_SIGNS)
}


class Segment(NamedTuple):
    """Characters `first` up to, not with, `end`, written in `mode`."""

    mode: int
    first: int
    end: int


# A mode, where it begins, and what came before it; shared between the ways that are compared.
_Trail = tuple[int, int, "_Trail | None"]


def cheapest(text: str, version: int) -> tuple[int, list[Segment]]:
    """Return the fewest bits for `text` (a character an octet) in a version, and the segments.

    Versions 1–9, 10–26 and 27–40 have the same answer among themselves. Segments change only
    where the kind of character does: within a run the narrower mode always costs less.
    """
    sizes = util.mode_sizes_for_version(version)
    to_digits, to_capitals, to_octets = (6 * (4 + sizes[m]) for m in (DIGITS, CAPITALS, OCTETS))
    digits = capitals = octets = _NEVER
    in_digits: _Trail | None = None
    in_capitals: _Trail | None = None
    in_octets: _Trail | None = None
    best, trail = 0, None
    for run in _RUNS.finditer(text):
        kind, first = run.lastindex or 3, run.start()
        length = run.end() - first
        if best + to_octets < octets:
            octets, in_octets = best + to_octets, (OCTETS, first, trail)
        octets += _OCTET * length
        if best + to_capitals < capitals:
            capitals, in_capitals = best + to_capitals, (CAPITALS, first, trail)
        capitals = capitals + _CAPITAL * length if kind < 3 else _NEVER
        if best + to_digits < digits:
            digits, in_digits = best + to_digits, (DIGITS, first, trail)
        digits = digits + _DIGIT * length if kind == 1 else _NEVER
        best, trail = octets, in_octets
        if (whole := -(-capitals // 6) * 6) < best:
            best, trail = whole, in_capitals
        if (whole := -(-digits // 6) * 6) < best:
            best, trail = whole, in_digits
    return best // 6, _unwound(trail, len(text))


def written(text: str, segments: list[Segment], version: int) -> str:
    """Return the segments as a text of 0 and 1, without terminator and padding."""
    sizes = util.mode_sizes_for_version(version)
    parts = []
    for mode, first, end in segments:
        count = end - first
        parts.append(f"{mode:04b}{count:0{sizes[mode]}b}")
        if mode == DIGITS:
            parts += [_THREE[text[at : min(at + 3, end)]] for at in range(first, end, 3)]
        elif mode == CAPITALS:
            parts += [_TWO[text[at : min(at + 2, end)]] for at in range(first, end, 2)]
        else:
            number = int.from_bytes(text[first:end].encode("latin-1"), "big")
            parts.append(f"{number:0{8 * count}b}")
    return "".join(parts)


def _unwound(trail: _Trail | None, end: int) -> list[Segment]:
    found = []
    while trail is not None:
        mode, first, trail_before = trail
        found.append(Segment(mode, first, end))
        end, trail = first, trail_before
    return found[::-1]
