"""The inspector's walk: a page that works without a network, its list, and what it sends later."""

from __future__ import annotations

import base64
import json
import re
import uuid
from typing import Final

from flask import Response, jsonify, make_response, request
from marshmallow import ValidationError
from sqlalchemy.orm import Session

from market40.core.errors import InvalidInput
from market40.core.texts import say
from market40.db.engine import read, transact, vault_of
from market40.merchants import inspecting, schemas, service, store
from market40.merchants.delivery import actor
from market40.merchants.domain.inspection import BATCH_OCTETS, FIELD_WORDS, VERDICT_WORDS
from market40.merchants.pages.common import blueprint, page
from market40.web import assets, forms
from market40.web.context import kit
from market40.web.guard import accepts_upload, may, principal, require_market
from market40.web.i18n import told

WALKER: Final = "walker"
NOBODY: Final = uuid.UUID(int=0)
"""Stands in an address for the stall that the page puts there."""
_WORKER: Final = "walk/service.js"
_KEPT: Final = re.compile(
    r"(?:walk|third|fonts)/.*\.(?:js|woff2)|phone\.css|walk\.css|icon\.svg|texts\.js|sound\.js"
)
_CAMERA: Final = "camera=(self), geolocation=(), microphone=(), payment=(), usb=()"


@blueprint.get("/board/markets/<uuid:market_id>/inspections/walk")
@may("board", "operator")
def walk(market_id: uuid.UUID) -> Response:
    """Show the page with the camera; it alone may ask the browser for one."""
    require_market(principal(), market_id)
    market = read(kit().engine, lambda session: store.market(session, market_id))
    key = base64.b64encode(vault_of(kit().engine).published_key()).decode()
    words = page(
        "walk",
        market=market,
        published_key=key,
        told_verdicts={name: told(words) for name, words in VERDICT_WORDS.items()},
        told_fields={name: told(words) for name, words in FIELD_WORDS.items()},
        nobody=NOBODY,
        who=_who(),
    )
    answer = make_response(words)
    answer.headers["Permissions-Policy"] = _CAMERA
    return answer


def _who() -> str:
    """Return what stands for the caller on the phone, so that nobody sends another's findings."""
    return vault_of(kit().engine).lookup(WALKER, str(actor())).hex()


@blueprint.get("/board/walk-worker.js")
@may("public")
def walk_worker() -> Response:
    """Send the walk's service worker, with the digest and addresses of the files that it keeps.

    It knows nobody and nothing: a phone whose log-in has ended may still bring it up to date.
    """
    files = [assets.asset(name) for name in assets.names() if _KEPT.fullmatch(name)]
    told_first = json.dumps({"digest": assets.digest(), "files": files})
    script = assets.content(_WORKER).decode()
    answer = Response(f"const walk = {told_first};\n{script}")
    answer.headers["Content-Type"] = "text/javascript; charset=utf-8"
    answer.headers["Cache-Control"] = "no-cache"
    return answer


@blueprint.get("/board/markets/<uuid:market_id>/inspections/token")
@may("board", "operator")
def walk_token(market_id: uuid.UUID) -> Response:
    """Give the page a token for its next sending, and say who is logged in as the page does."""
    require_market(principal(), market_id)
    return jsonify({"token": forms.form_token_value(), "who": _who()})


@blueprint.post("/board/markets/<uuid:market_id>/inspections/list")
@may("board", "operator")
def walk_list(market_id: uuid.UUID) -> Response:
    """Give the market's list, signed, to be taken along; note who took it."""
    require_market(principal(), market_id)
    shop, who = kit(), actor()

    def work(session: Session) -> service.SignedList:
        forms.spend(session)
        now = shop.clock.now()
        return service.take_list(session, market_id, actor_id=who, now=now, ids=shop.ids)

    made = transact(shop.engine, work)
    return jsonify(
        {
            "text": made.text,
            "signature": made.signature,
            "key": made.key,
            "token": forms.form_token_value(),
        }
    )


@blueprint.post("/board/markets/<uuid:market_id>/inspections/sync")
@accepts_upload(BATCH_OCTETS)
@may("board", "operator")
def walk_sync(market_id: uuid.UUID) -> Response:
    """Record what the phone saw; one that was sent before is there once."""
    require_market(principal(), market_id)
    try:
        sent = schemas.InspectionsIn().load(request.get_json(silent=True) or {})
    except ValidationError as error:
        raise InvalidInput(
            say("Dữ liệu kiểm tra không đúng mẫu."), code="bad_inspections", place="inspections"
        ) from error
    seen = [inspecting.observation(one) for one in sent["inspections"]]
    write = inspecting.judged(market_id, seen)

    def work(session: Session) -> list[service.Recorded]:
        forms.spend(session)
        return write(session)

    engine = kit().engine
    done = transact(engine, work)
    answered = read(engine, lambda session: inspecting.bodies(session, market_id, done))
    return jsonify({"inspections": answered, "token": forms.form_token_value()})
