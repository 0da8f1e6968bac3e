"""Queries of print runs: what was printed, on which sheet, and what never was."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from market40.core.errors import NotFound
from market40.core.texts import say
from market40.merchants.tables import PrintDelivery, PrintedCode, PrintRun


@dataclass(frozen=True, slots=True)
class PrintRunSeen:
    """A print run; `delivered_at` is when its file was first handed over, None for never."""

    id: uuid.UUID
    sheet: str
    which: str
    cards: int
    made_at: dt.datetime
    delivered_at: dt.datetime | None


def print_runs(session: Session, market_id: uuid.UUID, *, limit: int) -> list[PrintRunSeen]:
    """Return a market's print runs, the newest first, at most `limit`."""
    query = (
        select(
            PrintRun.id,
            PrintRun.sheet,
            PrintRun.which,
            PrintRun.cards,
            PrintRun.made_at,
            func.min(PrintDelivery.delivered_at).label("delivered_at"),
        )
        .outerjoin(
            PrintDelivery,
            and_(
                PrintDelivery.market_id == PrintRun.market_id, PrintDelivery.run_id == PrintRun.id
            ),
        )
        .where(PrintRun.market_id == market_id)
        .group_by(PrintRun.market_id, PrintRun.id)
        .order_by(PrintRun.made_at.desc(), PrintRun.id.desc())
        .limit(limit)
    )
    return [PrintRunSeen(*row) for row in session.execute(query)]


def sheet_of_run(session: Session, market_id: uuid.UUID, run_id: uuid.UUID) -> str:
    """Return the sheet of a print run; raise NotFound."""
    sheet = session.scalar(
        select(PrintRun.sheet).where(PrintRun.market_id == market_id, PrintRun.id == run_id)
    )
    if sheet is None:
        raise NotFound(say("Không có lượt in này ở chợ."))
    return sheet


def codes_of_run(session: Session, market_id: uuid.UUID, run_id: uuid.UUID) -> list[uuid.UUID]:
    """Return the codes of a print run in the order of its cards."""
    query = (
        select(PrintedCode.code_id)
        .where(PrintedCode.market_id == market_id, PrintedCode.run_id == run_id)
        .order_by(PrintedCode.ordinal)
    )
    return list(session.scalars(query))


def delivered_codes(session: Session, market_id: uuid.UUID) -> set[uuid.UUID]:
    """Return the codes of the market whose card stood in a file that was handed over."""
    query = (
        select(PrintedCode.code_id)
        .join(
            PrintDelivery,
            and_(
                PrintDelivery.market_id == PrintedCode.market_id,
                PrintDelivery.run_id == PrintedCode.run_id,
            ),
        )
        .where(PrintedCode.market_id == market_id)
        .distinct()
    )
    return set(session.scalars(query))
