"""Our cookies: the log-in's, a visitor's for forms before log-in, and the language."""

from __future__ import annotations

from typing import Final

from flask import Response, request

from market40.core.ids import new_token
from market40.web.context import kit

LANGUAGE: Final = "market40-lang"
_SESSION: Final = "market40-session"
_VISITOR: Final = "market40-visitor"
_TOKEN_LIMIT: Final = 64
_VISITOR_S: Final = 7 * 24 * 3600
_LANGUAGE_S: Final = 365 * 24 * 3600


def session_token() -> str | None:
    """Return the token of the log-in that the request carries, whether or not it still lives."""
    return _read(_SESSION)


def visitor_token() -> str | None:
    """Return the token of a visitor who has been shown a form, or None."""
    return _read(_VISITOR)


def new_visitor_token() -> str:
    """Return a fresh visitor's token, to be set with `set_visitor`."""
    return new_token(kit().rng)


def set_session(response: Response, token: str, *, max_age_s: int) -> None:
    """Carry a log-in's token: HttpOnly, SameSite=Lax, `__Host-` where the address is HTTPS."""
    _write(response, _SESSION, token, max_age_s)


def clear_session(response: Response) -> None:
    """Take the log-in's cookie back."""
    _write(response, _SESSION, "", 0)


def set_visitor(response: Response, token: str) -> None:
    """Carry a visitor's token, to which forms before log-in are bound."""
    _write(response, _VISITOR, token, _VISITOR_S)


def set_language(response: Response, language: str) -> None:
    """Remember the language for a year."""
    secure = kit().settings.secure_cookies
    response.set_cookie(
        LANGUAGE, language, max_age=_LANGUAGE_S, secure=secure, httponly=True, samesite="Lax"
    )


def _name(name: str) -> str:
    return f"__Host-{name}" if kit().settings.secure_cookies else name


def _read(name: str) -> str | None:
    token = request.cookies.get(_name(name), "")
    good = 0 < len(token) <= _TOKEN_LIMIT and token.isascii() and token.isalnum()
    return token if good else None


def _write(response: Response, name: str, value: str, max_age_s: int) -> None:
    response.set_cookie(
        _name(name),
        value,
        max_age=max_age_s,
        path="/",
        secure=kit().settings.secure_cookies,
        httponly=True,
        samesite="Lax",
    )
