"""Drop the rollups and make them again from the facts, month by month; stopped, it resumes."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from functools import partial

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from market40.core.clock import local_day
from market40.db.engine import read, transact
from market40.merchants import store as merchants
from market40.reporting import store
from market40.reporting.domain.windows import first_of_month, next_month
from market40.reporting.service.rolling import ONE_DAY, roll_up_days

# VietQR began in 2021: before it no payment went through a code, however old the market is.
EARLIEST_DAY = dt.date(2021, 1, 1)


@dataclass(frozen=True, slots=True)
class RebuildProgress:
    """How far a rebuild has come, in months of markets."""

    done: int
    total: int
    market_name: str
    month: dt.date


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What a rebuild did: months made again, and months that a run before had made."""

    months: int
    skipped: int


@dataclass(frozen=True, slots=True)
class _Span:
    market_id: uuid.UUID
    name: str
    start: dt.date
    end: dt.date


def rebuild(
    engine: Engine,
    *,
    now: dt.datetime,
    since: dt.datetime | None = None,
    market_ids: Collection[uuid.UUID] | None = None,
    progress: Callable[[RebuildProgress], None] | None = None,
) -> Rebuilt:
    """Drop and rebuild the rollups of the markets (all of them by default) up to today.

    Each month of a market is one transaction that drops its days and makes them again, so that
    readers never see a hole and a stopped run leaves whole months. `since` is the `now` of a
    stopped run: months that were wholly made since then are left. `progress` is called after
    each month; what it raises stops the run.
    """
    spans = read(engine, lambda session: list(_spans(session, market_ids, now)))
    total = sum(1 for span in spans for _ in _months(span))
    made = skipped = 0
    for span in spans:
        transact(engine, partial(_drop_outside, span=span))
        for month in _months(span):
            if _rebuild_month(engine, span, month, now=now, since=since):
                made += 1
            else:
                skipped += 1
            if progress is not None:
                progress(RebuildProgress(made + skipped, total, span.name, month))
    return Rebuilt(made, skipped)


def _drop_outside(session: Session, span: _Span) -> None:
    store.delete_outside(session, span.market_id, span.start, span.end)


def _rebuild_month(
    engine: Engine, span: _Span, month: dt.date, *, now: dt.datetime, since: dt.datetime | None
) -> bool:
    """Make the month again; False where a run since then has made every day of it."""
    start, end = max(month, span.start), min(next_month(month), span.end)

    def work(session: Session) -> bool:
        if since and store.is_rolled_since(session, span.market_id, start, end, since):
            return False
        store.lock_month(session, span.market_id, month, now=now)
        store.delete_days(session, span.market_id, month, next_month(month))
        days = (start + dt.timedelta(days=i) for i in range((end - start).days))
        roll_up_days(session, span.market_id, days, now=now)
        return True

    return transact(engine, work)


def _spans(
    session: Session, market_ids: Collection[uuid.UUID] | None, now: dt.datetime
) -> Iterator[_Span]:
    """Each market's days, from its first stall to today; a market without stalls has none."""
    end = local_day(now) + ONE_DAY
    found = merchants.markets(session, ids=market_ids)
    first: dict[uuid.UUID, dt.date] = {}
    for stall in merchants.census(session, [m.id for m in found], start=EARLIEST_DAY, end=end):
        before = first.get(stall.market_id, end)
        first[stall.market_id] = min(before, max(stall.starts_on, EARLIEST_DAY))
    for market in found:
        yield _Span(market.id, market.name, first.get(market.id, end), end)


def _months(span: _Span) -> Iterator[dt.date]:
    month = first_of_month(span.start)
    while month < span.end and span.start < span.end:
        yield month
        month = next_month(month)
