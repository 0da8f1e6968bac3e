"""A small town for the tests of reporting: markets, stalls, codes, a source, credits and tallies.

Rows are written as they are, so that a test says exactly which facts there are.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Engine, insert, select
from sqlalchemy.orm import Session

from market40.core import market_days
from market40.core.clock import VN
from market40.core.periods import parse_period
from market40.db.engine import read, transact
from market40.merchants.tables import (
    BeneficiaryAccount,
    IssuedCode,
    Market,
    Stall,
    StallAccount,
    StallSpan,
)
from market40.payments.tables import Allocation, CashTally, Source, SourceDay
from market40.places.domain import GSO_2004, QD_19_2025, REFORM_DAY, sort_text
from market40.places.service import load_units
from market40.places.store import find_unit
from market40.reporting import service
from market40.reporting.domain.adoption import AdoptionTable
from market40.reporting.service import Scope

NIL = uuid.UUID(int=0)
NOW = dt.datetime(2026, 11, 22, 5, tzinfo=dt.UTC)
OCTOBER = parse_period("2026-10")
HOME = "gso2004:province:02"
ALL = Scope(everywhere=True)
OPENED = dt.date(2026, 1, 1)
OPENED_AT = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
DAILY = market_days.to_json(market_days.MarketCalendar((market_days.Daily(),), ()))
ONE_DAY = dt.timedelta(days=1)
DAY = dt.date(2026, 10, 20)
NEXT = dt.date(2026, 10, 21)


@dataclass(frozen=True)
class Town:
    """A market of the town: its stalls in the order of their ordinals."""

    market_id: uuid.UUID
    stalls: tuple[uuid.UUID, ...]
    source_id: uuid.UUID


def put(session: Session, row_class, **row) -> None:
    session.execute(insert(row_class.__table__), row)


def found_market(
    session: Session,
    name: str,
    *,
    legacy: str,
    present: str,
    stalls: int,
    registered: int | None = None,
    households: int | None = None,
    opened: dt.date = OPENED,
) -> Town:
    """A market in a legacy and a present commune; stalls share `households` in turn."""
    day_before = REFORM_DAY - ONE_DAY
    old = find_unit(session, code_system=GSO_2004, code=legacy, on=day_before, level="commune")
    new = find_unit(session, code_system=QD_19_2025, code=present, on=REFORM_DAY, level="commune")
    market_id = uuid.uuid5(NIL, name)
    put(
        session, Market, id=market_id, name=name, commune_id=new.id, legacy_commune_id=old.id,
        calendar=DAILY, opened_on=opened, closed_on=None, sort_key=sort_text(name),
        created_at=OPENED_AT,
    )  # fmt: skip
    source_id = uuid.uuid5(market_id, "source")
    put(
        session, Source, id=source_id, market_id=market_id, provider="sepay", name="Nguồn",
        secret=b"", secret_before=None, key_id=NIL, grade="signed_notice", state="active",
        created_at=OPENED_AT, covers="market",
    )  # fmt: skip
    made = tuple(
        _stall(session, market_id, at, at % (households or stalls), opened) for at in range(stalls)
    )
    for at in range(stalls if registered is None else registered):
        give_code(session, market_id, made[at], at)
    return Town(market_id, made, source_id)


def _stall(
    session: Session, market_id: uuid.UUID, at: int, household: int, opened: dt.date
) -> uuid.UUID:
    stall_id, account_id = uuid.uuid5(market_id, f"s{at}"), uuid.uuid5(market_id, f"a{at}")
    household_id = uuid.uuid5(market_id, f"h{household}")
    put(
        session, Stall, market_id=market_id, id=stall_id, ordinal=at, number=f"A{at}",
        name=f"Sạp {at}", goods=None, zone_id=None, household_id=household_id,
        reference=f"ZJS{at:07}", state="active", sort_key=f"a{at:04}", created_at=OPENED_AT,
    )  # fmt: skip
    put(session, StallSpan, market_id=market_id, stall_id=stall_id, starts_on=opened, ends_on=None)
    put(
        session, BeneficiaryAccount, market_id=market_id, id=account_id, bin="970436",
        number=b"", number_lookup=account_id.bytes, last4="0000", holder=b"",
        household_id=household_id, key_id=NIL, holder_confirmed_by=NIL, created_at=OPENED_AT,
    )  # fmt: skip
    put(
        session, StallAccount, market_id=market_id, stall_id=stall_id, account_id=account_id,
        starts_at=OPENED_AT, ends_at=None, agreed_by=NIL,
    )  # fmt: skip
    return stall_id


def give_code(session: Session, market_id: uuid.UUID, stall_id: uuid.UUID, serial: int) -> None:
    """A code that is live from the opening on."""
    put(
        session, IssuedCode, market_id=market_id, id=uuid.uuid5(stall_id, "code"),
        stall_id=stall_id, account_id=NIL, serial=serial + 1, check_code=f"{serial:06}",
        state="live", issued_at=OPENED_AT, issued_by=NIL, ended_at=None, ended_by=None,
        end_reason=None,
    )  # fmt: skip


def live(session: Session, town: Town, days: Iterable[dt.date]) -> None:
    """The market's source gave a sign of life on those days."""
    for day in days:
        put(session, SourceDay, market_id=town.market_id, source_id=town.source_id, day=day)


