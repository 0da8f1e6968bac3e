"""Cash tallies: what a stall took on a day in cash and by other non-cash means."""

from __future__ import annotations

import uuid
from datetime import date, datetime

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from market40.core.clock import local_day
from market40.core.errors import Conflict, NotFound
from market40.core.ids import Ids
from market40.core.texts import say
from market40.merchants.tables import Stall, StallSpan
from market40.payments.domain.tally import Tally, read_tally
from market40.payments.store import allocations
from market40.payments.tables import CashTally


def record_tally(
    session: Session,
    *,
    market_id: uuid.UUID,
    stall_id: uuid.UUID,
    day: date,
    answer: str,
    cash_count: int = 0,
    cash_vnd: int = 0,
    other_count: int = 0,
    other_vnd: int = 0,
    drawn: bool = False,
    actor_id: uuid.UUID,
    now: datetime,
    ids: Ids,
) -> uuid.UUID:
    """Write what was said of a stall's day and return the row's id; the newest word counts.

    Raises InvalidInput `tally_invalid` with a fault for each thing wrong, NotFound for a stall
    that the market does not have, Conflict `stall_not_there` for a day on which it did not stand
    in the market.
    """
    tally = read_tally(
        day=day,
        today=local_day(now),
        answer=answer,
        cash_count=cash_count,
        cash_vnd=cash_vnd,
        other_count=other_count,
        other_vnd=other_vnd,
    )
    _check_stands(session, market_id, stall_id, day)
    tally_id = ids.new()
    row = _row(tally, market_id=market_id, stall_id=stall_id, id=tally_id)
    session.execute(
        insert(CashTally), [row | {"drawn": drawn, "actor_id": actor_id, "made_at": now}]
    )
    allocations.ask_roll_up(session, market_id, day, now)
    return tally_id


def _row(tally: Tally, **keys: object) -> dict[str, object]:
    return {
        **keys,
        "day": tally.day,
        "answer": tally.answer,
        "cash_count": tally.cash_count,
        "cash_vnd": tally.cash_vnd,
        "other_count": tally.other_count,
        "other_vnd": tally.other_vnd,
    }


def _check_stands(session: Session, market_id: uuid.UUID, stall_id: uuid.UUID, day: date) -> None:
    stall = select(Stall.id).where(Stall.market_id == market_id, Stall.id == stall_id)
    if session.execute(stall).first() is None:
        raise NotFound(say("Không có sạp này trong chợ."))
    spans = select(StallSpan.ends_on).where(
        StallSpan.market_id == market_id,
        StallSpan.stall_id == stall_id,
        StallSpan.starts_on <= day,
    )
    if not any(ends_on is None or day < ends_on for ends_on in session.scalars(spans)):
        raise Conflict(say("Ngày này sạp không ở chợ."), code="stall_not_there", place="day")
