"""The batch form of receiving and matching: many notices of one source in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from market40.core.errors import TooLarge
from market40.core.ids import Ids
from market40.core.texts import say
from market40.payments.feeds import sepay
from market40.payments.feeds.base import Notice
from market40.payments.service.directory import Directory, SourceInUse
from market40.payments.service.examining import Told, examine_told
from market40.payments.service.matching import match_waiting
from market40.payments.service.receiving import record
from market40.payments.store.allocations import CreditToMatch

BATCH_LIMIT: Final = 500


@dataclass(frozen=True, slots=True)
class SeenNotice:
    """A notice and the instant at which it came; `body` is what came, SePay's form when None."""

    notice: Notice
    seen_at: datetime
    body: bytes | None = None


@dataclass(frozen=True, slots=True)
class Recorded:
    """What a batch did: deliveries that were new, and credits that were matched."""

    deliveries: int
    credits: int


def record_batch(
    session: Session,
    source: SourceInUse,
    seen: Sequence[SeenNotice],
    *,
    ids: Ids,
    directory: Directory,
) -> Recorded:
    """Record up to 500 notices as deliveries of a source, and match what is new at once.

    Every instant is a notice's own `seen_at`, so that a past can be loaded. Give them in the
    order in which they were seen; twice the same adds nothing. Raises TooLarge over the limit.
    """
    if len(seen) > BATCH_LIMIT:
        raise TooLarge(say("Mỗi lần tối đa %(n)s thông báo.", n=BATCH_LIMIT))
    if not seen:
        return Recorded(0, 0)
    told = [Told(one.body or sepay.write(one.notice), (one.notice,), one.seen_at) for one in seen]
    examined = examine_told(session, source, told, directory=directory)
    outcomes, rows = record(session, source, examined, ids=ids, directory=directory)
    fresh = [
        CreditToMatch(
            row["id"],
            row["account_id"],
            row["amount_vnd"],
            row["occurred_at"],
            tuple(row["references"].split()),
            row["first_seen_at"],
        )
        for _, row in rows
        if row["direction"] == "credit"
    ]
    fresh.sort(key=lambda credit: (credit.first_seen_at, credit.id))
    match_waiting(session, source.market_id, fresh, now=None)
    return Recorded(outcomes.count("recorded"), len(fresh))
