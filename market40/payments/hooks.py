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
from market40.db.engine import read, transact, transact_each
from market40.payments import service
from market40.payments.feeds import feed_named
from market40.payments.service import Directory, Examined, SourceInUse
from market40.web.context import kit
from market40.web.guard import signed_hook

blueprint = Blueprint("payments_hooks", __name__)


@blueprint.post("/hooks/<provider>/<uuid:source_id>")
@signed_hook
def delivered(provider: str, source_id: uuid.UUID) -> Response:
    """Take a provider's webhook; its feed's answer once it is committed, also for a repeat."""
    shop = kit()
    now = shop.clock.now()
    directory = shop.memory.of(Directory)
    body = request.get_data(cache=False)

    def look(session: Session) -> tuple[SourceInUse, Examined]:
        source = directory.source(session, source_id)
        if source.provider != provider:
            raise NotFound("Không có nguồn báo có này.", code="unknown_source")
        wanted = feed_named(provider).header_names
        headers = {name: request.headers[name] for name in wanted if name in request.headers}
        found = service.examine(session, source, body, headers, now=now, directory=directory)
        return source, found

    try:
        source, examined = read(shop.engine, look)
    except BadSignature as error:
        reason = str(error.facts["reason"])
        day = local_day(now)
        transact(
            shop.engine,
            lambda session: service.count_refusal(
                session, source_id=source_id, day=day, reason=reason
            ),
        )
        raise
    transact_each(
        shop.engine,
        service.receive_many,
        service.Arrived(source, examined, shop.ids, directory),
        retry_conflicts=True,
    )
    directory.remember_day(source.id, local_day(now))
    return Response(_answer(provider), mimetype="application/json")


@cache
def _answer(provider: str) -> str:
    """The body by which the provider knows that a delivery has arrived: the same each time."""
    return json.dumps(dict(feed_named(provider).answer))
