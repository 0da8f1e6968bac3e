"""Amounts in English words: a table checked by hand, and a reader of its own."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from market40.core.words_en import number_in_english, vnd_in_english

BY_HAND = {
    0: "zero",
    1: "one",
    13: "thirteen",
    20: "twenty",
    21: "twenty-one",
    99: "ninety-nine",
    100: "one hundred",
    101: "one hundred and one",
    115: "one hundred and fifteen",
    999: "nine hundred and ninety-nine",
    1_000: "one thousand",
    1_005: "one thousand and five",
    1_105: "one thousand one hundred and five",
    50_000: "fifty thousand",
    123_456_000: "one hundred and twenty-three million four hundred and fifty-six thousand",
    1_000_001: "one million and one",
    2_000_000_000: "two billion",
    10**12: "one trillion",
    10**15: "one quadrillion",
}
_UNITS = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
    "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen",
    "nineteen",
)  # fmt: skip
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_SIZES = {"thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12}
_SIZES["quadrillion"] = 10**15


def read(words: str) -> int:
    """Read English words back, without knowing how they were written."""
    total = group = 0
    for word in words.replace("-", " ").split():
        if word in _UNITS:
            group += _UNITS.index(word)
        elif word in _TENS:
            group += 10 * (_TENS.index(word) + 2)
        elif word == "hundred":
            group *= 100
        elif word in _SIZES:
            total += group * _SIZES[word]
            group = 0
        else:
            assert word == "and"
    return total + group


@pytest.mark.parametrize(("n", "words"), BY_HAND.items())
def test_by_hand(n, words):
    assert number_in_english(n) == words
    assert vnd_in_english(n) == f"{words} dong"


@given(st.integers(0, 10**15) | st.integers(0, 10**6))
def test_what_is_said_is_read_back(n):
    assert read(number_in_english(n)) == n


@pytest.mark.parametrize("n", [-1, 10**15 + 1])
def test_out_of_range(n):
    with pytest.raises(ValueError, match="read out"):
        number_in_english(n)
