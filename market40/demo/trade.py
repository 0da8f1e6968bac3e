"""The payments of a demonstration market, as its source told of them day by day."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Final

from market40.core.clock import VN
from market40.core.references import new_reference
from market40.demo.goods import amount
from market40.demo.memos import bank_reference, with_reference, without_reference
from market40.demo.plan import SPENT, MarketPlan, Plan, busy
from market40.demo.roster import Kind
from market40.demo.stalls import AccountPlan, StallPlan
from market40.payments.feeds.base import Notice
from market40.payments.service import SeenNotice

AWAY: Final = 0.1
"""The part of market days on which a stall that takes payments stays at home."""
LOST_MEMO: Final = 0.05
FAMILY: Final = 0.06
"""On a mixed account: the part of credits that is nobody's business but the family's."""
ODD: Final = 0.0008
"""The part that nobody can explain from its memo, kind by kind in turn."""
FIRST_ID: Final = 38_000_000


@dataclass(slots=True)
class _Told:
    """What a source's stream carries along: its ids, and each account's balance."""

    next_id: int
    balances: dict[str, int] = field(default_factory=dict)
    odd: int = 0


@dataclass(frozen=True, slots=True)
class Trade:
    """A market's stream of notices. `references` are its stalls', by number, once they are on."""

    plan: Plan
    market: MarketPlan
    references: Mapping[str, str]
    now: datetime

    def notices(self) -> Iterator[SeenNotice]:
        """Yield the notices of the market's days, in the order of their sales, up to now."""
        rng = self.market.rng(self.plan.seed, "trade")
        told = _Told(FIRST_ID + self.market.at * 1_000_000)
        for day in self.market.market_days:
            sales = sorted(self._sales(day, rng), key=lambda sale: sale[0])
            for at, stall in sales:
                if at < self.now:
                    yield self._notice(at, stall, told, rng)

    def _sales(self, day: date, rng: Random) -> Iterator[tuple[datetime, StallPlan]]:
        midnight = datetime.combine(day, time.min, VN).astimezone(UTC)
        for stall, pull in busy(self.market, day):
            if rng.random() < AWAY:
                continue
            expected = pull * self.plan.per_pull / (1 - AWAY)
            for _ in range(_count(rng, expected)):
                at = midnight + timedelta(seconds=second_of_day(rng, self.market.spec.kind))
                yield at, stall

    def _notice(self, at: datetime, stall: StallPlan, told: _Told, rng: Random) -> SeenNotice:
        account = stall.account
        assert account is not None  # only stalls with a code are busy
        draw = rng.random()
        if draw < ODD:
            return self._odd(at, stall, account, told, rng)
        value = amount(rng, stall.goods)
        if draw < ODD + SPENT:
            return _tell(at, account, value * 3, "rut tien mua hang", told, rng, spent=True)
        lost = LOST_MEMO + (FAMILY if account.usage == "mixed" else 0.0)
        if draw < ODD + SPENT + lost:
            return _tell(at, account, value, without_reference(rng), told, rng)
        memo = with_reference(rng, self.references[stall.number], account.gateway, at)
        return _tell(at, account, value, memo, told, rng)

    def _odd(
        self, at: datetime, stall: StallPlan, account: AccountPlan, told: _Told, rng: Random
    ) -> SeenNotice:
        """Make a credit that goes to suspense: each reason in turn."""
        value = amount(rng, stall.goods)
        own = self.references[stall.number]
        others = [
            self.references[other.number]
            for other in self.market.stalls
            if other.account is not None and other.account.number != account.number
        ]
        told.odd += 1
        kind = told.odd % 4
        memo = with_reference(rng, own, account.gateway, at)
        if kind == 1 and others:
            memo = f"{own} {rng.choice(others)}"
        elif kind == 2:
            memo = f"tra tien {new_reference('intent', rng)}"
        elif kind == 3 and others:
            memo = rng.choice(others)
        else:
            number = f"9991{rng.randrange(10**11):011d}"
            account = AccountPlan(
                account.bin, account.gateway, number, account.holder, account.usage
            )
        return _tell(at, account, value, memo, told, rng)


def second_of_day(rng: Random, kind: Kind) -> int:
    """Draw when a buyer pays, in seconds from local midnight: 5:00 to 20:00, fairs until noon."""
    if kind == "fair":
        hour = rng.triangular(5.0, 13.5, 8.0)
    elif rng.random() < 0.6:
        hour = rng.gauss(7.6, 1.3)
    else:
        hour = rng.gauss(16.9, 1.2)
    return int(min(20.0, max(5.0, hour)) * 3600) + rng.randrange(60)


def _count(rng: Random, expected: float) -> int:
    """Draw a whole number about `expected`: rougher than Poisson and much cheaper."""
    return int(expected * rng.uniform(0.5, 1.5) + rng.random())


def _tell(
    at: datetime,
    account: AccountPlan,
    amount_vnd: int,
    memo: str,
    told: _Told,
    rng: Random,
    *,
    spent: bool = False,
) -> SeenNotice:
    told.next_id += 1
    before = told.balances.setdefault(account.number, rng.randrange(200, 40_000) * 1000)
    if spent:
        amount_vnd = min(amount_vnd, before // 2)
    after = before - amount_vnd if spent else before + amount_vnd
    told.balances[account.number] = after
    notice = Notice(
        external_id=str(told.next_id),
        account_number=account.number,
        gateway=account.gateway,
        direction="debit" if spent else "credit",
        amount_vnd=amount_vnd,
        bank_reference=bank_reference(account.gateway, at, told.next_id % 1_000_000),
        memo=memo,
        occurred_at=at,
        balance_after_vnd=after,
    )
    return SeenNotice(notice, at + timedelta(milliseconds=rng.randrange(800, 6000)))
