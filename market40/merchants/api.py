"""JSON of markets, stalls and codes: /api/v1/markets and /api/v1/stalls."""

from __future__ import annotations

import uuid
from typing import Any, Final

from flask import Response, request
from flask_smorest import Blueprint
from sqlalchemy.orm import Session

from market40.core import market_days
from market40.core.clock import local_day
from market40.core.errors import InvalidInput
from market40.db.engine import read
from market40.merchants import schemas, service, store
from market40.merchants.delivery import (
    actor,
    file_answer,
    market_body,
    own_live_code,
    rng,
    scope_of,
)
from market40.merchants.domain.codes import check_code_display
from market40.merchants.domain.csv_text import BYTES_LIMIT
from market40.merchants.domain.registration import (
    Flaw,
    MarketRegistration,
    StallRegistration,
    api_place,
    read_stall,
)
from market40.merchants.domain.sheet import read_csv
from market40.places import store as places
from market40.vietqr import images
from market40.vietqr.sheets import cards_pdf
from market40.web.context import kit
from market40.web.guard import accepts_upload, may, principal, require_market
from market40.web.idempotency import answer_once, idempotent
from market40.web.paging import PARAMETERS, cursor_after, page_asked
from market40.web.query import words_asked, yes_or_no

blueprint = Blueprint("merchants_api", __name__, url_prefix="/api/v1")

_UNCONFIRMED: Final = "Cần xác nhận tên chủ tài khoản với từng tiểu thương (holders_confirmed)."


@blueprint.get("/markets")
@blueprint.response(200, schemas.MarketsOut)
@may("board", "official", "operator")
def list_markets() -> dict[str, object]:
    """List the markets in the caller's scope, with their counts."""

    def work(session: Session) -> list[store.MarketSummary]:
        return store.summaries(session, ids=scope_of(session, principal()))

    return {"markets": [market_body(summary) for summary in read(kit().engine, work)]}


@blueprint.post("/markets")
@blueprint.arguments(schemas.MarketIn)
@blueprint.response(201, schemas.MarketOut)
@idempotent
@may("operator")
def addmarket_body(asked: dict[str, Any]) -> Response:
    """Put a market on."""
    shop, now = kit(), kit().clock.now()
    registration = MarketRegistration(
        asked["name"],
        asked["commune_id"],
        asked["legacy_commune_id"],
        market_days.from_json(asked["calendar"]),
        asked["opened_on"] or local_day(now),
    )

    def work(session: Session) -> tuple[dict[str, object], int]:
        places.unit(session, registration.commune_id)
        places.unit(session, registration.legacy_commune_id)
        made = service.register_market(session, registration, market_id=shop.ids.new(), now=now)
        body = market_body(store.MarketSummary(made, 0, 0))
        return schemas.MarketOut().dump(body), 201

    return answer_once(shop.engine, work)


@blueprint.get("/markets/<uuid:market_id>/stalls")
@blueprint.doc(parameters=PARAMETERS)
@blueprint.response(200, schemas.StallsOut)
@may("board", "operator")
def list_stalls(market_id: uuid.UUID) -> dict[str, object]:
    """List a market's stalls by zone and number; ?limit= to 200, ?cursor= from `next`."""
    require_market(principal(), market_id)
    words_asked("limit", "cursor")
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
        raise InvalidInput("Có sạp chưa đăng ký được.", faults=faults)
    return _register(market_id, entries, confirmed=asked["holders_confirmed"])


@blueprint.post("/markets/<uuid:market_id>/stalls/import")
@accepts_upload(BYTES_LIMIT)
@blueprint.doc(parameters=[schemas.CONFIRMED], requestBody=schemas.CSV_BODY)
@blueprint.response(201, schemas.RegisteredAllOut)
@idempotent
@may("board", "operator")
def import_stalls(market_id: uuid.UUID) -> Response:
    """Put a whole market on from CSV in the body; `?holders_confirmed=true` says who checked."""
    require_market(principal(), market_id)
    confirmed = yes_or_no(words_asked("holders_confirmed"), "holders_confirmed")
    if request.mimetype not in schemas.CSV_TYPES:
        raise InvalidInput("Gửi tệp CSV trong thân yêu cầu (text/csv).", code="not_csv")
    sheet = read_csv(request.get_data(cache=True))
    if not sheet.faults:
        today = local_day(kit().clock.now())
        sheet = read(kit().engine, lambda s: service.against_market(s, market_id, sheet, day=today))
    if sheet.faults:
        raise InvalidInput("Tệp có lỗi, chưa ghi gì.", faults=sheet.faults, code="sheet_faults")
    return _register(market_id, list(sheet.registrations), confirmed=confirmed)


@blueprint.get("/stalls/<uuid:market_id>/<uuid:stall_id>")
@blueprint.response(200, schemas.StallOut)
@may("board", "operator")
def get_stall(market_id: uuid.UUID, stall_id: uuid.UUID) -> store.StallRow:
    """Give one stall."""
    require_market(principal(), market_id)
    return read(kit().engine, lambda s: store.stall_row(s, market_id, stall_id))


