"""Jobs of merchants: a print run's file is made part by part."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from sqlalchemy.orm import Session

from market40.core.clock import Clock
from market40.core.ids import Ids
from market40.db.handlers import Handler
from market40.db.outbox import Claimed
from market40.merchants import service


def plan_print_part(
    session: Session, jobs: Sequence[Claimed], clock: Clock, ids: Ids
) -> Callable[[Session], None]:
    """Draw or read back the next part of each job's file; what it returns writes that down.

    The work is done outside the transaction, and a part is short: money that comes meanwhile
    waits for neither.
    """
    _ = ids
    now = clock.now()
    steps = [service.plan_print_step(session, j.market_id, j.payload, now=now) for j in jobs]

    def write(writing: Session) -> None:
        for step in steps:
            step(writing)

    return write


HANDLERS: Final[Mapping[str, Handler]] = {
    "print_part": Handler(plan_print_part, at_once=1, long=True)
}
