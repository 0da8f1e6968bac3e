"""Jobs of payments: match what has come, let intents run out."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Final

from sqlalchemy.orm import Session

from market40.core.clock import Clock
from market40.core.ids import Ids
from market40.db.handlers import Handler, inside
from market40.db.outbox import Claimed
from market40.payments import service


def match_credits(session: Session, jobs: Sequence[Claimed], clock: Clock, ids: Ids) -> None:
    """Match the credits that the jobs name."""
    keys = [(job.market_id, uuid.UUID(job.payload["credit_id"])) for job in jobs]
    service.match_credits(session, keys, now=clock.now(), ids=ids)


def expire_intents(session: Session, jobs: Sequence[Claimed], clock: Clock, ids: Ids) -> None:
    """Let the open intents of the jobs' markets run out whose time is over."""
    _ = ids
    for market_id in sorted({job.market_id for job in jobs}):
        service.expire_intents(session, market_id=market_id, now=clock.now())


HANDLERS: Final[Mapping[str, Handler]] = {
    "match_credit": inside(match_credits, at_once=50),
    "expire_intents": inside(expire_intents),
}
