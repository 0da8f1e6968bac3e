"""Use cases of inspections: lists that go out, what was found, rounds, answers, buyers' reports."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy.orm import Session

from market40.core.clock import local_day
from market40.core.errors import Conflict, InputFault, InvalidInput, Market40Error, NotFound
from market40.core.ids import Ids
from market40.core.texts import say
from market40.db.conflict import insert_if_absent
from market40.db.engine import vault_of
from market40.merchants import store
from market40.merchants.domain import inspection as rules
from market40.merchants.tables import Inspection, InspectionRound

AHEAD: Final = dt.timedelta(minutes=10)
OLDEST: Final = dt.timedelta(days=60)
ROUND_DAYS: Final = 90


@dataclass(frozen=True, slots=True)
class Observation:
    """What a phone or a photo saw at a stall.

    `id` was drawn where it was seen, and makes it one however often it is sent. A code that the
    phone knew from its list is given by its mark, any other by its text. `told` is the verdict
    that the phone showed, None where it showed none.
    """

    id: uuid.UUID
    stall_id: uuid.UUID
    at: dt.datetime
    way: str
    texts: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()
    told: str | None = None
    list_id: uuid.UUID | None = None
    photo_hash: bytes | None = None


@dataclass(frozen=True, slots=True)
class Recorded:
    """What became of an observation: a verdict, or the fault for which it was not taken.

    `again`: it had been recorded before, and nothing was written. `frame` says what each code is.
    """

    id: uuid.UUID
    verdict: rules.Verdict | None
    frame: rules.Frame | None = None
    again: bool = False
    fault: InputFault | None = None


@dataclass(frozen=True, slots=True)
class _Judged:
    """An observation with its verdict, and the row that is to be written."""

    id: uuid.UUID
    frame: rules.Frame
    row: Mapping[str, object]


def list_salt(session: Session, list_id: uuid.UUID) -> bytes:
    """Return the salt of a list's marks (16 bytes), always the same for one list."""
    return vault_of(session).sign("inspection-list", list_id.bytes)[:16]


def record(
    session: Session,
    market_id: uuid.UUID,
    seen: Sequence[Observation],
    *,
    actor_id: uuid.UUID,
    now: dt.datetime,
) -> list[Recorded]:
    """Judge observations and write them down at once; as `plan_record` and what it returns."""
    return plan_record(session, market_id, seen, actor_id=actor_id, now=now)(session)


def plan_record(
    session: Session,
    market_id: uuid.UUID,
    seen: Sequence[Observation],
    *,
    actor_id: uuid.UUID,
    now: dt.datetime,
) -> Callable[[Session], list[Recorded]]:
    """Judge observations of one market; what it returns writes each of them once.

    That tells what became of each, in order. Judging a hundred takes longer than a payment may
    wait for SQLite's one writer, so it is done where only reading is. The verdict is reckoned
    from what was seen and from the codes as they were then; what the phone told is kept beside
    it. One that cannot be taken stops no other: its fault is in its place. Raises InvalidInput
    `too_many` for more than BATCH_LIMIT.
    """
    if len(seen) > rules.BATCH_LIMIT:
        raise InvalidInput(
            say("Mỗi lần gửi nhiều nhất %(n)s lượt kiểm tra.", n=rules.BATCH_LIMIT),
            code="too_many",
            place="inspections",
        )
    judged = [_judged(session, market_id, one, actor_id=actor_id, now=now) for one in seen]

    def write(writing: Session) -> list[Recorded]:
        done: dict[int, Recorded] = {}
        # In one order for all: two sendings of the same must not wait for each other's rows.
        for place, one in sorted(enumerate(judged), key=lambda pair: pair[1].id):
            done[place] = one if isinstance(one, Recorded) else _written(writing, market_id, one)
        return [done[place] for place in range(len(judged))]

    return write


def _judged(
    session: Session,
    market_id: uuid.UUID,
    one: Observation,
    *,
    actor_id: uuid.UUID,
    now: dt.datetime,
) -> _Judged | Recorded:
    try:
        key_id = store.key_of_stall(session, market_id, one.stall_id)
        texts = _texts(session, market_id, one, now)
    except (NotFound, InvalidInput) as error:
        return _refused(one.id, error)
    at = min(one.at, now)
    accounts = {account for text in texts for account in rules.paid_by(text)}
    known = store.codes_to_compare(session, market_id, one.stall_id, accounts, at)
    frame = rules.judge_frame(texts, one.stall_id, known)
    hers = {code.code_id for code in known if code.stall_id == one.stall_id}
    kept = None
    if frame.verdict not in rules.CALM:
        said = json.dumps(texts)
        kept = vault_of(session).seal_if_kept(session, key_id, said, column=store.SEEN)
    row = {
        "market_id": market_id,
        "id": one.id,
        "stall_id": one.stall_id,
        "verdict": frame.verdict,
        "told": one.told,
        "code_id": next((f.code_id for f in frame.found if f.code_id in hers), None),
        "codes": len(frame.found),
        "way": one.way,
        "inspected_at": at,
        "received_at": now,
        "inspected_by": actor_id,
        "list_id": one.list_id,
        "digest": _digest(session, one),
        "photo_hash": one.photo_hash,
        "seen": kept,
    }
    return _Judged(one.id, frame, row)


