"""The reference in a transfer's memo: `ZJ`, six data characters, two checks (docs: domain)."""

from __future__ import annotations

from typing import Final, Literal, Protocol, TypeAlias

from market40.core.errors import InvalidInput
from market40.core.text import squeeze
from market40.core.texts import say

ReferenceKind: TypeAlias = Literal["stall", "fee", "intent"]

ALPHABET: Final = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""31 characters, a prime, without 0 1 I L O: a character's value is its position from 0."""

PREFIX: Final = "ZJ"
LENGTH: Final = 10
_DATA: Final = 6
_VALUE: Final = {char: value for value, char in enumerate(ALPHABET)}
_FIRST: Final = {
    "stall": "S",
    "fee": "F",
    "intent": "".join(char for char in ALPHABET if char not in "SF"),
}
_POWERS: Final = (3, 9, 27, 81, 243, 729)


class RandRange(Protocol):
    """A source of random whole numbers: `random.Random` or `secrets.SystemRandom`."""

    def randrange(self, start: int, /) -> int:
        """Return a whole number from 0 up to and without `start`."""
        ...


def make_reference(data6: str) -> str:
    """Return the reference whose six data characters are `data6`.

    Raises InvalidInput `reference_invalid` when `data6` is not six characters of the alphabet, or
    holds `ZJ`, which is never issued since a scan could begin inside it.
    """
    if len(data6) != _DATA or any(char not in _VALUE for char in data6) or PREFIX in data6:
        raise InvalidInput(say("Mã tham chiếu không hợp lệ."), code="reference_invalid")
    return PREFIX + data6 + _checks(data6)


def new_reference(kind: ReferenceKind, rng: RandRange) -> str:
    """Return a fresh reference of that kind; that it is unused is the caller's to ensure.

    The first data character is `S` for a stall, `F` for a fee and any other for an intent.
    """
    while True:
        first = _FIRST[kind]
        data = first[rng.randrange(len(first))]
        data += "".join(ALPHABET[rng.randrange(len(ALPHABET))] for _ in range(_DATA - 1))
        body = data + _checks(data)
        # Checks that complete another `ZJ` are left out too: one beginning for each reference.
        if PREFIX not in body:
            return PREFIX + body


def is_reference(s: str) -> bool:
    """Return whether `s` is exactly a reference: ten characters, no spaces, checks that hold."""
    if len(s) != LENGTH or not s.startswith(PREFIX):
        return False
    data = s[2:8]
    if PREFIX in data or any(char not in _VALUE for char in data):
        return False
    return s[8:] == _checks(data)


def kind_of(ref: str) -> ReferenceKind:
    """Return what a reference names; raise InvalidInput `reference_invalid` if it is none."""
    if not is_reference(ref):
        raise InvalidInput(say("Mã tham chiếu không hợp lệ."), code="reference_invalid")
    if ref[2] == "S":
        return "stall"
    return "fee" if ref[2] == "F" else "intent"


def find_references(memo: str) -> tuple[str, ...]:
    """Return the distinct valid references in a bank's memo, in order of appearance.

    The memo is squeezed first, so that spaces, dots and line breaks that a bank puts in do no
    harm; then every offset is tried. Two or more in the answer are ambiguous: never take the
    first.
    """
    squeezed = squeeze(memo)
    found: dict[str, None] = {}
    at = squeezed.find(PREFIX)
    while at >= 0:
        candidate = squeezed[at : at + LENGTH]
        if is_reference(candidate):
            found[candidate] = None
        at = squeezed.find(PREFIX, at + 1)
    return tuple(found)


def _checks(data: str) -> str:
    """Return c1 = sum of i*v_i and c2 = sum of 3**i*v_i, both mod 31, i from 1 to 6."""
    values = [_VALUE[char] for char in data]
    c1 = sum(i * value for i, value in enumerate(values, 1)) % 31
    c2 = sum(power * value for power, value in zip(_POWERS, values, strict=True)) % 31
    return ALPHABET[c1] + ALPHABET[c2]
