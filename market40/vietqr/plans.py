"""What is the same for every symbol of a version and level, asked of `qrcode` once.

Nothing of ISO/IEC 18004 is written down here a second time: patterns, format bits, the mask and
the order of placement are read off symbols that `qrcode` draws, blocks and the field's powers
off its tables.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from operator import itemgetter

from qrcode import base
from qrcode.main import QRCode

# A fixed mask: trying all eight takes five times as long and decodes no better (measured).
MASK = 2
_ASCII_ZERO = 0x30


@dataclass(frozen=True, slots=True)
class Parity:
    """Reed-Solomon division by one generator: `octets` of remainder, one table for all steps."""

    octets: int
    table: tuple[int, ...]

    def bits(self, block: Sequence[int]) -> str:
        """Return the block's error correction as a text of 0 and 1."""
        table, shift = self.table, 8 * (self.octets - 1)
        low = (1 << shift) - 1
        rest = 0
        for octet in block:
            rest = ((rest & low) << 8) ^ table[(rest >> shift) ^ octet]
        return f"{rest:0{8 * self.octets}b}"


@dataclass(frozen=True, slots=True)
class Plan:
    """How the bits of one version and level become its square.

    `side` counts modules; `room` the bits of data; `blocks` are slices of the data's octets;
    `place` picks, for every module by rows, its character of "0" + data bits + parity bits of
    the blocks in turn ("0" where there is none); `ground` is, an octet a module, what has to be
    added modulo 2 to those characters: patterns, format, mask, and ASCII's zero.
    """

    side: int
    room: int
    blocks: tuple[slice, ...]
    parity: Parity
    place: Callable[[str], tuple[str, ...]]
    ground: int


@cache
def plan(version: int, correction: int) -> Plan:
    """Return the plan of a version (1 to 40) and of `qrcode`'s number for the level."""
    blocks = base.rs_blocks(version, correction)
    sizes = [block.data_count for block in blocks]
    starts = [sum(sizes[:at]) for at in range(len(sizes))]
    parity = _parity(blocks[0].total_count - blocks[0].data_count)
    natural = _interleaved(sizes, parity.octets)
    order = _placement(version)
    picks = [0 if at is None else 1 + 8 * natural[at // 8] + at % 8 for at in order]
    blank = _drawn(version, correction, bytes(len(natural)))
    return Plan(
        side=4 * version + 17,
        room=8 * sum(sizes),
        blocks=tuple(slice(at, at + size) for at, size in zip(starts, sizes, strict=True)),
        parity=parity,
        place=itemgetter(*picks),
        ground=int.from_bytes(bytes(_ASCII_ZERO | dark for dark in blank), "big"),
    )


def _interleaved(sizes: Sequence[int], parity: int) -> list[int]:
    """Return for each codeword in the order of the symbol its place in the order of blocks."""
    places: list[int] = []
    for column in range(max(sizes)):
        before = 0
        for size in sizes:
            if column < size:
                places.append(before + column)
            before += size
    data = sum(sizes)
    for column in range(parity):
        places += [data + block * parity + column for block in range(len(sizes))]
    return places


@cache
def _placement(version: int) -> tuple[int | None, ...]:
    """Return for every module by rows which bit of the codewords it carries, None for none.

    Each symbol drawn here carries one binary digit of every bit's number, counted from 1.
    """
    correction = next(iter(base.RS_BLOCK_OFFSET))
    octets = sum(block.total_count for block in base.rs_blocks(version, correction))
    blank = _drawn(version, correction, bytes(octets))
    numbers = [0] * len(blank)
    for digit in range((8 * octets).bit_length()):
        bits = "".join(str(number >> digit & 1) for number in range(1, 8 * octets + 1))
        drawn = _drawn(version, correction, int(bits, 2).to_bytes(octets, "big"))
        for at, (one, other) in enumerate(zip(drawn, blank, strict=True)):
            numbers[at] |= (one != other) << digit
    return tuple(number - 1 if number else None for number in numbers)


def _drawn(version: int, correction: int, codewords: bytes) -> list[bool]:
    """Return the modules by rows of what `qrcode` makes of finished codewords."""
    symbol = QRCode(version=version, error_correction=correction, mask_pattern=MASK)
    symbol.data_cache = list(codewords)
    symbol.makeImpl(False, MASK)
    return [bool(module) for row in symbol.modules for module in row]


@cache
def _parity(octets: int) -> Parity:
    """Return the division by (x - 1)(x - a)…(x - a^(octets - 1)) over qrcode's field."""
    generator = base.Polynomial([1], 0)
    for power in range(octets):
        generator = generator * base.Polynomial([1, base.gexp(power)], 0)
    rest = list(generator)[1:]
    table = [0] * 256
    for value in range(1, 256):
        single = value & -value
        if single == value:
            log = base.glog(value)
            products = (base.gexp(log + base.glog(one)) if one else 0 for one in rest)
            table[value] = int.from_bytes(bytes(products), "big")
        else:
            table[value] = table[single] ^ table[value ^ single]
    return Parity(octets, tuple(table))
