"""Alerts: append-only rows, written in the match's transaction, that live screens read."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence

from sqlalchemy import JSON, String, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from market40.db.base import Instant, Key, Table, Vnd
from market40.db.rows import Rows


class Alert(Table):
    """Fact: something a screen shows at once.

    `topic` is a stall's id; `seq` orders what happened there on `day`; `number` is the running
    number of an arrival ("khách thứ 17"), given once and never again, None on what is no arrival.
    """

    __tablename__ = "alert"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012 - as SQLAlchemy reads it

    market_id: Mapped[Key]
    topic: Mapped[Key]
    day: Mapped[dt.date] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    number: Mapped[int | None]
    kind: Mapped[str] = mapped_column(String(20))
    credit_id: Mapped[uuid.UUID | None]
    intent_id: Mapped[uuid.UUID | None]
    amount_vnd: Mapped[Vnd]
    facts: Mapped[dict[str, str]] = mapped_column(JSON)
    at: Mapped[Instant]


_ALERTS = Rows(Alert.__table__)
_LAST = select(func.max(Alert.seq), func.max(Alert.number))


def last_numbers(
    session: Session, *, market_id: uuid.UUID, topic: uuid.UUID, day: dt.date
) -> tuple[int, int]:
    """The last `seq` and the last arrival `number` of a topic's day; 0 where there is none."""
    where = (Alert.market_id == market_id, Alert.topic == topic, Alert.day == day)
    seq, number = session.execute(_LAST.where(*where)).one()
    return seq or 0, number or 0


def append(session: Session, rows: Sequence[dict[str, object]]) -> None:
    """Write alerts; a taken number violates the key, and the caller's transaction runs again."""
    _ALERTS.write(session, rows)


def alerts_since(
    session: Session,
    *,
    market_id: uuid.UUID,
    topic: uuid.UUID,
    day: dt.date,
    after_seq: int,
    limit: int = 200,
) -> Sequence[Alert]:
    """The alerts of a topic's day after `after_seq`, oldest first."""
    where = (Alert.market_id == market_id, Alert.topic == topic, Alert.day == day)
    query = select(Alert).where(*where, Alert.seq > after_seq).order_by(Alert.seq).limit(limit)
    return session.scalars(query).all()
