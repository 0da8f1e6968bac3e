"""The QR symbol of a payload as modules.

`qrcode` is the library of the symbol: its tables say what a version holds and its own drawings
how bits become modules (`plans`); what is ours is that it is asked once a version, not for every
payload, and that segments are mixed for the fewest bits (`segments`).
"""

from __future__ import annotations

from bisect import bisect_left
from typing import Literal

import qrcode.constants
from qrcode import util

from market40.vietqr.errors import PayloadFault, VietQRError
from market40.vietqr.plans import Plan, plan
from market40.vietqr.segments import cheapest, written

Level = Literal["L", "M", "Q", "H"]
# Rows from the top, an octet a module: 1 is dark, 0 is light.
Matrix = tuple[bytes, ...]

# Error correction by use: a stall's card is torn, wetted and glared at, so a quarter of it may
# go; a screen or a receipt has little room, and larger modules are read from farther (study §5.2).
ON_STALL: Level = "Q"
ON_SCREEN: Level = "M"
ON_RECEIPT: Level = "M"

MAX_OCTETS = 1_273  # what the largest symbol holds at level H

_LEVELS: dict[Level, int] = {
    "L": qrcode.constants.ERROR_CORRECT_L,
    "M": qrcode.constants.ERROR_CORRECT_M,
    "Q": qrcode.constants.ERROR_CORRECT_Q,
    "H": qrcode.constants.ERROR_CORRECT_H,
}
# Versions whose headers are equally wide, so that the segments are the same.
_GROUPS = ((1, 9), (10, 26), (27, 40))
_PADDING = f"{util.PAD0:08b}{util.PAD1:08b}"


def matrix(payload: str, *, level: Level) -> Matrix:
    """Return the smallest symbol without its quiet zone, row by row from the top, 1 for dark.

    Raises `VietQRError`: `TOO_SHORT` for no text, `TOO_LONG` over 1,273 octets of UTF-8, and
    `NOT_UNICODE` for what UTF-8 cannot carry.
    """
    correction = _LEVELS[level]
    version, bits = _data(_octets(payload).decode("latin-1"), correction)
    return _square(plan(version, correction), bits)


def _square(how: Plan, bits: str) -> Matrix:
    """Return the modules for segments' bits: terminator, padding, error correction, placement."""
    bits += "0" * min(4, how.room - len(bits))
    bits += "0" * (-len(bits) % 8)
    missing = how.room - len(bits)
    bits += (_PADDING * (missing // len(_PADDING) + 1))[:missing]
    data = int(bits, 2).to_bytes(how.room // 8, "big")
    parity = how.parity.bits
    bits = "".join(["0", bits, *[parity(data[block]) for block in how.blocks]])
    placed = int.from_bytes("".join(how.place(bits)).encode(), "big") ^ how.ground
    side = how.side
    modules = placed.to_bytes(side * side, "big")
    return tuple([modules[at : at + side] for at in range(0, side * side, side)])


def _octets(payload: str) -> bytes:
    if not payload:
        raise VietQRError(PayloadFault("TOO_SHORT", "root", 0, "Không có gì để vẽ."))
    try:
        octets = payload.encode()
    except UnicodeEncodeError as error:
        message = "Không phải văn bản UTF-8."
        raise VietQRError(PayloadFault("NOT_UNICODE", "root", error.start, message)) from error
    if len(octets) > MAX_OCTETS:
        message = f"Dài {len(octets)} byte, nhiều nhất {MAX_OCTETS}."
        raise VietQRError(PayloadFault("TOO_LONG", "root", 0, message))
    return octets


def _data(text: str, correction: int) -> tuple[int, str]:
    """Return the smallest version that holds the text, and its segments' bits.

    Headers only grow with the version, so the first group with room has the smallest; the last
    group has room for `MAX_OCTETS` at every level.
    """
    room = util.BIT_LIMIT_TABLE[correction]
    group = 0
    needed, segments = cheapest(text, _GROUPS[group][0])
    while needed > room[_GROUPS[group][1]]:
        group += 1
        needed, segments = cheapest(text, _GROUPS[group][0])
    first, last = _GROUPS[group]
    version = bisect_left(room, needed, first, last + 1)
    return version, written(text, segments, version)
