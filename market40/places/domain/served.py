"""The three provinces that are served, and how many units each has: what the data must hold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class ServedProvince:
    """Counts of one old province and of the part of the new one that came from it.

    `split` old communes went to several new ones; `spanning` new communes lie in several old
    districts. Both are where a market's two communes need a person's look.
    """

    code: str
    name: str
    successor_code: str
    districts: int
    communes: int
    new_communes: int
    split: int
    spanning: int


# Counted in vietnamadminunits 1.0.4; districts and communes agree with the provinces' own figures.
SERVED: Final = (
    ServedProvince("02", "Tỉnh Hà Giang", "08", 11, 193, 73, 3, 5),
    ServedProvince("06", "Tỉnh Bắc Kạn", "19", 8, 108, 37, 0, 3),
    ServedProvince("84", "Tỉnh Trà Vinh", "86", 9, 104, 41, 0, 3),
)
