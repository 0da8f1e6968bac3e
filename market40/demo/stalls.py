"""The stalls of a demonstration market: vendors, accounts, who has a code and who uses it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Final, Literal

from market40.core.text import ascii_upper_name
from market40.demo.goods import GOODS, Goods, choose_goods
from market40.demo.names import vendor_name
from market40.demo.roster import MarketSpec
from market40.merchants.domain.registration import StallRegistration

BANKS: Final = (
    ("970405", "Agribank", 46),
    ("970436", "Vietcombank", 20),
    ("970418", "BIDV", 18),
    ("970422", "MBBank", 16),
)
"""BIN, name as SePay's gateway writes it, and share; the shares are made up."""

USED: Final = (
    (range(701), 0.62),  # Hà Giang city
    (range(703, 710), 0.5),  # Vị Xuyên
    (range(712, 767), 0.42),  # Đồng Văn
    (range(769, 818), 0.33),  # Mèo Vạc
    (range(946, 950), 0.62),  # two communes of the city
    (range(913, 980), 0.5),  # Vị Xuyên
    (range(1021, 1094), 0.38),  # Hoàng Su Phì
    (range(1153, 1220), 0.58),  # Bắc Quang
)
"""By the old commune's code: of those with a code, the part that is ever paid through it.

Together a half, Thái Nguyên's figure of 2022; the districts' parts are made up.
"""
USED_ELSEWHERE: Final = 0.3
COVERED: Final = 0.9
COVERED_WHOLE: Final = 2
"""The first markets of the roster, whose source covers all accounts, also those to come."""
DEDICATED: Final = 0.45
SECOND_STALL: Final = 0.05
WITH_PHONE: Final = 0.9
QUIT: Final = 0.12
LATE: Final = 0.15
_WOMAN: Final = ("Cô", "Chị", "Bà")
_MAN: Final = ("Anh", "Chú", "Ông")


@dataclass(frozen=True, slots=True)
class AccountPlan:
    """An invented account. Its 15 digits are a length that none of the four banks gives out."""

    bin: str
    gateway: str
    number: str
    holder: str
    usage: Literal["dedicated", "mixed"]


@dataclass(frozen=True, slots=True)
class Habit:
    """How a stall is paid: the days (from 0) between which it takes payments, and how many.

    `pull` weighs the stall against the others.
    """

    first: int
    last: int
    pull: float


@dataclass(frozen=True, slots=True)
class StallPlan:
    """A stall to be put on. `code_day` is when it gets its code (0: it has one), None: never.

    `covered`: the market's source hears of its account. `habit` None: nobody pays by code.
    """

    number: str
    name: str
    goods: Goods
    vendor: str
    phone: str | None
    account: AccountPlan | None
    code_day: int | None
    covered: bool
    habit: Habit | None

    def registration(self, *, with_account: bool) -> StallRegistration:
        """Return the stall as merchants put it on; without its account it waits for a code."""
        given = self.account if with_account else None
        return StallRegistration(
            number=self.number,
            name=self.name,
            zone=self.goods.zone,
            goods=self.goods.name,
            vendor_name=self.vendor,
            phone=self.phone,
            household_name=None,
            bank_bin=given.bin if given else None,
            account_number=given.number if given else None,
            holder=given.holder if given else None,
            usage=given.usage if given else "mixed",
        )


@dataclass(frozen=True, slots=True)
class _Person:
    vendor: str
    phone: str | None
    account: AccountPlan


def plan_stalls(spec: MarketSpec, *, at: int, days: int, rng: Random) -> list[StallPlan]:
    """Return the stalls of the market that is `at` in the roster, in order of zone and number."""
    trades = sorted((choose_goods(rng, spec.kind) for _ in range(spec.stalls)), key=GOODS.index)
    code_days = _code_days(spec, days, rng)
    numbers = _numbers(trades)
    people = _people(spec, at, trades, rng)
    habits = _habits(code_days, days, _used(spec), rng)
    covered: dict[str, bool] = {}
    stalls = []
    for i, goods in enumerate(trades):
        account = people[i].account
        has_code = code_days[i] is not None
        stalls.append(
            StallPlan(
                number=numbers[i],
                name=_stall_name(goods, people[i].vendor, rng),
                goods=goods,
                vendor=people[i].vendor,
                phone=people[i].phone,
                account=account if has_code else None,
                code_day=code_days[i],
                covered=has_code and covered.setdefault(account.number, _hears(at, rng)),
                habit=habits[i],
            )
        )
    return stalls


