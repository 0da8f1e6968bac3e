"""Queries of issued codes, of what stands on their cards, and of stalls in lists."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, Select, and_, func, select
from sqlalchemy.orm import Session

from market40.core.errors import NotFound
from market40.core.texts import say
from market40.db.engine import vault_of
from market40.merchants.store.accounts import HOLDER, NUMBER
from market40.merchants.store.markets import chunks
from market40.merchants.store.values import CodeRow, Printed, StallRow
from market40.merchants.tables import (
    BeneficiaryAccount,
    CheckCode,
    IssuedCode,
    Market,
    Stall,
    Zone,
)

_CODE = (
    IssuedCode.market_id,
    IssuedCode.id,
    IssuedCode.stall_id,
    IssuedCode.account_id,
    IssuedCode.serial,
    IssuedCode.check_code,
    IssuedCode.state,
    IssuedCode.issued_at,
    IssuedCode.ended_at,
)
END_REASON: Final = "code.end_reason"
_CODE_STATE = 10  # the column's place in _stall_query and in StallRow
_NEWEST = (
    select(IssuedCode.market_id, IssuedCode.stall_id, func.max(IssuedCode.serial).label("serial"))
    .group_by(IssuedCode.market_id, IssuedCode.stall_id)
    .subquery()
)


def stall_rows(session: Session, market_id: uuid.UUID) -> list[StallRow]:
    """Return a market's stalls by zone, then by number as people count (A2 before A10)."""
    rows = session.execute(_stall_query(market_id))
    return [_stall_row(row) for row in rows]


def stall_row(session: Session, market_id: uuid.UUID, stall_id: uuid.UUID) -> StallRow:
    """Return one stall of the market; raise NotFound."""
    row = session.execute(_stall_query(market_id).where(Stall.id == stall_id)).one_or_none()
    if row is None:
        raise NotFound(say("Không có sạp này ở chợ."))
    return _stall_row(row)


def codes_of_stall(session: Session, market_id: uuid.UUID, stall_id: uuid.UUID) -> list[CodeRow]:
    """Return a stall's codes, the newest first."""
    query = (
        select(*_CODE, IssuedCode.end_reason)
        .where(IssuedCode.market_id == market_id, IssuedCode.stall_id == stall_id)
        .order_by(IssuedCode.serial.desc())
    )
    rows: Sequence[Any] = session.execute(query).all()
    vault = vault_of(session)
    opened = [vault.open_text(session, row.end_reason, column=END_REASON) for row in rows]
    return [_code_row(row, said) for row, said in zip(rows, opened, strict=True)]


def keys_of_codes(
    session: Session, *where: ColumnElement[bool]
) -> list[tuple[uuid.UUID, uuid.UUID]]:
    """Return codes, each with the key of the household whose account it pays."""
    query = (
        select(IssuedCode.id, BeneficiaryAccount.key_id)
        .join(
            BeneficiaryAccount,
            and_(
                BeneficiaryAccount.market_id == IssuedCode.market_id,
                BeneficiaryAccount.id == IssuedCode.account_id,
            ),
        )
        .where(*where)
        .order_by(IssuedCode.id)
    )
    return [(row.id, row.key_id) for row in session.execute(query)]


def live_code(session: Session, market_id: uuid.UUID, stall_id: uuid.UUID) -> CodeRow:
    """Return a stall's newest live code; raise NotFound where it has none."""
    query = (
        select(*_CODE)
        .where(
            IssuedCode.market_id == market_id,
            IssuedCode.stall_id == stall_id,
            IssuedCode.state == "live",
        )
        .order_by(IssuedCode.serial.desc())
        .limit(1)
    )
    row = session.execute(query).one_or_none()
    if row is None:
        raise NotFound(say("Sạp này chưa có mã đang dùng."), code="no_live_code")
    return _code_row(row)


def printed(session: Session, market_id: uuid.UUID, code_id: uuid.UUID) -> Printed:
    """Return what stands on a code's card; raise NotFound (also where the data were erased)."""
    found = printed_cards(session, IssuedCode.market_id == market_id, IssuedCode.id == code_id)
    if not found:
        raise NotFound(say("Không có mã này ở chợ."))
    return found[0]


