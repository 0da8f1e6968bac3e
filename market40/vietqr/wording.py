"""Vietnamese text as bank apps can carry it: without marks, cut at a word."""

from __future__ import annotations

from market40.core.text import without_marks


def plain(text: str, limit: int = 25) -> str:
    """Return `text` for tags 59, 60 and 62: printable ASCII, at most `limit`, cut at a word.

    What has no plain form is left out, runs of blanks become one. May return "".
    """
    spaced = " ".join(without_marks(text).split())
    kept = "".join(letter for letter in spaced if " " <= letter <= "~")
    return cut_at_word(" ".join(kept.split()), limit)


def cut_at_word(text: str, limit: int) -> str:
    """Return `text`, or as many of its words as `limit` characters hold; a long word is cut."""
    if len(text) <= limit:
        return text
    head, gap, _ = text[: limit + 1].rpartition(" ")
    return head.rstrip() if gap and head.strip() else text[:limit]