@blueprint.get("/stalls/<uuid:market_id>/<uuid:stall_id>/code")
@blueprint.response(200, schemas.CodeOut)
@may("vendor", "board", "operator")
def get_code(market_id: uuid.UUID, stall_id: uuid.UUID) -> dict[str, object]:
    """Give a stall's live code: its payload is what every picture of it holds."""
    address = kit().settings.public_url

    def work(session: Session) -> dict[str, object]:
        code = own_live_code(session, market_id, stall_id)
        return {
            "serial": code.serial,
            "check_code": check_code_display(code.check_code),
            "state": code.state,
            "issued_at": code.issued_at,
            "payload": service.payload_of(session, market_id, code.id),
            "check_url": f"{address}/k/{code.check_code}",
        }

    return read(kit().engine, work)


@blueprint.get("/stalls/<uuid:market_id>/<uuid:stall_id>/code.png")
@blueprint.response(200, schemas.BINARY, content_type="image/png")
@may("vendor", "board", "operator")
def get_code_png(market_id: uuid.UUID, stall_id: uuid.UUID) -> Response:
    """Give a stall's live code as PNG."""
    return _code_file(market_id, stall_id, "png")


@blueprint.get("/stalls/<uuid:market_id>/<uuid:stall_id>/code.svg")
@blueprint.response(200, schemas.BINARY, content_type="image/svg+xml")
@may("vendor", "board", "operator")
def get_code_svg(market_id: uuid.UUID, stall_id: uuid.UUID) -> Response:
    """Give a stall's live code as SVG."""
    return _code_file(market_id, stall_id, "svg")


@blueprint.get("/stalls/<uuid:market_id>/<uuid:stall_id>/code.pdf")
@blueprint.response(200, schemas.BINARY, content_type="application/pdf")
@may("vendor", "board", "operator")
def get_code_pdf(market_id: uuid.UUID, stall_id: uuid.UUID) -> Response:
    """Give the A6 card of a stall's live code as PDF."""
    return _code_file(market_id, stall_id, "pdf")


def _code_file(market_id: uuid.UUID, stall_id: uuid.UUID, kind: str) -> Response:
    """Return a stall's live code as PNG or SVG, or its A6 card as PDF."""
    settings = kit().settings

    def work(session: Session) -> Response:
        code = own_live_code(session, market_id, stall_id)
        name = f"{code.check_code}.{kind}"
        if kind == "pdf":
            card = service.card_of(
                session, market_id, code.id, public_url=settings.public_url, demo=settings.demo
            )
            return file_answer(cards_pdf([card]), "application/pdf", name, inline=True)
        payload = service.payload_of(session, market_id, code.id)
        if kind == "png":
            picture = images.png(payload, level="Q", module_px=12)
            return file_answer(picture, "image/png", name, inline=True)
        return file_answer(images.svg(payload, level="Q"), "image/svg+xml", name, inline=True)

    return read(kit().engine, work)


@blueprint.post("/stalls/<uuid:market_id>/<uuid:stall_id>/code/reissue")
@blueprint.arguments(schemas.ReasonIn)
@blueprint.response(201, schemas.IssuedOut)
@idempotent
@may("board", "operator")
def reissue_code(asked: dict[str, Any], market_id: uuid.UUID, stall_id: uuid.UUID) -> Response:
    """Issue a stall's code again: new serial and check code, the old ones superseded."""
    require_market(principal(), market_id)
    shop, who = kit(), actor()

    def work(session: Session) -> tuple[dict[str, object], int]:
        made = service.reissue_code(
            session,
            market_id,
            stall_id,
            reason=asked["reason"],
            actor_id=who,
            now=shop.clock.now(),
            ids=shop.ids,
            rng=rng(),
        )
        return {"serial": made.serial, "check_code": check_code_display(made.check_code)}, 201

    return answer_once(shop.engine, work)


@blueprint.post("/stalls/<uuid:market_id>/<uuid:stall_id>/code/revoke")
@blueprint.arguments(schemas.ReasonIn)
@blueprint.response(200, schemas.EndedOut)
@idempotent
@may("board", "operator")
def revoke_code(asked: dict[str, Any], market_id: uuid.UUID, stall_id: uuid.UUID) -> Response:
    """Revoke a stall's live code for good."""
    require_market(principal(), market_id)
    shop, who = kit(), actor()

    def work(session: Session) -> tuple[dict[str, object], int]:
        code = store.live_code(session, market_id, stall_id)
        service.revoke_code(
            session,
            market_id,
            code.id,
            reason=asked["reason"],
            actor_id=who,
            now=shop.clock.now(),
        )
        return {"state": "revoked"}, 200

    return answer_once(shop.engine, work)


def _register(
    market_id: uuid.UUID, entries: list[StallRegistration], *, confirmed: bool
) -> Response:
    if not confirmed and any(entry.has_account for entry in entries):
        raise InvalidInput(_UNCONFIRMED, place="holders_confirmed", code="holders_unconfirmed")
    shop, who, now = kit(), actor(), kit().clock.now()

    def work(session: Session) -> tuple[dict[str, object], int]:
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
