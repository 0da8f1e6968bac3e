"""Who is paid at a stall at an instant, also when nobody can be: the stall's names remain."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from market40.core.errors import NotFound
from market40.core.texts import say
from market40.merchants import store as merchants
from market40.merchants.tables import Market, Stall


@dataclass(frozen=True, slots=True)
class Payee:
    """A stall with its account; the account's fields are empty when it has none."""

    stall_id: uuid.UUID
    state: str
    stall_number: str
    stall_name: str
    market_name: str
    account_id: uuid.UUID | None = None
    bin: str = ""
    number: str = ""
    last4: str = ""
    holder: str = ""
    key_id: uuid.UUID | None = None


def payee_of_stall(
    session: Session, *, market_id: uuid.UUID, stall_id: uuid.UUID, at: datetime
) -> Payee:
    """Return a stall of the market with the account it is paid into; raise NotFound."""
    stall = session.execute(
        select(Stall.state, Stall.number, Stall.name, Market.name)
        .join(Market, Market.id == Stall.market_id)
        .where(Stall.market_id == market_id, Stall.id == stall_id)
    ).one_or_none()
    if stall is None:
        raise NotFound(say("Không có sạp này trong chợ."))
    names = (stall_id, stall[0], stall[1], stall[2], stall[3])
    paid = merchants.payee_of_stall(session, market_id, stall_id, at)
    if paid is None:
        return Payee(*names)
    account = (paid.account_id, paid.bin, paid.number, paid.last4, paid.holder)
    return Payee(*names, *account, key_id=paid.key_id)
