"""Inspections: the list to take along, what was found, photos, rounds, what is due and open."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Response, request
from sqlalchemy.orm import Session

from market40.core.errors import InvalidInput
from market40.core.texts import say
from market40.db.engine import read
from market40.merchants import inspecting, schemas, service, store
from market40.merchants.api.common import blueprint
from market40.merchants.delivery import actor
from market40.merchants.domain.inspection import BATCH_OCTETS
from market40.vietqr import photo
from market40.web.context import kit
from market40.web.guard import accepts_upload, may, principal, require_market
from market40.web.idempotency import Answer, answer_once, idempotent


@blueprint.post("/markets/<uuid:market_id>/inspection-lists")
@blueprint.response(201, schemas.InspectionListOut)
@idempotent
@may("board", "operator")
def take_inspection_list(market_id: uuid.UUID) -> Response:
    """Give a market's codes as marks, signed, to inspect without a network."""
    require_market(principal(), market_id)
    shop, who = kit(), actor()

    def work(session: Session) -> Answer:
        made = service.take_list(
            session, market_id, actor_id=who, now=shop.clock.now(), ids=shop.ids
        )
        return {"text": made.text, "signature": made.signature, "key": made.key}, 201

    return answer_once(shop.engine, work)


@blueprint.post("/markets/<uuid:market_id>/inspections")
@blueprint.arguments(schemas.InspectionsIn)
@blueprint.response(200, schemas.InspectionsOut)
@accepts_upload(BATCH_OCTETS)
@idempotent
@may("board", "operator")
def add_inspections(asked: dict[str, Any], market_id: uuid.UUID) -> Response:
    """Record what was seen at stalls, each once by its `id`, and tell the verdict on each."""
    require_market(principal(), market_id)
    seen = [inspecting.observation(one) for one in asked["inspections"]]
    write = inspecting.judged(market_id, seen)

    def work(session: Session) -> Answer:
        return {"inspections": inspecting.bodies(session, market_id, write(session))}, 200

    return answer_once(kit().engine, work)


@blueprint.post("/stalls/<uuid:market_id>/<uuid:stall_id>/inspections")
@blueprint.doc(requestBody=schemas.PHOTO_BODY)
@blueprint.response(200, schemas.InspectionOut)
@accepts_upload(photo.MAX_OCTETS)
@idempotent
@may("board", "operator")
def inspect_by_photo(market_id: uuid.UUID, stall_id: uuid.UUID) -> Response:
    """Inspect a stall by a photo (JPEG, PNG or WebP as the body); the photo is not kept."""
    require_market(principal(), market_id)
    if request.mimetype not in schemas.PHOTO_TYPES:
        raise InvalidInput(
            say("Ảnh phải là JPEG, PNG hay WebP."), code="not_a_photo", place="Content-Type"
        )
    shop = kit()
    read(shop.engine, lambda session: store.stall_row(session, market_id, stall_id))
    seen = inspecting.of_photo(stall_id, request.get_data(cache=True))
    write = inspecting.judged(market_id, [seen])

    def work(session: Session) -> Answer:
        (body,) = inspecting.bodies(session, market_id, write(session))
        return body, 200

    return answer_once(shop.engine, work)


@blueprint.get("/markets/<uuid:market_id>/inspections")
@blueprint.response(200, schemas.InspectionStateOut)
@may("board", "operator")
def get_inspections(market_id: uuid.UUID) -> dict[str, object]:
    """Give every stall that sells by code: what was found last, and whether it is due."""
    require_market(principal(), market_id)
    now = kit().clock.now()

    def work(session: Session) -> dict[str, object]:
        store.market(session, market_id)
        round_, walked = service.stalls_to_walk(session, market_id, now)
        open_now = {one.stall_id for one in store.open_alarms(session, market_id)}
        open_now |= {one.stall_id for one in store.open_reports(session, market_id)}
        stalls = [
            {
                "stall_id": one.stall.id,
                "number": one.stall.number,
                "due": one.due,
                "alarm": one.stall.id in open_now,
                "verdict": one.last.verdict if one.last else None,
                "inspected_at": one.last.inspected_at if one.last else None,
            }
            for one in walked
            if one.coded
        ]
        begun = None if round_ is None else {"begins_at": round_.begins_at, "due_on": round_.due_on}
        return {"round": begun, "stalls": stalls}

    return read(kit().engine, work)


@blueprint.post("/markets/<uuid:market_id>/inspection-rounds")
@blueprint.arguments(schemas.RoundIn)
@blueprint.response(201, schemas.RoundOut)
@idempotent
@may("board", "operator")
def add_round(asked: dict[str, Any], market_id: uuid.UUID) -> Response:
    """Begin a round: every stall is due from now on, at the latest on `due_on`."""
    require_market(principal(), market_id)
    shop, who = kit(), actor()

    def work(session: Session) -> Answer:
        now, due_on = shop.clock.now(), asked["due_on"]
        service.begin_round(session, market_id, due_on=due_on, actor_id=who, now=now, ids=shop.ids)
        return {"begins_at": service.stamp(now), "due_on": due_on.isoformat()}, 201

    return answer_once(shop.engine, work)


@blueprint.get("/markets/<uuid:market_id>/alarms")
@blueprint.response(200, schemas.AlarmsOut)
@may("board", "operator")
def get_alarms(market_id: uuid.UUID) -> dict[str, object]:
    """Give what inspections found wrong and buyers reported, and nobody has answered."""
    require_market(principal(), market_id)

    def work(session: Session) -> dict[str, object]:
        store.market(session, market_id)
        found: list[dict[str, Any]] = [
            {
                "id": one.id,
                "kind": "inspection",
                "stall_id": one.stall_id,
                "verdict": one.verdict,
                "at": one.inspected_at,
            }
            for one in store.open_alarms(session, market_id)
        ]
        said: list[dict[str, Any]] = [
            {
                "id": one.id,
                "kind": "name_report",
                "stall_id": one.stall_id,
                "verdict": None,
                "at": one.reported_at,
            }
            for one in store.open_reports(session, market_id)
        ]
        return {"alarms": sorted([*found, *said], key=lambda one: one["at"], reverse=True)}

    return read(kit().engine, work)


@blueprint.post("/markets/<uuid:market_id>/alarms/<uuid:alarm_id>/answer")
@blueprint.arguments(schemas.AnswerIn)
@blueprint.response(200, schemas.AnsweredOut)
@idempotent
@may("board", "operator")
def answer_alarm(asked: dict[str, Any], market_id: uuid.UUID, alarm_id: uuid.UUID) -> Response:
    """Write down what was done about an alarm; it is then no longer open."""
    require_market(principal(), market_id)
    shop, who = kit(), actor()

    def work(session: Session) -> Answer:
        service.answer_alarm(
            session,
            market_id,
            alarm_id,
            did=asked["did"],
            note=asked["note"],
            actor_id=who,
            now=shop.clock.now(),
        )
        return {"did": asked["did"]}, 200

    return answer_once(shop.engine, work)
