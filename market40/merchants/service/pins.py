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
from market40.core.errors import InvalidInput
from market40.core.ids import Ids
from market40.core.references import RandRange
from market40.merchants import store

PIN_DIGITS: Final = 6
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


def draw_pin(rng: RandRange) -> DrawnPin:
    """Return a random PIN that is not too easy, hashed: slow, so not inside a transaction."""
    while True:
        text = f"{rng.randrange(10**PIN_DIGITS):0{PIN_DIGITS}}"
        try:
            return DrawnPin(text, accounts.hash_secret("vendor", text))
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


def drawn(vendor_ids: Collection[uuid.UUID], rng: RandRange) -> dict[uuid.UUID, DrawnPin]:
    """Return a PIN for each of up to PINS_LIMIT vendors."""
    return {vendor_id: draw_pin(rng) for vendor_id in list(vendor_ids)[:PINS_LIMIT]}
