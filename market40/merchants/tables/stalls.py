"""Rows of market > zone > stall > vendor > beneficiary account > issued code.

Every table but the two directories carries `market_id` in its keys, so that it can be
distributed by it. `market` itself, `stall_reference` and `check_code` are small directories,
copied everywhere.
"""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy import JSON, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from market40.db.base import Instant, Key, Lookup, Sealed, Table


class Market(Table):
    """State: a market, in its present and its legacy commune."""

    __tablename__ = "market"

    id: Mapped[Key]
    name: Mapped[str] = mapped_column(String(80), unique=True)
    commune_id: Mapped[uuid.UUID] = mapped_column(index=True)  # places.Unit, valid now
    legacy_commune_id: Mapped[uuid.UUID] = mapped_column(index=True)  # valid until 30 June 2025
    calendar: Mapped[dict[str, object]] = mapped_column(JSON)  # core.market_days, as JSON
    opened_on: Mapped[dt.date]
    closed_on: Mapped[dt.date | None]
    sort_key: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[Instant]


class Zone(Table):
    """State: a part of a market, in the order in which one walks."""

    __tablename__ = "zone"
    __table_args__ = (UniqueConstraint("market_id", "name"),)

    market_id: Mapped[Key]
    id: Mapped[Key]
    name: Mapped[str] = mapped_column(String(60))
    position: Mapped[int]


class Household(Table):
    """State: who answers to the tax office; tax and disclosure control go by household."""

    __tablename__ = "household"

    market_id: Mapped[Key]
    id: Mapped[Key]
    key_id: Mapped[uuid.UUID]  # db.vault.DataKey: erasure of the household destroys it
    name: Mapped[Sealed]  # sealed for "household.name"
    created_at: Mapped[Instant]


class Vendor(Table):
    """State: a person who sells; `phone_lookup` is the keyed hash of the phone number."""

    __tablename__ = "vendor"
    __table_args__ = (Index("ix_vendor_market_id_phone_lookup", "market_id", "phone_lookup"),)

    market_id: Mapped[Key]
    id: Mapped[Key]
    household_id: Mapped[uuid.UUID]
    key_id: Mapped[uuid.UUID]
    name: Mapped[Sealed]  # sealed for "vendor.name"
    phone: Mapped[Sealed | None]  # sealed for "vendor.phone"
    phone_lookup: Mapped[Lookup | None]
    created_at: Mapped[Instant]


class Stall(Table):
    """State: pending → active → suspended → closed. `ordinal` is its bit in the day's bitmaps."""

    __tablename__ = "stall"
    __table_args__ = (
        UniqueConstraint("market_id", "number"),
        UniqueConstraint("market_id", "ordinal"),
        Index("ix_stall_id", "id"),
    )

    market_id: Mapped[Key]
    id: Mapped[Key]
    ordinal: Mapped[int]  # from 0, dense in the market, never reused
    number: Mapped[str] = mapped_column(String(20))  # "A12", as painted on the stall
    name: Mapped[str] = mapped_column(String(60))  # "Rau Cô Mẩy", as printed on the card
    goods: Mapped[str | None] = mapped_column(String(60))
    zone_id: Mapped[uuid.UUID | None]
    household_id: Mapped[uuid.UUID]
    reference: Mapped[str] = mapped_column(String(10))  # ZJS…, for ever
    state: Mapped[str] = mapped_column(String(10))
    sort_key: Mapped[str] = mapped_column(String(120))
    created_at: Mapped[Instant]


class StallSpan(Table):
    """State: the stall stands in the market on the days `[starts_on, ends_on)`; closing ends it."""

    __tablename__ = "stall_span"

    market_id: Mapped[Key]
    stall_id: Mapped[Key]
    starts_on: Mapped[dt.date] = mapped_column(primary_key=True)
    ends_on: Mapped[dt.date | None]


