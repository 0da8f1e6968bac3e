"""The directory of banks: found by any name or by BIN, open to everybody, kept by its ETag."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from itertools import chain
from typing import Any, Final

from flask import Response, request

from market40.merchants import schemas
from market40.merchants.api.common import blueprint
from market40.vietqr import banks
from market40.vietqr.bank_search import QUERY_LIMIT, search
from market40.web.guard import may, takes
from market40.web.live import respond_with_etag
from market40.web.paging import LIMIT_MAX, page_asked
from market40.web.paging import PARAMETERS as PAGING

_KEPT: Final = "public, max-age=3600"  # it changes with a release, not in an hour
_NOT_MODIFIED: Final = {
    304: {"description": "Not Modified: the ETag in If-None-Match still holds."}
}
_QUERY: Final = {
    "name": "q",
    "in": "query",
    "description": "Any name, a part of one, an old one or a BIN; without it, all by name.",
    "schema": {"type": "string", "minLength": 1, "maxLength": QUERY_LIMIT},
}
_BIN: Final = {
    "name": "bin",
    "in": "path",
    "required": True,
    "description": "The six digits that a VietQR names its bank by.",
    "schema": {"type": "string", "pattern": "^[0-9]{6}$", "examples": ["970436"]},
}


@blueprint.get("/banks")
@blueprint.doc(parameters=[_QUERY, PAGING[0]], responses=_NOT_MODIFIED, security=[])
@blueprint.response(200, schemas.BanksOut)
@takes("q", "limit")
@may("public")
def list_banks() -> Response:
    """List the banks that ?q= may mean, the likeliest first."""
    found = search(request.args.get("q", ""), limit=page_asked(parts=0, default=LIMIT_MAX).limit)
    return _answer(found, {"banks": [_body(one) for one in found]}, schemas.BanksOut())


@blueprint.route("/banks/<string:bin>", methods=["GET"], parameters=[_BIN])
@blueprint.doc(
    responses={**_NOT_MODIFIED, 404: {"$ref": "#/components/responses/Problem404"}}, security=[]
)
@blueprint.response(200, schemas.OneBankOut)
@may("public")
def get_bank(bin: str) -> Response:  # noqa: A002 - the trade's word for the six digits
    """Give the bank of a BIN."""
    entry = banks.bank(bin)
    return _answer((entry,), {"bank": _body(entry)}, schemas.OneBankOut())


def _body(entry: banks.Bank) -> Mapping[str, Any]:
    former = [
        {"name": one.name, "until": one.until, "source": one.source.key} for one in entry.former
    ]
    sources = {
        field: [one.key for one in found] for field, found in banks.sources_of(entry).items()
    }
    return {**asdict(entry), "former": former, "sources": sources}


def _answer(
    found: Sequence[banks.Bank],
    body: Mapping[str, Any],
    schema: schemas.BanksOut | schemas.OneBankOut,
) -> Response:
    """Return the body with the sources that it names, under an ETag of all of it."""
    named = (one for entry in found for one in chain(*banks.sources_of(entry).values()))
    former = (one.source for entry in found for one in entry.former)
    sources = {one.key: one for one in chain(named, former)}
    whole = schema.dump({"compiled_on": banks.compiled_on(), "sources": sources, **body})
    etag = hashlib.sha256(json.dumps(whole, sort_keys=True).encode()).hexdigest()[:20]
    response = respond_with_etag(whole, etag)
    response.headers["Cache-Control"] = _KEPT
    return response
