"""Who may log in to the demonstration, and with what: known to all, so never in production."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from market40.accounts import service as accounts
from market40.core.errors import NotFound
from market40.core.ids import Ids
from market40.db.engine import vault_of
from market40.demo.plan import MarketPlan
from market40.demo.stalls import StallPlan
from market40.places import store as places
from market40.places.domain import GSO_2004, QD_19_2025
from market40.web.principal import Role

OFFICE_PASSWORD: Final = "trinh-dien-2026"  # noqa: S105 - meant to be known, see the module
PINS: Final = ("270490", "180575", "051188")
OPERATOR: Final = "vanhanh"
LAST: Final = "canbo.tinh"
"""Who is added last: with this one the demonstration is whole."""
_BOARDS: Final = {0: "bql.hagiang", 1: "bql.dongvan"}
_VENDORS: Final = {0: 2, 1: 1}
"""How many vendors of a market, by its place in the roster, can log in."""
LEGACY_DAY: Final = date(2025, 6, 30)


@dataclass(frozen=True, slots=True)
class LogIn:
    """One line of the table that `demo run` prints."""

    role: Role
    login: str
    secret: str
    who: str


@cache
def _hashed(role: Role, secret: str) -> accounts.HashedSecret:
    """Hash once a process: it takes its time by design, and must not do so in a transaction."""
    return accounts.hash_secret(role, secret)


def is_whole(session: Session) -> bool:
    """Return whether the last step of a load has been taken."""
    return _known(session, LAST)


def operator(session: Session, *, ids: Ids, now: datetime) -> UUID:
    """Return the operator's id, added where absent: whoever acts in the demonstration's past."""
    try:
        return accounts.find_person(session, OPERATOR).person_id
    except NotFound:
        return _staff(session, "operator", OPERATOR, "Người vận hành", ids=ids, now=now)


def add_board(
    session: Session, market: MarketPlan, market_id: UUID, *, ids: Ids, now: datetime
) -> None:
    """Add the market's board member, where the demonstration has one."""
    login = _BOARDS.get(market.at)
    if login is not None:
        name = f"Ban quản lý {market.spec.name}"
        _staff(session, "board", login, name, markets=(market_id,), ids=ids, now=now)


def add_officials(session: Session, *, ids: Ids, now: datetime) -> None:
    """Add the officials of a district and of the province, the latter LAST of all."""
    province = places.find_unit(
        session, code_system=GSO_2004, code="02", level="province", on=LEGACY_DAY
    )
    district = places.find_unit(
        session, code_system=GSO_2004, code="026", level="district", on=LEGACY_DAY
    )
    present = places.find_unit(
        session, code_system=QD_19_2025, code="08", level="province", on=now.date()
    )
    for login, name, units in (
        ("canbo.dongvan", "Cán bộ phụ trách huyện cũ Đồng Văn", (district.id,)),
        (LAST, "Cán bộ tỉnh, phần Hà Giang cũ", (province.id, present.id)),
    ):
        if not _known(session, login):
            _staff(session, "official", login, name, units=units, ids=ids, now=now)


def vendors_of(market: MarketPlan) -> list[tuple[StallPlan, str]]:
    """Return the stalls whose vendors can log in, with their PINs: busy ones, of various use.

    Vendors of one stall only, so that the first screen is where the money comes.
    """
    wanted = _VENDORS.get(market.at, 0)
    skipped = sum(_VENDORS.get(at, 0) for at in range(market.at))
    kept = Counter(stall.phone for stall in market.stalls)
    busy = [
        stall
        for stall in market.stalls
        if stall.habit and stall.covered and stall.phone and kept[stall.phone] == 1
    ]
    busy.sort(key=lambda stall: -(stall.habit.pull if stall.habit else 0.0))
    chosen: list[StallPlan] = []
    for usage in ("dedicated", "mixed", "dedicated"):
        fit = (s for s in busy if s not in chosen and s.account and s.account.usage == usage)
        chosen += [stall for stall in (next(fit, None),) if stall is not None]
    return list(zip(chosen[:wanted], PINS[skipped:], strict=False))


def add_vendor(
    session: Session, stall: StallPlan, pin: str, *, vendor_id: UUID, market_id: UUID, ids: Ids,
    now: datetime,
) -> None:  # fmt: skip
    """Add a vendor's log-in: phone and PIN."""
    key_id = vault_of(session).new_key(session, key_id=ids.new(), now=now)
    accounts.add_person(
        session, person_id=ids.new(), role="vendor", login=stall.phone or "",
        secret=_hashed("vendor", pin), name=stall.vendor, vendor_id=vendor_id,
        markets=(market_id,), key_id=key_id, now=now,
    )  # fmt: skip


def log_ins(markets: Sequence[MarketPlan]) -> list[LogIn]:
    """Return every log-in of the demonstration, vendors first."""
    found: list[LogIn] = []
    for market in markets:
        for stall, pin in vendors_of(market):
            use = stall.account.usage if stall.account else ""
            kind = "dành riêng" if use == "dedicated" else "dùng chung"
            who = f"{stall.name}, sạp {stall.number}, {market.spec.name} (tài khoản {kind})"
            found.append(LogIn("vendor", stall.phone or "", pin, who))
    for market in markets:
        if login := _BOARDS.get(market.at):
            who = f"Ban quản lý {market.spec.name}"
            found.append(LogIn("board", login, OFFICE_PASSWORD, who))
    found.append(LogIn("official", LAST, OFFICE_PASSWORD, "Cán bộ tỉnh"))
    found.append(LogIn("official", "canbo.dongvan", OFFICE_PASSWORD, "Cán bộ huyện cũ Đồng Văn"))
    found.append(LogIn("operator", OPERATOR, OFFICE_PASSWORD, "Người vận hành"))
    return found


def _known(session: Session, login: str) -> bool:
    try:
        accounts.find_person(session, login)
    except NotFound:
        return False
    return True


def _staff(
    session: Session, role: Role, login: str, name: str, *, ids: Ids, now: datetime,
    markets: Sequence[UUID] = (), units: Sequence[UUID] = (),
) -> UUID:  # fmt: skip
    key_id = vault_of(session).new_key(session, key_id=ids.new(), now=now)
    return accounts.add_person(
        session, person_id=ids.new(), role=role, login=login,
        secret=_hashed(role, OFFICE_PASSWORD), name=name, markets=markets, units=units,
        everywhere=role == "operator", key_id=key_id, now=now,
    )  # fmt: skip
