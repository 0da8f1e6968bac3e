"""Queries of beneficiary accounts, of the stalls on them and of the vendors behind them."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from market40.core.clock import local_day
from market40.db.engine import vault_of
from market40.merchants.store.markets import chunks
from market40.merchants.store.values import (
    AccountAtWork,
    AccountFound,
    AccountSeen,
    Payee,
    StallOnAccount,
    VendorSeen,
    VendorStall,
)
from market40.merchants.tables import (
    AccountUsage,
    BeneficiaryAccount,
    Market,
    Stall,
    StallAccount,
    StallVendor,
    Vendor,
)

NUMBER, HOLDER = "account.number", "account.holder"
VENDOR_NAME, VENDOR_PHONE = "vendor.name", "vendor.phone"

_ON_STALL = and_(StallAccount.market_id == Stall.market_id, StallAccount.stall_id == Stall.id)
_OF_ACCOUNT = and_(
    BeneficiaryAccount.market_id == StallAccount.market_id,
    BeneficiaryAccount.id == StallAccount.account_id,
)


def accounts_by_lookup(
    session: Session, lookups: Collection[bytes]
) -> dict[bytes, list[AccountFound]]:
    """Return the accounts of each keyed hash `vault.lookup("account.number", number)`.

    One number may stand at several banks and in several markets; an unknown hash has no entry.
    """
    query = select(
        BeneficiaryAccount.number_lookup,
        BeneficiaryAccount.market_id,
        BeneficiaryAccount.id,
        BeneficiaryAccount.bin,
        BeneficiaryAccount.household_id,
        BeneficiaryAccount.key_id,
    ).order_by(BeneficiaryAccount.market_id, BeneficiaryAccount.id)
    found: dict[bytes, list[AccountFound]] = {}
    for part in chunks(lookups):
        for row in session.execute(query.where(BeneficiaryAccount.number_lookup.in_(part))):
            found.setdefault(row[0], []).append(AccountFound(*row[1:]))
    return found


def stalls_on_accounts(
    session: Session, market_id: uuid.UUID, account_ids: Collection[uuid.UUID], at: dt.datetime
) -> dict[uuid.UUID, AccountAtWork]:
    """Return how each account of the market is used at `at`, and the stalls paid into it then.

    An account whose use is not said for that day counts as mixed, the more private.
    """
    stalls: dict[uuid.UUID, list[StallOnAccount]] = {}
    query = (
        select(StallAccount.account_id, Stall.id, Stall.reference, Stall.number, Stall.name)
        .join(Stall, _ON_STALL)
        .where(StallAccount.market_id == market_id, *_current(at))
        .order_by(Stall.sort_key, Stall.number)
    )
    for part in chunks(account_ids):
        for row in session.execute(query.where(StallAccount.account_id.in_(part))):
            stalls.setdefault(row[0], []).append(StallOnAccount(*row[1:]))
    uses = usages(session, market_id, account_ids, local_day(at))
    return {
        account_id: AccountAtWork(
            "dedicated" if uses.get(account_id) == "dedicated" else "mixed",
            tuple(stalls.get(account_id, ())),
        )
        for account_id in {*stalls, *uses}
    }


def usages(
    session: Session, market_id: uuid.UUID, account_ids: Collection[uuid.UUID], day: dt.date
) -> dict[uuid.UUID, str]:
    """Return the use that was said for each account on a day."""
    query = select(AccountUsage.account_id, AccountUsage.usage).where(
        AccountUsage.market_id == market_id,
        AccountUsage.starts_on <= day,
        or_(AccountUsage.ends_on.is_(None), AccountUsage.ends_on > day),
    )
    return {
        row.account_id: row.usage
        for part in chunks(account_ids)
        for row in session.execute(query.where(AccountUsage.account_id.in_(part)))
    }


def stalls_of_vendor(
    session: Session, market_id: uuid.UUID, vendor_id: uuid.UUID, day: dt.date
) -> list[VendorStall]:
    """Return the stalls, not closed, that the vendor keeps on a day, with the newest account."""
    query = (
        select(
            Stall.id,
            Stall.number,
            Stall.name,
            Market.name.label("market_name"),
            BeneficiaryAccount.id.label("account_id"),
            BeneficiaryAccount.bin,
            BeneficiaryAccount.last4,
            BeneficiaryAccount.holder,
        )
        .select_from(StallVendor)
        .join(
            Stall,
            and_(Stall.market_id == StallVendor.market_id, Stall.id == StallVendor.stall_id),
        )
        .join(Market, Market.id == Stall.market_id)
        .outerjoin(StallAccount, and_(_ON_STALL, StallAccount.ends_at.is_(None)))
        .outerjoin(BeneficiaryAccount, _OF_ACCOUNT)
        .where(
            StallVendor.market_id == market_id,
            StallVendor.vendor_id == vendor_id,
            *_kept_on(day),
            Stall.state != "closed",
        )
        .order_by(Stall.sort_key, Stall.number, StallAccount.starts_at)
    )
    vault = vault_of(session)
    found: dict[uuid.UUID, VendorStall] = {}
    for row in session.execute(query).all():
        holder = vault.open_text(session, row.holder, column=HOLDER) or ""
        found[row.id] = VendorStall(*row[:6], row.last4 or "", holder)
    return list(found.values())


def payee_of_stall(
    session: Session, market_id: uuid.UUID, stall_id: uuid.UUID, at: dt.datetime
) -> Payee | None:
    """Return who is paid at a stall at an instant, or None without an account (or erased)."""
    query = (
        select(
            BeneficiaryAccount,
            Stall.number.label("stall_number"),
            Stall.name.label("stall_name"),
            Stall.reference,
            Market.name.label("market_name"),
        )
        .select_from(Stall)
        .join(Market, Market.id == Stall.market_id)
        .join(StallAccount, _ON_STALL)
        .join(BeneficiaryAccount, _OF_ACCOUNT)
        .where(Stall.market_id == market_id, Stall.id == stall_id, *_current(at))
        .order_by(StallAccount.starts_at.desc())
        .limit(1)
    )
    row = session.execute(query).one_or_none()
    if row is None:
        return None
    account: BeneficiaryAccount = row[0]
    vault = vault_of(session)
    number = vault.open_text(session, account.number, column=NUMBER)
    holder = vault.open_text(session, account.holder, column=HOLDER)
    if number is None or holder is None:
        return None
    return Payee(
        account.id, account.bin, number, holder, account.last4, row.stall_number, row.stall_name,
        row.market_name, row.reference, account.household_id, account.key_id,
    )  # fmt: skip


def account_of_stall(
    session: Session, market_id: uuid.UUID, stall_id: uuid.UUID, at: dt.datetime
) -> AccountSeen | None:
    """Return a stall's present account as its board may see it, or None."""
    payee = payee_of_stall(session, market_id, stall_id, at)
    if payee is None:
        return None
    said = usages(session, market_id, [payee.account_id], local_day(at)).get(payee.account_id)
    return AccountSeen(
        payee.account_id, payee.bin, payee.number, payee.last4, payee.holder,
        "dedicated" if said == "dedicated" else "mixed", payee.household_id,
    )  # fmt: skip


