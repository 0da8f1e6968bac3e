"""The gate before every view: size, rate, role, query, form token, key of idempotency: in order."""

from __future__ import annotations

from typing import Final

from flask import Flask, current_app, request

from market40.core.errors import TooLarge
from market40.core.texts import say
from market40.web import forms, idempotency, limits, query
from market40.web.guard import check_role, marks_of

BODY_LIMIT: Final = 64 * 1024
API: Final = "/api/"
SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})


def install(app: Flask) -> None:
    """Put the gate in front of every view of the application."""
    app.config["MAX_CONTENT_LENGTH"] = BODY_LIMIT
    app.config["MAX_FORM_MEMORY_SIZE"] = BODY_LIMIT
    app.before_request(_check)


def _check() -> None:
    """Raise what is wrong with the request before its view sees it."""
    if request.endpoint is None:
        return
    marks = marks_of(current_app.view_functions[request.endpoint], request.method)
    limit = BODY_LIMIT if marks.body_limit is None else marks.body_limit
    if marks.body_limit is not None:
        request.max_content_length = limit
        request.max_form_memory_size = limit
    if request.method not in SAFE_METHODS:
        _measure(limit, marks.too_large)
    if marks.signed:
        return
    if marks.per_minute is not None:
        limits.check(request.endpoint, request.remote_addr or "", marks.per_minute)
    check_role(marks)
    if request.path.startswith(API):
        query.check_parameters(marks.parameters)
    if request.method in SAFE_METHODS:
        return
    forms.check_form()
    if marks.idempotent:
        idempotency.check_key()


def _measure(limit: int, advice: str) -> None:
    """Raise TooLarge for a body over the limit, before anything of it is read or looked up.

    One that is sent in chunks, without its length, is read for it: Werkzeug would cut it off at
    the limit and say nothing, and a file would go in by half.
    """
    size = request.content_length
    if size is None:
        request.max_content_length = limit + 1
        size = len(request.get_data(cache=True))
    if size > limit:
        raise TooLarge(advice or say("Dữ liệu gửi lên lớn quá %(n)s KB.", n=limit // 1024))
