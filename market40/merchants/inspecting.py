"""What the inspections' API and pages share: reading what a phone sends, saying what it is."""

from __future__ import annotations

import datetime as dt
import hashlib
import uuid
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from market40.core.errors import InvalidInput
from market40.core.texts import say
from market40.db.engine import read
from market40.merchants import service, store
from market40.merchants.delivery import actor
from market40.merchants.domain.inspection import SYMBOLS_LIMIT, VERDICT_WORDS, Found
from market40.vietqr import banks
from market40.vietqr.photo_reader import PhotoReader
from market40.web.context import kit
from market40.web.i18n import told


def observation(sent: Mapping[str, Any]) -> service.Observation:
    """Return what a checked `schemas.InspectionIn` holds."""
    return service.Observation(
        id=sent["id"],
        stall_id=sent["stall_id"],
        at=sent["at"].astimezone(dt.UTC),
        way=sent["way"],
        texts=tuple(sent["texts"]),
        marks=tuple(sent["marks"]),
        told=sent["told"],
        list_id=sent["list_id"],
    )


def of_photo(stall_id: uuid.UUID, data: bytes) -> service.Observation:
    """Return what a photo shows: the QR codes of the whole frame.

    Raises `vietqr.photo.PhotoRefused`, RateLimited `photos_waiting` while others are read, and
    InvalidInput `too_many` for more codes than are compared: the one left out might be the
    strange one.
    """
    seen = kit().memory.of(PhotoReader).read(data).seen
    texts = tuple(dict.fromkeys(one.text for one in seen))
    if len(texts) > SYMBOLS_LIMIT:
        message = say("Ảnh có quá nhiều mã; hãy chụp gần hơn, chỉ mã của sạp.")
        raise InvalidInput(message, code="too_many", place="photo")
    return service.Observation(
        id=kit().ids.new(),
        stall_id=stall_id,
        at=kit().clock.now(),
        way="photo",
        texts=texts,
        photo_hash=hashlib.sha256(data).digest(),
    )


def judged(
    market_id: uuid.UUID, seen: Sequence[service.Observation]
) -> Callable[[Session], list[service.Recorded]]:
    """Judge what was seen, in a transaction that only reads; what it returns writes it down."""
    shop, who = kit(), actor()
    now = shop.clock.now()
    return read(
        shop.engine,
        lambda session: service.plan_record(session, market_id, seen, actor_id=who, now=now),
    )


def bodies(
    session: Session, market_id: uuid.UUID, done: Sequence[service.Recorded]
) -> list[dict[str, object]]:
    """Return what became of observations as JSON has it, in order: no whole account, no name."""
    code_ids = {
        found.code_id for one in done if one.frame for found in one.frame.found if found.code_id
    }
    numbers = store.stall_numbers(session, market_id, code_ids)
    return [_body(one, numbers) for one in done]


def _body(done: service.Recorded, numbers: Mapping[uuid.UUID, str]) -> dict[str, object]:
    if done.fault is not None:
        fault = done.fault
        said = {"code": fault.code, "place": fault.place, "message": told(fault.message)}
        return {"id": str(done.id), "verdict": None, "fault": said, "codes": [], "again": False}
    frame = done.frame
    return {
        "id": str(done.id),
        "verdict": done.verdict,
        "words": told(VERDICT_WORDS[str(done.verdict)]),
        "again": done.again,
        "others": frame.others if frame else 0,
        "codes": [_found(one, numbers) for one in frame.found] if frame else [],
    }


def _found(one: Found, numbers: Mapping[uuid.UUID, str]) -> dict[str, object]:
    bank, last4 = None, None
    if one.account is not None:
        bank, last4 = banks.name_of(one.account[0]), one.account[1][-4:]
    return {
        "verdict": one.verdict,
        "words": told(VERDICT_WORDS[one.verdict]),
        "stall": numbers.get(one.code_id) if one.code_id else None,
        "differs": list(one.differs),
        "bank": bank,
        "last4": last4,
    }
