"""A market at work for tests of pages: stalls, people who log in, a source that signs."""

from __future__ import annotations

import datetime as dt
import random
import uuid
from dataclasses import dataclass, field

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from market40.accounts import service as accounts
from market40.accounts.service import HashedSecret
from market40.core.ids import FixedIds
from market40.core.market_days import MarketCalendar, Weekdays
from market40.db.engine import transact, vault_of
from market40.merchants import service as merchants
from market40.merchants.domain.registration import MarketRegistration, StallRegistration
from market40.merchants.service import RegisteredStall
from market40.payments import service as payments
from market40.payments.feeds import sepay
from market40.payments.feeds.base import Notice
from market40.places.domain import GSO_2004, QD_19_2025, REFORM_DAY
from market40.places.service import load_units
from market40.places.store import find_unit

DONG_VAN = uuid.UUID(int=0xA1)
MEO_VAC = uuid.UUID(int=0xA2)
ACTOR = uuid.UUID(int=0xAC)
SECRET = "a-secret-of-the-tests-0002"
PIN = "284913"
PASSWORD = "mật khẩu của chợ"
VENDOR_PHONE, OTHER_PHONE, TWO_PHONE = "0912345678", "0987654321", "0909090909"
BOARD, OTHER_BOARD = "ban.dong.van", "ban.meo.vac"
MAY, SU, DUNG = "00110011223388", "0399887766", "1029384756"

_PEOPLE = {  # login: (role, vendor's stall, market)
    VENDOR_PHONE: ("vendor", "A12", DONG_VAN),
    OTHER_PHONE: ("vendor", "B7", DONG_VAN),
    TWO_PHONE: ("vendor", "C1", DONG_VAN),
    BOARD: ("board", None, DONG_VAN),
    OTHER_BOARD: ("board", None, MEO_VAC),
}


def _stall(number: str, name: str, vendor: str, phone: str, account: str, **more: object):
    values: dict[str, object] = {
        "number": number,
        "name": name,
        "zone": "Khu rau",
        "goods": "Rau củ",
        "vendor_name": vendor,
        "phone": phone,
        "household_name": None,
        "bank_bin": "970436",
        "account_number": account,
        "holder": "LO THI MAY",
        "usage": "dedicated",
    }
    return StallRegistration(**{**values, **more})  # type: ignore[arg-type]


STALLS = (
    _stall("A12", "Rau Cô Mẩy", "Lò Thị Mẩy", VENDOR_PHONE, MAY),
    _stall(
        "B7", "Thịt Bác Sử", "Vàng Mí Sử", OTHER_PHONE, SU,
        bank_bin="970422", holder="VANG MI SU", usage="mixed",
    ),
    _stall(
        "C1", "Vải Chị Dung", "Hoàng Thị Dung", TWO_PHONE, DUNG,
        bank_bin="970422", holder="HOANG THI DUNG",
    ),
    _stall(
        "C2", "Chỉ Chị Dung", "Hoàng Thị Dung", TWO_PHONE, DUNG,
        bank_bin="970422", holder="HOANG THI DUNG",
    ),
)  # fmt: skip


def real_communes(session: Session) -> tuple[uuid.UUID, uuid.UUID]:
    """Load the country's places; return Đồng Văn's present and legacy commune."""
    load_units(session)
    day_before = REFORM_DAY - dt.timedelta(days=1)
    old = find_unit(session, code_system=GSO_2004, code="00721", on=day_before, level="commune")
    new = find_unit(session, code_system=QD_19_2025, code="00721", on=REFORM_DAY, level="commune")
    return new.id, old.id


def hashes() -> dict[str, HashedSecret]:
    """The secrets of every person, hashed once a session: it is slow on purpose."""
    return {
        "vendor": accounts.hash_secret("vendor", PIN),
        "board": accounts.hash_secret("board", PASSWORD),
    }


@dataclass
class LiveMarket:
    """Đồng Văn with A12 (dedicated), B7 (mixed), C1 and C2 (one vendor, one account); Mèo Vạc."""

    engine: Engine
    source_id: uuid.UUID
    stalls: dict[str, RegisteredStall]
    directory: payments.Directory = field(default_factory=lambda: payments.Directory(ttl_ns=0))
    ids: FixedIds = field(default_factory=lambda: FixedIds(99))
    sent: int = 0

    def notice(
        self, amount_vnd: int, memo: str, *, at: dt.datetime, account: str = MAY
    ) -> tuple[bytes, dict[str, str]]:
        """The body and headers of a SePay webhook that the bank's notice of now would bring."""
        self.sent += 1
        body = sepay.write(
            Notice(
                external_id=str(920_000 + self.sent),
                account_number=account,
                gateway="Vietcombank" if account == MAY else "MBBank",
                direction="credit",
                amount_vnd=amount_vnd,
                bank_reference=f"FT{self.sent:014d}",
                memo=memo,
                occurred_at=at,
                balance_after_vnd=None,
                virtual_account=None,
            )
        )
        return body, sepay.sign(SECRET.encode(), body, at)


def build(
    engine: Engine,
    *,
    now: dt.datetime,
    secrets: dict[str, HashedSecret],
    communes: tuple[uuid.UUID, uuid.UUID] = (uuid.UUID(int=50), uuid.UUID(int=51)),
    person: str = "Người {role}",
) -> LiveMarket:
    """Register it all as of `now`, by the services that the real pages use.

    `communes` are the present and the legacy one; where places are shown, real ones. `person` is
    what everybody who logs in is called.
    """
    ids, rng = FixedIds(5, now - dt.timedelta(days=400)), random.Random(5)
    since = now - dt.timedelta(days=90)

    def markets(session):
        for market_id, name in ((DONG_VAN, "Chợ phiên Đồng Văn"), (MEO_VAC, "Chợ Mèo Vạc")):
            calendar = MarketCalendar((Weekdays(frozenset({7})),))
            opened = dt.date(2010, 1, 1)
            place = MarketRegistration(name, *communes, calendar, opened)
            merchants.register_market(session, place, market_id=market_id, now=since)
        done = merchants.register_stalls(
            session, DONG_VAN, STALLS,
            actor_id=ACTOR, now=since, ids=ids, rng=rng, starts_on=since.date(),
        )  # fmt: skip
        source_id, _secret = payments.add_source(
            session, market_id=DONG_VAN, provider="sepay", name="SePay của chợ",
            secret=SECRET, now=since, ids=ids, rng=rng,
        )  # fmt: skip
        return {stall.number: stall for stall in done}, source_id

    stalls, source_id = transact(engine, markets)

    def people(session):
        key = vault_of(session).new_key(session, key_id=ids.new(), now=since)
        for login, (role, stall, market_id) in _PEOPLE.items():
            accounts.add_person(
                session,
                person_id=ids.new(),
                role=role,  # type: ignore[arg-type]
                login=login,
                secret=secrets[role],
                name=person.format(role=role),
                vendor_id=stalls[stall].vendor_id if stall else None,
                markets=(market_id,),
                key_id=key,
                now=since,
            )

    transact(engine, people)
    return LiveMarket(engine, source_id, stalls)
