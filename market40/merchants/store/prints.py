"""Queries of print runs: what was printed, on which sheet, and what never was."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from market40.core.errors import NotFound
from market40.core.texts import say
from market40.merchants.tables import PrintDelivery, PrintedCode, PrintRun, PrintWork


@dataclass(frozen=True, slots=True)
class PrintRunSeen:
    """A print run; `delivered_at` is when its file was first handed over, None for never.

    `state` is its file's, of domain.prints.
    """

    id: uuid.UUID
    sheet: str
    which: str
    cards: int
    made_at: dt.datetime
    delivered_at: dt.datetime | None
    state: str


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
            func.coalesce(func.min(PrintWork.state), "none").label("state"),
        )
        .outerjoin(
            PrintDelivery,
            and_(
                PrintDelivery.market_id == PrintRun.market_id, PrintDelivery.run_id == PrintRun.id
            ),
        )
        .outerjoin(
            PrintWork,
            and_(PrintWork.market_id == PrintRun.market_id, PrintWork.run_id == PrintRun.id),
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


def cards_in_run(
    session: Session, market_id: uuid.UUID, run_id: uuid.UUID
) -> list[tuple[uuid.UUID, bytes | None]]:
    """Return the codes of a print run in the order of its cards, each with its card's face."""
    query = (
        select(PrintedCode.code_id, PrintedCode.face)
        .where(PrintedCode.market_id == market_id, PrintedCode.run_id == run_id)
        .order_by(PrintedCode.ordinal)
    )
    return [(row.code_id, row.face) for row in session.execute(query)]


def delivered_faces(session: Session, market_id: uuid.UUID) -> dict[uuid.UUID, bytes | None]:
    """Return the codes whose card stood in a file that was handed over, with the last one's face.

    None is the face of a card that was printed before faces were kept.
    """
    query = (
        select(PrintedCode.code_id, PrintedCode.face)
        .join(
            PrintDelivery,
            and_(
                PrintDelivery.market_id == PrintedCode.market_id,
                PrintDelivery.run_id == PrintedCode.run_id,
            ),
        )
        .where(PrintedCode.market_id == market_id)
        .order_by(PrintDelivery.delivered_at, PrintDelivery.id)
    )
    return {row.code_id: row.face for row in session.execute(query)}
