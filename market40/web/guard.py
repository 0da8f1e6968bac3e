"""Who may call what: every view says so with `may` or `signed_hook`, else nobody may.

The decorators only mark a view. The gate (`web.gate`) reads the marks before anything of the
request is parsed, so that somebody who may not call a view learns nothing from its validation.
Marks survive outer decorators that use `functools.wraps`, as flask-smorest's do.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, TypeVar, cast

from flask import g, request

from market40.core.errors import Forbidden, NotLoggedIn, SecretToChoose
from market40.core.texts import say
from market40.db.engine import read, transact
from market40.web import cookies
from market40.web.context import wiring
from market40.web.principal import PUBLIC, Principal, Role, require_market

__all__ = [
    "Marks",
    "Principal",
    "Role",
    "accepts_upload",
    "before_choice",
    "limited",
    "marks_of",
    "may",
    "principal",
    "require_market",
    "signed_hook",
    "takes",
]

F = TypeVar("F", bound=Callable[..., Any])
_MARK: Final = "__market40__"
_BEARER: Final = "Bearer "
_KEY_LIMIT: Final = 200


@dataclass(slots=True)
class Marks:
    """What a view says about itself. `roles` is None where nobody said who may call it."""

    roles: frozenset[Role] | None = None
    signed: bool = False
    idempotent: bool = False
    body_limit: int | None = None
    too_large: str = ""
    back: str = ""
    per_minute: int | None = None
    before_choice: bool = False
    parameters: tuple[str, ...] = ()


def may(*roles: Role) -> Callable[[F], F]:
    """Say which roles may call the view; "public" is everybody. Stands right above `def`."""

    def mark(view: F) -> F:
        _marks(view).roles = frozenset(roles)
        return view

    return mark


def signed_hook(view: F) -> F:
    """Say that the view checks its caller's signature itself: no log-in, no form token."""
    _marks(view).signed = True
    return view


def accepts_upload(limit_bytes: int, advice: str = "", back: str = "") -> Callable[[F], F]:
    """Raise the limit of the request's body for this view, from 64 KB to `limit_bytes`.

    `advice` is what is said of more, and `back` the endpoint of the page to try again on.
    """

    def mark(view: F) -> F:
        marks = _marks(view)
        marks.body_limit, marks.too_large, marks.back = limit_bytes, advice, back
        return view

    return mark


def limited(*, per_minute: int) -> Callable[[F], F]:
    """Limit how often one address may call the view: for public look-ups."""

    def mark(view: F) -> F:
        _marks(view).per_minute = per_minute
        return view

    return mark


def takes(*parameters: str) -> Callable[[F], F]:
    """Say which query parameters a view of the API takes; `lang` is one of every view's."""

    def mark(view: F) -> F:
        _marks(view).parameters = parameters
        return view

    return mark


def before_choice(view: F) -> F:
    """Say that the view opens also to somebody who must choose a secret of their own first."""
    _marks(view).before_choice = True
    return view


def idempotent(view: F) -> F:
    """Say that the view needs an Idempotency-Key; `web.idempotency` exports it."""
    _marks(view).idempotent = True
    return view


def marks_of(view: Callable[..., Any], method: str = "GET") -> Marks:
    """Return what a registered view says about itself, for one method of a class of views."""
    view_class = getattr(view, "view_class", None)
    if view_class is not None:
        name = "get" if method in ("HEAD", "OPTIONS") else method.lower()
        view = getattr(view_class, name, view)
    found = getattr(view, _MARK, None)
    return found if isinstance(found, Marks) else Marks()


def principal() -> Principal:
    """Return who calls; looked up once a request, and only when somebody asks."""
    if "principal" not in g:
        g.principal = _recognise()
    return cast("Principal", g.principal)


def check_role(marks: Marks) -> None:
    """Raise NotLoggedIn, Forbidden or SecretToChoose unless the caller may call the view."""
    if marks.roles is None:
        raise Forbidden(say("Địa chỉ này chưa mở cho ai."), code="undeclared")
    if "public" in marks.roles:
        return
    caller = principal()
    if caller.role in marks.roles:
        if caller.must_choose and not marks.before_choice:
            raise SecretToChoose(say("Hãy chọn mã PIN của riêng bạn trước."))
        return
    if caller.role == "public":
        raise NotLoggedIn(say("Bạn cần đăng nhập."))
    raise Forbidden(say("Tài khoản của bạn không được làm việc này."))


def _marks(view: Callable[..., Any]) -> Marks:
    found = getattr(view, _MARK, None)
    if not isinstance(found, Marks):
        found = Marks()
        setattr(view, _MARK, found)
    return found


def _recognise() -> Principal:
    """Return who calls. A key that is sent is the only claim: a wrong one is not forgiven."""
    wired = wiring()
    engine, now = wired.kit.engine, wired.kit.clock.now()
    header = request.headers.get("Authorization", "")
    if header:
        key = header[len(_BEARER) :] if header.startswith(_BEARER) else ""
        found = None
        if 0 < len(key) <= _KEY_LIMIT and key.isascii():
            found = read(engine, lambda session: wired.identity.by_key(session, key, now))
        if found is None:
            g.principal = PUBLIC  # so that the answer to this error is not asked again who calls
            raise NotLoggedIn(say("Khóa API không đúng hoặc đã hết hạn."), code="bad_api_key")
        return found.principal
    token = cookies.session_token()
    if token is None:
        return PUBLIC
    found = read(engine, lambda session: wired.identity.by_cookie(session, token, now))
    if found is None:
        return PUBLIC
    if found.stale:
        transact(engine, lambda session: wired.identity.touch(session, token, now))
    return found.principal
