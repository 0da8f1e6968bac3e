"""A figure: what an indicator says about a unit, with the n and N that it comes from."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Final, Literal, TypeAlias

from market40.core.texts import Quantity, say

Status: TypeAlias = Literal["ok", "unknown", "hidden", "not_measured", "unrepresentative"]
Unit: TypeAlias = Literal["stalls", "share"]

STATUS_WORDS: Final[dict[Status, str]] = {
    "ok": "",
    "unknown": say("chưa xác định"),
    "hidden": say("ẩn (ít sạp)"),
    "not_measured": say("chưa đo"),
    "unrepresentative": say("không đại diện"),
}
"""What a reader sees in a figure's place, or beside it for "unrepresentative"."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One indicator's value for one unit.

    `value` is a count of stalls or a ratio from 0 to 1, never a float, and None wherever the
    status is unknown, hidden or not_measured. `note` is a Vietnamese remark, "" for none.
    """

    indicator: str
    numerator: int | None
    denominator: int | None
    value: Fraction | None
    status: Status
    note: str = ""

    @property
    def is_shown(self) -> bool:
        """Whether it has a value to print."""
        return self.value is not None


def hidden(figure: Figure, *, keeps_denominator: bool) -> Figure:
    """Return the figure as the public may see it when too few households are behind it.

    `keeps_denominator` where the denominator is public stock (stalls observed), not money.
    """
    kept = figure.denominator if keeps_denominator else None
    return replace(figure, numerator=None, denominator=kept, value=None, status="hidden", note="")


def decimal_text(value: Fraction, places: int) -> str:
    """Return a plain decimal, half rounded up (E21): `0.701456` with six places."""
    return format(_rounded(value, places), "f")


def percent_text(value: Fraction) -> str:
    """Return `70,1 %` with a no-break space: one decimal, half rounded up, a comma (E21)."""
    said = f"{_rounded(value * 100, 1):f}".replace(".", ",") + "\u00a0%"
    return Quantity(said, "percent", value)


def count_text(n: int) -> str:
    """Return `2.300`, grouped as Vietnamese readers write it."""
    return Quantity(f"{n:,}".replace(",", "."), "number", n)


def figure_text(figure: Figure, unit: Unit) -> str:
    """Return what stands in the figure's cell: a count, a percentage, or why there is none."""
    if figure.value is None:
        return STATUS_WORDS[figure.status]
    return percent_text(figure.value) if unit == "share" else count_text(int(figure.value))


def _rounded(value: Fraction, places: int) -> Decimal:
    # Exact: half up on the integer ratio, since a Decimal of a Fraction would round before us.
    scaled = (value.numerator * 10**places * 2 + value.denominator) // (2 * value.denominator)
    return Decimal(scaled).scaleb(-places).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
