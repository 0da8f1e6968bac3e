"""What matching must know of accounts, stalls and references, over their spans of time.

A batch of credits has many instants, so whole spans are read and each credit looks at its own.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from market40.core.clock import local_day
from market40.merchants.tables import (
    AccountUsage,
    BeneficiaryAccount,
    Stall,
    StallAccount,
    StallReference,
    StallVendor,
)
from market40.payments.domain.matching import StallSeen
from market40.payments.tables import SourceAccount

_ACCOUNTS = select(
    BeneficiaryAccount.number_lookup,
    BeneficiaryAccount.id,
    BeneficiaryAccount.bin,
    BeneficiaryAccount.key_id,
).where(
    BeneficiaryAccount.number_lookup.in_(bindparam("lookups", expanding=True)),
    BeneficiaryAccount.market_id == bindparam("market_id"),
)
_USAGES = select(
    AccountUsage.account_id, AccountUsage.usage, AccountUsage.starts_on, AccountUsage.ends_on
).where(
    AccountUsage.market_id == bindparam("market_id"),
    AccountUsage.account_id.in_(bindparam("accounts", expanding=True)),
)
_STALLS = (
    select(
        StallAccount.account_id,
        StallAccount.starts_at,
        StallAccount.ends_at,
        Stall.id,
        Stall.number,
        Stall.reference,
    )
    .join(Stall, (Stall.market_id == StallAccount.market_id) & (Stall.id == StallAccount.stall_id))
    .where(
        StallAccount.market_id == bindparam("market_id"),
        StallAccount.account_id.in_(bindparam("accounts", expanding=True)),
    )
    .order_by(Stall.ordinal)
)
_ISSUED = select(StallReference.reference).where(
    StallReference.reference.in_(bindparam("references", expanding=True))
)


@dataclass(frozen=True, slots=True)
class AccountRow:
    """An account of the market: whose key seals what is said of it, and at which bank it is."""

    account_id: uuid.UUID
    bin: str
    key_id: uuid.UUID


@dataclass(slots=True)
class AccountBook:
    """An account's uses and stalls over time."""

    usages: list[tuple[date, date | None, str]] = field(default_factory=list)
    stalls: list[tuple[datetime, datetime | None, StallSeen]] = field(default_factory=list)

    def dedicated_at(self, at: datetime) -> bool:
        """Return whether it is only for selling on that instant's day; mixed unless said."""
        day = local_day(at)
        return any(
            usage == "dedicated" and starts <= day and (ends is None or day < ends)
            for starts, ends, usage in self.usages
        )

    def stalls_at(self, at: datetime) -> tuple[StallSeen, ...]:
        """Return the stalls that were paid into it at that instant."""
        return tuple(
            stall
            for starts, ends, stall in self.stalls
            if starts <= at and (ends is None or at < ends)
        )


def accounts_by_lookup(
    session: Session, *, market_id: uuid.UUID, lookups: Collection[bytes]
) -> dict[bytes, list[AccountRow]]:
    """Return the market's accounts by the keyed hash of their number; one at each bank."""
    found: dict[bytes, list[AccountRow]] = {}
    parameters = {"lookups": list(lookups), "market_id": market_id}
    for lookup, account_id, bank_bin, key_id in session.execute(_ACCOUNTS, parameters):
        found.setdefault(lookup, []).append(AccountRow(account_id, bank_bin, key_id))
    return found


def books_of(
    session: Session, *, market_id: uuid.UUID, account_ids: Collection[uuid.UUID]
) -> dict[uuid.UUID, AccountBook]:
    """Return the uses and stalls of each account; an account that is asked for has a book."""
    books = {account_id: AccountBook() for account_id in account_ids}
    if not books:
        return books
    parameters = {"market_id": market_id, "accounts": list(books)}
    for account_id, usage, starts_on, ends_on in session.execute(_USAGES, parameters):
        books[account_id].usages.append((starts_on, ends_on, usage))
    for account_id, starts_at, ends_at, stall_id, number, reference in session.execute(
        _STALLS, parameters
    ):
        seen = StallSeen(stall_id, number, reference)
        books[account_id].stalls.append((starts_at, ends_at, seen))
    return books


def issued_references(session: Session, references: Collection[str]) -> set[str]:
    """Return those of the references that name a stall somewhere in the deployment."""
    if not references:
        return set()
    return set(session.scalars(_ISSUED, {"references": list(references)}))


def covered_by(
    session: Session,
    *,
    market_id: uuid.UUID,
    source_id: uuid.UUID,
    account_ids: Collection[uuid.UUID],
) -> dict[uuid.UUID, list[tuple[date, date | None]]]:
    """Return on which days, `[from, to)`, a source with a list covers each of the accounts."""
    query = select(SourceAccount.account_id, SourceAccount.starts_on, SourceAccount.ends_on).where(
        SourceAccount.market_id == market_id,
        SourceAccount.source_id == source_id,
        SourceAccount.account_id.in_(account_ids),
    )
    spans: dict[uuid.UUID, list[tuple[date, date | None]]] = {}
    for account_id, starts_on, ends_on in session.execute(query):
        spans.setdefault(account_id, []).append((starts_on, ends_on))
    return spans


def vendor_has_stall(
    session: Session,
    *,
    market_id: uuid.UUID,
    vendor_id: uuid.UUID,
    stall_ids: Collection[uuid.UUID],
    on: date,
) -> set[uuid.UUID]:
    """Return those of the stalls at which the vendor sells on that day."""
    query = select(StallVendor.stall_id, StallVendor.ends_on).where(
        StallVendor.market_id == market_id,
        StallVendor.vendor_id == vendor_id,
        StallVendor.stall_id.in_(stall_ids),
        StallVendor.starts_on <= on,
    )
    return {stall for stall, ends_on in session.execute(query) if not ends_on or on < ends_on}
