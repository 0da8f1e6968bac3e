"""The public page behind a printed check code: what the card shows, and whether it is live."""

from __future__ import annotations

import uuid

from flask import redirect, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from market40.core.errors import InvalidInput, Market40Error, NotFound, RateLimited
from market40.core.texts import say
from market40.db.engine import read, transact
from market40.merchants import service, store
from market40.merchants.domain.codes import read_check_code
from market40.merchants.pages.common import blueprint, page
from market40.merchants.service import payload_of_card
from market40.vietqr import selfcheck
from market40.vietqr.symbol import ON_STALL
from market40.web import forms
from market40.web.context import kit
from market40.web.guard import limited, may

CHECKS_A_MINUTE = 30
REPORTS_A_MINUTE = 5


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
    return _page(code)


@blueprint.post("/k/<check>")
@limited(per_minute=REPORTS_A_MINUTE)
@may("public")
def report_name(check: str) -> str | Response | tuple[str, int]:
    """Take a buyer's word that the bank shows another name than the card."""
    code = read_check_code(check)
    if code is None:
        return page("check_unknown", typed=check[:20]), 404
    shop = kit()
    try:
        said = forms.field("said", limit=service.NAME_LIMIT, required=False)

        def work(session: Session) -> uuid.UUID | None:
            forms.spend(session)
            return service.report_name(session, code, said, now=shop.clock.now(), ids=shop.ids)

        report = transact(shop.engine, work)
    except NotFound:
        return page("check_unknown", typed=code), 404
    except (InvalidInput, RateLimited) as error:
        return _page(code, error=error)
    return _page(code, told="reported" if report else "same_name")


def _page(
    code: str, *, told: str = "", error: Market40Error | None = None
) -> str | tuple[str, int]:
    try:
        found = read(kit().engine, lambda session: _card(session, code))
    except NotFound:
        return page("check_unknown", typed=code), 404
    shown = page("check", **found, told_by=told, error=error)
    return (shown, error.http_status) if error else shown


def _card(session: Session, code: str) -> dict[str, object]:
    """Return a card, whether another one of its stall is live in its place, and inspections.

    `inspected_at` is when this card's code was last found to hang at the stall as it should;
    `alarm`: an inspection found something else there, and the board has not answered yet. What
    buyers report is not told: anybody may report.
    """
    card = store.by_check_code(session, code)
    market_id, stall_id = card.code.market_id, card.code.stall_id
    codes = store.codes_of_stall(session, market_id, stall_id)
    alarms = store.open_alarms(session, market_id, stall_id=stall_id)
    return {
        "card": card,
        "replaced": card.code.state == "superseded" and any(one.state == "live" for one in codes),
        "inspected_at": store.last_match(session, market_id, stall_id, card.code.id),
        "alarm": bool(alarms),
    }


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
