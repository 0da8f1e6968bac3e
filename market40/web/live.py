"""Answers for screens that ask again and again: nothing is sent while nothing has changed."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Response, jsonify, request


def respond_with_etag(body: Mapping[str, object], etag: str) -> Response:
    """Return the JSON body under its ETag, or 304 without one when the caller has it already.

    `etag` is what the body was derived from, without quotes: the caller can often tell it
    before the body is built, and answer `not_modified` first.
    """
    response = Response(status=304) if not_modified(etag) else jsonify(dict(body))
    response.set_etag(etag)
    response.headers["Cache-Control"] = "private, no-cache"
    return response


def not_modified(etag: str) -> bool:
    """Return whether the caller's If-None-Match names this ETag."""
    return request.if_none_match.contains(etag)
