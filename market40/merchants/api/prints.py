"""Print runs: put cards together for a sheet, and fetch the file."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Response
from sqlalchemy.orm import Session

from market40.merchants import schemas, service
from market40.merchants.api.common import blueprint
from market40.merchants.delivery import actor, run_file
from market40.web.context import kit
from market40.web.guard import may, principal, require_market
from market40.web.idempotency import answer_once, idempotent


@blueprint.post("/markets/<uuid:market_id>/prints")
@blueprint.arguments(schemas.PrintIn)
@blueprint.response(201, schemas.PrintOut)
@idempotent
@may("board", "operator")
def add_print(asked: dict[str, Any], market_id: uuid.UUID) -> Response:
    """Put a market's cards together for a sheet: all, what changed since the last, or stalls."""
    require_market(principal(), market_id)
    shop, who = kit(), actor()

    def work(session: Session) -> tuple[dict[str, object], int]:
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
        return {"id": str(made.id), "sheet": made.sheet, "cards": made.cards}, 201

    return answer_once(shop.engine, work)


@blueprint.get("/markets/<uuid:market_id>/prints/<uuid:run_id>/cards.pdf")
@blueprint.response(200, schemas.BINARY, content_type="application/pdf")
@may("board", "operator")
def get_print(market_id: uuid.UUID, run_id: uuid.UUID) -> Response:
    """Give a print run's PDF, every page read back; its codes then count as printed."""
    require_market(principal(), market_id)
    return run_file(market_id, run_id)
