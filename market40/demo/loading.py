"""Load the demonstration through the services: a market a transaction, so that it can be resumed.

A market goes in whole or not at all: stalls, source, payments, tallies, and its days' rollups.
A load that was interrupted is called again and goes on with the first market that is missing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from uuid import UUID

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from market40.core.clock import FixedClock, day_bounds
from market40.core.ids import RandomBits, SystemIds
from market40.db import outbox
from market40.db.engine import read, transact
from market40.demo import counting, people, walking
from market40.demo.plan import MarketPlan, Plan
from market40.demo.stalls import COVERED_WHOLE, StallPlan
from market40.demo.trade import Trade
from market40.merchants import service as merchants
from market40.merchants import store as merchants_store
from market40.merchants.domain.registration import MarketRegistration
from market40.merchants.service import FirstAccount, RegisteredStall
from market40.payments import service as payments
from market40.payments.service import BATCH_LIMIT, Directory
from market40.places import service as places_service
from market40.places import store as places
from market40.places.domain import GSO_2004, QD_19_2025
from market40.reporting import service as reporting

JOBS_AT_ONCE = 5_000


@dataclass(frozen=True, slots=True)
class Step:
    """How far a load has come: of `total` markets `done` are in, `payments` in this run."""

    done: int
    total: int
    name: str
    payments: int


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a load added; nothing where the demonstration was whole before."""

    markets: int
    payments: int


def load(
    engine: Engine,
    plan: Plan,
    *,
    now: datetime,
    secrets: RandomBits,
    progress: Callable[[Step], None],
) -> Loaded:
    """Load what of the plan is missing; twice adds nothing.

    The schema must be there. `secrets` gives the sources theirs: the system's own randomness,
    where anybody else can reach the service. `progress` is called after each market and may stop
    the load by raising: what is in stays whole.
    """
    if read(engine, people.is_whole):
        return Loaded(0, 0)
    transact(engine, places_service.load_units)
    first, last = (_ids(plan, part, now) for part in ("operator", "officials"))
    actor_id = transact(engine, lambda s: people.operator(s, ids=first, now=_start(plan)))
    standing = {market.name for market in read(engine, merchants_store.markets)}
    done = added = 0
    for market in plan.markets:
        if market.spec.name not in standing:
            added += transact(engine, _Work(plan, market, actor_id, now, secrets))
            done += 1
        progress(Step(market.at + 1, len(plan.markets), market.spec.name, added))
    transact(engine, lambda s: _forget_roll_ups(s, last.new(), now))
    transact(engine, lambda s: people.add_officials(s, ids=last, now=now))
    return Loaded(done, added)


