"""Queries of inspections: the codes to compare with, rounds, what was found last."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from market40.core.errors import NotFound
from market40.core.texts import say
from market40.db.engine import vault_of
from market40.merchants.domain.alarms import Round
from market40.merchants.domain.codes import static_payload
from market40.merchants.domain.inspection import Account, KnownCode
from market40.merchants.store.accounts import NUMBER
from market40.merchants.store.markets import chunks
from market40.merchants.tables import (
    BeneficiaryAccount,
    Household,
    Inspection,
    InspectionList,
    InspectionRound,
    IssuedCode,
    Stall,
)

SEEN = "inspection.seen"


@dataclass(frozen=True, slots=True)
class InspectionSeen:
    """One inspection as lists show it."""

    id: uuid.UUID
    stall_id: uuid.UUID
    verdict: str
    told: str | None
    code_id: uuid.UUID | None
    codes: int
    way: str
    inspected_at: dt.datetime
    inspected_by: uuid.UUID


@dataclass(frozen=True, slots=True)
class LookedAt:
    """A stall's last inspection, by the stall's ordinal in its market."""

    ordinal: int
    verdict: str
    inspected_at: dt.datetime


COLUMNS = (
    Inspection.id,
    Inspection.stall_id,
    Inspection.verdict,
    Inspection.told,
    Inspection.code_id,
    Inspection.codes,
    Inspection.way,
    Inspection.inspected_at,
    Inspection.inspected_by,
)


def codes_to_compare(
    session: Session,
    market_id: uuid.UUID,
    stall_id: uuid.UUID,
    accounts: Collection[Account],
    at: dt.datetime,
) -> list[KnownCode]:
    """Return a stall's codes, and those of the whole deployment that pay one of the accounts.

    `live` is what a code was at `at`: what an offline inspection saw is judged by its own time.
    """
    own = and_(IssuedCode.market_id == market_id, IssuedCode.stall_id == stall_id)
    known = {code.code_id: code for code in _known(session, own, at)}
    if accounts:
        vault = vault_of(session)
        lookups = {vault.lookup(NUMBER, number) for _, number in accounts}
        paid = _known(session, BeneficiaryAccount.number_lookup.in_(lookups), at)
        known |= {code.code_id: code for code in paid}
    return list(known.values())


def codes_of_market(session: Session, market_id: uuid.UUID, at: dt.datetime) -> list[KnownCode]:
    """Return every code that was ever issued in the market, as it stands at `at`."""
    return _known(session, IssuedCode.market_id == market_id, at)


def _known(session: Session, where: ColumnElement[bool], at: dt.datetime) -> list[KnownCode]:
    query = (
        select(
            IssuedCode.id,
            IssuedCode.stall_id,
            IssuedCode.ended_at,
            BeneficiaryAccount.bin,
            BeneficiaryAccount.number,
            Stall.reference,
            Stall.number.label("stall_number"),
        )
        .select_from(IssuedCode)
        .join(Stall, and_(Stall.market_id == IssuedCode.market_id, Stall.id == IssuedCode.stall_id))
        .join(
            BeneficiaryAccount,
            and_(
                BeneficiaryAccount.market_id == IssuedCode.market_id,
                BeneficiaryAccount.id == IssuedCode.account_id,
            ),
        )
        .where(where)
        .order_by(IssuedCode.market_id, IssuedCode.serial)
    )
    rows: Sequence[Any] = session.execute(query).all()
    vault = vault_of(session)
    known = []
    for row in rows:
        number = vault.open_text(session, row.number, column=NUMBER)
        if number is None:  # erased: no code of theirs can be told from a stranger's
            continue
        payload = static_payload(
            bank_bin=row.bin,
            account=number,
            reference=row.reference,
            stall_number=row.stall_number,
        )
        live = row.ended_at is None or at < row.ended_at
        known.append(KnownCode(row.id, row.stall_id, live, (row.bin, number), payload))
    return known


def inspection_of(
    session: Session, market_id: uuid.UUID, inspection_id: uuid.UUID
) -> tuple[InspectionSeen, bytes] | None:
    """Return an inspection and the digest of what was sent; None where there is none."""
    query = select(*COLUMNS, Inspection.digest).where(
        Inspection.market_id == market_id, Inspection.id == inspection_id
    )
    row: Any = session.execute(query).one_or_none()
    return None if row is None else (InspectionSeen(*row[:-1]), row[-1])


def last_inspections(
    session: Session, market_id: uuid.UUID, *, stall_id: uuid.UUID | None = None
) -> dict[uuid.UUID, InspectionSeen]:
    """Return each stall's last inspection that read something, by stall."""
    read = [Inspection.market_id == market_id, Inspection.verdict != "unreadable"]
    if stall_id is not None:
        read.append(Inspection.stall_id == stall_id)
    newest = (
        select(Inspection.stall_id, func.max(Inspection.inspected_at).label("at"))
        .where(*read)
        .group_by(Inspection.stall_id)
        .subquery()
    )
    query = (
        select(*COLUMNS)
        .join(
            newest,
            and_(newest.c.stall_id == Inspection.stall_id, newest.c.at == Inspection.inspected_at),
        )
        .where(*read)
        .order_by(Inspection.id)
    )
    return {row.stall_id: InspectionSeen(*row) for row in session.execute(query)}


