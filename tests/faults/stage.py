"""A market with stalls, accounts and a SePay source, and the notices that its buyers cause.

The fault tests and the benchmarks play on it. Registration goes through the services; the
notices come from the sandbox bank, which shares no code with what it is set upon.
"""

from __future__ import annotations

import random
import uuid
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from market40.core.ids import Ids
from market40.core.market_days import Daily, MarketCalendar
from market40.db.engine import read, transact
from market40.merchants import service as merchants
from market40.merchants.domain.registration import MarketRegistration, StallRegistration
from market40.payments import service as payments
from market40.places import service as places_service
from market40.places import store as places
from market40.sandbox.notice import Notice

BANK_BIN, GATEWAY = "970422", "MBBank"
BOARD_MEMBER = uuid.UUID("0b0a4d00-0000-4000-8000-000000000001")
OPENED_ON = date(2015, 1, 1)
LAST_LEGACY_DAY = date(2025, 6, 30)
PROVINCE = "02"  # Hà Giang


@dataclass(frozen=True, slots=True)
class PaidStall:
    """A stall with a dedicated account of its own."""

    stall_id: uuid.UUID
    reference: str
    account_number: str


@dataclass(frozen=True, slots=True)
class Stage:
    """One market that is ready to be paid in."""

    market_id: uuid.UUID
    source_id: uuid.UUID
    secret: str
    stalls: tuple[PaidStall, ...]

    @property
    def path(self) -> str:
        """Where its provider sends notices to."""
        return f"/hooks/sepay/{self.source_id}"


def set_stage(
    engine: Engine,
    *,
    now: datetime,
    ids: Ids,
    rng: random.Random,
    stalls: int,
    markets: int = 1,
) -> list[Stage]:
    """Load the units and put markets of so many stalls on, district by district."""
    transact(engine, places_service.load_units)
    homes = read(engine, _homes)
    made = []
    for index in range(markets):
        legacy_id, present_id = homes[index % len(homes)]
        registration = MarketRegistration(
            f"Chợ thử {index + 1}", present_id, legacy_id, MarketCalendar((Daily(),)), OPENED_ON
        )
        furnish = partial(
            _furnish, registration, ids.new(), index, now=now, ids=ids, rng=rng, stalls=stalls
        )
        made.append(transact(engine, furnish))
    return made


def _homes(session: Session) -> list[tuple[uuid.UUID, uuid.UUID]]:
    """One commune of each legacy district, and the present commune that it became."""
    province = places.find_unit(
        session, code_system="gso2004", code=PROVINCE, on=LAST_LEGACY_DAY, level="province"
    )
    homes = []
    for district in places.children(session, province.id):
        commune = places.children(session, district.id)[0]
        homes.append((commune.id, places.successors(session, commune.id)[0].id))
    return homes


def _furnish(
    market: MarketRegistration,
    market_id: uuid.UUID,
    index: int,
    session: Session,
    *,
    now: datetime,
    ids: Ids,
    rng: random.Random,
    stalls: int,
) -> Stage:
    merchants.register_market(session, market, market_id=market_id, now=now)
    registrations = [_registration(index, number) for number in range(stalls)]
    registered = merchants.register_stalls(
        session,
        market_id,
        registrations,
        actor_id=BOARD_MEMBER,
        now=now,
        ids=ids,
        rng=rng,
        starts_on=OPENED_ON,
    )
    source_id, secret = payments.add_source(
        session, market_id=market_id, provider="sepay", name="SePay", now=now, ids=ids, rng=rng
    )
    paid = [
        PaidStall(one.stall_id, one.reference, said.account_number or "")
        for one, said in zip(registered, registrations, strict=True)
    ]
    return Stage(market_id, source_id, secret, tuple(paid))


def _registration(market: int, number: int) -> StallRegistration:
    serial = market * 10_000 + number
    return StallRegistration(
        number=f"A{number + 1}",
        name=f"Sạp {number + 1}",
        zone="Khu A",
        goods="Rau củ",
        vendor_name=f"Nguyễn Thị {serial}",
        phone=f"09{serial:08}",
        household_name=None,
        bank_bin=BANK_BIN,
        account_number=f"86{serial:010}",
        holder=f"NGUYEN THI {serial}",
        usage="dedicated",
    )


def notices(
    stage: Stage,
    rng: random.Random,
    count: int,
    *,
    at: datetime,
    first_id: int = 1,
    twins: float = 0.04,
) -> list[Notice]:
    """Return so many distinct movements up to the instant `at`, in the order of their ids.

    Of a hundred, 4 reach an account that is not ours, 4 are money out, `twins` are equal in all
    but the id to the one before, and the others name their stall or nothing at all.
    """
    made: list[Notice] = []
    for number in range(first_id, first_id + count):
        kind = rng.random()
        if made and kind < twins and made[-1].direction == "in":
            made.append(_twin(made[-1], number))
        else:
            made.append(_movement(stage, rng, number, kind, at - timedelta(seconds=count)))
    return made


def _twin(other: Notice, number: int) -> Notice:
    """A second genuine payment that only the provider's id tells from the first."""
    return Notice(
        number,
        other.gateway,
        other.at,
        other.account,
        other.content,
        other.direction,
        other.amount,
        other.accumulated,
        other.reference,
    )


def _movement(
    stage: Stage, rng: random.Random, number: int, kind: float, start: datetime
) -> Notice:
    stall = rng.choice(stage.stalls)
    account = "999" + stall.account_number if kind > 0.96 else stall.account_number
    content = f"CT DEN:{number:012} {stall.reference} tien rau" if rng.random() < 0.7 else "ck"
    return Notice(
        id=number,
        gateway=GATEWAY,
        at=start + timedelta(seconds=rng.randrange(1, 60)),
        account=account,
        content=content,
        direction="out" if 0.92 < kind < 0.96 else "in",
        amount=rng.randrange(5, 500) * 1000,
        accumulated=rng.randrange(1, 10**9),
        reference=f"FT{number:014}",
    )
