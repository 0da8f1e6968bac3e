"""Pages of one's own account: log in, log out, change PIN or password."""

from __future__ import annotations

import re
from typing import Final

from flask import Blueprint, make_response, redirect, render_template, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from market40.accounts import service
from market40.accounts.domain.logins import LOGIN_MAX, SECRET_MAX
from market40.core.errors import Conflict, InvalidInput, Market40Error, NotLoggedIn, RateLimited
from market40.db.engine import read, transact
from market40.web import cookies, forms
from market40.web.context import kit
from market40.web.guard import before_choice, may, principal
from market40.web.i18n import _

blueprint = Blueprint("accounts", __name__)
HOMES: Final = {
    "public": "/",
    "vendor": "/vendor/",
    "board": "/board/",
    "official": "/reports/",
    "operator": "/operator",
}
_STAFF: Final = ("/board", "/reports", "/operator")
# A path of ours: one slash, then no slash or backslash, then nothing that a browser drops.
_OWN_PATH = re.compile(r"/(?![/\\])[\x21-\x5b\x5d-\x7e]{0,500}")


@blueprint.get("/login")
@may("public")
def log_in() -> str | Response:
    """Show the log-in, for vendors or for staff; lead somebody logged in home."""
    caller = principal()
    if caller.role != "public":
        return redirect(_own_path(request.args.get("next", "")) or HOMES[caller.role], 303)
    return _form()


@blueprint.post("/login")
@may("public")
def send_log_in() -> str | Response | tuple[str, int]:
    """Log in with what was typed: a phone and PIN or a name and password, on either form."""
    shop = kit()
    now, address = shop.clock.now(), request.remote_addr or ""
    try:
        login = forms.field("login", limit=LOGIN_MAX)
        secret = forms.field("secret", limit=SECRET_MAX)
        attempt = transact(
            shop.engine, lambda session: service.admit(session, login, address=address, now=now)
        )
    except (InvalidInput, RateLimited) as error:
        return _form(error), error.http_status
    wrong = InvalidInput(_("Số điện thoại, tên hoặc mã không đúng."), code="login_failed")
    if not service.secret_matches(attempt, secret):
        return _form(wrong), 401
    old = cookies.session_token()

    def work(session: Session) -> service.LoginOutcome | None:
        # The form is not spent: a second tap logs in once more, which is no harm.
        if old is not None:
            service.log_out(session, old, now)
        return service.open_session(session, attempt, now=now, rng=shop.rng)

    outcome = transact(shop.engine, work)
    if outcome is None:
        return _form(wrong), 401
    after = _own_path(request.form.get("next", "")) or HOMES[outcome.role]
    response = make_response(redirect(after, 303))
    cookies.set_session(response, outcome.token, max_age_s=outcome.max_age_s)
    return response


@blueprint.post("/logout")
@before_choice
@may("vendor", "board", "official", "operator")
def log_out() -> Response:
    """End the log-in of this device."""
    shop, token = kit(), cookies.session_token()
    if token is not None:
        now = shop.clock.now()
        transact(shop.engine, lambda session: service.log_out(session, token, now))
    response = make_response(redirect("/", 303))
    cookies.clear_session(response)
    return response


@blueprint.get("/account")
@before_choice
@may("vendor", "board", "official", "operator")
def account() -> str:
    """Show who is logged in, what a board reset, and the form for another PIN or password."""
    return _account(done=request.args.get("done") == "1")


@blueprint.post("/account/secret")
@before_choice
@may("vendor", "board", "official", "operator")
def change_secret() -> str | Response | tuple[str, int]:
    """Change the PIN or password, and end the person's other log-ins."""
    try:
        _change_secret()
    except (Conflict, InvalidInput, RateLimited) as error:
        return _account(error), error.http_status
    return redirect("/account?done=1", 303)


def _change_secret() -> None:
    shop, caller = kit(), principal()
    now, token, person_id = shop.clock.now(), cookies.session_token(), caller.person_id
    if person_id is None:
        raise NotLoggedIn(_("Bạn cần đăng nhập."))
    present = forms.field("present", limit=SECRET_MAX)
    chosen = forms.field("secret", limit=SECRET_MAX)
    if chosen == present:
        same = _("Hãy chọn mật khẩu khác với mật khẩu cũ.")
        if caller.role == "vendor":
            same = _("Hãy chọn số khác với mã cũ.")
        raise InvalidInput(same, place="secret", code="secret_same")
    login = read(shop.engine, lambda session: service.login_of(session, person_id))
    new = service.hash_secret(caller.role, chosen, login=login)
    attempt = transact(shop.engine, lambda session: service.attempt_of(session, person_id, now=now))
    if not service.secret_matches(attempt, present):
        wrong = _("Mật khẩu hiện tại không đúng.")
        if caller.role == "vendor":
            wrong = _("Mã hiện tại không đúng.")
        raise InvalidInput(wrong, place="present", code="secret_wrong")

    def work(session: Session) -> None:
        forms.spend(session)
        service.change_secret(
            session, person_id, new, now=now, keep_token=token, instead_of=attempt.secret_hash
        )

    transact(shop.engine, work)


def _form(error: Market40Error | None = None) -> str:
    after = _own_path(request.values.get("next", "")) or ""
    staff = request.values.get("as", "staff" if after.startswith(_STAFF) else "") == "staff"
    typed = request.form.get("login", "")[:LOGIN_MAX]
    return render_template(
        "accounts/login.html", staff=staff, after=after, typed=typed, error=error
    )


def _account(error: Market40Error | None = None, *, done: bool = False) -> str:
    shop, caller = kit(), principal()
    resets: list[service.ResetSeen] = []
    if caller.person_id is not None:
        person_id, now = caller.person_id, shop.clock.now()
        resets = read(shop.engine, lambda s: service.resets_of(s, person_id, now=now))
    home = HOMES[caller.role]
    return render_template(
        "accounts/account.html", error=error, done=done, home=home, resets=resets
    )


def _own_path(path: str) -> str | None:
    """Return the path when it leads nowhere but here: an open redirect helps a forger."""
    return path if _OWN_PATH.fullmatch(path) else None
