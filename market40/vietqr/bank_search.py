"""Banks by whatever people type: a name in parts, without marks, an old one, or one letter off.

Ranked: a whole name, how a name begins, how its words begin, anywhere in a name; and only where
nothing of these is found, one letter wrong, missing, too many or changed with its neighbour.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final, TypeAlias

from market40.core.errors import InvalidInput
from market40.core.text import fold
from market40.core.texts import say
from market40.vietqr.banks import Bank, all_banks

QUERY_LIMIT: Final = 100  # characters: the longest name in the directory has 84
_WHOLE, _BEGINS, _WORDS, _WITHIN = range(4)
_NOT_SQUEEZED = re.compile(r"[\W_]+")
# What is said before or behind a name and tells nothing: "NH TMCP Á Châu", "á châu bank".
_SAID_BEFORE = re.compile(r"^(?:ngan hang|nh)(?: (?:tmcp|tnhh|mtv|thuong mai|co phan))* ")
_SAID_BEHIND = re.compile(r" bank$")
_NEARLY_FROM: Final = 4  # characters: shorter ones are one letter off half the directory
_WITHIN_FROM: Final = 2
_TELLING: Final = 2  # of a bank's names: the short one and the code


@dataclass(frozen=True, slots=True)
class _Name:
    """A name folded: its words, and all of them as one."""

    words: tuple[str, ...]
    joined: str


_Rank: TypeAlias = Callable[[_Name, _Name], int | None]


def search(query: str, *, limit: int | None = None) -> tuple[Bank, ...]:
    """Return the banks that `query` may mean, the likeliest first, at most `limit`.

    Case, marks, blanks and punctuation do not matter. An empty query is all banks by name, one
    without a letter or digit none. Raises InvalidInput `query_too_long` with the fact `limit` for
    one over QUERY_LIMIT characters.
    """
    if len(query) > QUERY_LIMIT:
        detail = say("Gõ nhiều nhất %(n)s ký tự.", n=QUERY_LIMIT)
        raise InvalidInput(detail, place="q", code="query_too_long", limit=QUERY_LIMIT)
    if not query.strip():
        return all_banks()[:limit]
    asked = tuple(_asked(query))
    found = _ranked(asked, _rank) or _ranked(asked, _nearly)
    return tuple(found[:limit])


def _asked(query: str) -> Iterator[_Name]:
    """What is looked for: the query, and it without what is said before and behind a name."""
    whole = _name(query)
    if whole.joined:
        yield whole
    text = " ".join(whole.words)
    bare = _SAID_BEHIND.sub("", _SAID_BEFORE.sub("", text))
    if bare and bare != text:
        yield _name(bare)


def _ranked(asked: Sequence[_Name], rank: _Rank) -> list[Bank]:
    """The banks with a rank, by it, short names first; equals stay in the index's order."""
    found = []
    for entry, names in _index():
        pairs = ((one, name, at) for one in asked for at, name in enumerate(names))
        ranks = [
            (this, at >= _TELLING)
            for one, name, at in pairs
            if (this := rank(one, name)) is not None
        ]
        if ranks:
            found.append((min(ranks), entry))
    return [entry for _rank, entry in sorted(found, key=lambda one: one[0])]


def _rank(asked: _Name, name: _Name) -> int | None:
    if asked.joined == name.joined:
        return _WHOLE
    if name.joined.startswith(asked.joined):
        return _BEGINS
    words = iter(name.words)
    if all(any(word.startswith(part) for word in words) for part in asked.words):
        return _WORDS
    if len(asked.joined) >= _WITHIN_FROM and asked.joined in name.joined:
        return _WITHIN
    return None


def _nearly(asked: _Name, name: _Name) -> int | None:
    """Whole names that are one letter off, then how names begin, then words of names."""
    if len(asked.joined) < _NEARLY_FROM:
        return None
    if _one_off(asked.joined, name.joined):
        return _WHOLE
    if _begins_one_off(asked.joined, name.joined):
        return _BEGINS
    for at in range(len(name.words) - len(asked.words) + 1):
        if _begins_one_off(asked.joined, "".join(name.words[at:])):
            return _WORDS
    return None


def _begins_one_off(asked: str, name: str) -> bool:
    size = len(asked)
    return any(_one_off(asked, name[:end]) for end in (size - 1, size, size + 1))


def _one_off(one: str, other: str) -> bool:
    """Whether one letter was changed, added, left out, or swapped with the next."""
    if abs(len(one) - len(other)) > 1:
        return False
    at = 0
    while at < min(len(one), len(other)) and one[at] == other[at]:
        at += 1
    one, other = one[at:], other[at:]
    swapped = one[:2] == other[1::-1] and one[2:] == other[2:]
    return swapped or one[1:] == other[1:] or one[1:] == other or one == other[1:]


@cache
def _index() -> tuple[tuple[Bank, tuple[_Name, ...]], ...]:
    """Every bank with its names: apps that scan first, finance companies last, each by name."""
    order = sorted(all_banks(), key=lambda one: (one.kind == "finance company", not one.scans))
    return tuple((one, tuple(map(_name, one.names))) for one in order)


def _name(text: str) -> _Name:
    words = tuple(_NOT_SQUEEZED.sub(" ", fold(text)).split())
    return _Name(words, "".join(words))
