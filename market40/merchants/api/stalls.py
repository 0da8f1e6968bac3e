"""Stalls: list and read them, register them by JSON or as a CSV of a whole market."""

from __future__ import annotations

import uuid
from typing import Any, Final

from flask import Response, request
from sqlalchemy.orm import Session

from market40.core.clock import local_day
from market40.core.errors import InvalidInput
from market40.core.texts import say
from market40.db.engine import read
from market40.merchants import schemas, service, store
from market40.merchants.api.common import blueprint
from market40.merchants.delivery import actor, rng
from market40.merchants.domain.csv_text import BYTES_LIMIT
from market40.merchants.domain.registration import Flaw, StallRegistration, api_place, read_stall
from market40.merchants.domain.sheet import read_csv
from market40.web.context import kit
from market40.web.guard import accepts_upload, may, principal, require_market, takes
from market40.web.idempotency import Answer, answer_once, idempotent
from market40.web.paging import PARAMETERS, cursor_after, page_asked
from market40.web.query import yes_or_no

_UNCONFIRMED: Final = say(
    "Cần xác nhận tên chủ tài khoản với từng tiểu thương (holders_confirmed)."
)


@blueprint.get("/markets/<uuid:market_id>/stalls")
@blueprint.doc(parameters=PARAMETERS)
@blueprint.response(200, schemas.StallsOut)
@takes("limit", "cursor")
@may("board", "operator")
def list_stalls(market_id: uuid.UUID) -> dict[str, object]:
    """List a market's stalls by zone and number; ?limit= to 200, ?cursor= from `next`."""
    require_market(principal(), market_id)
    asked = page_asked(parts=1)

    def work(session: Session) -> list[store.StallRow]:
        store.market(session, market_id)
        return store.stall_rows(session, market_id)

    rows = read(kit().engine, work)
    first = 0
    if asked.after is not None:
        places_of = {str(row.id): at for at, row in enumerate(rows, 1)}
        first = places_of.get(asked.after[0], len(rows))
    part = rows[first : first + asked.limit]
    more = first + asked.limit < len(rows)
    return {"stalls": part, "next": cursor_after([str(part[-1].id)]) if more else None}


@blueprint.post("/markets/<uuid:market_id>/stalls")
@accepts_upload(BYTES_LIMIT)
@blueprint.arguments(schemas.StallsIn, example=schemas.STALLS_EXAMPLE)
@blueprint.response(201, schemas.RegisteredAllOut)
@idempotent
@may("board", "operator")
def add_stalls(asked: dict[str, Any], market_id: uuid.UUID) -> Response:
    """Put stalls on, whole or not at all; faults are at `stalls[3].number`."""
    require_market(principal(), market_id)
    entries: list[StallRegistration] = []
    flaws: list[Flaw] = []
    for index, typed in enumerate(asked["stalls"]):
        entry, found = read_stall(typed, index=index)
        flaws += found
        if entry is not None:
            entries.append(entry)
    if flaws:
        faults = [flaw.as_fault(api_place) for flaw in flaws]
        raise InvalidInput(say("Có sạp chưa đăng ký được."), faults=faults)
    return _register(market_id, entries, confirmed=asked["holders_confirmed"])


@blueprint.post("/markets/<uuid:market_id>/stalls/import")
@accepts_upload(BYTES_LIMIT)
@blueprint.doc(parameters=[schemas.CONFIRMED], requestBody=schemas.CSV_BODY)
@blueprint.response(201, schemas.RegisteredAllOut)
@idempotent
@takes("holders_confirmed")
@may("board", "operator")
def import_stalls(market_id: uuid.UUID) -> Response:
    """Put a whole market on from CSV in the body; `?holders_confirmed=true` says who checked."""
    require_market(principal(), market_id)
    confirmed = yes_or_no("holders_confirmed")
    if request.mimetype not in schemas.CSV_TYPES:
        raise InvalidInput(say("Gửi tệp CSV trong thân yêu cầu (text/csv)."), code="not_csv")
    sheet = read_csv(request.get_data(cache=True))
    if not sheet.faults:
        today = local_day(kit().clock.now())
        sheet = read(kit().engine, lambda s: service.against_market(s, market_id, sheet, day=today))
    if sheet.faults:
        message = say("Tệp có lỗi, chưa ghi gì.")
        raise InvalidInput(message, faults=sheet.faults, code="sheet_faults")
    return _register(market_id, list(sheet.registrations), confirmed=confirmed)


@blueprint.get("/stalls/<uuid:market_id>/<uuid:stall_id>")
@blueprint.response(200, schemas.StallOut)
@may("board", "operator")
def get_stall(market_id: uuid.UUID, stall_id: uuid.UUID) -> store.StallRow:
    """Give one stall."""
    require_market(principal(), market_id)
    return read(kit().engine, lambda s: store.stall_row(s, market_id, stall_id))


def _register(
    market_id: uuid.UUID, entries: list[StallRegistration], *, confirmed: bool
) -> Response:
    if not confirmed and any(entry.has_account for entry in entries):
        raise InvalidInput(_UNCONFIRMED, place="holders_confirmed", code="holders_unconfirmed")
    shop, who, now = kit(), actor(), kit().clock.now()

    def work(session: Session) -> Answer:
        done = service.register_stalls(
            session,
            market_id,
            entries,
            actor_id=who,
            now=now,
            ids=shop.ids,
            rng=rng(),
            starts_on=local_day(now),
        )
        return schemas.RegisteredAllOut().dump({"stalls": done}), 201

    return answer_once(shop.engine, work)