@dataclass(frozen=True, slots=True)
class _Work:
    """One market's transaction; it draws its randomness anew, since it may be run again."""

    plan: Plan
    market: MarketPlan
    actor_id: UUID
    now: datetime
    secrets: RandomBits

    def __call__(self, session: Session) -> int:
        start = _start(self.plan)
        clock = FixedClock(start)
        ids = SystemIds(clock, self.market.rng(self.plan.seed, "ids"))
        market_id = ids.new()
        self._register_market(session, market_id, start)
        stalls = self._register_stalls(session, market_id, start, ids)
        people.add_board(session, self.market, market_id, ids=ids, now=start)
        for stall, pin in people.vendors_of(self.market):
            vendor_id = stalls[stall.number].vendor_id
            people.add_vendor(
                session, stall, pin, vendor_id=vendor_id, market_id=market_id, ids=ids, now=start
            )
        accounts = self._add_later_codes(session, market_id, stalls, ids)
        added = self._trade(session, market_id, stalls, accounts, clock, ids)
        for tally in counting.tallies(self.market, seed=self.plan.seed, now=self.now):
            payments.record_tally(
                session,
                market_id=market_id,
                stall_id=stalls[tally.stall.number].stall_id,
                day=tally.day,
                answer=tally.answer,
                cash_count=tally.cash_count,
                cash_vnd=tally.cash_vnd,
                other_count=tally.other_count,
                other_vnd=tally.other_vnd,
                drawn=True,
                actor_id=self.actor_id,
                now=tally.told_at,
                ids=ids,
            )
        walking.inspect(
            session,
            market_id,
            self.market,
            {number: stall.stall_id for number, stall in stalls.items()},
            actor_id=self.actor_id,
            seed=self.plan.seed,
            now=self.now,
            ids=ids,
        )
        # Only the days on which it met: on others there is neither a payment nor a sign of life.
        reporting.roll_up_days(session, market_id, self.market.market_days, now=self.now)
        return added

    def _register_market(self, session: Session, market_id: UUID, start: datetime) -> None:
        spec = self.market.spec
        legacy = places.find_unit(
            session, code_system=GSO_2004, code=spec.legacy_commune, level="commune",
            on=people.LEGACY_DAY,
        )  # fmt: skip
        present = places.find_unit(
            session, code_system=QD_19_2025, code=spec.commune, level="commune",
            on=self.plan.today,
        )  # fmt: skip
        registration = MarketRegistration(
            spec.name, present.id, legacy.id, spec.calendar, self.plan.start
        )
        merchants.register_market(session, registration, market_id=market_id, now=start)

    def _register_stalls(
        self, session: Session, market_id: UUID, start: datetime, ids: SystemIds
    ) -> dict[str, RegisteredStall]:
        registered = merchants.register_stalls(
            session,
            market_id,
            [stall.registration(with_account=stall.code_day == 0) for stall in self.market.stalls],
            actor_id=self.actor_id,
            now=start,
            ids=ids,
            rng=self.market.rng(self.plan.seed, "references"),
            starts_on=self.plan.start,
        )
        return {stall.number: stall for stall in registered}

    def _add_later_codes(
        self,
        session: Session,
        market_id: UUID,
        stalls: dict[str, RegisteredStall],
        ids: SystemIds,
    ) -> dict[str, UUID]:
        """Give the campaigns' stalls their codes; return every account's id by its number."""
        found: dict[str, UUID] = {}
        by_day: dict[int, list[StallPlan]] = {}
        for stall in self.market.stalls:
            account_id = stalls[stall.number].account_id
            if stall.account and account_id:
                found[stall.account.number] = account_id
            elif stall.account and stall.code_day:
                by_day.setdefault(stall.code_day, []).append(stall)
        for day, waiting in sorted(by_day.items()):
            given = merchants.add_first_accounts(
                session,
                market_id,
                [_first_account(stall, stalls) for stall in waiting],
                actor_id=self.actor_id,
                now=_start(self.plan) + timedelta(days=day),
                ids=ids,
                rng=self.market.rng(self.plan.seed, f"codes {day}"),
            )
            for stall, now_on in zip(waiting, given, strict=True):
                if stall.account and now_on.account_id:
                    found[stall.account.number] = now_on.account_id
        return found

    def _trade(
        self,
        session: Session,
        market_id: UUID,
        stalls: dict[str, RegisteredStall],
        accounts: dict[str, UUID],
        clock: FixedClock,
        ids: SystemIds,
    ) -> int:
        covered = {s.account.number for s in self.market.stalls if s.account and s.covered}
        if not covered:
            return 0
        whole = self.market.at < COVERED_WHOLE
        source_id, _ = payments.add_source(
            session,
            market_id=market_id,
            provider="sepay",
            name="SePay (ngân hàng thử nghiệm)",
            now=clock.now(),
            ids=ids,
            rng=self.secrets,
            account_ids=None if whole else [accounts[number] for number in sorted(covered)],
            starts_on=self.plan.start,
        )
        directory = Directory()
        source = directory.source(session, source_id)
        references = {number: stall.reference for number, stall in stalls.items()}
        added = 0
        notices = Trade(self.plan, self.market, references, self.now).notices()
        while batch := list(islice(notices, BATCH_LIMIT)):
            clock.set(batch[0].seen_at)
            done = payments.record_batch(session, source, batch, ids=ids, directory=directory)
            added += done.credits
        return added


def _first_account(stall: StallPlan, stalls: dict[str, RegisteredStall]) -> FirstAccount:
    account = stall.account
    assert account is not None  # the caller chose stalls that have one
    return FirstAccount(
        stalls[stall.number].stall_id, account.bin, account.number, account.holder, account.usage
    )


def _start(plan: Plan) -> datetime:
    return day_bounds(plan.start)[0]


def _ids(plan: Plan, part: str, now: datetime) -> SystemIds:
    return SystemIds(FixedClock(now), plan.markets[0].rng(plan.seed, part))


def _forget_roll_ups(session: Session, lease: UUID, now: datetime) -> None:
    """Take back what the load asked for and has done itself."""
    later = now + timedelta(days=1)
    while jobs := outbox.claim(
        session, lease=lease, now=later, limit=JOBS_AT_ONCE, kinds=("roll_up",)
    ):
        outbox.finish(session, jobs)
