"""What every operation of the API has in common, written into the OpenAPI document.

flask-smorest knows bodies and answers. What the gate and `web.problems` do before and around a
view it cannot know: the language, the key of idempotency, who is refused, and the problems.
"""

from __future__ import annotations

import re
from typing import Any, Final

from flask import Flask

from market40.db.idempotency import KEY_LIMIT
from market40.web.guard import Marks, marks_of
from market40.web.idempotency import HEADER
from market40.web.query import LANGUAGE_PARAMETER

_PROBLEM_TYPE: Final = "application/problem+json"
_PROBLEM_SCHEMA: Final = {"$ref": "#/components/schemas/Problem"}
_WORDS: Final = {
    "400": "The request cannot be read, or lacks its Idempotency-Key",
    "401": "No key, or one that is wrong, revoked or expired",
    "403": "The key's role may not do this",
    "404": "Not there, or not in the key's scope",
    "409": "The state has changed since",
    "413": "The body is over its limit",
    "422": "The input is wrong: `faults` says what, where, and what to do",
    "5XX": "The service's own fault, or it is busy: try again, with the same Idempotency-Key",
}
_OF_POST: Final = ("400", "409", "413")
_KEY_PARAMETER: Final = {
    "name": HEADER,
    "in": "header",
    "required": True,
    "description": "Names the request: a repeat does nothing twice and gets the first answer.",
    "schema": {
        "type": "string",
        "minLength": 1,
        "maxLength": KEY_LIMIT,
        "pattern": f"^[!-~]{{1,{KEY_LIMIT}}}$",
    },
}


def complete(document: dict[str, Any], app: Flask, prefix: str) -> dict[str, Any]:
    """Return the document with each operation's key, refusals and problems filled in."""
    for rule in app.url_map.iter_rules():
        path = re.sub(r"<(?:[^<>:]+:)?([^<>]+)>", r"{\1}", rule.rule)
        operations = document["paths"].get(path, {}) if path.startswith(prefix) else {}
        for method in rule.methods or ():
            operation = operations.get(method.lower())
            if operation is not None:
                marks = marks_of(app.view_functions[rule.endpoint], method)
                _complete(operation, marks, method)
    components = document["components"]
    components["responses"] = {_name(status): _response(status) for status in _WORDS}
    return document


def _complete(operation: dict[str, Any], marks: Marks, method: str) -> None:
    answers: dict[str, Any] = operation["responses"]
    answers.pop("default", None)
    may_be = ["422", "5XX"]
    if marks.roles is not None and "public" not in marks.roles:
        may_be += ["401", "403", "404"]
    if method == "POST":
        may_be += _OF_POST
    for status in may_be:
        answers[status] = {"$ref": f"#/components/responses/{_name(status)}"}
    parameters = operation.setdefault("parameters", [])
    parameters.append(LANGUAGE_PARAMETER)
    if marks.idempotent:
        parameters.append(_KEY_PARAMETER)


def _name(status: str) -> str:
    return f"Problem{status}"


def _response(status: str) -> dict[str, Any]:
    content = {_PROBLEM_TYPE: {"schema": _PROBLEM_SCHEMA}}
    return {"description": _WORDS[status], "content": content}
