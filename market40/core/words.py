"""Numbers as Vietnamese words, for the voice that says what has come and for printed totals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from market40.core.money import AMOUNT_MAX_VND

_DIGITS: Final = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")


@dataclass(frozen=True, slots=True)
class Dialect:
    """The words that differ by region: 101 `linh`/`lẻ`, 1.000 `nghìn`/`ngàn`, 24 `tư`/`bốn`."""

    zero_ten: str = "linh"
    thousand: str = "nghìn"
    four_after_tens: str = "tư"


NORTH: Final = Dialect()
SOUTH: Final = Dialect(zero_ten="lẻ", thousand="ngàn")


def vnd_in_words(n: int, *, dialect: Dialect = NORTH) -> str:
    """Return an amount in words, `50000` as `năm mươi nghìn đồng`; 0 to 10**15.

    Raises ValueError out of that range.
    """
    return number_in_words(n, dialect=dialect) + " đồng"


def number_in_words(n: int, *, dialect: Dialect = NORTH) -> str:
    """Return a whole number in words, 0 to 10**15; raise ValueError out of that range.

    Empty groups are skipped; a group after a larger one says its hundreds even when they are
    zero (1.005 is `một nghìn không trăm linh năm`). Thousands of milliards are `nghìn tỷ`.
    """
    if not 0 <= n <= AMOUNT_MAX_VND:
        raise ValueError("only 0 to 10**15 is read out")
    if n == 0:
        return _DIGITS[0]
    milliards, rest = divmod(n, 10**9)
    words: list[str] = []
    if milliards:
        words += [*_under_milliard(milliards, dialect, leading=True), "tỷ"]
    words += _under_milliard(rest, dialect, leading=not milliards)
    return " ".join(words)


def _under_milliard(n: int, dialect: Dialect, *, leading: bool) -> list[str]:
    """Return the words of a number under 10**9; `leading` when nothing larger was said before."""
    words: list[str] = []
    groups = ((n // 10**6, "triệu"), (n // 1000 % 1000, dialect.thousand), (n % 1000, ""))
    for value, name in groups:
        if value == 0:
            continue
        words += _group(value, dialect, leading=leading)
        if name:
            words.append(name)
        leading = False
    return words


def _group(value: int, dialect: Dialect, *, leading: bool) -> list[str]:
    """Return the words of 1 to 999; a group that is not the leading one says `không trăm`."""
    hundreds, ten, unit = value // 100, value // 10 % 10, value % 10
    words: list[str] = []
    if hundreds or not leading:
        words += [_DIGITS[hundreds], "trăm"]
    if ten == 0:
        if unit and words:
            words.append(dialect.zero_ten)
        return words + ([_DIGITS[unit]] if unit else [])
    words += ["mười"] if ten == 1 else [_DIGITS[ten], "mươi"]
    return words + _unit_after_ten(ten, unit, dialect)


def _unit_after_ten(ten: int, unit: int, dialect: Dialect) -> list[str]:
    if unit == 0:
        return []
    if unit == 5:
        return ["lăm"]
    if ten > 1 and unit == 1:
        return ["mốt"]
    if ten > 1 and unit == 4:
        return [dialect.four_after_tens]
    return [_DIGITS[unit]]
