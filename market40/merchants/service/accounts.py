"""Use case: the first account of stalls that were put on without one. It never changes one."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from market40.core.clock import local_day
from market40.core.errors import Conflict, InvalidInput, NotFound
from market40.core.ids import Ids
from market40.core.references import RandRange
from market40.core.texts import say
from market40.db.base import rows_changed
from market40.merchants.domain.fields import Usage
from market40.merchants.domain.registration import Flaw, StallRegistration, api_place
from market40.merchants.domain.states import stall_after
from market40.merchants.service.planning import Planner, RegisteredStall
from market40.merchants.service.standing import (
    HouseholdPlan,
    Standing,
    account_lookup,
    load_standing,
)
from market40.merchants.store.markets import chunks
from market40.merchants.tables import Household, Stall, StallVendor


@dataclass(frozen=True, slots=True)
class FirstAccount:
    """The first account of a stall that has none, read and clean (`domain.fields`)."""

    stall_id: uuid.UUID
    bank_bin: str
    account_number: str
    holder: str
    usage: Usage = "mixed"


def add_first_accounts(
    session: Session,
    market_id: uuid.UUID,
    accounts: Sequence[FirstAccount],
    *,
    actor_id: uuid.UUID,
    now: dt.datetime,
    ids: Ids,
    rng: RandRange,
) -> list[RegisteredStall]:
    """Give pending stalls their first account: they become active and get a live code.

    All or none, in the order given; the caller says that `actor_id` confirmed each holder's name
    with the vendor. A stall that is not pending raises Conflict `stall_state`. Raises NotFound for
    a stall, and InvalidInput with faults at `stalls[0].account_number`. Run it in
    `transact(..., retry_conflicts=True)`.
    """
    stalls = _pending(session, market_id, [account.stall_id for account in accounts])
    entries = [_entry(stalls[account.stall_id], account) for account in accounts]
    standing = load_standing(session, market_id, entries, local_day(now))
    flaws = _clashes(session, entries, [stalls[a.stall_id] for a in accounts], standing)
    if flaws:
        faults = [flaw.as_fault(api_place) for flaw in flaws]
        raise InvalidInput(say("Chưa ghi được tài khoản."), faults=faults)
    planner = Planner(session, market_id, standing, actor_id=actor_id, now=now, ids=ids, rng=rng)
    planner.reserve_checks(len(accounts))
    households = _households(session, market_id, stalls, standing)
    vendors = _vendors(session, market_id, list(stalls))
    given = []
    for entry, account in zip(entries, accounts, strict=True):
        stall = stalls[account.stall_id]
        code = planner.plan_code(stall.id, households[stall.household_id], entry)
        given.append(
            RegisteredStall(
                stall.id, stall.ordinal, stall.number, stall.reference, vendors[stall.id], *code
            )
        )
    planner.write()
    _activate(session, market_id, list(stalls))
    return given


def _pending(
    session: Session, market_id: uuid.UUID, stall_ids: Sequence[uuid.UUID]
) -> dict[uuid.UUID, Stall]:
    if len(set(stall_ids)) != len(stall_ids):
        raise Conflict(say("Một sạp chỉ có một tài khoản đầu tiên."), code="stall_twice")
    found = {
        stall.id: stall
        for part in chunks(stall_ids)
        for stall in session.scalars(
            select(Stall).where(Stall.market_id == market_id, Stall.id.in_(part))
        )
    }
    if len(found) != len(stall_ids):
        raise NotFound(say("Không có sạp này ở chợ."))
    for stall in found.values():
        stall_after(stall.state, "activate")
    return found


def _entry(stall: Stall, account: FirstAccount) -> StallRegistration:
    return StallRegistration(
        stall.number, stall.name, None, None, "", None, None, account.bank_bin,
        account.account_number, account.holder, account.usage,
    )  # fmt: skip


def _clashes(
    session: Session,
    entries: Sequence[StallRegistration],
    stalls: Sequence[Stall],
    standing: Standing,
) -> list[Flaw]:
    """Apply the rules of registration, with the stall's own household in place of names."""
    owners: dict[tuple[str, bytes], tuple[uuid.UUID, str, str]] = {
        key: (found.household.id, found.holder, found.usage)
        for key, found in standing.accounts.items()
    }
    flaws: list[Flaw] = []
    for index, (entry, stall) in enumerate(zip(entries, stalls, strict=True)):
        key = (entry.bank_bin or "", account_lookup(session, entry.account_number or ""))
        mine = (stall.household_id, entry.holder or "", entry.usage)
        owner = owners.setdefault(key, mine)
        if owner[0] != mine[0]:
            message = say("Tài khoản này đã ghi cho hộ khác ở chợ.")
            flaws.append(Flaw(index, "account_number", "account_of_another", message))
        elif owner[1] != mine[1]:
            message = say("Tài khoản này đã ghi ở chợ với tên chủ khác.")
            flaws.append(Flaw(index, "holder", "holder_differs", message))
        elif owner[2] != mine[2]:
            message = say("Tài khoản này đã ghi ở chợ với cách dùng khác (dành riêng/chung).")
            flaws.append(Flaw(index, "usage", "usage_differs", message))
    return flaws


def _households(
    session: Session,
    market_id: uuid.UUID,
    stalls: dict[uuid.UUID, Stall],
    standing: Standing,
) -> dict[uuid.UUID, HouseholdPlan]:
    found = dict(standing.households)
    wanted = {stall.household_id for stall in stalls.values()} - set(found)
    query = select(Household.id, Household.key_id).where(Household.market_id == market_id)
    for part in chunks(wanted):
        for row in session.execute(query.where(Household.id.in_(part))):
            found[row.id] = HouseholdPlan(row.id, row.key_id, "")
    return found


def _vendors(
    session: Session, market_id: uuid.UUID, stall_ids: Sequence[uuid.UUID]
) -> dict[uuid.UUID, uuid.UUID]:
    """Return the vendor who took each stall last."""
    query = (
        select(StallVendor.stall_id, StallVendor.vendor_id)
        .where(StallVendor.market_id == market_id)
        .order_by(StallVendor.starts_on)
    )
    return {
        row.stall_id: row.vendor_id
        for part in chunks(stall_ids)
        for row in session.execute(query.where(StallVendor.stall_id.in_(part)))
    }


def _activate(session: Session, market_id: uuid.UUID, stall_ids: Sequence[uuid.UUID]) -> None:
    """Take the edge of `activate`; one that another transaction moved meanwhile is a Conflict."""
    moved = 0
    for part in chunks(stall_ids):
        statement = update(Stall).where(
            Stall.market_id == market_id, Stall.id.in_(part), Stall.state == "pending"
        )
        done = session.execute(
            statement.values(state="active").execution_options(synchronize_session=False)
        )
        moved += rows_changed(done)
    if moved != len(stall_ids):
        raise Conflict(say("Sạp vừa được người khác thay đổi."), code="stall_state")