def _code_days(spec: MarketSpec, days: int, rng: Random) -> list[int | None]:
    """Say of each stall when it gets its code; the later ones come in two campaigns."""
    drawn = rng.sample(range(spec.stalls), spec.codes + spec.codes_later)
    given: list[int | None] = [None] * spec.stalls
    campaigns = (days * 3 // 10, days * 6 // 10)
    for order, at in enumerate(drawn):
        given[at] = 0 if order < spec.codes else campaigns[order % 2]
    return given


def _used(spec: MarketSpec) -> float:
    code = int(spec.legacy_commune)
    return next((part for codes, part in USED if code in codes), USED_ELSEWHERE)


def _habits(
    code_days: Sequence[int | None], days: int, part: float, rng: Random
) -> list[Habit | None]:
    """Choose who is paid by code: that part of those with one, in each market."""
    able = [at for at, day in enumerate(code_days) if day is not None]
    used = set(rng.sample(able, round(len(able) * part + 0.01)))
    made: list[Habit | None] = []
    for at, day in enumerate(code_days):
        if at not in used or day is None:
            made.append(None)
            continue
        first = day + (rng.randrange(days * 2 // 3) if day == 0 and rng.random() < LATE else 0)
        last = days
        if rng.random() < QUIT:
            last = min(days, first + rng.randrange(days // 4, days // 2 + 1))
        made.append(Habit(first, last, rng.lognormvariate(0, 0.75)))
    return made


def _people(spec: MarketSpec, at: int, trades: Sequence[Goods], rng: Random) -> list[_Person]:
    """Give each stall its vendor; a few vendors keep the stall beside theirs as well."""
    people: list[_Person] = []
    taken: set[str] = set()
    for i, goods in enumerate(trades):
        beside = i > 0 and goods.zone == trades[i - 1].zone and people[-1].phone is not None
        if beside and rng.random() < SECOND_STALL:
            people.append(people[-1])
            continue
        name = _fresh_name(spec, taken, rng)
        phone = f"0950{at:02d}{i:04d}" if rng.random() < WITH_PHONE else None
        people.append(_Person(name, phone, _account(name, at * 10_000 + i, rng)))
    return people


def _fresh_name(spec: MarketSpec, taken: set[str], rng: Random) -> str:
    """Return a name that nobody else in the market bears: the demonstration needs no namesakes."""
    for attempt in range(40):
        name = vendor_name(rng, spec.legacy_commune)
        if attempt > 8:
            name = f"{name} {rng.choice(('Lan', 'Xuân', 'Thu', 'Mai', 'Sơn', 'Hà', 'Dín', 'Pao'))}"
        if name not in taken:
            break
    else:
        name = f"{name} {len(taken)}"
    taken.add(name)
    return name


def _account(vendor: str, serial: int, rng: Random) -> AccountPlan:
    bin_, gateway, _ = rng.choices(BANKS, [weight for *_, weight in BANKS])[0]
    number = f"9990{rng.randrange(10**5):05d}{serial:06d}"
    usage: Literal["dedicated", "mixed"] = "dedicated" if rng.random() < DEDICATED else "mixed"
    return AccountPlan(bin_, gateway, number, ascii_upper_name(vendor), usage)


def _numbers(trades: Sequence[Goods]) -> list[str]:
    """Number the stalls by zone: A01, A02, … B01."""
    zones = list(dict.fromkeys(goods.zone for goods in trades))
    counts = dict.fromkeys(zones, 0)
    numbers = []
    for goods in trades:
        counts[goods.zone] += 1
        numbers.append(f"{chr(ord('A') + zones.index(goods.zone))}{counts[goods.zone]:02d}")
    return numbers


def _hears(at: int, rng: Random) -> bool:
    """Say whether the market's source hears of an account."""
    return rng.random() < COVERED or at < COVERED_WHOLE


def _stall_name(goods: Goods, vendor: str, rng: Random) -> str:
    woman = "Thị" in vendor or "Mùi" in vendor
    return f"{goods.short} {rng.choice(_WOMAN if woman else _MAN)} {vendor.rsplit(maxsplit=1)[-1]}"
