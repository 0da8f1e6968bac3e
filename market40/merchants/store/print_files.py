"""Queries of print runs' files: how far one is, its parts, and what its cards would say now."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from sqlalchemy import and_, delete, select
from sqlalchemy.orm import Session

from market40.core.errors import NotFound
from market40.core.texts import say
from market40.merchants.domain.prints import progress
from market40.merchants.store.codes import printed_cards
from market40.merchants.store.values import Printed
from market40.merchants.tables import (
    IssuedCode,
    Market,
    PrintedCode,
    PrintPart,
    PrintRun,
    PrintWork,
    Stall,
)


@dataclass(frozen=True, slots=True)
class PrintFile:
    """How far a print run's file is, in cards. `state` is of domain.prints; "none" has no key."""

    run_id: uuid.UUID
    sheet: str
    cards: int
    made_at: dt.datetime
    state: str
    drawn: int = 0
    read_back: int = 0
    key_id: uuid.UUID | None = None
    standing: bytes | None = None
    fault: str | None = None
    fault_page: int | None = None
    ends_at: dt.datetime | None = None

    @property
    def percent(self) -> int:
        """How far it is in whole percent."""
        return progress(drawn=self.drawn, read_back=self.read_back, cards=self.cards)


@dataclass(frozen=True, slots=True)
class CardNow:
    """What a card of a run would say now; `live` says whether its code may still be printed."""

    code_id: uuid.UUID
    face: bytes | None
    live: bool
    stall_number: str
    stall_name: str
    market_name: str


_WORK = (
    PrintWork.state,
    PrintWork.drawn,
    PrintWork.read_back,
    PrintWork.key_id,
    PrintWork.standing,
    PrintWork.fault,
    PrintWork.fault_page,
    PrintWork.ends_at,
)


def print_file(session: Session, market_id: uuid.UUID, run_id: uuid.UUID) -> PrintFile:
    """Return how far a run's file is; raise NotFound for a run that is none of the market's."""
    query = (
        select(PrintRun.id, PrintRun.sheet, PrintRun.cards, PrintRun.made_at, *_WORK)
        .outerjoin(
            PrintWork,
            and_(PrintWork.market_id == PrintRun.market_id, PrintWork.run_id == PrintRun.id),
        )
        .where(PrintRun.market_id == market_id, PrintRun.id == run_id)
    )
    row = session.execute(query).one_or_none()
    if row is None:
        raise NotFound(say("Không có lượt in này ở chợ."))
    if row.state is None:
        return PrintFile(row.id, row.sheet, row.cards, row.made_at, "none")
    return PrintFile(*row)


def part_sizes(session: Session, market_id: uuid.UUID, run_id: uuid.UUID) -> list[int]:
    """Return how many octets each part of a file has, in order."""
    query = (
        select(PrintPart.octets)
        .where(PrintPart.market_id == market_id, PrintPart.run_id == run_id)
        .order_by(PrintPart.ordinal)
    )
    return list(session.scalars(query))


def part_places(session: Session, market_id: uuid.UUID, run_id: uuid.UUID) -> list[bytes]:
    """Return where the objects of each part of a file begin, as its drawing told."""
    query = (
        select(PrintPart.places)
        .where(PrintPart.market_id == market_id, PrintPart.run_id == run_id)
        .order_by(PrintPart.ordinal)
    )
    return list(session.scalars(query))


def part_sealed(
    session: Session, market_id: uuid.UUID, run_id: uuid.UUID, ordinal: int
) -> bytes | None:
    """Return a part of a file as it is sealed; None for one that is not there, or no more."""
    return session.scalar(
        select(PrintPart.content).where(
            PrintPart.market_id == market_id,
            PrintPart.run_id == run_id,
            PrintPart.ordinal == ordinal,
        )
    )


def drop_parts(session: Session, market_id: uuid.UUID, run_id: uuid.UUID) -> None:
    """Delete all parts of a file."""
    session.execute(
        delete(PrintPart)
        .where(PrintPart.market_id == market_id, PrintPart.run_id == run_id)
        .execution_options(synchronize_session=False)
    )


def ended_files(session: Session, now: dt.datetime) -> list[tuple[uuid.UUID, uuid.UUID]]:
    """Return the files (market, run) that have parts or a key and whose time is over."""
    query = (
        select(PrintWork.market_id, PrintWork.run_id)
        .where(PrintWork.ends_at <= now, PrintWork.state.not_in(("gone", "failed")))
        .order_by(PrintWork.market_id, PrintWork.run_id)
    )
    return [(row.market_id, row.run_id) for row in session.execute(query)]


def cards_now(
    session: Session,
    market_id: uuid.UUID,
    run_id: uuid.UUID,
    *,
    after: int = 0,
    limit: int | None = None,
) -> list[CardNow]:
    """Return a run's cards behind the first `after`, at most `limit`, as they would be now."""
    query = (
        select(
            PrintedCode.code_id,
            PrintedCode.face,
            and_(IssuedCode.state == "live", Stall.state != "closed").label("live"),
            Stall.number,
            Stall.name,
            Market.name.label("market_name"),
        )
        .join(
            IssuedCode,
            and_(
                IssuedCode.market_id == PrintedCode.market_id,
                IssuedCode.id == PrintedCode.code_id,
            ),
        )
        .join(Stall, and_(Stall.market_id == IssuedCode.market_id, Stall.id == IssuedCode.stall_id))
        .join(Market, Market.id == Stall.market_id)
        .where(
            PrintedCode.market_id == market_id,
            PrintedCode.run_id == run_id,
            PrintedCode.ordinal > after,
        )
        .order_by(PrintedCode.ordinal)
        .limit(limit)
    )
    return [CardNow(*row) for row in session.execute(query)]


def cards_of_codes(
    session: Session, market_id: uuid.UUID, code_ids: list[uuid.UUID]
) -> dict[uuid.UUID, Printed]:
    """Return what stands on the codes' cards; one whose data were erased is left out."""
    where = (IssuedCode.market_id == market_id, IssuedCode.id.in_(code_ids))
    return {card.code.id: card for card in printed_cards(session, *where)}
