"""Queries of the rollups: by market and day or month, never by payment."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, TypeAlias

from sqlalchemy import Select, delete, func, or_, select
from sqlalchemy.orm import Session

from market40.db.conflict import insert_if_absent, replace_rows
from market40.reporting.domain import bitmaps
from market40.reporting.domain.rolling import BITMAPS, SUMS, Totals
from market40.reporting.tables import RollupDay, RollupMonth

Span: TypeAlias = tuple[dt.date, dt.date]
_BITMAPS_OF_DAY = [getattr(RollupDay, name) for name in BITMAPS]
_SUMS_OF_DAY = [getattr(RollupDay, name) for name in SUMS]
_WHOLE_DAY = select(RollupDay.rolled_at, *_BITMAPS_OF_DAY, *_SUMS_OF_DAY)

# What a report reads of a row: the bitmaps that are OR-ed and the sums of the tallied stall-days.
TAKINGS = tuple(name for name in SUMS if name.startswith("tally_") or name == "drawn_tallies")
_REPORTED = ("observed", "paid", "tallied", *TAKINGS)
_REPORTED_DAY = [getattr(RollupDay, name) for name in _REPORTED]
_REPORTED_MONTH = [getattr(RollupMonth, name) for name in _REPORTED]


@dataclass(frozen=True, slots=True)
class Rolled:
    """What a report needs of one market's day or month, `key` being the day or the month's first.

    `takings` are the sums named in TAKINGS, in that order.
    """

    market_id: uuid.UUID
    key: dt.date
    observed: int
    paid: int
    tallied: int
    takings: tuple[int, ...]


def replace_day(
    session: Session, market_id: uuid.UUID, day: dt.date, totals: Totals, *, now: dt.datetime
) -> None:
    """Put the day's rollup in the place of the one before."""
    row = {"market_id": market_id, "day": day, "rolled_at": now, **_columns(totals)}
    replace_rows(session, RollupDay, [row], keys=("market_id", "day"))


def lock_month(session: Session, market_id: uuid.UUID, month: dt.date, *, now: dt.datetime) -> None:
    """Hold the market's month until the transaction ends.

    Two days of one month rolled up at once would otherwise each put the month together without
    the other's day, and the later writer would leave the earlier one's out.
    """
    key = {"market_id": market_id, "month": month}
    row = {**key, "rolled_at": now, **_columns(Totals())}
    insert_if_absent(session, RollupMonth, [row], keys=("market_id", "month"))
    where = (RollupMonth.market_id == market_id, RollupMonth.month == month)
    session.execute(select(RollupMonth.market_id).where(*where).with_for_update())


def replace_month(
    session: Session,
    market_id: uuid.UUID,
    month: dt.date,
    totals: Totals,
    *,
    rolled_at: dt.datetime,
) -> None:
    """Put the month's rollup in the place of the one before."""
    row = {"market_id": market_id, "month": month, "rolled_at": rolled_at, **_columns(totals)}
    replace_rows(session, RollupMonth, [row], keys=("market_id", "month"))


def days_of(
    session: Session, market_id: uuid.UUID, start: dt.date, end: dt.date
) -> list[tuple[dt.datetime, Totals]]:
    """Return the market's rolled days in `[start, end)`, each with when it was rolled up."""
    where = (RollupDay.market_id == market_id, RollupDay.day >= start, RollupDay.day < end)
    rows = session.execute(_WHOLE_DAY.where(*where).order_by(RollupDay.day))
    return [(row[0], _totals(row[1:])) for row in rows]


def delete_days(session: Session, market_id: uuid.UUID, start: dt.date, end: dt.date) -> None:
    """Drop the market's rolled days in `[start, end)`."""
    where = (RollupDay.market_id == market_id, RollupDay.day >= start, RollupDay.day < end)
    session.execute(delete(RollupDay).where(*where))


def delete_outside(session: Session, market_id: uuid.UUID, start: dt.date, end: dt.date) -> None:
    """Drop the market's rollups of before `start`'s month and of after `end`."""
    day, month = RollupDay.day, RollupMonth.month
    outside_days = (RollupDay.market_id == market_id, or_(day < start, day >= end))
    session.execute(delete(RollupDay).where(*outside_days))
    outside = (RollupMonth.market_id == market_id, or_(month < start.replace(day=1), month >= end))
    session.execute(delete(RollupMonth).where(*outside))


def is_rolled_since(
    session: Session, market_id: uuid.UUID, start: dt.date, end: dt.date, since: dt.datetime
) -> bool:
    """Return whether every day in `[start, end)` was rolled up at `since` or later."""
    where = (RollupDay.market_id == market_id, RollupDay.day >= start, RollupDay.day < end)
    query = select(func.count()).where(*where, RollupDay.rolled_at >= since)
    return session.scalar(query) == (end - start).days


def rolled_days(session: Session, start: dt.date) -> set[tuple[uuid.UUID, dt.date]]:
    """Return the (market, day) pairs from `start` on that have a rollup."""
    query = select(RollupDay.market_id, RollupDay.day).where(RollupDay.day >= start)
    return {(row.market_id, row.day) for row in session.execute(query)}


def reported_months(
    session: Session, market_ids: Collection[uuid.UUID], before: dt.date
) -> Iterator[Rolled]:
    """Give the markets' months that begin before the day `before`, in no order."""
    key = RollupMonth.month
    query = select(RollupMonth.market_id, key, *_REPORTED_MONTH)
    return _rolled(session, query.where(RollupMonth.market_id.in_(market_ids), key < before))


def reported_days(
    session: Session, market_ids: Collection[uuid.UUID], spans: Sequence[Span]
) -> Iterator[Rolled]:
    """Give the markets' days that lie in any of the half-open spans, in no order."""
    if not spans:
        return iter(())
    key = RollupDay.day
    within = or_(*(key.between(start, end - dt.timedelta(days=1)) for start, end in spans))
    query = select(RollupDay.market_id, key, *_REPORTED_DAY)
    return _rolled(session, query.where(RollupDay.market_id.in_(market_ids), within))


def _rolled(session: Session, query: Select[*tuple[Any, ...]]) -> Iterator[Rolled]:
    whole = bitmaps.from_bytes
    for market_id, key, observed, paid, tallied, *takings in session.execute(query):
        yield Rolled(market_id, key, whole(observed), whole(paid), whole(tallied), tuple(takings))


def _columns(totals: Totals) -> Mapping[str, Any]:
    values = asdict(totals)
    return {n: bitmaps.to_bytes(v) if n in BITMAPS else v for n, v in values.items()}


def _totals(values: Sequence[Any]) -> Totals:
    sets = (bitmaps.from_bytes(value) for value in values[: len(BITMAPS)])
    return Totals(*sets, *values[len(BITMAPS) :])
