"""The public page behind a printed check code: what the card shows, and whether it is live."""

from __future__ import annotations

from flask import redirect, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from market40.core.errors import NotFound
from market40.core.texts import say
from market40.db.engine import read
from market40.merchants import store
from market40.merchants.domain.codes import read_check_code
from market40.merchants.pages.common import blueprint, page
from market40.merchants.service import payload_of_card
from market40.vietqr import selfcheck
from market40.vietqr.symbol import ON_STALL
from market40.web.context import kit
from market40.web.guard import limited, may

CHECKS_A_MINUTE = 30


@blueprint.get("/k/<check>")
@limited(per_minute=CHECKS_A_MINUTE)
@may("public")
def check_page(check: str) -> str | Response | tuple[str, int]:
    """Show what a card shows, and whether its code is live, superseded or revoked."""
    code = read_check_code(check)
    if code is None:
        return page("check_unknown", typed=check[:20]), 404
    if code != check:
        return redirect(url_for("merchants.check_page", check=code), 303)
    try:
        card, replaced = read(kit().engine, lambda session: _card(session, code))
    except NotFound:
        return page("check_unknown", typed=check), 404
    return page("check", card=card, replaced=replaced)


def _card(session: Session, code: str) -> tuple[store.Printed, bool]:
    """Return a card, and whether another one of its stall is live in its place."""
    card = store.by_check_code(session, code)
    if card.code.state != "superseded":
        return card, False
    codes = store.codes_of_stall(session, card.code.market_id, card.code.stall_id)
    return card, any(one.state == "live" for one in codes)


@blueprint.get("/k/<check>/ma-vietqr.png")
@limited(per_minute=CHECKS_A_MINUTE)
@may("public")
def check_picture(check: str) -> Response:
    """Send the code that the card bears, as a PNG, in a demonstration; raise NotFound elsewhere.

    It stands for the card that hangs at the stall, for the sandbox bank to look at. A real card's
    code holds the whole account number, which the check page does not give away.
    """
    code = read_check_code(check)
    if code is None or not kit().settings.demo:
        raise NotFound(say("Không có mã kiểm tra này."), code="unknown_check_code")
    card = read(kit().engine, lambda session: store.by_check_code(session, code))
    if card.code.state != "live":
        raise NotFound(say("Mã này không còn dùng."), code="code_not_live")
    return Response(selfcheck.png(payload_of_card(card), level=ON_STALL), mimetype="image/png")
