"""Text for print: Be Vietnam Pro, embedded, and lines that fit their width."""

from __future__ import annotations

import unicodedata
from functools import cache
from importlib.resources import files
from io import BytesIO
from typing import Literal

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

Weight = Literal["Regular", "SemiBold", "ExtraBold"]

ELLIPSIS = "…"
_STEP = 0.25  # points by which a line shrinks
_HIDDEN = frozenset({"Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp"})  # controls, bidi marks, no glyphs


@cache
def font(weight: Weight) -> str:
    """Return the name under which reportlab knows this weight; registers it the first time."""
    name = f"BeVietnamPro-{weight}"
    content = files("market40.vietqr").joinpath("fonts", f"{name}.ttf").read_bytes()
    pdfmetrics.registerFont(TTFont(name, BytesIO(content)))
    return name


@cache
def _glyphs() -> frozenset[str]:
    face = pdfmetrics.getFont(font("Regular")).face
    return frozenset(chr(point) for point in face.charToGlyph)


def composed(text: str) -> str:
    """Return `text` in NFC with its blanks as single spaces."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def clean(text: str) -> str:
    """Return `text` in NFC, blanks as single spaces, without what is invisible or has no glyph.

    NFC matters: there is no shaping here, and a loose mark would print beside its letter.
    """
    kept = "".join(
        letter
        for letter in composed(text)
        if letter in _glyphs() and unicodedata.category(letter) not in _HIDDEN
    )
    return " ".join(kept.split())


def width(text: str, weight: Weight, size: float) -> float:
    """Return how wide `text` prints, in points."""
    return float(pdfmetrics.stringWidth(text, font(weight), size))


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
