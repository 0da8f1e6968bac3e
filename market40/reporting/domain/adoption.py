"""The adoption table: a period, a basis, rows of units, the total. Every output shows this."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Final, Literal, TypeAlias

from market40.core.periods import Period
from market40.core.texts import say
from market40.reporting.domain.figures import Figure
from market40.reporting.domain.indicator import Indicator

By: TypeAlias = Literal["district", "commune", "market"]

BASES: Final[dict[By, str]] = {
    "district": say("huyện (cũ)"),
    "commune": say("xã, phường (hiện nay)"),
    "market": say("từng chợ"),
}
"""What the page calls the basis."""

BASIS_CODES: Final[dict[By, str]] = {
    "district": "legacy_district",
    "commune": "as_now",
    "market": "market",
}

BASIS_NOTES: Final[dict[By, str]] = {
    "district": say(
        "Gộp theo huyện, thành phố trước 01/7/2025; mỗi chợ thuộc đúng một nơi, không "
        "phải ước tính."
    ),
    "commune": say(
        "Gộp theo xã, phường từ 01/7/2025, cả cho thời gian trước ngày đó; mỗi chợ thuộc "
        "đúng một nơi."
    ),
    "market": say("Mỗi dòng là một chợ."),
}


@dataclass(frozen=True, slots=True)
class UnitLabel:
    """Which unit a row is of. A code means nothing without its system and first day.

    A market has no official code; the total's are the territory's, or "".
    """

    name: str
    code_system: str = ""
    code: str = ""
    valid_from: dt.date | None = None
    level: str = ""
    id: uuid.UUID | None = None


@dataclass(frozen=True, slots=True)
class AdoptionRow:
    """A unit's figures by indicator id, in the registry's order; `markets` that it holds."""

    unit: UnitLabel
    markets: int
    figures: Mapping[str, Figure]


@dataclass(frozen=True, slots=True)
class AdoptionTable:
    """What is reported about a period.

    `as_of` is the last day counted; `provisional` says that the period still runs. `rows` stand
    in Vietnamese order. `empty_units` are places of the territory that have no market here.
    """

    period: Period
    by: By
    as_of: dt.date
    provisional: bool
    made_at: dt.datetime
    territory: str
    indicators: tuple[Indicator, ...]
    rows: tuple[AdoptionRow, ...]
    total: AdoptionRow
    empty_units: tuple[UnitLabel, ...] = ()

    @property
    def basis(self) -> str:
        """The basis in Vietnamese: "huyện (cũ)"."""
        return BASES[self.by]


_TENTHS: Final = (
    say("Một trong mười"),
    say("Hai trong mười"),
    say("Ba trong mười"),
    say("Bốn trong mười"),
    say("Năm trong mười"),
    say("Sáu trong mười"),
    say("Bảy trong mười"),
    say("Tám trong mười"),
    say("Chín trong mười"),
)


def headline(table: AdoptionTable) -> str:
    """Return the page's title: the finding, in a sentence, never a topic.

    It speaks of the stalls observed, and says so where that is not all of them.
    """
    figure = table.total.figures["active_7"]
    if table.total.figures["eligible"].numerator == 0:
        return say("Chưa có sạp nào để tính trong kỳ này")
    if figure.status == "hidden":
        return say("Quá ít sạp để công bố mức dùng mã")
    if figure.value is None:
        return say("Chưa xác định được bao nhiêu sạp có khách trả qua mã")
    when = say("trong 7 ngày qua") if table.provisional else say("trong 7 ngày cuối kỳ")
    stalls = say("sạp được quan sát") if figure.note else say("sạp")
    if figure.value == 0:
        return say("Chưa %(stalls)s nào có khách trả qua mã %(when)s", stalls=stalls, when=when)
    how_many = _how_many(figure.value, stalls)
    return say("%(how_many)s có khách trả qua mã %(when)s", how_many=how_many, when=when)


def _how_many(value: Fraction, stalls: str) -> str:
    tenths = (20 * value.numerator + value.denominator) // (2 * value.denominator)
    if value == 1:
        return say("Mọi %(stalls)s đều", stalls=stalls)
    if tenths == 0:
        return say("Chưa đến một phần mười số %(stalls)s", stalls=stalls)
    if tenths == 10:
        return say("Gần như mọi %(stalls)s", stalls=stalls)
    return say("%(tenths)s %(stalls)s", tenths=_TENTHS[tenths - 1], stalls=stalls)
