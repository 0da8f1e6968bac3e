"""Use case: log-ins for vendors, a phone and a PIN that is shown to the board once."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

from sqlalchemy.orm import Session

from market40.accounts import service as accounts
from market40.accounts import store as people
from market40.core.clock import local_day
from market40.core.errors import InvalidInput, NotFound
from market40.core.ids import Ids
from market40.core.references import RandRange
from market40.core.text import clean_name
from market40.core.texts import say
from market40.merchants import store

PIN_DIGITS: Final = 6
RESET_REASON_LIMIT: Final = 200
PINS_LIMIT: Final = 100
"""The most PINs of one call: hashing takes some 30 ms each."""


@dataclass(frozen=True, slots=True)
class DrawnPin:
    """A PIN with its hash, made before the transaction. `text` is never stored or logged."""

    text: str
    hashed: accounts.HashedSecret


@dataclass(frozen=True, slots=True)
class GivenPin:
    """A vendor's new log-in. `pin` is None where the phone had a log-in already."""

    vendor_id: uuid.UUID
    name: str
    phone: str
    pin: str | None


def draw_pin(rng: RandRange, *, phone: str = "") -> DrawnPin:
    """Return a random PIN, not too easy for this phone, hashed: slow, so not in a transaction."""
    while True:
        text = f"{rng.randrange(10**PIN_DIGITS):0{PIN_DIGITS}}"
        try:
            return DrawnPin(text, accounts.hash_secret("vendor", text, login=phone))
        except InvalidInput:  # too easy: drawn again
            continue


def vendors_without_login(
    session: Session, market_id: uuid.UUID, *, limit: int = PINS_LIMIT
) -> list[store.VendorSeen]:
    """Return up to `limit` vendors of the market with a phone that nobody logs in with yet."""
    waiting: list[store.VendorSeen] = []
    for vendor in store.vendors_with_phone(session, market_id):
        if len(waiting) == limit:
            break
        if vendor.phone and people.person_by_login(session, vendor.phone) is None:
            waiting.append(vendor)
    return waiting


def give_pins(
    session: Session,
    market_id: uuid.UUID,
    pins: Mapping[uuid.UUID, DrawnPin],
    *,
    now: dt.datetime,
    ids: Ids,
) -> list[GivenPin]:
    """Give vendors of the market a log-in with these PINs; return what the board reads out once.

    `pins` is by vendor id (`draw_pin`); unknown vendors and ones without a phone are left out.
    The log-in is sealed under the household's key. Raises nothing for a phone that already logs
    in: its PIN stays, and `pin` is None.
    """
    given = []
    for vendor in store.vendors(session, market_id, pins):
        if vendor.phone is None:
            continue
        if people.person_by_login(session, vendor.phone) is not None:
            given.append(GivenPin(vendor.id, vendor.name, vendor.phone, None))
            continue
        pin = pins[vendor.id]
        accounts.add_person(
            session,
            person_id=ids.new(),
            role="vendor",
            login=vendor.phone,
            secret=pin.hashed,
            name=vendor.name,
            vendor_id=vendor.id,
            markets=(market_id,),
            key_id=vendor.key_id,
            now=now,
        )
        given.append(GivenPin(vendor.id, vendor.name, vendor.phone, pin.text))
    return given


def vendor_with_login(
    session: Session, market_id: uuid.UUID, vendor_id: uuid.UUID, day: dt.date
) -> tuple[store.VendorSeen, uuid.UUID]:
    """Return a vendor who sells in the market on that day, and whose log-in that is.

    Raises NotFound.
    """
    found = store.vendors_selling(session, market_id, [vendor_id], day)
    if not found:
        raise NotFound(say("Không có tiểu thương này ở chợ."))
    persons = _log_ins(session, market_id, found)
    if vendor_id not in persons:
        raise NotFound(say("Tiểu thương này chưa có đăng nhập ở chợ."), code="no_login")
    return found[0], persons[vendor_id]


def vendors_with_login(
    session: Session, market_id: uuid.UUID, vendor_ids: Collection[uuid.UUID], day: dt.date
) -> frozenset[uuid.UUID]:
    """Return those of a few vendors to whom the market's board may give another PIN."""
    found = store.vendors_selling(session, market_id, vendor_ids, day)
    return frozenset(_log_ins(session, market_id, found))


def _log_ins(
    session: Session, market_id: uuid.UUID, vendors: Collection[store.VendorSeen]
) -> dict[uuid.UUID, uuid.UUID]:
    """Return the log-in of each vendor who has one in the market.

    The phone alone does not make it the vendor's: a board could write down anybody's. The log-in
    must have been granted this very market.
    """
    phones = {vendor.id: vendor.phone for vendor in vendors if vendor.phone}
    granted = people.vendors_granted(session, market_id, set(phones.values()))
    return {vendor_id: granted[phone] for vendor_id, phone in phones.items() if phone in granted}


def reset_pin(
    session: Session,
    market_id: uuid.UUID,
    vendor_id: uuid.UUID,
    pin: DrawnPin,
    *,
    reason: str,
    actor_id: uuid.UUID,
    now: dt.datetime,
    ids: Ids,
) -> GivenPin:
    """Give a vendor of the market another PIN, which only opens the choice of an own one.

    All log-ins of the vendor end, and who did it, for whom, when and why becomes a fact. Raises
    NotFound as `vendor_with_login`, InvalidInput for the reason, Conflict `login_disabled`.
    """
    said = clean_name(reason, limit=RESET_REASON_LIMIT, place="reason")
    vendor, person_id = vendor_with_login(session, market_id, vendor_id, local_day(now))
    accounts.reset_secret(
        session,
        person_id,
        pin.hashed,
        reset_id=ids.new(),
        market_id=market_id,
        actor_id=actor_id,
        reason=said,
        key_id=vendor.key_id,
        now=now,
    )
    return GivenPin(vendor.id, vendor.name, vendor.phone or "", pin.text)


def drawn(vendor_ids: Collection[uuid.UUID], rng: RandRange) -> dict[uuid.UUID, DrawnPin]:
    """Return a PIN for each of up to PINS_LIMIT vendors."""
    return {vendor_id: draw_pin(rng) for vendor_id in list(vendor_ids)[:PINS_LIMIT]}