def inspections(
    session: Session, market_id: uuid.UUID, *, stall_id: uuid.UUID | None = None, limit: int
) -> list[InspectionSeen]:
    """Return the market's or a stall's inspections, the newest first, at most `limit`."""
    query = select(*COLUMNS).where(Inspection.market_id == market_id)
    if stall_id is not None:
        query = query.where(Inspection.stall_id == stall_id)
    query = query.order_by(Inspection.inspected_at.desc(), Inspection.id.desc()).limit(limit)
    return [InspectionSeen(*row) for row in session.execute(query)]


def looked_at(
    session: Session, market_ids: Collection[uuid.UUID], at: dt.datetime
) -> dict[uuid.UUID, list[LookedAt]]:
    """Return, for each market, the last inspection of each stall until `at` that read something."""
    read = (Inspection.inspected_at <= at, Inspection.verdict != "unreadable")
    newest = (
        select(
            Inspection.market_id,
            Inspection.stall_id,
            func.max(Inspection.inspected_at).label("at"),
        )
        .where(*read)
        .group_by(Inspection.market_id, Inspection.stall_id)
    )
    found: dict[uuid.UUID, dict[int, LookedAt]] = {market_id: {} for market_id in market_ids}
    for part in chunks(market_ids):
        last = newest.where(Inspection.market_id.in_(part)).subquery()
        query = (
            select(Stall.market_id, Stall.ordinal, Inspection.verdict, last.c.at)
            .select_from(last)
            .join(
                Inspection,
                and_(
                    Inspection.market_id == last.c.market_id,
                    Inspection.stall_id == last.c.stall_id,
                    Inspection.inspected_at == last.c.at,
                ),
            )
            .join(Stall, and_(Stall.market_id == last.c.market_id, Stall.id == last.c.stall_id))
            .where(Inspection.verdict != "unreadable")
        )
        for market_id, ordinal, verdict, when in session.execute(query):
            held = found[market_id].get(ordinal)
            if held is None or held.verdict == "match":  # of two in one instant the worse counts
                found[market_id][ordinal] = LookedAt(ordinal, verdict, when)
    return {market_id: list(last_ones.values()) for market_id, last_ones in found.items()}


def last_match(
    session: Session, market_id: uuid.UUID, stall_id: uuid.UUID, code_id: uuid.UUID
) -> dt.datetime | None:
    """Return when a code was last found to hang at its stall, and nothing else; None for never.

    Asks by the stall, as the index goes: the check page is public.
    """
    query = select(func.max(Inspection.inspected_at)).where(
        Inspection.market_id == market_id,
        Inspection.stall_id == stall_id,
        Inspection.code_id == code_id,
        Inspection.verdict == "match",
    )
    return session.scalar(query)


def current_round(session: Session, market_id: uuid.UUID) -> Round | None:
    """Return the round that began last; None where none ever did."""
    query = (
        select(InspectionRound.begins_at, InspectionRound.due_on)
        .where(InspectionRound.market_id == market_id)
        .order_by(InspectionRound.begins_at.desc(), InspectionRound.id.desc())
        .limit(1)
    )
    row = session.execute(query).one_or_none()
    return None if row is None else Round(*row)


def key_of_stall(session: Session, market_id: uuid.UUID, stall_id: uuid.UUID) -> uuid.UUID:
    """Return the key of the household that answers for a stall; raise NotFound."""
    query = (
        select(Household.key_id)
        .join(
            Stall, and_(Stall.market_id == Household.market_id, Stall.household_id == Household.id)
        )
        .where(Stall.market_id == market_id, Stall.id == stall_id)
    )
    key_id = session.scalar(query)
    if key_id is None:
        raise NotFound(say("Không có sạp này ở chợ."))
    return key_id


def has_list(session: Session, market_id: uuid.UUID, list_id: uuid.UUID) -> bool:
    """Tell whether a list of that id was handed out for the market."""
    query = select(InspectionList.id).where(
        InspectionList.market_id == market_id, InspectionList.id == list_id
    )
    return session.scalar(query) is not None
