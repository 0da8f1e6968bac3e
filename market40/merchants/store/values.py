"""What queries give back: frozen values that outlive their session."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from market40.merchants.domain.fields import Usage


@dataclass(frozen=True, slots=True)
class MarketValue:
    """A market; `calendar` is core.market_days as JSON, `closed_on` the first day without it."""

    id: uuid.UUID
    name: str
    commune_id: uuid.UUID
    legacy_commune_id: uuid.UUID
    calendar: dict[str, object]
    opened_on: dt.date
    closed_on: dt.date | None
    sort_key: str


@dataclass(frozen=True, slots=True)
class AccountFound:
    """An account that a lookup found, in its market."""

    market_id: uuid.UUID
    account_id: uuid.UUID
    bin: str
    household_id: uuid.UUID
    key_id: uuid.UUID


@dataclass(frozen=True, slots=True)
class StallOnAccount:
    """A stall that is paid into an account."""

    stall_id: uuid.UUID
    reference: str
    number: str
    name: str


@dataclass(frozen=True, slots=True)
class AccountAtWork:
    """How an account is used at an instant, and the stalls on it in order of their numbers."""

    usage: Usage
    stalls: tuple[StallOnAccount, ...]


@dataclass(frozen=True, slots=True)
class VendorStall:
    """A vendor's own stall; account fields are None or "" where it has no account yet."""

    stall_id: uuid.UUID
    number: str
    name: str
    market_name: str
    account_id: uuid.UUID | None
    bank_bin: str | None
    last4: str
    holder: str


@dataclass(frozen=True, slots=True)
class Payee:
    """Who is paid at a stall. `number` and `holder` are opened personal data: never log them."""

    account_id: uuid.UUID
    bin: str
    number: str
    holder: str
    last4: str
    stall_number: str
    stall_name: str
    market_name: str
    reference: str
    household_id: uuid.UUID
    key_id: uuid.UUID


@dataclass(frozen=True, slots=True)
class StallInCensus:
    """A stall that stands in its market on the days `[starts_on, ends_on)`; one row a span."""

    market_id: uuid.UUID
    stall_id: uuid.UUID
    ordinal: int
    household_id: uuid.UUID
    starts_on: dt.date
    ends_on: dt.date | None


@dataclass(frozen=True, slots=True)
class MarketSummary:
    """A market with its counts: stalls not closed, and those with a live code."""

    market: MarketValue
    stalls: int
    with_code: int


@dataclass(frozen=True, slots=True)
class StallRow:
    """A stall in a list, without personal data; `code_state` is its newest code's, or "none"."""

    market_id: uuid.UUID
    id: uuid.UUID
    number: str
    name: str
    goods: str | None
    zone_id: uuid.UUID | None
    zone: str | None
    state: str
    reference: str
    household_id: uuid.UUID
    code_state: str
    code_id: uuid.UUID | None
    serial: int | None
    created_at: dt.datetime


@dataclass(frozen=True, slots=True)
class CodeRow:
    """An issued code; `check_code` without its dash. `end_reason` is opened by `codes_of_stall`."""

    market_id: uuid.UUID
    id: uuid.UUID
    stall_id: uuid.UUID
    account_id: uuid.UUID
    serial: int
    check_code: str
    state: str
    issued_at: dt.datetime
    ended_at: dt.datetime | None
    end_reason: str | None


@dataclass(frozen=True, slots=True)
class VendorSeen:
    """A vendor as the market's board may see them: opened personal data, never to be logged."""

    id: uuid.UUID
    name: str
    phone: str | None
    household_id: uuid.UUID
    key_id: uuid.UUID


@dataclass(frozen=True, slots=True)
class AccountSeen:
    """A stall's account as its board may see it; `number` is opened personal data."""

    id: uuid.UUID
    bin: str
    number: str
    last4: str
    holder: str
    usage: Usage
    household_id: uuid.UUID


@dataclass(frozen=True, slots=True)
class Printed:
    """All that stands on a code's card, opened, with the code's state."""

    code: CodeRow
    stall_number: str
    stall_name: str
    market_name: str
    reference: str
    bin: str
    number: str
    last4: str
    holder: str
