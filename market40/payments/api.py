"""JSON of intents and cash tallies under /api/v1/stalls/<market>/<stall>."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any, Final, cast

from flask import Response
from flask_smorest import Blueprint
from sqlalchemy.orm import Session

from market40.core.errors import NotFound
from market40.db.engine import read
from market40.merchants.delivery import actor, require_stall
from market40.payments import schemas, service
from market40.payments.service.intents import Randomness
from market40.web.context import kit
from market40.web.guard import may
from market40.web.idempotency import answer_once, idempotent

blueprint = Blueprint("payments_api", __name__, url_prefix="/api/v1")

_LISTED: Final = timedelta(days=1)


@blueprint.post("/stalls/<uuid:market_id>/<uuid:stall_id>/intents")
@blueprint.arguments(schemas.IntentIn)
@blueprint.response(201, schemas.IntentOpened)
@idempotent
@may("vendor", "operator")
def open_intent(asked: dict[str, Any], market_id: uuid.UUID, stall_id: uuid.UUID) -> Response:
    """Expect an amount at a stall; gives a dynamic VietQR with amount and reference."""
    shop = kit()
    now = shop.clock.now()

    def work(session: Session) -> tuple[dict[str, object], int]:
        require_stall(session, market_id, stall_id)
        made = service.open_intent(
            session,
            market_id=market_id,
            stall_id=stall_id,
            amount_vnd=asked["amount_vnd"],
            label=asked["label"],
            actor_id=actor(),
            now=now,
            ids=shop.ids,
            rng=cast("Randomness", shop.rng),
        )
        body = {
            "id": made.intent_id,
            "reference": made.reference,
            "token": made.token,
            "payload": made.payload,
            "expires_at": made.expires_at,
        }
        return schemas.IntentOpened().dump(body), 201

    return answer_once(shop.engine, work)


@blueprint.get("/stalls/<uuid:market_id>/<uuid:stall_id>/intents")
@blueprint.response(200, schemas.IntentsOut)
@may("vendor", "operator")
def list_intents(market_id: uuid.UUID, stall_id: uuid.UUID) -> dict[str, object]:
    """List a stall's intents of the last day, newest first."""
    now = kit().clock.now()

    def work(session: Session) -> list[service.IntentView]:
        require_stall(session, market_id, stall_id)
        return service.intents_of_stall(
            session, market_id=market_id, stall_id=stall_id, since=now - _LISTED, now=now
        )

    return {"intents": read(kit().engine, work)}


@blueprint.get("/stalls/<uuid:market_id>/<uuid:stall_id>/intents/<uuid:intent_id>")
@blueprint.response(200, schemas.IntentOut)
@may("vendor", "operator")
def get_intent(
    market_id: uuid.UUID, stall_id: uuid.UUID, intent_id: uuid.UUID
) -> service.IntentView:
    """Show how one intent stands."""
    now = kit().clock.now()

    def work(session: Session) -> service.IntentView:
        require_stall(session, market_id, stall_id)
        view = service.intent_view(session, market_id=market_id, intent_id=intent_id, now=now)
        if view.stall_id != stall_id:
            raise NotFound("Không có yêu cầu thanh toán này.")
        return view

    return read(kit().engine, work)


@blueprint.post("/stalls/<uuid:market_id>/<uuid:stall_id>/tallies")
@blueprint.arguments(schemas.TallyIn, example=schemas.TALLY_EXAMPLE)
@blueprint.response(201, schemas.TallyOut)
@idempotent
@may("vendor", "board", "operator")
def add_tally(asked: dict[str, Any], market_id: uuid.UUID, stall_id: uuid.UUID) -> Response:
    """Write what a stall took on a day in cash and by other non-cash means."""
    shop = kit()
    now = shop.clock.now()

    def work(session: Session) -> tuple[dict[str, object], int]:
        require_stall(session, market_id, stall_id)
        tally_id = service.record_tally(
            session,
            market_id=market_id,
            stall_id=stall_id,
            actor_id=actor(),
            now=now,
            ids=shop.ids,
            **asked,
        )
        return schemas.TallyOut().dump({"id": tally_id}), 201

    return answer_once(shop.engine, work)
