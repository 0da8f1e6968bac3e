"""The vendor's keypad: an amount becomes a code on the screen, with or without a script."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Final, cast

from flask import (
    Blueprint,
    Response,
    jsonify,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from market40.core.errors import InvalidInput, Market40Error, NotFound
from market40.core.money import parse_vnd
from market40.core.texts import say
from market40.db.engine import read, transact
from market40.merchants import service as merchants_service
from market40.merchants import store as merchants
from market40.payments import service
from market40.payments.domain.intent import check_amount
from market40.payments.pages import scope, states
from market40.payments.service import IntentView, OpenedIntent
from market40.payments.service.intents import Randomness
from market40.web import forms
from market40.web.context import kit
from market40.web.guard import may
from market40.web.problems import for_machine

blueprint = Blueprint("vendor", __name__)
NOTES_VND: Final = (10_000, 20_000, 50_000, 100_000, 200_000, 500_000)


@blueprint.get("/vendor/")
@may("vendor")
def keypad() -> str:
    """Show the keypad of a stall."""
    return _keypad(scope.stall_page())


@blueprint.post("/vendor/intents")
@may("vendor")
def open_intent() -> AnyResponse | tuple[str, int]:
    """Open an intent of the form's amount: 201 with the code for a script, else to its page."""
    stall_id = scope.asked_id("stall", forms.field("stall", limit=40))
    assert stall_id is not None
    page = read(kit().engine, scope.with_stall_page(stall_id))
    typed = request.form.get("amount", "")[:100]
    try:
        amount_vnd = _amount(typed)
        opened = transact(kit().engine, lambda session: _open(session, page, amount_vnd))
    except Market40Error as error:
        if for_machine() or error.code not in ("amount_invalid", "too_many_open"):
            raise
        return _keypad(page, error=error, typed=typed), error.http_status
    address = url_for(".code", intent_id=opened.intent_id, t=opened.token)
    if not for_machine():
        return redirect(address, 303)
    view = _view(page.vendor, opened.intent_id, page.now)
    html = render_template("payments/_code.html", **_of_code(page, view, opened.token), live=True)
    answer = jsonify(
        intent_id=str(opened.intent_id), html=html, form_token=forms.form_token_value()
    )
    answer.status_code = 201
    answer.headers["Location"] = address
    return answer


@blueprint.get("/vendor/intents/<uuid:intent_id>")
@may("vendor")
def code(intent_id: uuid.UUID) -> Response:
    """Show an intent of the vendor's own: its code while it waits, else how it ended."""
    vendor, now = scope.vendor_who_calls(), kit().clock.now()
    view = _view(vendor, intent_id, now)
    page = read(kit().engine, scope.with_stall_page(view.stall_id))
    context = _of_code(page, view, request.args.get("t", "")[:64])
    return make_response(render_template("payments/code.html", **context, live=False))


@blueprint.post("/vendor/intents/<uuid:intent_id>/cancel")
@may("vendor")
def cancel(intent_id: uuid.UUID) -> AnyResponse:
    """Withdraw an intent that has no money yet."""
    vendor, now = scope.vendor_who_calls(), kit().clock.now()
    view = _view(vendor, intent_id, now)
    read(kit().engine, scope.with_stall_page(view.stall_id))

    def work(session: Session) -> None:
        forms.spend(session)
        service.cancel_intent(session, market_id=vendor.market_id, intent_id=intent_id, now=now)

    transact(kit().engine, work)
    if for_machine():
        return jsonify(state="cancelled")
    return redirect(url_for(".keypad", stall=view.stall_id), 303)


def _keypad(page: scope.StallPage, *, error: Market40Error | None = None, typed: str = "") -> str:
    return render_template(
        "payments/keypad.html",
        page=page,
        notes=NOTES_VND,
        code=_static_code(page),
        error=error,
        typed=typed,
    )


def _amount(typed: str) -> int:
    """Return the typed amount; raise InvalidInput `amount_invalid` with what to do."""
    if not typed.strip():
        raise InvalidInput(say("Hãy nhập số tiền trước."), place="amount", code="amount_invalid")
    try:
        return check_amount(parse_vnd(typed, place="amount"))
    except InvalidInput as error:
        if "reason" in error.facts and error.facts["reason"] == "ambiguous":
            raise InvalidInput(
                say("Số tiền là số đồng nguyên, không có phần lẻ, ví dụ 50.000."),
                place="amount",
                code="amount_invalid",
            ) from error
        raise


def _open(session: Session, page: scope.StallPage, amount_vnd: int) -> OpenedIntent:
    forms.spend(session)
    return service.open_intent(
        session,
        market_id=page.vendor.market_id,
        stall_id=page.stall.stall_id,
        amount_vnd=amount_vnd,
        label=None,
        actor_id=page.vendor.person_id,
        now=page.now,
        ids=kit().ids,
        rng=cast("Randomness", kit().rng),
    )


def _view(vendor: scope.Vendor, intent_id: uuid.UUID, now: dt.datetime) -> IntentView:
    where = {"market_id": vendor.market_id, "intent_id": intent_id}
    return read(
        kit().engine,
        lambda session: service.intent_view(session, **where, now=now),
    )


def _of_code(page: scope.StallPage, view: IntentView, token: str) -> dict[str, object]:
    """Return what the code's template needs; with the buyer's address where the token opens it."""
    opens = token and _opens(view, token, page.now)
    return {
        "page": page,
        "view": view,
        "shown": states.of_intent(view),
        "code": states.drawn(view.payload, title=say("Mã VietQR để khách quét")),
        "bank": scope.bank_name(view.bank_bin),
        "buyer": _buyers_address(token) if opens else None,
    }


def _opens(view: IntentView, token: str, now: dt.datetime) -> bool:
    try:
        found = read(
            kit().engine, lambda session: service.intent_view_by_token(session, token, now=now)
        )
    except NotFound:
        return False
    return found.intent_id == view.intent_id


def _buyers_address(token: str) -> str:
    """The page's public address: from the settings, never from a Host header that anybody sends."""
    return kit().settings.public_url + url_for("payments.buyer.pay", token=token)


def _static_code(page: scope.StallPage) -> str:
    """Return the stall's own code as an SVG, which still takes money when the network is gone."""
    market_id, stall_id = page.vendor.market_id, page.stall.stall_id

    def work(session: Session) -> str:
        card = merchants.live_code(session, market_id, stall_id)
        return merchants_service.payload_of(session, market_id, card.id)

    try:
        payload = read(kit().engine, work)
    except NotFound:
        return ""  # no live code: the page says so
    return states.drawn(
        payload, title=say("Mã VietQR của sạp %(number)s", number=page.stall.number)
    )
