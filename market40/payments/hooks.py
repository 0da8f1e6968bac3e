"""Hooks: where providers deliver. Verified and parsed first, then one commit, then 2xx.

A provider that hears anything but 2xx sends again, so only what may go well the next time is
answered otherwise: a wrong signature (401), an unknown source (404), a body over the limit (413),
and a commit that failed (5xx).
"""

from __future__ import annotations

import json
import uuid
from functools import cache

from flask import Blueprint, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from market40.core.clock import local_day
from market40.core.errors import BadSignature, NotFound
from market40.core.texts import say
from market40.db.engine import read, transact, transact_each
from market40.payments import service
from market40.payments.feeds import feed_named
from market40.payments.service import Directory, Examined, SourceInUse
from market40.web.context import Kit, kit
from market40.web.guard import signed_hook
from market40.web.intake import Header, Take

blueprint = Blueprint("payments_hooks", __name__)


@blueprint.post("/hooks/<provider>/<uuid:source_id>")
@signed_hook
def delivered(provider: str, source_id: uuid.UUID) -> Response:
    """Take a provider's webhook; its feed's answer once it is committed, also for a repeat."""
    shop = kit()
    body = request.get_data(cache=False)
    try:
        answer = _take(shop, provider, source_id, body, request.headers.get)
    except BadSignature as error:
        reason, day = str(error.facts["reason"]), local_day(shop.clock.now())
        transact(
            shop.engine,
            lambda session: service.count_refusal(
                session, source_id=source_id, day=day, reason=reason
            ),
        )
        raise
    return Response(answer, mimetype="application/json")


def intake(shop: Kit) -> Take:
    """Return the short way to the same, for `web.intake`: None for what the view is to see."""

    def take(provider: str, source_id: uuid.UUID, body: bytes, header: Header) -> bytes | None:
        try:
            return _take(shop, provider, source_id, body, header)
        except Exception:  # noqa: BLE001 - whatever it is, the view meets it again and answers for it
            return None

    return take


def _take(shop: Kit, provider: str, source_id: uuid.UUID, body: bytes, header: Header) -> bytes:
    """Verify, parse, seal, commit; return the feed's answer. Raises BadSignature, NotFound."""
    now = shop.clock.now()
    directory = shop.memory.of(Directory)

    def look(session: Session) -> tuple[SourceInUse, Examined]:
        source = directory.source(session, source_id)
        if source.provider != provider:
            raise NotFound(say("Không có nguồn báo có này."), code="unknown_source")
        sent = ((name, header(name)) for name in feed_named(provider).header_names)
        headers = {name: value for name, value in sent if value is not None}
        found = service.examine(session, source, body, headers, now=now, directory=directory)
        return source, found

    source, examined = read(shop.engine, look)
    transact_each(
        shop.engine,
        service.receive_many,
        service.Arrived(source, examined, shop.ids, directory),
        retry_conflicts=True,
    )
    directory.remember_day(source.id, local_day(now))
    return _answer(provider)


@cache
def _answer(provider: str) -> bytes:
    """The body by which the provider knows that a delivery has arrived: the same each time."""
    return json.dumps(dict(feed_named(provider).answer)).encode()
