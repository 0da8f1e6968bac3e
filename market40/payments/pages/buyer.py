"""The buyer's page behind an intent's token: small, without a log-in, with or without a script.

Two requests make it: the page, which carries its own style under a hash in its policy, and the
script. It shows no more of the account than the code holds anyway, in words only its last four.
A link into a bank app is made when it is tapped, from what is stored, and never stands in the page.
"""

from __future__ import annotations

import base64
import hashlib
from functools import lru_cache
from typing import Final, cast

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from markupsafe import Markup

from market40.core.errors import NotFound
from market40.core.texts import say
from market40.db.engine import read
from market40.payments import service
from market40.payments.pages import scope, states
from market40.payments.service import IntentView
from market40.vietqr import links, selfcheck
from market40.vietqr.codec import decode
from market40.web import limits
from market40.web.assets import FOLDER
from market40.web.context import kit
from market40.web.guard import may
from market40.web.headers import CONTENT_SECURITY_POLICY
from market40.web.live import not_modified, respond_with_etag

blueprint = Blueprint("buyer", __name__)
WRONG_PER_MINUTE: Final = 20
_PNG_MODULE_PX: Final = 10


@blueprint.get("/p/<token>")
@may("public")
def pay(token: str) -> Response:
    """Show what to pay, to whom, and how it stands."""
    view = _view(token)
    style, policy = _style()
    response = make_response(
        render_template(
            "payments/buyer.html",
            view=view,
            shown=states.of_intent(view),
            bank=scope.bank_name(view.bank_bin),
            code=states.drawn(view.payload, title=say("Mã VietQR")),
            apps=links.apps() if kit().settings.bank_app_links else None,
            fills=view.payload is not None and links.can_fill(decode(view.payload)),
            token=token,
            pinned="apps" in request.args,  # without a script the page reloads, and would fold it
            etag=_etag(view),
            style=style,
        )
    )
    response.headers["Content-Security-Policy"] = policy
    response.headers["X-Robots-Tag"] = "noindex"
    return response


@blueprint.get("/p/<token>/live")
@may("public")
def live(token: str) -> Response:
    """Answer how it stands, by ETag; `closed`: pay no more, `done`: nothing will change."""
    view = _view(token)
    etag = _etag(view)
    if not_modified(etag):
        return respond_with_etag({}, etag)
    shown = states.of_intent(view)
    body = {
        "tone": shown.tone,
        "title": shown.title,
        "words": shown.words,
        "closed": shown.closed,
        "done": shown.done,
    }
    return respond_with_etag(body, etag)


@blueprint.get("/p/<token>/ma-vietqr.png")
@may("public")
def picture(token: str) -> Response:
    """Send the code as a PNG to be kept; NotFound once there is nothing to pay."""
    view = _view(token)
    if view.payload is None:
        raise NotFound(say("Yêu cầu này không còn nhận tiền."), code="intent_closed")
    response = Response(selfcheck.png(view.payload, module_px=_PNG_MODULE_PX), mimetype="image/png")
    name = f"vietqr-{view.reference}.png"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@blueprint.get("/p/<token>/app/<app_id>")
@may("public")
def open_app(token: str, app_id: str) -> Response:
    """Lead to a bank's app with this payment; back to the page once there is nothing to pay.

    Nothing of the request but token and app is read. NotFound for an app that is not in the
    directory, and for every one where the deployment has no links (`MARKET40_BANK_APP_LINKS`).
    """
    shop = kit()
    if not shop.settings.bank_app_links:
        raise NotFound(say("Trang này không mở ứng dụng ngân hàng. Hãy lưu ảnh mã QR."))
    view = _view(token)
    page = url_for("payments.buyer.pay", token=token)
    if view.payload is None or states.of_intent(view).closed:
        return cast("Response", redirect(page, 303))
    address = links.link(
        app_id,
        decode(view.payload),
        holder=view.holder,
        return_to=shop.settings.public_url + page,
    )
    return cast("Response", redirect(address, 303))


def _view(token: str) -> IntentView:
    """Return the intent; wrong tokens are counted by address, right ones are not."""
    now = kit().clock.now()
    try:
        return read(
            kit().engine, lambda session: service.intent_view_by_token(session, token, now=now)
        )
    except NotFound:
        limits.check("pay_token", request.remote_addr or "", WRONG_PER_MINUTE)
        raise


def _etag(view: IntentView) -> str:
    return f"{view.state}-{view.funded_vnd}"


@lru_cache(maxsize=1)
def _style() -> tuple[Markup, str]:
    """Return the page's style element, and the policy that allows exactly this one in the page.

    The one style that stands inside a page of ours: a file of its own would be a third request.
    """
    text = (FOLDER / "buyer.css").read_text("utf-8").strip()
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    policy = CONTENT_SECURITY_POLICY.replace(
        "style-src 'self'", f"style-src 'self' 'sha256-{digest}'"
    )
    return Markup(f"<style>{text}</style>"), policy  # noqa: S704 - our own file
