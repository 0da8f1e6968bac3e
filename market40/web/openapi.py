"""The API's OpenAPI document, made by flask-smorest, with our own problems and guard."""

from __future__ import annotations

import copy
import json
from typing import Final

import flask_smorest
import marshmallow as ma
from flask import Blueprint, Flask, Response, current_app

from market40.web import contract
from market40.web.guard import may

PREFIX: Final = "/api/v1"
_SPEC: Final = {
    "components": {"securitySchemes": {"key": {"type": "http", "scheme": "bearer"}}},
    "security": [{"key": []}],
}


class FaultSchema(ma.Schema):
    """One thing wrong in an input."""

    code = ma.fields.String(required=True)
    place = ma.fields.String(required=True)
    message = ma.fields.String(required=True)


class ProblemSchema(ma.Schema):
    """An RFC 9457 problem, as `web.problems` writes it."""

    type = ma.fields.String(required=True)
    title = ma.fields.String(required=True)
    status = ma.fields.Integer(required=True)
    code = ma.fields.String(required=True)
    detail = ma.fields.String(required=True)
    place = ma.fields.String(required=True, allow_none=True)
    faults = ma.fields.List(ma.fields.Nested(FaultSchema), required=True)
    request_id = ma.fields.String(required=True, allow_none=True)
    facts = ma.fields.Dict()


class Api(flask_smorest.Api):  # type: ignore[misc]
    """flask-smorest without its error handlers: `web.problems` answers for it."""

    ERROR_SCHEMA = ProblemSchema

    def _register_error_handlers(self) -> None:
        """Leave errors to `web.problems`."""


def install(app: Flask, blueprints: tuple[Blueprint, ...]) -> None:
    """Register the features' API blueprints and serve the document at /api/v1/openapi.json."""
    app.config.update(
        API_TITLE="market40",
        API_VERSION="1",
        OPENAPI_VERSION="3.1.0",
        OPENAPI_URL_PREFIX=PREFIX,
    )
    # A copy, for apispec writes what one application has into what it is given.
    api = Api(app, spec_kwargs=copy.deepcopy(_SPEC))
    for blueprint in blueprints:
        api.register_blueprint(blueprint)

    def openapi_json() -> Response:
        return Response(document(current_app), mimetype="application/json")

    app.view_functions["api-docs.openapi_json"] = may("public")(openapi_json)


def document(app: Flask) -> str:
    """Return the OpenAPI document as text: the same for the same routes and schemas."""
    api = app.extensions["flask-smorest"]["apis"][""]["ext_obj"]
    made = contract.complete(copy.deepcopy(api.spec.to_dict()), app, PREFIX)
    return json.dumps(made, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
