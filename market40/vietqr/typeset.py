"""Text for print: Be Vietnam Pro, and lines that fit their width."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from functools import cache
from importlib.resources import files
from io import BytesIO
from typing import Literal

from reportlab.pdfbase.ttfonts import TTFontFace

Weight = Literal["Regular", "SemiBold", "ExtraBold"]

ELLIPSIS = "…"
_STEP = 0.25  # points by which a line shrinks
_HIDDEN = frozenset({"Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp"})  # controls, bidi marks, no glyphs


@cache
def font(weight: Weight) -> TTFontFace:
    """Return the face of this weight: its metrics and its glyphs, read once a process."""
    name = f"BeVietnamPro-{weight}"
    content = files("market40.vietqr").joinpath("fonts", f"{name}.ttf").read_bytes()
    return TTFontFace(BytesIO(content))


class _Widths(dict[str, float]):
    """Widths of letters in thousandths of the size; one without a glyph has none."""

    def __missing__(self, letter: str) -> float:
        return 0


@cache
def _widths(weight: Weight) -> Callable[[str], float]:
    widths = {chr(point): wide for point, wide in font(weight).charWidths.items()}
    return _Widths(widths).__getitem__


@cache
def _printable() -> frozenset[str]:
    return frozenset(
        letter
        for letter in map(chr, font("Regular").charToGlyph)
        if unicodedata.category(letter) not in _HIDDEN
    )


def composed(text: str) -> str:
    """Return `text` in NFC with its blanks as single spaces."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def clean(text: str) -> str:
    """Return `text` in NFC, blanks as single spaces, without what is invisible or has no glyph.

    NFC matters: there is no shaping here, and a loose mark would print beside its letter.
    """
    kept = composed(text)
    if _printable().issuperset(kept):
        return kept
    return " ".join("".join(letter for letter in kept if letter in _printable()).split())


def width(text: str, weight: Weight, size: float) -> float:
    """Return how wide `text` prints, in points; a character without a glyph counts as nothing."""
    return sum(map(_widths(weight), text)) * size / 1000


def shrink(text: str, weight: Weight, size: float, least: float, room: float) -> float:
    """Return the largest size from `size` down to `least` at which `text` fits `room` points."""
    needed = width(text, weight, size)
    if needed <= room:
        return size
    steps = int(size * room / needed / _STEP)
    return max(least, steps * _STEP)


def cut(text: str, weight: Weight, size: float, room: float) -> str:
    """Return `text`, or as many of its words as fit `room` with an ellipsis after them."""
    if width(text, weight, size) <= room:
        return text
    words = text.split(" ")
    for count in range(len(words) - 1, 0, -1):
        shorter = " ".join(words[:count]).rstrip(" ·,–-") + ELLIPSIS
        if width(shorter, weight, size) <= room:
            return shorter
    letters = words[0]
    while letters and width(letters + ELLIPSIS, weight, size) > room:
        letters = letters[:-1]
    return letters + ELLIPSIS


def halves(text: str, weight: Weight, size: float) -> list[str]:
    """Return `text` on two lines as equal as its words allow; one line if it is one word."""
    words = text.split(" ")
    if len(words) == 1:
        return [text]

    def longest(at: int) -> float:
        parts = (" ".join(words[:at]), " ".join(words[at:]))
        return max(width(part, weight, size) for part in parts)

    best = min(range(1, len(words)), key=longest)
    return [" ".join(words[:best]), " ".join(words[best:])]
