"""What every answer carries: headers that shut browsers' doors, a request id, a line in the log."""

from __future__ import annotations

import logging
import re
import time
from typing import Final

from flask import Flask, Response, g, request

from market40.core.entropy import Entropy
from market40.web import cookies
from market40.web.context import kit

CONTENT_SECURITY_POLICY: Final = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "font-src 'self'",
        "media-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)
_ALWAYS: Final = (
    ("X-Content-Type-Options", "nosniff"),
    # Not "no-referrer": browsers then send "Origin: null" with our own forms.
    ("Referrer-Policy", "same-origin"),
)
_PAGES: Final = (
    ("Content-Security-Policy", CONTENT_SECURITY_POLICY),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
    ("X-Frame-Options", "DENY"),
)
HOOK_HEADERS: Final = (("Cache-Control", "no-store"), *_ALWAYS)
"""What the answer to a delivery carries beside its number."""
_HSTS: Final = "max-age=31536000"  # not for subdomains: they are not ours to promise for
_REQUEST_ID: Final = re.compile(r"[A-Za-z0-9-]{8,64}")
_random: Final = Entropy()
_log = logging.getLogger("market40.request")


def install(app: Flask) -> None:
    """Give requests a number, and dress and log their answers."""
    app.before_request(_begin)
    app.after_request(_finish)


def request_id_of(given: str, *, trusted: bool) -> str:
    """Return a request's number: the proxy's where there is one in front, else 32 random digits."""
    return given if trusted and _REQUEST_ID.fullmatch(given) else _random.take(16).hex()


def _begin() -> None:
    g.began = time.perf_counter()
    given = request.headers.get("X-Request-Id", "")
    g.request_id = request_id_of(given, trusted=kit().settings.trusted_proxies > 0)


def _finish(response: Response) -> Response:
    headers = response.headers
    if "Cache-Control" not in headers:
        headers.add("Cache-Control", "no-store")
    headers.add("X-Request-Id", g.request_id)
    for name, value in _ALWAYS:
        headers.add(name, value)
    hook = request.path.startswith("/hooks/")
    if not hook:
        for name, value in _PAGES:
            if name not in headers:  # a view may have a policy of its own: two would both hold
                headers.add(name, value)
        if kit().settings.secure_cookies:
            headers["Strict-Transport-Security"] = _HSTS
        if "new_visitor" in g:
            cookies.set_visitor(response, g.new_visitor)
    # What a hook took well stands in `delivery` with its time; a line more would cost a tenth.
    if _log.isEnabledFor(logging.INFO) and not (hook and response.status_code < 300):
        _log_line(response)
    return response


def _log_line(response: Response) -> None:
    """One line, without address, path or name: paths hold tokens, addresses are personal."""
    caller = g.get("principal")
    facts = {
        "request_id": g.request_id,
        "method": request.method,
        "endpoint": request.endpoint,
        "status": response.status_code,
        "ms": round((time.perf_counter() - g.began) * 1000, 1),
        "role": caller.role if caller is not None else None,
    }
    _log.info("request", extra={"facts": facts})
