"""In front of Flask: the short way of a delivery that is as it should be, as nearly all are.

A webhook needs no page's context, session, form or translation, and what Flask does for these
costs more than to verify, parse and seal a delivery. Whatever is out of the ordinary, every error
with it, goes on to the view of the same address, which takes it from the start and answers for
it: there is one place where a refusal is made, counted, logged and worded.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Iterable
from functools import cache
from io import BytesIO
from typing import Final, TypeAlias
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from market40.web.gate import BODY_LIMIT
from market40.web.headers import HOOK_HEADERS, request_id_of

Header: TypeAlias = Callable[[str], str | None]
"""A request's header by its lower-case name."""

Take: TypeAlias = Callable[[str, uuid.UUID, bytes, Header], bytes | None]
"""(provider, source, raw body, header) → the provider's answer once the delivery is committed;
None where the view is to see it."""

_ADDRESS: Final = re.compile(
    r"/hooks/([a-z0-9-]{1,40})/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})", re.ASCII
)
_LENGTH: Final = re.compile(r"[0-9]{1,6}", re.ASCII)


class Intake:
    """A WSGI application around `app`. `trusts_proxy`: whether a request's number is another's."""

    def __init__(self, app: WSGIApplication, take: Take, *, trusts_proxy: bool) -> None:
        self._app, self._take, self._trusts_proxy = app, take, trusts_proxy

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a delivery that can be taken; hand everything else on."""
        address = _ADDRESS.fullmatch(environ["PATH_INFO"])
        length = environ.get("CONTENT_LENGTH", "")
        if address is None or environ["REQUEST_METHOD"] != "POST" or not _LENGTH.fullmatch(length):
            return self._app(environ, start_response)
        if int(length) > BODY_LIMIT or "HTTP_TRANSFER_ENCODING" in environ:
            return self._app(environ, start_response)
        body = environ["wsgi.input"].read(int(length))
        answer = self._take(
            address[1], uuid.UUID(address[2]), body, lambda name: environ.get(_variable(name))
        )
        if answer is None:
            environ["wsgi.input"] = BytesIO(body)
            return self._app(environ, start_response)
        number = request_id_of(environ.get("HTTP_X_REQUEST_ID", ""), trusted=self._trusts_proxy)
        start_response(
            "200 OK",
            [
                ("Content-Type", "application/json"),
                ("Content-Length", str(len(answer))),
                ("X-Request-Id", number),
                *HOOK_HEADERS,
            ],
        )
        return [answer]


@cache
def _variable(header: str) -> str:
    """Return WSGI's name of a header."""
    return "HTTP_" + header.upper().replace("-", "_")
