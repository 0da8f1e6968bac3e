"""What is to inspect in a market: its stalls as one walks, each with what was found last."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from sqlalchemy.orm import Session

from market40.merchants import store
from market40.merchants.domain.alarms import Round, is_done, is_due


@dataclass(frozen=True, slots=True)
class StallToWalk:
    """A stall, and its last inspection that read something, None for never.

    `coded`: it is active and its newest code is live; only such a stall is ever `due` or
    `done`: in the round under way, which it stays when it is due again a week later.
    """

    stall: store.StallRow
    last: store.InspectionSeen | None
    coded: bool
    due: bool
    done: bool


def stalls_to_walk(
    session: Session, market_id: uuid.UUID, now: dt.datetime
) -> tuple[Round | None, list[StallToWalk]]:
    """Return the round that began last and every stall of a market, by zone and number."""
    round_ = store.current_round(session, market_id)
    last = store.last_inspections(session, market_id)
    stalls = []
    for row in store.stall_rows(session, market_id):
        seen = last.get(row.id)
        coded = row.state == "active" and row.code_state == "live"
        at = seen.inspected_at if seen else None
        due, done = (coded and rule(at, round_, now) for rule in (is_due, is_done))
        stalls.append(StallToWalk(row, seen, coded, due, done))
    return round_, stalls