class StallVendor(Table):
    """State: who sells at a stall, `[starts_on, ends_on)`; several by shifts."""

    __tablename__ = "stall_vendor"
    __table_args__ = (Index("ix_stall_vendor_market_id_vendor_id", "market_id", "vendor_id"),)

    market_id: Mapped[Key]
    stall_id: Mapped[Key]
    vendor_id: Mapped[Key]
    starts_on: Mapped[dt.date] = mapped_column(primary_key=True)
    ends_on: Mapped[dt.date | None]


class StallReference(Table):
    """Fact, a directory: a reference names one stall of the deployment for ever."""

    __tablename__ = "stall_reference"

    reference: Mapped[str] = mapped_column(String(10), primary_key=True)
    market_id: Mapped[uuid.UUID]
    stall_id: Mapped[uuid.UUID]


class BeneficiaryAccount(Table):
    """State: a vendor's own bank account or wallet. The number is sealed, found by keyed hash."""

    __tablename__ = "beneficiary_account"
    __table_args__ = (
        UniqueConstraint("market_id", "bin", "number_lookup"),
        Index("ix_beneficiary_account_number_lookup", "number_lookup"),
        Index("ix_beneficiary_account_id", "id"),
    )

    market_id: Mapped[Key]
    id: Mapped[Key]
    bin: Mapped[str] = mapped_column(String(6))
    number: Mapped[Sealed]  # sealed for "account.number"
    number_lookup: Mapped[Lookup]  # lookup("account.number", number)
    last4: Mapped[str] = mapped_column(String(4))
    holder: Mapped[Sealed]  # sealed for "account.holder": capitals without marks
    household_id: Mapped[uuid.UUID]
    key_id: Mapped[uuid.UUID]
    holder_confirmed_by: Mapped[uuid.UUID]  # the board member who confirmed the name
    created_at: Mapped[Instant]


class AccountUsage(Table):
    """State: an account is `dedicated` to selling or `mixed`, `[starts_on, ends_on)`."""

    __tablename__ = "account_usage"

    market_id: Mapped[Key]
    account_id: Mapped[Key]
    starts_on: Mapped[dt.date] = mapped_column(primary_key=True)
    ends_on: Mapped[dt.date | None]
    usage: Mapped[str] = mapped_column(String(10))


class StallAccount(Table):
    """State: a stall is paid into an account, `[starts_at, ends_at)`; many to many."""

    __tablename__ = "stall_account"
    __table_args__ = (Index("ix_stall_account_market_id_account_id", "market_id", "account_id"),)

    market_id: Mapped[Key]
    stall_id: Mapped[Key]
    account_id: Mapped[Key]
    starts_at: Mapped[Instant] = mapped_column(primary_key=True)
    ends_at: Mapped[Instant | None]
    agreed_by: Mapped[uuid.UUID]


class IssuedCode(Table):
    """State: a static VietQR with a serial: live → superseded | revoked.

    The payload is derived from the account and the stall's reference, which never change.
    """

    __tablename__ = "issued_code"
    __table_args__ = (
        UniqueConstraint("market_id", "serial"),
        Index("ix_issued_code_market_id_stall_id", "market_id", "stall_id"),
    )

    market_id: Mapped[Key]
    id: Mapped[Key]
    stall_id: Mapped[uuid.UUID]
    account_id: Mapped[uuid.UUID]
    serial: Mapped[int]  # from 1 in the market
    check_code: Mapped[str] = mapped_column(String(6))  # printed as "K7Q-2ZM"; public
    state: Mapped[str] = mapped_column(String(10))
    issued_at: Mapped[Instant]
    issued_by: Mapped[uuid.UUID]
    ended_at: Mapped[Instant | None]
    ended_by: Mapped[uuid.UUID | None]
    end_reason: Mapped[Sealed | None]  # sealed for "code.end_reason" by the account's key


class CheckCode(Table):
    """Fact, a directory: where a printed check code leads."""

    __tablename__ = "check_code"

    code: Mapped[str] = mapped_column(String(6), primary_key=True)
    market_id: Mapped[uuid.UUID]
    code_id: Mapped[uuid.UUID]
