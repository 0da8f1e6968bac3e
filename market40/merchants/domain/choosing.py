"""Which stalls somebody means who types their numbers: one by one, or from one to another."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from market40.core.text import nfc, squeeze

_BETWEEN: Final = re.compile(r"[,;\n\r]")
_DASHES: Final = str.maketrans("\u2010\u2011\u2012\u2013\u2014\u2212", "------")
_ENDED: Final = re.compile(r"(?P<row>.*?)(?P<count>[0-9]{1,9})", re.ASCII)


_Numbers: TypeAlias = defaultdict[str, list[str]]
_Counted: TypeAlias = defaultdict[str, list[tuple[int, str]]]


@dataclass(frozen=True, slots=True)
class Chosen:
    """The numbers that were meant; as they were typed, those of no stall and those of several."""

    numbers: frozenset[str]
    unknown: tuple[str, ...]
    unclear: tuple[str, ...]


def typed_numbers(typed: str) -> list[str]:
    """Return what stands between commas, semicolons and line ends, without blanks around it."""
    parts = (" ".join(part.split()) for part in _BETWEEN.split(typed))
    return [part for part in parts if part]


def choose(typed: Iterable[str], numbers: Sequence[str]) -> Chosen:
    """Return which of the stalls' numbers the typed ones mean.

    A number means the stall that has it, capitals aside. `A1-A20` (or `A1-20`) that is no
    stall's number means those from A1 to A20 of the same row, of which some may be missing. Else
    blanks do not count (`A 12` is A12), and then only letters and digits do, where they leave one
    stall.
    """
    by_number = {_plain(number): number for number in numbers}
    without_blanks, letters, rows = _index(numbers)
    meant: set[str] = set()
    unknown, unclear = [], []
    for each in typed:
        plain = _plain(each)
        ends = _range(plain)
        if plain in by_number:
            found = [by_number[plain]]
        elif ends:
            row, low, high = ends
            found = [number for count, number in rows[row] if low <= count <= high]
        else:
            found = without_blanks[_tight(plain)] or letters[squeeze(plain)]
        if not found:
            unknown.append(each)
        elif ends or len(found) == 1:
            meant.update(found)
        else:
            unclear.append(each)
    return Chosen(frozenset(meant), tuple(unknown), tuple(unclear))


def _index(
    numbers: Iterable[str],
) -> tuple[_Numbers, _Numbers, _Counted]:
    """Return the numbers by what is typed: without blanks, by letters and digits, by rows."""
    blanks: _Numbers = defaultdict(list)
    letters: _Numbers = defaultdict(list)
    rows: _Counted = defaultdict(list)
    for number in numbers:
        plain = _plain(number)
        blanks[_tight(plain)].append(number)
        letters[squeeze(plain)].append(number)
        ended = _ENDED.fullmatch(plain)
        if ended:
            rows[squeeze(ended["row"])].append((int(ended["count"]), number))
    return blanks, letters, rows


def _tight(plain: str) -> str:
    return plain.replace(" ", "")


def _plain(number: str) -> str:
    return " ".join(nfc(number).translate(_DASHES).upper().split())


def _range(plain: str) -> tuple[str, int, int] | None:
    """Return the row and the first and last count of a range; None for what is none."""
    if plain.count("-") != 1:
        return None
    first, last = (_ENDED.fullmatch(end.strip()) for end in plain.split("-"))
    if first is None or last is None:
        return None
    row = squeeze(first["row"])
    if squeeze(last["row"]) not in ("", row):
        return None
    return row, int(first["count"]), int(last["count"])