def _written(session: Session, market_id: uuid.UUID, one: _Judged) -> Recorded:
    if insert_if_absent(session, Inspection, [one.row], keys=("market_id", "id")):
        return Recorded(one.id, one.frame.verdict, one.frame)
    earlier = store.inspection_of(session, market_id, one.id)
    assert earlier is not None  # facts are never deleted
    kept, sent = earlier
    if sent != one.row["digest"]:
        message = say("Số lượt kiểm tra này đã dùng cho nội dung khác.")
        return _refused(one.id, Conflict(message, code="inspection_differs", place="id"))
    verdict: rules.Verdict = next(v for v in rules.VERDICTS if v == kept.verdict)
    return Recorded(one.id, verdict, one.frame, again=True)


def _refused(inspection_id: uuid.UUID, error: Market40Error) -> Recorded:
    fault = InputFault(error.code, error.place or "", error.detail)
    return Recorded(inspection_id, None, fault=fault)


def _digest(session: Session, one: Observation) -> bytes:
    """Return what tells two sendings under one id apart; keyed, since it speaks of accounts."""
    said = json.dumps(
        [one.stall_id.hex, one.at.isoformat(), one.way, one.texts, one.marks, one.told]
    )
    return vault_of(session).lookup("inspection", said)


def _texts(
    session: Session, market_id: uuid.UUID, one: Observation, now: dt.datetime
) -> tuple[str, ...]:
    """Return the texts that were seen, marks read back; raise what is wrong with a sending."""
    if one.way not in rules.WAYS:
        raise InvalidInput(say("Không có cách kiểm tra này."), code="unknown_way", place="way")
    if one.told is not None and one.told not in rules.VERDICTS:
        raise InvalidInput(say("Không có kết quả này."), code="unknown_verdict", place="told")
    if not now - OLDEST <= one.at <= now + AHEAD:
        message = say("Giờ kiểm tra sai: xem lại đồng hồ của máy.")
        raise InvalidInput(message, code="bad_time", place="at")
    if len(one.texts) + len(one.marks) > rules.SYMBOLS_LIMIT or any(
        len(text) > rules.TEXT_LIMIT for text in one.texts
    ):
        raise InvalidInput(say("Quá nhiều mã trong một khung."), code="too_many", place="texts")
    if one.list_id is not None and not store.has_list(session, market_id, one.list_id):
        message = say("Danh sách này không phải của chợ.")
        raise InvalidInput(message, code="unknown_list", place="list_id")
    if not one.marks:
        return one.texts
    if one.list_id is None:
        message = say("Dấu chỉ đọc được cùng danh sách của nó.")
        raise InvalidInput(message, code="unknown_list", place="list_id")
    salt = list_salt(session, one.list_id)
    issued = {
        rules.mark_of_code(salt, code.payload): code.payload
        for code in store.codes_to_compare(session, market_id, one.stall_id, (), one.at)
    }
    unknown = [mark for mark in one.marks if mark not in issued]
    if unknown:
        message = say("Dấu này không có ở sạp.")
        raise InvalidInput(message, code="unknown_mark", place="marks")
    return (*one.texts, *(issued[mark] for mark in one.marks))


def begin_round(
    session: Session,
    market_id: uuid.UUID,
    *,
    due_on: dt.date,
    actor_id: uuid.UUID,
    now: dt.datetime,
    ids: Ids,
) -> uuid.UUID:
    """Begin a round: every stall is due from now on, until inspected, at the latest on a day.

    Raises NotFound for the market and InvalidInput `bad_day` for a day before today or more than
    ROUND_DAYS ahead.
    """
    store.market(session, market_id)
    today = local_day(now)
    if not today <= due_on <= today + dt.timedelta(days=ROUND_DAYS):
        message = say("Chọn một ngày từ hôm nay đến %(n)s ngày nữa.", n=ROUND_DAYS)
        raise InvalidInput(message, code="bad_day", place="due_on")
    round_id = ids.new()
    session.add(
        InspectionRound(
            market_id=market_id, id=round_id, begins_at=now, due_on=due_on, begun_by=actor_id
        )
    )
    session.flush()
    return round_id
