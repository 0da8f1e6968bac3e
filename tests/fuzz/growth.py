"""How the codec's CPU time grows with the length of what it is given."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable

from market40.vietqr.canonical import canonical
from market40.vietqr.codec import VietQRError, decode, inspect
from tests.fuzz.strings import sealed, tlv

LENGTHS = (128, 512, 4_096, 32_768, 262_144, 1_000_000)
ROUNDS = 5
LEAST_S = 0.002  # of CPU time that one measurement takes together
FLOOR_S = 20e-6  # under this a call costs what any call costs
MOST = 2.0  # times the ratio of the lengths; linear is 1

_UNIT = tlv("62", tlv("08", "A" * 60) + tlv("03", "B" * 20))
_DEEP = "62" * 40
SHAPES: dict[str, Callable[[int], str]] = {
    "digits": lambda size: "0" * size,
    "tags": lambda size: sealed(_repeated(tlv("59", "ABCDEFGH"), size)),
    "templates": lambda size: sealed(_repeated(_UNIT, size)),
    "lengths in octets": lambda size: sealed(_repeated("6415" + "0002vi" + "0105ăâ", size)),
    "nested": lambda size: sealed(_repeated("6299" + _nest(95), size)),
    "marks": lambda size: "ễ" * size,
    "surrogate last": lambda size: "0" * (size - 1) + "\ud800",
    "line feeds": lambda size: "\n" * size,
    "sealed, line feed": lambda size: sealed(_repeated(tlv("26", "0003A00"), size - 1)) + "\n",
    "nearly plain": lambda size: (
        "00020101021138570010A00000072701270006970403011300110123456780208QRIBFTTA"
        + "5303704" * (size // 7)
    )[:size],
}
WAYS: dict[str, Callable[[str], object]] = {
    "inspect": inspect,
    "inspect emvco": lambda text: inspect(text, profile="emvco"),
    "lenient": lambda text: inspect(text, lenient=True),
    "decode": lambda text: _quietly(decode, text),
    "canonical": lambda text: _quietly(canonical, text),
}


def growth(say: Callable[[str], None]) -> int:
    """Measure every shape by every way at `LENGTHS`; return 1 where time outgrows the length.

    The least CPU time of `ROUNDS` counts, and what lies under `FLOOR_S` is as good as nothing.
    """
    steepest = (0.0, "")
    say(f"µs of CPU, leniently read, at {' '.join(f'{size:,}' for size in LENGTHS)} characters")
    for shape, make in SHAPES.items():
        texts = [make(size) for size in LENGTHS]
        for way, call in WAYS.items():
            spent = [max(FLOOR_S, _least(call, text)) for text in texts]
            for at in range(1, len(LENGTHS)):
                grown = spent[at] / spent[at - 1] / (LENGTHS[at] / LENGTHS[at - 1])
                where = f"{way} of {shape}, {LENGTHS[at - 1]:,} to {LENGTHS[at]:,}"
                steepest = max(steepest, (grown, where))
            if way == "lenient":
                times = " ".join(f"{1e6 * one:7,.0f}" for one in spent)
                say(f"  {shape:20}{times}")
    say(f"steepest growth: {steepest[0]:.2f} times the length's own ({steepest[1]})")
    if steepest[0] > MOST:
        say(f"BROKEN: more than {MOST} times")
        return 1
    return 0


def _least(call: Callable[[str], object], text: str) -> float:
    best = float("inf")
    for _ in range(ROUNDS):
        times, began = 0, time.process_time()
        while (spent := time.process_time() - began) < LEAST_S:
            call(text)
            times += 1
        best = min(best, spent / times)
    return best


def _quietly(call: Callable[[str], object], text: str) -> None:
    with contextlib.suppress(VietQRError):
        call(text)


def _repeated(unit: str, size: int) -> str:
    """Return 000201 and as many units as leave room for a CRC in `size` characters."""
    return "000201" + unit * ((size - 14) // len(unit))


def _nest(size: int) -> str:
    """Return templates in templates, `size` octets with marks at the bottom."""
    text = "ă" if size % 2 == 0 else "ăA"
    while len(text.encode()) + 4 <= size:
        text = f"62{len(text.encode()):02d}{text}"
    return text + "0" * (size - len(text.encode()))
