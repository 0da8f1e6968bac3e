"""What already stands in a market, as far as a batch of registrations touches it."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from market40.core.text import fold
from market40.core.texts import say
from market40.db.engine import vault_of
from market40.merchants import store
from market40.merchants.domain.fields import same_name
from market40.merchants.domain.registration import Flaw, StallRegistration
from market40.merchants.store.markets import chunks
from market40.merchants.tables import (
    BeneficiaryAccount,
    Household,
    IssuedCode,
    Stall,
    Vendor,
)

AccountKey = tuple[str, bytes]


@dataclass(slots=True)
class HouseholdPlan:
    """A household, standing or to be made, with its vendors."""

    id: uuid.UUID
    key_id: uuid.UUID
    name: str
    vendors: list[VendorPlan] = field(default_factory=list)


@dataclass(slots=True)
class VendorPlan:
    """A vendor, standing or to be made."""

    id: uuid.UUID
    household: HouseholdPlan
    name: str
    phone_lookup: bytes | None


@dataclass(slots=True)
class AccountPlan:
    """An account, standing or to be made."""

    id: uuid.UUID
    household: HouseholdPlan
    bin: str
    lookup: bytes
    holder: str
    usage: str


@dataclass(slots=True)
class Standing:
    """The market as it is before the batch; the planner adds to it what is to be made."""

    numbers: set[str]
    next_ordinal: int
    next_serial: int
    zones: dict[str, uuid.UUID]
    households: dict[uuid.UUID, HouseholdPlan]
    vendors: dict[bytes, VendorPlan]
    accounts: dict[AccountKey, AccountPlan]


def account_lookup(session: Session, number: str) -> bytes:
    """Return the keyed hash by which an account's number is found."""
    return vault_of(session).lookup("account.number", number)


def phone_lookup(session: Session, phone: str) -> bytes:
    """Return the keyed hash by which a vendor's phone is found."""
    return vault_of(session).lookup("vendor.phone", phone)


def load_standing(
    session: Session,
    market_id: uuid.UUID,
    registrations: Sequence[StallRegistration],
    day: dt.date,
) -> Standing:
    """Read what the registrations could clash with or join: numbers, phones and accounts."""
    households: dict[uuid.UUID, HouseholdPlan] = {}
    standing = Standing(
        set(session.scalars(select(Stall.number).where(Stall.market_id == market_id))),
        _after(session, func.max(Stall.ordinal), Stall.market_id == market_id, -1),
        _after(session, func.max(IssuedCode.serial), IssuedCode.market_id == market_id, 0),
        {fold(name): zone_id for zone_id, name in store.zones(session, market_id)},
        households,
        {},
        {},
    )
    phones = {phone_lookup(session, r.phone) for r in registrations if r.phone}
    numbers = {account_lookup(session, r.account_number) for r in registrations if r.account_number}
    accounts = [
        row
        for part in chunks(numbers)
        for row in session.scalars(
            select(BeneficiaryAccount).where(
                BeneficiaryAccount.market_id == market_id,
                BeneficiaryAccount.number_lookup.in_(part),
            )
        )
    ]
    touched = {account.household_id for account in accounts}
    by_phone = select(Vendor.household_id).where(Vendor.market_id == market_id)
    for part in chunks(phones):
        touched.update(session.scalars(by_phone.where(Vendor.phone_lookup.in_(part))))
    _load_households(session, market_id, touched, standing)
    _load_accounts(session, market_id, accounts, day, standing)
    return standing


def _load_households(
    session: Session, market_id: uuid.UUID, wanted: set[uuid.UUID], standing: Standing
) -> None:
    vault = vault_of(session)
    for part in chunks(wanted):
        households = select(Household).where(
            Household.market_id == market_id, Household.id.in_(part)
        )
        for row in session.scalars(households):
            name = vault.open_text(session, row.name, column="household.name") or ""
            standing.households[row.id] = HouseholdPlan(row.id, row.key_id, name)
        vendors = select(Vendor).where(Vendor.market_id == market_id, Vendor.household_id.in_(part))
        for vendor in session.scalars(vendors):
            household = standing.households[vendor.household_id]
            name = vault.open_text(session, vendor.name, column="vendor.name") or ""
            plan = VendorPlan(vendor.id, household, name, vendor.phone_lookup)
            household.vendors.append(plan)
            if vendor.phone_lookup is not None:
                standing.vendors[vendor.phone_lookup] = plan


def _load_accounts(
    session: Session,
    market_id: uuid.UUID,
    accounts: Sequence[BeneficiaryAccount],
    day: dt.date,
    standing: Standing,
) -> None:
    vault = vault_of(session)
    uses = store.usages(session, market_id, [account.id for account in accounts], day)
    for row in accounts:
        holder = vault.open_text(session, row.holder, column="account.holder") or ""
        standing.accounts[row.bin, row.number_lookup] = AccountPlan(
            row.id, standing.households[row.household_id], row.bin, row.number_lookup, holder,
            uses.get(row.id, "mixed"),
        )  # fmt: skip


def flaws_against(
    session: Session, registrations: Sequence[StallRegistration], standing: Standing
) -> list[Flaw]:
    """Return what the registrations have against the market as it stands."""
    flaws: list[Flaw] = []
    for index, entry in enumerate(registrations):
        if entry.number in standing.numbers:
            message = say("Số sạp %(number)s đã có ở chợ.", number=entry.number)
            flaws.append(Flaw(index, "number", "number_taken", message))
        vendor = None
        if entry.phone is not None:
            vendor = standing.vendors.get(phone_lookup(session, entry.phone))
            if vendor is not None and not same_name(vendor.name, entry.vendor_name):
                message = say("Số điện thoại này đã ghi cho tiểu thương khác ở chợ.")
                flaws.append(Flaw(index, "phone", "phone_of_another", message))
        if entry.bank_bin is not None and entry.account_number is not None:
            key = (entry.bank_bin, account_lookup(session, entry.account_number))
            account = standing.accounts.get(key)
            if account is not None:
                flaws.extend(_account_flaws(index, entry, vendor, account))
    return flaws


def belongs(entry: StallRegistration, household: HouseholdPlan) -> bool:
    """Return whether the entry's vendor is of the household: by its name or a vendor's."""
    if entry.household_name and fold(entry.household_name) == fold(household.name):
        return True
    return any(same_name(vendor.name, entry.vendor_name) for vendor in household.vendors)


def _account_flaws(
    index: int, entry: StallRegistration, vendor: VendorPlan | None, account: AccountPlan
) -> list[Flaw]:
    known = vendor.household is account.household if vendor else belongs(entry, account.household)
    if not known:
        message = say("Tài khoản này đã ghi cho hộ khác ở chợ.")
        return [Flaw(index, "account_number", "account_of_another", message)]
    if entry.holder != account.holder:
        message = say("Tài khoản này đã ghi ở chợ với tên chủ khác.")
        return [Flaw(index, "holder", "holder_differs", message)]
    if entry.usage != account.usage:
        message = say("Tài khoản này đã ghi ở chợ với cách dùng khác (dành riêng/chung).")
        return [Flaw(index, "usage", "usage_differs", message)]
    return []


def _after(session: Session, greatest: object, where: object, none: int) -> int:
    found = session.scalar(select(greatest).where(where))  # type: ignore[call-overload]
    return int(none if found is None else found) + 1
