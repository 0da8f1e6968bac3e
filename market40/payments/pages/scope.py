"""Whose stall a vendor's page is about, and which day: read from the address, within the scope."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from dataclasses import dataclass

from flask import request
from sqlalchemy.orm import Session

from market40.core.clock import local_day
from market40.core.errors import InvalidInput, NotFound
from market40.core.texts import say
from market40.db.alerts import last_numbers
from market40.db.engine import read
from market40.merchants import store as merchants
from market40.merchants.store import VendorStall
from market40.payments.store.screens import total_of_stall
from market40.vietqr import banks
from market40.web.context import kit
from market40.web.guard import Principal, principal

_UUID_CHARS = 36


@dataclass(frozen=True, slots=True)
class Vendor:
    """The vendor who calls, with the home market."""

    person_id: uuid.UUID
    vendor_id: uuid.UUID
    market_id: uuid.UUID


@dataclass(frozen=True, slots=True)
class StallPage:
    """What every page of a stall shows: the stall, its sisters, the day's total, the live mark.

    `day` is today and `seq` the last alert of it when the page was made: what a screen that
    remembers nothing has seen.
    """

    vendor: Vendor
    stalls: tuple[VendorStall, ...]
    stall: VendorStall
    now: dt.datetime
    day: dt.date
    seq: int
    count: int
    total_vnd: int

    @property
    def bank(self) -> str:
        """The bank's everyday name, "" where the stall has no account yet."""
        return bank_name(self.stall.bank_bin)

    @property
    def account_ids(self) -> list[uuid.UUID]:
        """The account of this stall, where it has one."""
        return [self.stall.account_id] if self.stall.account_id else []


def vendor_who_calls() -> Vendor:
    """Return the vendor who calls; raise NotFound for a log-in that is bound to no vendor."""
    caller: Principal = principal()
    markets = sorted(caller.market_ids)
    if caller.person_id is None or caller.vendor_id is None or not markets:
        raise NotFound(say("Tài khoản này chưa gắn với tiểu thương nào."))
    return Vendor(caller.person_id, caller.vendor_id, markets[0])


def stall_page() -> StallPage:
    """Return the stall that the address names (`?stall=`), else the first of the vendor's.

    Raises NotFound for a stall that is not the vendor's own, and `vendor_without_stall`.
    """
    vendor, asked = vendor_who_calls(), asked_id("stall")
    now = kit().clock.now()
    return read(kit().engine, lambda session: _stall_page(session, vendor, asked, now))


def with_stall_page(asked: uuid.UUID) -> Callable[[Session], StallPage]:
    """Return the same as work for a session, for a stall that a form names."""
    vendor, now = vendor_who_calls(), kit().clock.now()
    return lambda session: _stall_page(session, vendor, asked, now)


def _stall_page(
    session: Session, vendor: Vendor, asked: uuid.UUID | None, now: dt.datetime
) -> StallPage:
    day = local_day(now)
    stalls = merchants.stalls_of_vendor(session, vendor.market_id, vendor.vendor_id, day)
    if not stalls:
        raise NotFound(say("Bạn chưa có sạp nào ở chợ."), code="vendor_without_stall")
    stall = stalls[0] if asked is None else own(stalls, asked)
    where = {"market_id": vendor.market_id, "day": day}
    seq, _number = last_numbers(session, topic=stall.stall_id, **where)  # type: ignore[arg-type]
    count, total_vnd = total_of_stall(session, stall_id=stall.stall_id, **where)  # type: ignore[arg-type]
    return StallPage(vendor, tuple(stalls), stall, now, day, seq, count, total_vnd)


def own(stalls: list[VendorStall], asked: uuid.UUID) -> VendorStall:
    """Return the stall among the vendor's own; raise NotFound: what is not yours is not there."""
    for stall in stalls:
        if stall.stall_id == asked:
            return stall
    raise NotFound(say("Không có sạp này."), place="stall")


def asked_id(name: str, text: str | None = None) -> uuid.UUID | None:
    """Return an id of the address, None where there is none; raise NotFound for what is none."""
    text = request.args.get(name) if text is None else text
    if not text:
        return None
    try:
        return uuid.UUID(text[: _UUID_CHARS + 1])
    except ValueError:
        raise NotFound(say("Không tìm thấy."), place=name) from None


def asked_day(today: dt.date, text: str | None = None) -> dt.date:
    """Return the day of the address (`?day=2026-11-22`), today where there is none.

    Raises InvalidInput `day_invalid` for what is no day, or one that is still to come.
    """
    text = request.args.get("day", "") if text is None else text
    if not text:
        return today
    try:
        day = dt.date.fromisoformat(text[:20])
    except ValueError:
        raise InvalidInput(say("Ngày chưa đúng."), place="day", code="day_invalid") from None
    if not dt.date(2020, 1, 1) <= day <= today:
        raise InvalidInput(say("Chưa đến ngày này."), place="day", code="day_invalid")
    return day


def bank_name(bank_bin: str | None) -> str:
    """Return the everyday name of an account's bank, "" where there is no account."""
    return banks.name_of(bank_bin) if bank_bin else ""