def pay(
    session: Session, town: Town, stall: int, day: dt.date, vnd: int, *, nth: int = 1
) -> uuid.UUID:
    """A walk-in sale of the stall; returns the credit's id."""
    credit_id = uuid.uuid5(town.stalls[stall], f"{day}/{vnd}/{nth}")
    _allocate(session, town, credit_id, stall, day, vnd, step=1, reverses=None)
    return credit_id


def take_back(
    session: Session, town: Town, stall: int, day: dt.date, vnd: int, credit_id: uuid.UUID
) -> None:
    """Reverse the sale."""
    _allocate(session, town, credit_id, stall, day, vnd, step=2, reverses=1)


def _allocate(session, town, credit_id, stall, day, vnd, *, step, reverses) -> None:
    put(
        session, Allocation, market_id=town.market_id, credit_id=credit_id, step=step,
        target="stall", reason=None, stall_id=town.stalls[stall], intent_id=None, amount_vnd=vnd,
        reverses_step=reverses, rule="test", rule_version=1, evidence={}, sentence="",
        actor_id=None, note=None, day=day, made_at=at_noon(day),
    )  # fmt: skip


def tally(
    session: Session, town: Town, stall: int, day: dt.date, *, cash_vnd: int, cash: int = 1,
    answer: str = "counted", drawn: bool = False,
) -> None:  # fmt: skip
    """What the stall took in cash."""
    put(
        session, CashTally, market_id=town.market_id,
        id=uuid.uuid5(town.stalls[stall], f"tally/{day}"), stall_id=town.stalls[stall], day=day,
        answer=answer, cash_count=cash, cash_vnd=cash_vnd, other_count=0, other_vnd=0,
        drawn=drawn, actor_id=NIL, made_at=at_noon(day),
    )  # fmt: skip


def at_noon(day: dt.date) -> dt.datetime:
    """Noon of a Vietnamese day."""
    return dt.datetime.combine(day, dt.time(12), VN)


def four_towns(session: Session) -> dict[str, Town]:
    """Two markets in Đồng Văn, one in Mèo Vạc, one in the city; facts of 20 and 21 October."""
    load_units(session)
    made = {
        "dong_van": found_market(
            session, "Chợ Đồng Văn", legacy="00721", present="00721", stalls=20, registered=15
        ),
        "pho_bang": found_market(
            session, "Chợ Phố Bảng", legacy="00715", present="00733", stalls=10
        ),
        "meo_vac": found_market(session, "Chợ Mèo Vạc", legacy="00769", present="00769", stalls=12),
        "city": found_market(session, "Chợ Hà Giang", legacy="00691", present="00691", stalls=30),
    }
    for town in made.values():
        live(session, town, [DAY, NEXT])
    for stall in range(8):
        pay(session, made["dong_van"], stall, DAY, 50_000)
        pay(session, made["dong_van"], stall, NEXT, 20_000)
    for stall in range(3):
        pay(session, made["meo_vac"], stall, DAY, 30_000)
    for stall in range(20):
        pay(session, made["city"], stall, NEXT, 10_000)
    for stall in range(6):
        tally(session, made["city"], stall, NEXT, cash_vnd=30_000)
    return made


def roll(engine: Engine, towns: dict[str, Town], *days: dt.date) -> None:
    """Roll the days up for each of the towns."""
    for town in towns.values():
        ids = town.market_id
        transact(engine, lambda s, ids=ids: service.roll_up_days(s, ids, days, now=NOW))


def table(engine: Engine, **words) -> AdoptionTable:
    """The adoption table of October by district, or as the words say."""
    wanted = {"period": OCTOBER, "by": "district", "scope": ALL, "now": NOW, "territory": HOME}
    return read(engine, lambda s: service.adoption(s, **(wanted | words)))


def rows(engine: Engine, row_class) -> list[dict[str, object]]:
    """Every row of a table, in an order of their own."""
    made = read(engine, lambda s: s.execute(select(row_class.__table__)).mappings().all())
    return sorted((dict(row) for row in made), key=str)
