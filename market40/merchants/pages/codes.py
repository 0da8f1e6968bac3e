"""A stall's code as files, all cards of a market, and revoking and issuing again."""

from __future__ import annotations

import uuid

from flask import Response, redirect, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from market40.core.text import squeeze
from market40.db.engine import read
from market40.merchants import service, store
from market40.merchants.delivery import actor, file_answer, rng
from market40.merchants.domain.prints import AT_ONCE
from market40.merchants.pages.common import act_on_stall, blueprint
from market40.vietqr import selfcheck
from market40.vietqr.sheets import SHEETS, Card, cards_pdf, strip_png
from market40.vietqr.symbol import ON_STALL
from market40.web import forms
from market40.web.context import kit
from market40.web.guard import may, principal, require_market


@blueprint.get("/board/stalls/<uuid:market_id>/<uuid:stall_id>/code.png", defaults={"kind": "png"})
@blueprint.get("/board/stalls/<uuid:market_id>/<uuid:stall_id>/code.svg", defaults={"kind": "svg"})
@may("board", "operator")
def code_image(market_id: uuid.UUID, stall_id: uuid.UUID, kind: str) -> Response:
    """Give a stall's live code as PNG or SVG, to be saved."""
    require_market(principal(), market_id)

    def work(session: Session) -> tuple[str, str]:
        code = store.live_code(session, market_id, stall_id)
        row = store.stall_row(session, market_id, stall_id)
        return service.payload_of(session, market_id, code.id), row.number

    payload, number = read(kit().engine, work)
    name = f"ma-{squeeze(number) or 'sap'}.{kind}"
    if kind == "png":
        picture = selfcheck.png(payload, level=ON_STALL, module_px=16)
        return file_answer(picture, "image/png", name)
    return file_answer(selfcheck.svg(payload, level=ON_STALL), "image/svg+xml", name)


@blueprint.get("/board/stalls/<uuid:market_id>/<uuid:stall_id>/card.pdf")
@may("board", "operator")
def card(market_id: uuid.UUID, stall_id: uuid.UUID) -> Response:
    """Give a stall's A6 card for print."""
    require_market(principal(), market_id)
    settings = kit().settings

    def work(session: Session) -> Response:
        code = store.live_code(session, market_id, stall_id)
        made = service.card_of(
            session, market_id, code.id, public_url=settings.public_url, demo=settings.demo
        )
        name = f"the-{squeeze(made.stall_number) or 'sap'}.pdf"
        return file_answer(cards_pdf([made]), "application/pdf", name)

    return read(kit().engine, work)


@blueprint.get("/board/stalls/<uuid:market_id>/<uuid:stall_id>/r58.png", defaults={"name": "r58"})
@blueprint.get("/board/stalls/<uuid:market_id>/<uuid:stall_id>/r80.png", defaults={"name": "r80"})
@may("board", "operator")
def receipt(market_id: uuid.UUID, stall_id: uuid.UUID, name: str) -> Response:
    """Give a stall's card for a thermal printer: a PNG with a pixel for each of its dots."""
    require_market(principal(), market_id)
    settings = kit().settings

    def work(session: Session) -> Card:
        code = store.live_code(session, market_id, stall_id)
        return service.card_of(
            session, market_id, code.id, public_url=settings.public_url, demo=settings.demo
        )

    made = read(kit().engine, work)
    file = f"{name}-{squeeze(made.stall_number) or 'sap'}.png"
    return file_answer(strip_png(made, SHEETS[name]), "image/png", file)


@blueprint.get("/board/markets/<uuid:market_id>/cards.pdf")
@may("board", "operator")
def cards(market_id: uuid.UUID) -> AnyResponse:
    """Give all cards of a small market in one file, in the order in which one walks it."""
    require_market(principal(), market_id)
    settings = kit().settings

    def work(session: Session) -> tuple[store.MarketValue, list[Card]]:
        made = service.cards_of_market(
            session, market_id, public_url=settings.public_url, demo=settings.demo
        )
        return store.market(session, market_id), made

    found, made = read(kit().engine, work)
    if len(made) > AT_ONCE:  # too many for a request
        return redirect(url_for("merchants.prints", market_id=market_id), 303)
    if not made:
        return redirect(url_for("merchants.market", market_id=market_id, cards="none"), 303)
    name = f"the-{squeeze(found.name).lower()[:60]}.pdf"
    return file_answer(cards_pdf(made), "application/pdf", name)


@blueprint.post("/board/stalls/<uuid:market_id>/<uuid:stall_id>/revoke")
@may("board", "operator")
def revoke(market_id: uuid.UUID, stall_id: uuid.UUID) -> AnyResponse:
    """Revoke a stall's live code, with a reason."""
    require_market(principal(), market_id)
    shop, who = kit(), actor()
    reason = forms.field("reason", limit=200)

    def work(session: Session) -> None:
        code = store.live_code(session, market_id, stall_id)
        service.revoke_code(
            session, market_id, code.id, reason=reason, actor_id=who, now=shop.clock.now()
        )

    return act_on_stall(market_id, stall_id, work)


@blueprint.post("/board/stalls/<uuid:market_id>/<uuid:stall_id>/reissue")
@may("board", "operator")
def reissue(market_id: uuid.UUID, stall_id: uuid.UUID) -> AnyResponse:
    """Issue a stall's code again: a new serial and check code, the old card superseded."""
    require_market(principal(), market_id)
    shop, who = kit(), actor()
    reason = forms.field("reason", limit=200)

    def work(session: Session) -> None:
        service.reissue_code(
            session,
            market_id,
            stall_id,
            reason=reason,
            actor_id=who,
            now=shop.clock.now(),
            ids=shop.ids,
            rng=rng(),
        )

    return act_on_stall(market_id, stall_id, work)
