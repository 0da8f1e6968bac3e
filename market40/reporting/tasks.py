"""Jobs of reporting: a day is rolled up after its facts changed, and once a day in any case."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from sqlalchemy.orm import Session

from market40.core.clock import Clock, local_day
from market40.core.ids import Ids
from market40.db.handlers import Handler
from market40.db.outbox import Claimed
from market40.merchants import store as merchants
from market40.payments import store as payments
from market40.reporting import service, store
from market40.reporting.domain.windows import FOUR_WEEKS_DAYS

CATCH_UP_DAYS: Final = FOUR_WEEKS_DAYS + 7


def plan_roll_up(
    session: Session, jobs: Sequence[Claimed], clock: Clock, ids: Ids
) -> Callable[[Session], None]:
    """Count the days of a batch of jobs, each market day once; what it returns writes them.

    A fact that comes meanwhile asks for its day again, so that what it makes stale is made anew.
    """
    _ = ids
    now = clock.now()
    days: dict[uuid.UUID, set[dt.date]] = defaultdict(set)
    for job in jobs:
        days[job.market_id].add(dt.date.fromisoformat(job.payload["day"]))
    # In one order everywhere, so that two workers that share markets wait and do not deadlock.
    counted = [(market_id, service.count_days(session, market_id, days[market_id]))
               for market_id in sorted(days)]  # fmt: skip

    def write(session: Session) -> None:
        for market_id, totals in counted:
            service.write_days(session, market_id, totals, now=now)

    return write


def ask_daily(session: Session, *, now: dt.datetime) -> int:
    """Ask for yesterday and today of every market, and for gaps; return how many market days.

    A day on which nobody paid has facts too: who was observed. The worker calls it when it
    starts and once a day after midnight; days that it slept through are caught up, as far back
    as the longest window looks.
    """
    today = local_day(now)
    recent = [today - dt.timedelta(days=back) for back in range(CATCH_UP_DAYS)]
    rolled = store.rolled_days(session, recent[-1])
    asked = 0
    for market in merchants.markets(session):
        for day in recent:
            stood = market.opened_on <= day and (market.closed_on is None or day < market.closed_on)
            if stood and (day in recent[:2] or (market.id, day) not in rolled):
                payments.ask_roll_up(session, market.id, day, now)
                asked += 1
    return asked


HANDLERS: Final[Mapping[str, Handler]] = {"roll_up": Handler(plan_roll_up, at_once=10)}
