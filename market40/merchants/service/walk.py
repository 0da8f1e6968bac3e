"""What is to inspect in a market: its stalls as one walks, each with what was found last."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from sqlalchemy.orm import Session

from market40.merchants import store
from market40.merchants.domain.alarms import Round, is_due


@dataclass(frozen=True, slots=True)
class StallToWalk:
    """A stall, and its last inspection that read something, None for never.

    `coded`: it is active and its newest code is live; only such a stall is ever `due`.
    """

    stall: store.StallRow
    last: store.InspectionSeen | None
    coded: bool
    due: bool


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
        due = coded and is_due(seen.inspected_at if seen else None, round_, now)
        stalls.append(StallToWalk(row, seen, coded, due))
    return round_, stalls
