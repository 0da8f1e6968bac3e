"""The gate before every view: size, rate, role, form token and idempotency key, in this order."""

from __future__ import annotations

from typing import Final

from flask import Flask, current_app, request

from market40.web import forms, idempotency, limits
from market40.web.guard import check_role, marks_of

BODY_LIMIT: Final = 64 * 1024
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
    if marks.body_limit is not None:
        request.max_content_length = marks.body_limit
        request.max_form_memory_size = marks.body_limit
    if marks.signed:
        return
    if marks.per_minute is not None:
        limits.check(request.endpoint, request.remote_addr or "", marks.per_minute)
    check_role(marks)
    if request.method in SAFE_METHODS:
        return
    forms.check_form()
    if marks.idempotent:
        idempotency.check_key()
