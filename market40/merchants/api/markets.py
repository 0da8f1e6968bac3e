"""Markets: list them, put one on."""

from __future__ import annotations

from typing import Any

from flask import Response
from sqlalchemy.orm import Session

from market40.core import market_days
from market40.core.clock import local_day
from market40.db.engine import read
from market40.merchants import schemas, service, store
from market40.merchants.api.common import blueprint
from market40.merchants.delivery import market_body, scope_of
from market40.merchants.domain.registration import MarketRegistration
from market40.places import store as places
from market40.web.context import kit
from market40.web.guard import may, principal
from market40.web.idempotency import Answer, answer_once, idempotent


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
def add_market(asked: dict[str, Any]) -> Response:
    """Put a market on."""
    shop, now = kit(), kit().clock.now()
    registration = MarketRegistration(
        asked["name"],
        asked["commune_id"],
        asked["legacy_commune_id"],
        market_days.from_json(asked["calendar"]),
        asked["opened_on"] or local_day(now),
    )

    def work(session: Session) -> Answer:
        places.unit(session, registration.commune_id)
        places.unit(session, registration.legacy_commune_id)
        made = service.register_market(session, registration, market_id=shop.ids.new(), now=now)
        body = market_body(store.MarketSummary(made, 0, 0))
        return schemas.MarketOut().dump(body), 201

    return answer_once(shop.engine, work)
