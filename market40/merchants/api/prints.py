"""Print runs: put cards together for a sheet, follow, stop and resume the file, fetch it."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Response
from sqlalchemy.orm import Session

from market40.db.engine import read
from market40.merchants import schemas, service, store
from market40.merchants.api.common import blueprint
from market40.merchants.delivery import actor, begin_file, run_file
from market40.merchants.domain.prints import AT_ONCE
from market40.web.context import kit
from market40.web.guard import may, principal, require_market
from market40.web.idempotency import Answer, answer_once, idempotent


@blueprint.post("/markets/<uuid:market_id>/prints")
@blueprint.arguments(schemas.PrintIn)
@blueprint.response(201, schemas.PrintOut)
@idempotent
@may("board", "operator")
def add_print(asked: dict[str, Any], market_id: uuid.UUID) -> Response:
    """Put a market's cards together for a sheet: all, what changed since the last, or stalls."""
    require_market(principal(), market_id)
    shop, who = kit(), actor()

    def work(session: Session) -> Answer:
        made = service.plan_print(
            session,
            market_id,
            sheet=asked["sheet"],
            which=asked["which"],
            numbers=asked["stalls"],
            actor_id=who,
            now=shop.clock.now(),
            ids=shop.ids,
        )
        if made.cards > AT_ONCE:
            begin_file(session, market_id, made.id)
        return _body(session, market_id, made.id), 201

    return answer_once(shop.engine, work)


@blueprint.get("/markets/<uuid:market_id>/prints/<uuid:run_id>")
@blueprint.response(200, schemas.PrintOut)
@may("board", "operator")
def get_print_state(market_id: uuid.UUID, run_id: uuid.UUID) -> store.PrintFile:
    """Say how far a print run's file is."""
    require_market(principal(), market_id)
    return read(kit().engine, lambda session: store.print_file(session, market_id, run_id))


@blueprint.post("/markets/<uuid:market_id>/prints/<uuid:run_id>/stop")
@blueprint.response(200, schemas.PrintOut)
@idempotent
@may("board", "operator")
def stop_print(market_id: uuid.UUID, run_id: uuid.UUID) -> Response:
    """Stop the making of a print run's file; what is done is kept for a week."""
    require_market(principal(), market_id)

    def work(session: Session) -> Answer:
        service.stop_printing(session, market_id, run_id)
        return _body(session, market_id, run_id), 200

    return answer_once(kit().engine, work)


@blueprint.post("/markets/<uuid:market_id>/prints/<uuid:run_id>/resume")
@blueprint.response(200, schemas.PrintOut)
@idempotent
@may("board", "operator")
def resume_print(market_id: uuid.UUID, run_id: uuid.UUID) -> Response:
    """Go on with a print run's file that was stopped, or begin one that failed or is gone."""
    require_market(principal(), market_id)

    def work(session: Session) -> Answer:
        begin_file(session, market_id, run_id)
        return _body(session, market_id, run_id), 200

    return answer_once(kit().engine, work)


@blueprint.get("/markets/<uuid:market_id>/prints/<uuid:run_id>/cards.pdf")
@blueprint.response(200, schemas.BINARY, content_type="application/pdf")
@may("board", "operator")
def get_print(market_id: uuid.UUID, run_id: uuid.UUID) -> Response:
    """Give a print run's PDF, every page read back; its cards then count as printed."""
    require_market(principal(), market_id)
    return run_file(market_id, run_id)


def _body(session: Session, market_id: uuid.UUID, run_id: uuid.UUID) -> dict[str, object]:
    body: dict[str, object] = schemas.PrintOut().dump(store.print_file(session, market_id, run_id))
    return body