def stall_numbers(
    session: Session, market_id: uuid.UUID, code_ids: Collection[uuid.UUID]
) -> dict[uuid.UUID, str]:
    """Return the number of the stall of each of the codes, by code; none for another market's."""
    query = (
        select(IssuedCode.id, Stall.number)
        .join(Stall, and_(Stall.market_id == IssuedCode.market_id, Stall.id == IssuedCode.stall_id))
        .where(IssuedCode.market_id == market_id)
    )
    numbers: dict[uuid.UUID, str] = {}
    for part in chunks(code_ids):
        for code_id, number in session.execute(query.where(IssuedCode.id.in_(part))):
            numbers[code_id] = number
    return numbers


def live_cards(session: Session, market_id: uuid.UUID) -> list[Printed]:
    """Return the newest live code of each stall not closed: by zone, then by stall number."""
    found = printed_cards(
        session,
        IssuedCode.market_id == market_id,
        IssuedCode.state == "live",
        Stall.state != "closed",
    )
    newest: dict[uuid.UUID, Printed] = {}
    for card in found:
        held = newest.get(card.code.stall_id)
        if held is None or held.code.serial < card.code.serial:
            newest[card.code.stall_id] = card
    return list(newest.values())


def by_check_code(session: Session, check: str) -> Printed:
    """Return the card behind a check code (no dash, capitals); raise NotFound."""
    where = session.execute(
        select(CheckCode.market_id, CheckCode.code_id).where(CheckCode.code == check)
    ).one_or_none()
    if where is None:
        raise NotFound(say("Không có mã kiểm tra này."), code="unknown_check_code")
    return printed(session, where.market_id, where.code_id)


def _stall_query(market_id: uuid.UUID) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Stall.market_id,
            Stall.id,
            Stall.number,
            Stall.name,
            Stall.goods,
            Stall.zone_id,
            Zone.name.label("zone"),
            Stall.state,
            Stall.reference,
            Stall.household_id,
            IssuedCode.state.label("code_state"),
            IssuedCode.id.label("code_id"),
            IssuedCode.serial,
            Stall.created_at,
        )
        .select_from(Stall)
        .outerjoin(Zone, and_(Zone.market_id == Stall.market_id, Zone.id == Stall.zone_id))
        .outerjoin(
            _NEWEST, and_(_NEWEST.c.market_id == Stall.market_id, _NEWEST.c.stall_id == Stall.id)
        )
        .outerjoin(
            IssuedCode,
            and_(IssuedCode.market_id == Stall.market_id, IssuedCode.serial == _NEWEST.c.serial),
        )
        .where(Stall.market_id == market_id)
        .order_by(func.coalesce(Zone.position, 1_000_000), Stall.sort_key, Stall.number)
    )


def _stall_row(row: Row[*tuple[Any, ...]]) -> StallRow:
    values: list[Any] = list(row)
    values[_CODE_STATE] = values[_CODE_STATE] or "none"
    return StallRow(*values)


def _code_row(row: Any, end_reason: str | None = None) -> CodeRow:
    values: list[Any] = [*row[: len(_CODE)], end_reason]
    return CodeRow(*values)


def printed_cards(session: Session, *where: ColumnElement[bool]) -> list[Printed]:
    """Return what stands on the cards of codes, by zone and stall; of the erased nothing."""
    query = (
        select(
            *_CODE,
            Stall.number.label("stall_number"),
            Stall.name.label("stall_name"),
            Stall.reference,
            Market.name.label("market_name"),
            BeneficiaryAccount.bin,
            BeneficiaryAccount.number,
            BeneficiaryAccount.last4,
            BeneficiaryAccount.holder,
        )
        .select_from(IssuedCode)
        .join(Stall, and_(Stall.market_id == IssuedCode.market_id, Stall.id == IssuedCode.stall_id))
        .join(Market, Market.id == Stall.market_id)
        .join(
            BeneficiaryAccount,
            and_(
                BeneficiaryAccount.market_id == IssuedCode.market_id,
                BeneficiaryAccount.id == IssuedCode.account_id,
            ),
        )
        .outerjoin(Zone, and_(Zone.market_id == Stall.market_id, Zone.id == Stall.zone_id))
        .where(*where)
        .order_by(func.coalesce(Zone.position, 1_000_000), Stall.sort_key, Stall.number)
    )
    rows: Sequence[Any] = session.execute(query).all()
    vault = vault_of(session)
    cards = []
    for row in rows:
        number = vault.open_text(session, row.number, column=NUMBER)
        holder = vault.open_text(session, row.holder, column=HOLDER)
        if number is None or holder is None:
            continue
        stands = (row.stall_number, row.stall_name, row.market_name, row.reference, row.bin)
        code = _code_row(row)
        cards.append(Printed(code, *stands, number, row.last4, holder))
    return cards
