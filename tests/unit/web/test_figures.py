"""Figures and days as pages print them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from fractions import Fraction

import pytest

from market40.web import i18n


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [
        (Fraction(1863, 2300), 1, "81,0\u00a0%"),
        (Fraction(1, 3), 1, "33,3\u00a0%"),
        (Fraction(1, 8), 0, "13\u00a0%"),
        (Fraction(1, 2000), 1, "0,1\u00a0%"),
        (Fraction(-4, 1000), 1, "\u22120,4\u00a0%"),
        (Fraction(-1, 100000), 1, "0,0\u00a0%"),
        (0, 1, "0,0\u00a0%"),
        (1, 2, "100,00\u00a0%"),
        (Fraction(5, 1000), 2, "0,50\u00a0%"),
        (23, 1, "2.300,0\u00a0%"),
    ],
)
def test_a_ratio_is_printed_exactly(value, digits, text):
    assert i18n.percent(value, digits) == text


def test_days_and_times_are_vietnamese():
    late = datetime(2026, 11, 21, 18, 5, tzinfo=UTC)
    assert (i18n.day(late), i18n.time(late)) == ("22/11/2026", "01:05")
    assert i18n.day(date(2026, 1, 2)) == "02/01/2026"
    with pytest.raises(ValueError, match="zone"):
        i18n.day(datetime(2026, 1, 2))  # noqa: DTZ001
    assert (i18n.number(2300), i18n.number(-1234567)) == ("2.300", "\u22121.234.567")
