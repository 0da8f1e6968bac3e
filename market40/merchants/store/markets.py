"""Queries of markets, zones and the stalls that stand in them."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Iterator, Sequence
from typing import TypeVar

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from market40.core.errors import NotFound
from market40.core.texts import say
from market40.merchants.store.values import MarketSummary, MarketValue, StallInCensus
from market40.merchants.tables import IssuedCode, Market, Stall, StallReference, StallSpan, Zone

T = TypeVar("T")
CHUNK = 5_000  # parameters in one IN: under SQLite's 32,766 and PostgreSQL's 65,535

_MARKET = select(
    Market.id,
    Market.name,
    Market.commune_id,
    Market.legacy_commune_id,
    Market.calendar,
    Market.opened_on,
    Market.closed_on,
    Market.sort_key,
)


_FIRST_DAY = select(func.min(StallSpan.starts_on))


def chunks(values: Collection[T]) -> Iterator[Sequence[T]]:
    """Yield the values in parts that one IN can carry."""
    listed = list(values)
    for at in range(0, len(listed), CHUNK):
        yield listed[at : at + CHUNK]


def markets(session: Session, *, ids: Collection[uuid.UUID] | None = None) -> list[MarketValue]:
    """Return the markets with these ids, or all, in Vietnamese order; unknown ids are left out."""
    query = _MARKET.order_by(Market.sort_key, Market.name)
    if ids is None:
        return [MarketValue(*row) for row in session.execute(query)]
    found = [
        MarketValue(*row)
        for part in chunks(ids)
        for row in session.execute(query.where(Market.id.in_(part)))
    ]
    return sorted(found, key=lambda market: (market.sort_key, market.name))


def market(session: Session, market_id: uuid.UUID) -> MarketValue:
    """Return a market; raise NotFound."""
    row = session.execute(_MARKET.where(Market.id == market_id)).one_or_none()
    if row is None:
        raise NotFound(say("Không có chợ này."))
    return MarketValue(*row)


def summaries(session: Session, *, ids: Collection[uuid.UUID] | None = None) -> list[MarketSummary]:
    """Return the markets with how many stalls they have and how many of them a live code."""
    found = markets(session, ids=ids)
    wanted = None if ids is None else [market.id for market in found]
    stalls = select(Stall.market_id, func.count()).where(Stall.state != "closed")
    coded = (
        select(IssuedCode.market_id, func.count(IssuedCode.stall_id.distinct()))
        .join(
            Stall,
            and_(Stall.market_id == IssuedCode.market_id, Stall.id == IssuedCode.stall_id),
        )
        .where(IssuedCode.state == "live", Stall.state != "closed")
    )
    by_stalls = _counted(session, stalls.group_by(Stall.market_id), Stall.market_id, wanted)
    by_codes = _counted(session, coded.group_by(IssuedCode.market_id), IssuedCode.market_id, wanted)
    return [MarketSummary(m, by_stalls.get(m.id, 0), by_codes.get(m.id, 0)) for m in found]


def _counted(
    session: Session,
    query: Select[uuid.UUID, int],
    column: InstrumentedAttribute[uuid.UUID],
    wanted: Sequence[uuid.UUID] | None,
) -> dict[uuid.UUID, int]:
    if wanted is None:
        return {row[0]: row[1] for row in session.execute(query)}
    return {
        row[0]: row[1]
        for part in chunks(wanted)
        for row in session.execute(query.where(column.in_(part)))
    }


def zones(session: Session, market_id: uuid.UUID) -> list[tuple[uuid.UUID, str]]:
    """Return a market's zones (id, name) in the order in which one walks."""
    query = select(Zone.id, Zone.name).where(Zone.market_id == market_id).order_by(Zone.position)
    return [(row.id, row.name) for row in session.execute(query)]


def stalls_by_reference(
    session: Session, references: Collection[str]
) -> dict[str, tuple[uuid.UUID, uuid.UUID]]:
    """Return (market_id, stall_id) of each reference that names a stall of the deployment."""
    query = select(StallReference.reference, StallReference.market_id, StallReference.stall_id)
    return {
        row.reference: (row.market_id, row.stall_id)
        for part in chunks(references)
        for row in session.execute(query.where(StallReference.reference.in_(part)))
    }


def first_day(session: Session) -> dt.date | None:
    """Return the first day on which any stall stood anywhere; None where none ever did."""
    return session.scalar(_FIRST_DAY)


def census(
    session: Session, market_ids: Collection[uuid.UUID], *, start: dt.date, end: dt.date
) -> list[StallInCensus]:
    """Return the stalls that stand on any day from `start` up to and without `end`.

    In order of market and ordinal; a stall that went and came back has a row for each span.
    """
    query = (
        select(
            Stall.market_id,
            Stall.id,
            Stall.ordinal,
            Stall.household_id,
            StallSpan.starts_on,
            StallSpan.ends_on,
        )
        .join(StallSpan, _same_stall(StallSpan))
        .where(
            StallSpan.starts_on < end,
            or_(StallSpan.ends_on.is_(None), StallSpan.ends_on > start),
            or_(StallSpan.ends_on.is_(None), StallSpan.ends_on > StallSpan.starts_on),
        )
        .order_by(Stall.market_id, Stall.ordinal, StallSpan.starts_on)
    )
    return [
        StallInCensus(*row)
        for part in chunks(market_ids)
        for row in session.execute(query.where(Stall.market_id.in_(part)))
    ]


def registered_at(
    session: Session, market_ids: Collection[uuid.UUID], at: dt.datetime
) -> dict[uuid.UUID, set[int]]:
    """Return, for each market, the ordinals of stalls with a code that was live at `at`."""
    query = (
        select(Stall.market_id, Stall.ordinal)
        .join(
            IssuedCode,
            and_(IssuedCode.market_id == Stall.market_id, IssuedCode.stall_id == Stall.id),
        )
        .where(
            IssuedCode.issued_at <= at,
            or_(IssuedCode.ended_at.is_(None), IssuedCode.ended_at > at),
        )
    )
    found: dict[uuid.UUID, set[int]] = {market_id: set() for market_id in market_ids}
    for part in chunks(market_ids):
        for row in session.execute(query.where(Stall.market_id.in_(part))):
            found[row.market_id].add(row.ordinal)
    return found


def _same_stall(span: type[StallSpan]) -> ColumnElement[bool]:
    return and_(span.market_id == Stall.market_id, span.stall_id == Stall.id)
