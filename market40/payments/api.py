"""JSON of intents and cash tallies under /api/v1/stalls/<market>/<stall>."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final, TypeVar, cast

from flask import Response
from flask_smorest import Blueprint
from sqlalchemy.orm import Session

from market40.core.errors import NotFound
from market40.core.texts import say
from market40.db.engine import read
from market40.merchants.delivery import actor, require_stall
from market40.payments import schemas, service
from market40.payments.service.intents import Randomness
from market40.web.context import kit
from market40.web.guard import may
from market40.web.idempotency import Answer, answer_once, idempotent

blueprint = Blueprint("payments_api", __name__, url_prefix="/api/v1")

T = TypeVar("T")
_LISTED: Final = timedelta(days=1)


@blueprint.post("/stalls/<uuid:market_id>/<uuid:stall_id>/intents")
@blueprint.arguments(schemas.IntentIn)
@blueprint.response(201, schemas.IntentOpened)
@idempotent
@may("vendor", "operator")
def open_intent(asked: dict[str, Any], market_id: uuid.UUID, stall_id: uuid.UUID) -> Response:
    """Expect an amount at a stall; gives a dynamic VietQR with amount and reference."""
    shop = kit()

    def work(session: Session) -> Answer:
        made = service.open_intent(
            session,
            market_id=market_id,
            stall_id=stall_id,
            amount_vnd=asked["amount_vnd"],
            label=asked["label"],
            actor_id=actor(),
            now=shop.clock.now(),
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

    return _write_at(market_id, stall_id, work)


@blueprint.get("/stalls/<uuid:market_id>/<uuid:stall_id>/intents")
@blueprint.response(200, schemas.IntentsOut)
@may("vendor", "operator")
def list_intents(market_id: uuid.UUID, stall_id: uuid.UUID) -> dict[str, object]:
    """List a stall's intents of the last day, newest first."""
    now = kit().clock.now()

    def work(session: Session) -> list[service.IntentView]:
        return service.intents_of_stall(
            session, market_id=market_id, stall_id=stall_id, since=now - _LISTED, now=now
        )

    return {"intents": _read_at(market_id, stall_id, work)}


@blueprint.get("/stalls/<uuid:market_id>/<uuid:stall_id>/intents/<uuid:intent_id>")
@blueprint.response(200, schemas.IntentOut)
@may("vendor", "operator")
def get_intent(
    market_id: uuid.UUID, stall_id: uuid.UUID, intent_id: uuid.UUID
) -> service.IntentView:
    """Show how one intent stands."""
    now = kit().clock.now()

    def work(session: Session) -> service.IntentView:
        view = service.intent_view(session, market_id=market_id, intent_id=intent_id, now=now)
        if view.stall_id != stall_id:
            raise NotFound(say("Không có yêu cầu thanh toán này."))
        return view

    return _read_at(market_id, stall_id, work)


@blueprint.post("/stalls/<uuid:market_id>/<uuid:stall_id>/tallies")
@blueprint.arguments(schemas.TallyIn, example=schemas.TALLY_EXAMPLE)
@blueprint.response(201, schemas.TallyOut)
@idempotent
@may("vendor", "board", "operator")
def add_tally(asked: dict[str, Any], market_id: uuid.UUID, stall_id: uuid.UUID) -> Response:
    """Write what a stall took on a day in cash and by other non-cash means."""
    shop = kit()

    def work(session: Session) -> Answer:
        tally_id = service.record_tally(
            session,
            market_id=market_id,
            stall_id=stall_id,
            actor_id=actor(),
            now=shop.clock.now(),
            ids=shop.ids,
            **asked,
        )
        return schemas.TallyOut().dump({"id": tally_id}), 201

    return _write_at(market_id, stall_id, work)


def _read_at(market_id: uuid.UUID, stall_id: uuid.UUID, work: Callable[[Session], T]) -> T:
    """Return what `work` reads of a stall in the caller's scope; raise NotFound for another."""

    def within(session: Session) -> T:
        require_stall(session, market_id, stall_id)
        return work(session)

    return read(kit().engine, within)


def _write_at(
    market_id: uuid.UUID, stall_id: uuid.UUID, work: Callable[[Session], Answer]
) -> Response:
    """Answer once with what `work` does at a stall in the caller's scope; else NotFound."""

    def within(session: Session) -> Answer:
        require_stall(session, market_id, stall_id)
        return work(session)

    return answer_once(kit().engine, within)