def vendors_of_stall(
    session: Session, market_id: uuid.UUID, stall_id: uuid.UUID, day: dt.date
) -> list[VendorSeen]:
    """Return who sells at a stall on a day, for its board."""
    query = (
        _VENDOR.join(
            StallVendor,
            and_(StallVendor.market_id == Vendor.market_id, StallVendor.vendor_id == Vendor.id),
        )
        .where(
            StallVendor.market_id == market_id,
            StallVendor.stall_id == stall_id,
            *_kept_on(day),
        )
        .order_by(StallVendor.starts_on)
    )
    return _seen(session, session.execute(query).all())


def vendors(
    session: Session, market_id: uuid.UUID, vendor_ids: Collection[uuid.UUID]
) -> list[VendorSeen]:
    """Return those vendors of the market, for its board; unknown ids are left out."""
    query = _VENDOR.where(Vendor.market_id == market_id).order_by(Vendor.id)
    return [
        vendor
        for part in chunks(vendor_ids)
        for vendor in _seen(session, session.execute(query.where(Vendor.id.in_(part))).all())
    ]


def vendors_selling(
    session: Session, market_id: uuid.UUID, vendor_ids: Collection[uuid.UUID], day: dt.date
) -> list[VendorSeen]:
    """Return those of a few vendors who keep a stall of the market, not closed, on a day."""
    keeps = (
        select(StallVendor.vendor_id)
        .join(
            Stall,
            and_(Stall.market_id == StallVendor.market_id, Stall.id == StallVendor.stall_id),
        )
        .where(StallVendor.market_id == market_id, *_kept_on(day), Stall.state != "closed")
    )
    query = _VENDOR.where(
        Vendor.market_id == market_id, Vendor.id.in_(vendor_ids), Vendor.id.in_(keeps)
    )
    return _seen(session, session.execute(query.order_by(Vendor.id)).all())


def vendors_with_phone(session: Session, market_id: uuid.UUID) -> list[VendorSeen]:
    """Return the market's vendors who left a phone, in the order in which they came."""
    query = _VENDOR.where(Vendor.market_id == market_id, Vendor.phone_lookup.is_not(None))
    return _seen(session, session.execute(query.order_by(Vendor.id)).all())


_VENDOR = select(Vendor.id, Vendor.name, Vendor.phone, Vendor.household_id, Vendor.key_id)


def _seen(session: Session, rows: Sequence[Any]) -> list[VendorSeen]:
    vault = vault_of(session)
    return [
        VendorSeen(
            row.id,
            vault.open_text(session, row.name, column=VENDOR_NAME) or "(đã xoá)",
            vault.open_text(session, row.phone, column=VENDOR_PHONE),
            row.household_id,
            row.key_id,
        )
        for row in rows
    ]


def _kept_on(day: dt.date) -> tuple[ColumnElement[bool], ...]:
    """The condition that a stall is a vendor's on a day."""
    return (
        StallVendor.starts_on <= day,
        or_(StallVendor.ends_on.is_(None), StallVendor.ends_on > day),
    )


def _current(at: dt.datetime) -> tuple[Any, Any]:
    return (
        StallAccount.starts_at <= at,
        or_(StallAccount.ends_at.is_(None), StallAccount.ends_at > at),
    )
