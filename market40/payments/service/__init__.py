"""Use cases of payments: sources, receiving, matching, intents, tallies, and what is done by hand.

Each takes a Session and never commits; the caller runs it by `db.engine.transact`, with
`retry_conflicts=True` wherever numbers are taken: receiving, matching, placing, classifying.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from market40.core.ids import Ids
from market40.payments.service.batch import BATCH_LIMIT, Recorded, SeenNotice, record_batch
from market40.payments.service.desk import classify, place_credit
from market40.payments.service.directory import Directory, SourceInUse
from market40.payments.service.examining import Examined, examine
from market40.payments.service.intents import (
    IntentView,
    OpenedIntent,
    cancel_intent,
    expire_intents,
    intent_view,
    intent_view_by_token,
    intents_of_stall,
    open_intent,
)
from market40.payments.service.matching import match_credits
from market40.payments.service.receiving import (
    Arrived,
    Received,
    receive_examined,
    receive_many,
)
from market40.payments.service.sources import add_source, rotate_secret
from market40.payments.service.tallies import record_tally
from market40.payments.store.deliveries import count_refusal

__all__ = [
    "BATCH_LIMIT",
    "Arrived",
    "Directory",
    "Examined",
    "IntentView",
    "OpenedIntent",
    "Received",
    "Recorded",
    "SeenNotice",
    "SourceInUse",
    "add_source",
    "cancel_intent",
    "classify",
    "count_refusal",
    "examine",
    "expire_intents",
    "intent_view",
    "intent_view_by_token",
    "intents_of_stall",
    "match_credits",
    "open_intent",
    "place_credit",
    "receive",
    "receive_examined",
    "receive_many",
    "record_batch",
    "record_tally",
    "rotate_secret",
]


def receive(
    session: Session,
    source: SourceInUse,
    body: bytes,
    headers: Mapping[str, str],
    *,
    now: datetime,
    ids: Ids,
    directory: Directory,
) -> Received:
    """Examine and write one delivery in the caller's transaction; raise BadSignature.

    The hook does the same in two steps, so that only the writing is inside.
    """
    examined = examine(session, source, body, headers, now=now, directory=directory)
    return receive_examined(session, source, examined, ids=ids, directory=directory)
