"""Plans the rows of a batch of registrations, then writes each table in one statement."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import insert
from sqlalchemy.orm import Session

from market40.core.clock import local_day
from market40.core.ids import Ids
from market40.core.references import RandRange, new_reference
from market40.core.text import fold
from market40.db.base import Table, table_of
from market40.db.engine import vault_of
from market40.merchants.domain.codes import new_check_code
from market40.merchants.domain.fields import same_name
from market40.merchants.domain.ordering import number_sort_key
from market40.merchants.domain.registration import StallRegistration
from market40.merchants.service.drawing import fresh
from market40.merchants.service.standing import (
    AccountPlan,
    HouseholdPlan,
    Standing,
    VendorPlan,
    account_lookup,
    phone_lookup,
)
from market40.merchants.tables import (
    AccountUsage,
    BeneficiaryAccount,
    CheckCode,
    Household,
    IssuedCode,
    Stall,
    StallAccount,
    StallReference,
    StallSpan,
    StallVendor,
    Vendor,
    Zone,
)


class PlannedCode(NamedTuple):
    """A code to be issued, with the account that it pays."""

    account_id: uuid.UUID
    code_id: uuid.UUID
    serial: int
    check_code: str


class RegisteredStall(NamedTuple):
    """What became of one registration; without an account there is no code yet (None)."""

    stall_id: uuid.UUID
    ordinal: int
    number: str
    reference: str
    vendor_id: uuid.UUID
    account_id: uuid.UUID | None
    code_id: uuid.UUID | None
    serial: int | None
    check_code: str | None


class Planner:
    """Collects the rows of one batch; `write` inserts them. Lives within one transaction."""

    def __init__(
        self,
        session: Session,
        market_id: uuid.UUID,
        standing: Standing,
        *,
        actor_id: uuid.UUID,
        now: dt.datetime,
        ids: Ids,
        rng: RandRange,
    ) -> None:
        self._session = session
        self._market_id = market_id
        self._standing = standing
        self._actor_id = actor_id
        self._now = now
        self._ids = ids
        self._rng = rng
        self._vault = vault_of(session)
        self._rows: dict[type[Table], list[dict[str, object]]] = {}
        self._by_household_name: dict[str, HouseholdPlan] = {}
        self._check_codes: list[str] = []

    def plan_stalls(
        self, registrations: Sequence[StallRegistration], *, starts_on: dt.date
    ) -> list[RegisteredStall]:
        """Plan each stall with its zone, household, vendor, account and code."""
        references = fresh(
            self._session,
            StallReference.reference,
            len(registrations),
            lambda: new_reference("stall", self._rng),
        )
        self.reserve_checks(sum(entry.has_account for entry in registrations))
        return [
            self._plan_stall(entry, reference, starts_on)
            for entry, reference in zip(registrations, references, strict=True)
        ]

    def reserve_checks(self, count: int) -> None:
        """Draw the check codes of the codes that will be planned."""
        self._check_codes = fresh(
            self._session, CheckCode.code, count, lambda: new_check_code(self._rng)
        )

    def plan_code(
        self, stall_id: uuid.UUID, household: HouseholdPlan, entry: StallRegistration
    ) -> PlannedCode:
        """Plan a stall's first account (one that stands is shared) and a live code for it."""
        account = self._account(household, entry)
        self._add(
            StallAccount,
            stall_id=stall_id,
            account_id=account.id,
            starts_at=self._now,
            ends_at=None,
            agreed_by=self._actor_id,
        )
        return self.plan_code_for(stall_id, account.id)

    def plan_code_for(self, stall_id: uuid.UUID, account_id: uuid.UUID) -> PlannedCode:
        """Plan a live code that pays the account, with the market's next serial."""
        serial = self._standing.next_serial
        self._standing.next_serial += 1
        code = PlannedCode(account_id, self._ids.new(), serial, self._check_codes.pop())
        self._add(
            IssuedCode,
            id=code.code_id,
            stall_id=stall_id,
            account_id=account_id,
            serial=serial,
            check_code=code.check_code,
            state="live",
            issued_at=self._now,
            issued_by=self._actor_id,
            ended_at=None,
            ended_by=None,
            end_reason=None,
        )
        self._add(CheckCode, code=code.check_code, code_id=code.code_id)
        return code

    def write(self) -> None:
        """Insert what was planned: one statement a table."""
        for table, rows in self._rows.items():
            self._session.execute(insert(table_of(table)), rows)
        self._rows = {}

    def _plan_stall(
        self, entry: StallRegistration, reference: str, starts_on: dt.date
    ) -> RegisteredStall:
        household = self._household(entry)
        vendor = self._vendor(household, entry)
        stall_id = self._ids.new()
        ordinal = self._standing.next_ordinal
        self._standing.next_ordinal += 1
        self._add(
            Stall,
            id=stall_id,
            ordinal=ordinal,
            number=entry.number,
            name=entry.name,
            goods=entry.goods,
            zone_id=self._zone(entry.zone),
            household_id=household.id,
            reference=reference,
            state="active" if entry.has_account else "pending",
            sort_key=number_sort_key(entry.number),
            created_at=self._now,
        )
        self._add(StallReference, reference=reference, stall_id=stall_id)
        span = {"stall_id": stall_id, "starts_on": starts_on, "ends_on": None}
        self._add(StallSpan, **span)
        self._add(StallVendor, vendor_id=vendor.id, **span)
        code = self.plan_code(stall_id, household, entry) if entry.has_account else None
        stall = (stall_id, ordinal, entry.number, reference, vendor.id)
        return RegisteredStall(*stall, *(code or (None, None, None, None)))

    def _household(self, entry: StallRegistration) -> HouseholdPlan:
        """Return the household that has the phone, the account or (in this batch) the name."""
        found = self._standing_vendor(entry)
        if found is not None:
            return found.household
        account = self._standing.accounts.get(self._account_key(entry))
        if account is not None:
            return account.household
        name = entry.household_name or entry.vendor_name
        key = fold(entry.household_name) if entry.household_name else None
        if key is not None and key in self._by_household_name:
            return self._by_household_name[key]
        household = HouseholdPlan(self._ids.new(), self._ids.new(), name)
        self._vault.new_key(self._session, key_id=household.key_id, now=self._now)
        sealed = self._seal(household, name, "household.name")
        self._add(
            Household,
            id=household.id,
            key_id=household.key_id,
            name=sealed,
            created_at=self._now,
        )
        if key is not None:
            self._by_household_name[key] = household
        return household

    def _vendor(self, household: HouseholdPlan, entry: StallRegistration) -> VendorPlan:
        found = self._standing_vendor(entry)
        if found is not None:
            return found
        if entry.phone is None:
            for vendor in household.vendors:
                if same_name(vendor.name, entry.vendor_name):
                    return vendor
        lookup = phone_lookup(self._session, entry.phone) if entry.phone else None
        vendor = VendorPlan(self._ids.new(), household, entry.vendor_name, lookup)
        household.vendors.append(vendor)
        if lookup is not None:
            self._standing.vendors[lookup] = vendor
        phone = self._seal(household, entry.phone, "vendor.phone") if entry.phone else None
        self._add(
            Vendor,
            id=vendor.id,
            household_id=household.id,
            key_id=household.key_id,
            name=self._seal(household, entry.vendor_name, "vendor.name"),
            phone=phone,
            phone_lookup=lookup,
            created_at=self._now,
        )
        return vendor

    def _standing_vendor(self, entry: StallRegistration) -> VendorPlan | None:
        if entry.phone is None:
            return None
        return self._standing.vendors.get(phone_lookup(self._session, entry.phone))

    def _account_key(self, entry: StallRegistration) -> tuple[str, bytes]:
        if entry.bank_bin is None or entry.account_number is None:
            return "", b""
        return entry.bank_bin, account_lookup(self._session, entry.account_number)

    def _account(self, household: HouseholdPlan, entry: StallRegistration) -> AccountPlan:
        key = self._account_key(entry)
        found = self._standing.accounts.get(key)
        if found is not None:
            return found
        number, holder = entry.account_number or "", entry.holder or ""
        account = AccountPlan(self._ids.new(), household, key[0], key[1], holder, entry.usage)
        self._standing.accounts[key] = account
        self._add(
            BeneficiaryAccount,
            id=account.id,
            bin=account.bin,
            number=self._seal(household, number, "account.number"),
            number_lookup=account.lookup,
            last4=number[-4:],
            holder=self._seal(household, holder, "account.holder"),
            household_id=household.id,
            key_id=household.key_id,
            holder_confirmed_by=self._actor_id,
            created_at=self._now,
        )
        self._add(
            AccountUsage,
            account_id=account.id,
            starts_on=local_day(self._now),
            ends_on=None,
            usage=entry.usage,
        )
        return account

    def _zone(self, name: str | None) -> uuid.UUID | None:
        if name is None:
            return None
        found = self._standing.zones.get(fold(name))
        if found is None:
            found = self._ids.new()
            self._add(Zone, id=found, name=name, position=len(self._standing.zones))
            self._standing.zones[fold(name)] = found
        return found

    def _seal(self, household: HouseholdPlan, value: str, column: str) -> bytes:
        return self._vault.seal(self._session, household.key_id, value, column=column)

    def _add(self, table: type[Table], **values: object) -> None:
        self._rows.setdefault(table, []).append({"market_id": self._market_id, **values})
