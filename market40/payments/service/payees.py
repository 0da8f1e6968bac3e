"""Who is paid at a stall at an instant: the account's number and holder, the stall's names."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from market40.core.errors import NotFound
from market40.db.engine import vault_of
from market40.merchants.tables import BeneficiaryAccount, Market, Stall, StallAccount


@dataclass(frozen=True, slots=True)
class Payee:
    """A stall with its account; the account's fields are empty when it has none."""

    stall_id: uuid.UUID
    state: str
    stall_number: str
    stall_name: str
    stall_reference: str
    market_name: str
    account_id: uuid.UUID | None = None
    bin: str = ""
    number: str = ""
    last4: str = ""
    holder: str = ""


def payee_of_stall(
    session: Session, *, market_id: uuid.UUID, stall_id: uuid.UUID, at: datetime
) -> Payee:
    """Return a stall of the market with the account it is paid into; raise NotFound."""
    stall = session.execute(
        select(Stall.state, Stall.number, Stall.name, Stall.reference, Market.name)
        .join(Market, Market.id == Stall.market_id)
        .where(Stall.market_id == market_id, Stall.id == stall_id)
    ).one_or_none()
    if stall is None:
        raise NotFound("Không có sạp này trong chợ.")
    account = session.execute(
        select(BeneficiaryAccount)
        .join(
            StallAccount,
            (StallAccount.market_id == BeneficiaryAccount.market_id)
            & (StallAccount.account_id == BeneficiaryAccount.id),
        )
        .where(
            StallAccount.market_id == market_id,
            StallAccount.stall_id == stall_id,
            StallAccount.starts_at <= at,
            or_(StallAccount.ends_at.is_(None), StallAccount.ends_at > at),
        )
        .order_by(StallAccount.starts_at.desc())
        .limit(1)
    ).scalar_one_or_none()
    names = (stall_id, stall[0], stall[1], stall[2], stall[3], stall[4])
    if account is None:
        return Payee(*names)
    vault = vault_of(session)
    number = vault.open_text(session, account.number, column="account.number")
    holder = vault.open_text(session, account.holder, column="account.holder")
    if number is None:  # its key is destroyed: nobody can be paid there any more
        return Payee(*names)
    return Payee(*names, account.id, account.bin, number, account.last4, holder or "")
