"""Vietnamese text: composed form, folding for search and memos, names, alphabetical order."""

from __future__ import annotations

import re
import unicodedata
from typing import Final, TypeAlias

from market40.core.errors import InvalidInput
from market40.core.texts import say

SortKey: TypeAlias = tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...]]

_MARKS_IN_A_ROW: Final = 2
_NOT_SQUEEZED = re.compile(r"[^a-z0-9]+")
_MARKLESS_D: Final = str.maketrans("đĐ", "dD")  # a letter of its own: NFD leaves it whole
# Shown as nothing although their category is not "format": Hangul and Braille fillers, joiner.
_BLANKS: Final = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")

# CLDR's Vietnamese collation: base letters differ first, then tones, then case.
_TONES: Final = "\u0300\u0309\u0303\u0301\u0323"  # huyền hỏi ngã sắc nặng; ngang is 0
_LETTERS: Final = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_BEFORE_LETTERS: Final = " _-,;:!?.'\"()[]{}@*/\\&#%`^+<=>|~$0123456789"
_PRIMARY: Final = {char: at for at, char in enumerate(_BEFORE_LETTERS + _LETTERS, 1)}
_HATS: Final = frozenset("\u0302\u0306\u031b")  # part of the letters â ê ô, ă, ơ ư


def nfc(s: str) -> str:
    """Return `s` in composed form (NFC), the only form that is stored."""
    return unicodedata.normalize("NFC", s)


def without_marks(s: str) -> str:
    """Return `s` in plain letters, đ as d: "Chợ Đồng Văn" gives "Cho Dong Van"."""
    if s.isascii():
        return s
    apart = unicodedata.normalize("NFD", s.translate(_MARKLESS_D))
    return "".join(c for c in apart if unicodedata.category(c) != "Mn")


def fold(s: str) -> str:
    """Return `s` in lower case without Vietnamese marks: for search without accents."""
    return without_marks(s).lower()


def squeeze(s: str) -> str:
    """Return only the letters A-Z and digits of `s`, folded, in upper case: a memo's bare text."""
    return _NOT_SQUEEZED.sub("", fold(s)).upper()


def ascii_upper_name(s: str) -> str:
    """Return a holder's name as banks show it: capitals without marks, A-Z 0-9 and single spaces.

    Whatever else stands in the name (a hyphen, a dot) becomes a space.
    """
    return _NOT_SQUEEZED.sub(" ", fold(s)).strip().upper()


def clean_name(s: str, *, limit: int, place: str | None = None) -> str:
    """Return a name fit to store and print: NFC, one space between words, nothing invisible.

    Controls, direction marks, zero-width and unassigned characters are taken out, and all but two
    of the marks heaped on a letter; line breaks and tabs become spaces. `limit` is in characters
    of the result. Raises InvalidInput `name_empty` when no letter or digit is left, or
    `name_too_long` with the fact `limit`.
    """
    # Looked at before the work: a name of megabytes is refused without being normalised.
    if len(s) > 8 * limit:
        raise _too_long(limit, place)
    spaced = " ".join(nfc(s).split())
    seen = "".join(c for c in spaced if unicodedata.category(c)[0] != "C" and c not in _BLANKS)
    name = _unheaped(nfc(" ".join(seen.split())))
    if not any(c.isalnum() for c in name):
        raise InvalidInput(say("Chưa nhập tên."), place=place, code="name_empty")
    if len(name) > limit:
        raise _too_long(limit, place)
    return name


def vietnamese_sort_key(s: str) -> SortKey:
    """Return a key that sorts as Vietnamese dictionaries and ICU's `vi` collation do.

    Letters first (a ă â b c d đ e ê ... o ô ơ ... u ư), then tones (ngang, huyền, hỏi, ngã, sắc,
    nặng), then small before capital. Spaces, punctuation and digits stand before letters, other
    scripts after them.
    """
    primary: list[int] = []
    tones: list[int] = []
    cases: list[int] = []
    for char in unicodedata.normalize("NFD", s):
        low = char.lower()
        if char in _HATS and primary:
            primary[-1] = _with_hat(primary[-1], char)
        elif unicodedata.combining(char):
            if tones:
                tones[-1] = tones[-1] * 256 + _tone(char)
        else:
            primary.append(_PRIMARY.get(low, 0x1000 + ord(low[0])))
            tones.append(0)
            cases.append(int(low != char))
    return tuple(primary), tuple(tones), tuple(cases)


def _tone(mark: str) -> int:
    at = _TONES.find(mark)
    return at + 1 if at >= 0 else len(_TONES) + 1


_HATTED: Final = {
    (_PRIMARY[plain], hat): _PRIMARY[unicodedata.normalize("NFC", plain + hat)]
    for plain, hat in (
        ("a", "\u0306"),
        ("a", "\u0302"),
        ("e", "\u0302"),
        ("o", "\u0302"),
        ("o", "\u031b"),
        ("u", "\u031b"),
    )
}


def _with_hat(letter: int, hat: str) -> int:
    return _HATTED.get((letter, hat), letter)


def _unheaped(s: str) -> str:
    """Return `s` with at most two combining marks in a row: heaps of them cover other lines."""
    kept: list[str] = []
    run = 0
    for char in s:
        run = run + 1 if unicodedata.combining(char) else 0
        if run <= _MARKS_IN_A_ROW:
            kept.append(char)
    return "".join(kept)


def _too_long(limit: int, place: str | None) -> InvalidInput:
    detail = say("Tên dài quá %(n)s ký tự.", n=limit)
    return InvalidInput(detail, place=place, code="name_too_long", limit=limit)
