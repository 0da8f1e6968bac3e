"""Vietnamese text as bank apps can carry it: without marks, cut at a word."""

from __future__ import annotations

import unicodedata

_D_STROKE = str.maketrans({"đ": "d", "Đ": "D"})  # no decomposition in Unicode: a letter of its own


def without_marks(text: str) -> str:
    """Return `text` in plain letters: "Chợ Đồng Văn" gives "Cho Dong Van"."""
    spread = unicodedata.normalize("NFD", text.translate(_D_STROKE))
    return "".join(letter for letter in spread if not unicodedata.combining(letter))


def plain(text: str, limit: int = 25) -> str:
    """Return `text` for tags 59, 60 and 62: printable ASCII, at most `limit`, cut at a word.

    What has no plain form is left out, runs of blanks become one. May return "".
    """
    kept = "".join(
        letter for letter in without_marks(text) if " " <= letter <= "~" or letter.isspace()
    )
    kept = " ".join(kept.split())
    if len(kept) <= limit:
        return kept
    head, gap, _ = kept[: limit + 1].rpartition(" ")
    return head if gap else kept[:limit]
