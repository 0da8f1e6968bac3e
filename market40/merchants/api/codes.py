"""Codes: what a stall's live code says, as text and as files; issued again, revoked."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Response, request
from sqlalchemy.orm import Session

from market40.core.errors import InvalidInput
from market40.core.texts import say
from market40.db.engine import read
from market40.merchants import schemas, service, store
from market40.merchants.api.common import blueprint
from market40.merchants.delivery import actor, file_answer, own_live_code, rng
from market40.merchants.domain.codes import check_code_display
from market40.vietqr import selfcheck
from market40.vietqr.sheets import SHEETS, Card, cards_pdf, strip_png
from market40.vietqr.symbol import ON_STALL
from market40.web.context import kit
from market40.web.guard import may, principal, require_market, takes
from market40.web.idempotency import Answer, answer_once, idempotent


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


@blueprint.get("/stalls/<uuid:market_id>/<uuid:stall_id>/code/strip.png")
@blueprint.doc(parameters=[schemas.STRIP])
@blueprint.response(200, schemas.BINARY, content_type="image/png")
@takes("paper")
@may("vendor", "board", "operator")
def get_code_strip(market_id: uuid.UUID, stall_id: uuid.UUID) -> Response:
    """Give a stall's card for a thermal printer: black and white, a pixel for each of its dots.

    `?paper=` is the paper's width, 80 or 58 mm: 576 or 384 dots.
    """
    sheet = SHEETS.get(f"r{request.args.get('paper', '80')}")
    if sheet is None:
        raise InvalidInput(say("Khổ giấy nhiệt là 80 hoặc 58."), place="paper")
    settings = kit().settings

    def work(session: Session) -> tuple[str, Card]:
        code = own_live_code(session, market_id, stall_id)
        card = service.card_of(
            session, market_id, code.id, public_url=settings.public_url, demo=settings.demo
        )
        return f"{code.check_code}-{sheet.name}.png", card

    name, card = read(kit().engine, work)
    return file_answer(strip_png(card, sheet), "image/png", name, inline=True)


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
            picture = selfcheck.png(payload, level=ON_STALL, module_px=12)
            return file_answer(picture, "image/png", name, inline=True)
        drawing = selfcheck.svg(payload, level=ON_STALL)
        return file_answer(drawing, "image/svg+xml", name, inline=True)

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

    def work(session: Session) -> Answer:
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

    def work(session: Session) -> Answer:
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
