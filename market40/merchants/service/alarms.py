"""Use cases of alarms: buyers report another name, and the board says what it did."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Final

from sqlalchemy.orm import Session

from market40.core.clock import day_bounds, local_day
from market40.core.errors import Conflict, InvalidInput, NotFound, RateLimited
from market40.core.ids import Ids
from market40.core.text import ascii_upper_name, clean_name
from market40.core.texts import say
from market40.db.engine import vault_of
from market40.merchants import store
from market40.merchants.domain.alarms import DEEDS
from market40.merchants.tables import AlarmAnswer, NameReport

NAME_LIMIT: Final = 60
NOTE_LIMIT: Final = 200
REPORTS_A_DAY: Final = 20  # of one code: more say nothing that twenty do not


def report_name(
    session: Session, check: str, said: str, *, now: dt.datetime, ids: Ids
) -> uuid.UUID | None:
    """Note that a buyer's bank shows another name than the card behind a check code does.

    Returns the report's id, or None where the name is the card's after all, compared as banks
    write it; an empty one is a report too. Raises NotFound, InvalidInput for the name, and
    RateLimited after REPORTS_A_DAY of one code.
    """
    card = store.by_check_code(session, check)
    name = clean_name(said, limit=NAME_LIMIT, place="said") if said.strip() else ""
    if name and ascii_upper_name(name) == ascii_upper_name(card.holder):
        return None
    market_id, code = card.code.market_id, card.code
    today, tomorrow = day_bounds(local_day(now))
    if store.reports_since(session, market_id, code.id, today) >= REPORTS_A_DAY:
        wait = int((tomorrow - now).total_seconds())
        message = say("Hôm nay đã có nhiều người báo; ban quản lý đang xem.")
        raise RateLimited(message, retry_after_s=wait, code="enough_reports")
    key_id = store.key_of_stall(session, market_id, code.stall_id)
    sealed = vault_of(session).seal_if_kept(session, key_id, name or None, column=store.SAID)
    report_id = ids.new()
    session.add(
        NameReport(market_id=market_id, id=report_id, code_id=code.id, reported_at=now, said=sealed)
    )
    session.flush()
    return report_id


def answer_alarm(
    session: Session,
    market_id: uuid.UUID,
    subject_id: uuid.UUID,
    *,
    did: str,
    note: str,
    actor_id: uuid.UUID,
    now: dt.datetime,
) -> None:
    """Write down what the board did about an alarm or a report, which is then no longer open.

    `note` may be empty. Raises InvalidInput for the deed or the note, NotFound for what is no
    alarm of the market, and Conflict `alarm_answered`. Run it in
    `transact(..., retry_conflicts=True)`.
    """
    if did not in DEEDS:
        raise InvalidInput(say("Chưa chọn đã làm gì."), code="unknown_deed", place="did")
    said = clean_name(note, limit=NOTE_LIMIT, place="note") if note.strip() else ""
    stall_id = _open(session, market_id, subject_id)
    key_id = store.key_of_stall(session, market_id, stall_id)
    sealed = vault_of(session).seal_if_kept(session, key_id, said or None, column=store.NOTE)
    session.add(
        AlarmAnswer(
            market_id=market_id,
            subject_id=subject_id,
            did=did,
            note=sealed,
            answered_by=actor_id,
            answered_at=now,
        )
    )
    session.flush()


def _open(session: Session, market_id: uuid.UUID, subject_id: uuid.UUID) -> uuid.UUID:
    """Return the stall of an open alarm or report."""
    stall_id = store.stall_of_alarm(session, market_id, subject_id)
    if stall_id is not None:
        if store.is_answered(session, market_id, subject_id):
            raise Conflict(say("Việc này đã được trả lời rồi."), code="alarm_answered")
        return stall_id
    raise NotFound(say("Không có báo động này ở chợ."))
