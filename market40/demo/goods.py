"""What is sold, and for how much: invented, with the middle of a sale's amount and its spread."""

from __future__ import annotations

from dataclasses import dataclass
from math import log
from random import Random
from typing import Final

from market40.demo.roster import Kind

LEAST_VND: Final = 5_000
MOST_VND: Final = 60_000_000
_STEPS: Final = (5_000, 1_000, 10_000, 500)
_STEP_WEIGHTS: Final = (52, 26, 20, 2)


@dataclass(frozen=True, slots=True)
class Goods:
    """A trade: its name, the word before the vendor's on the stall, the zone, and its sales.

    `middle_vnd` is the median of a sale, `spread` the sigma of its logarithm; `weight` how many
    such stalls there are in a town's market and at a fair.
    """

    name: str
    short: str
    zone: str
    middle_vnd: int
    spread: float
    town: int
    fair: int


GOODS: Final = (
    Goods("Rau củ", "Rau", "Rau, củ, quả", 22_000, 0.55, 18, 14),
    Goods("Hoa quả", "Quả", "Rau, củ, quả", 40_000, 0.55, 9, 6),
    Goods("Thịt lợn", "Thịt", "Thịt, cá", 75_000, 0.6, 10, 8),
    Goods("Thịt bò, trâu", "Thịt bò", "Thịt, cá", 150_000, 0.6, 3, 5),
    Goods("Cá, thủy sản", "Cá", "Thịt, cá", 70_000, 0.6, 6, 2),
    Goods("Gia cầm", "Gà", "Thịt, cá", 180_000, 0.5, 4, 6),
    Goods("Đậu phụ, bún", "Đậu bún", "Ăn uống", 20_000, 0.4, 5, 3),
    Goods("Phở, bánh cuốn", "Quán", "Ăn uống", 38_000, 0.45, 8, 7),
    Goods("Thắng cố, rượu ngô", "Thắng cố", "Ăn uống", 60_000, 0.6, 1, 9),
    Goods("Hàng khô, gia vị", "Hàng khô", "Hàng khô", 35_000, 0.65, 8, 6),
    Goods("Tạp hóa", "Tạp hóa", "Hàng khô", 42_000, 0.75, 9, 7),
    Goods("Chè, mật ong bạc hà", "Đặc sản", "Đặc sản", 160_000, 0.7, 3, 5),
    Goods("Thổ cẩm", "Thổ cẩm", "Vải, quần áo", 180_000, 0.8, 2, 8),
    Goods("Quần áo", "Quần áo", "Vải, quần áo", 150_000, 0.65, 8, 7),
    Goods("Giày dép", "Giày dép", "Vải, quần áo", 130_000, 0.6, 4, 4),
    Goods("Nông cụ, giống cây", "Nông cụ", "Nông cụ, gia súc", 90_000, 0.9, 2, 5),
    Goods("Gia súc", "Trâu bò", "Nông cụ, gia súc", 6_500_000, 0.9, 0, 2),
)


def choose_goods(rng: Random, kind: Kind) -> Goods:
    """Draw a stall's trade, as often as it is met in a market of that kind."""
    weights = [each.town if kind == "town" else each.fair for each in GOODS]
    return rng.choices(GOODS, weights)[0]


def amount(rng: Random, goods: Goods) -> int:
    """Draw a sale in dong: log-normal about the trade's middle, mostly round, 5,000 at least."""
    drawn = rng.lognormvariate(log(goods.middle_vnd), goods.spread)
    step = _STEPS[_step(rng.random())] if drawn < 500_000 else 10_000
    return min(MOST_VND, max(LEAST_VND, round(drawn / step) * step))


def _step(draw: float) -> int:
    """Return which step a draw from [0, 1) takes; cheaper than `choices` a payment."""
    passed = 0
    for at, weight in enumerate(_STEP_WEIGHTS):
        passed += weight
        if draw * 100 < passed:
            return at
    return 0
