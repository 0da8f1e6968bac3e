"""Numbers as English words, for the amounts on pages that are read in English."""

from __future__ import annotations

from typing import Final

from market40.core.money import AMOUNT_MAX_VND

_UNDER_TWENTY: Final = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
    "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen",
    "nineteen",
)  # fmt: skip
_TENS: Final = (
    "", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety",
)  # fmt: skip
_GROUPS: Final = (
    (10**15, "quadrillion"), (10**12, "trillion"), (10**9, "billion"), (10**6, "million"),
    (10**3, "thousand"), (1, ""),
)  # fmt: skip


def vnd_in_english(n: int) -> str:
    """Return an amount in words, `50000` as `fifty thousand dong`; 0 to 10**15.

    Raises ValueError out of that range.
    """
    return f"{number_in_english(n)} dong"


def number_in_english(n: int) -> str:
    """Return a whole number in words, 0 to 10**15; raise ValueError out of that range.

    `and` stands after the hundreds of a group and before a last group under a hundred (1,005 is
    `one thousand and five`), as British English says it.
    """
    if not 0 <= n <= AMOUNT_MAX_VND:
        raise ValueError("only 0 to 10**15 is read out")
    if n == 0:
        return _UNDER_TWENTY[0]
    words: list[str] = []
    for size, name in _GROUPS:
        value = n // size % 1000
        if value == 0:
            continue
        if size == 1 and words and value < 100:
            words.append("and")
        words += [_group(value), name] if name else [_group(value)]
    return " ".join(words)


def _group(value: int) -> str:
    """Return the words of 1 to 999."""
    hundreds, rest = divmod(value, 100)
    words = [f"{_UNDER_TWENTY[hundreds]} hundred"] if hundreds else []
    if rest:
        words.append(_under_hundred(rest))
    return " and ".join(words)


def _under_hundred(value: int) -> str:
    if value < 20:
        return _UNDER_TWENTY[value]
    ten, unit = divmod(value, 10)
    return f"{_TENS[ten]}-{_UNDER_TWENTY[unit]}" if unit else _TENS[ten]
