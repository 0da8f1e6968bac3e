"""Rows derived from the facts: droppable, rebuilt by `market40 report rebuild`.

A bitmap is little-endian bytes; bit `ordinal` stands for the stall of that ordinal in the market.
"""

from __future__ import annotations

import datetime as dt

from sqlalchemy import LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from market40.db.base import Instant, Key, Table, Vnd


class _Totals:
    """What both rollups hold. Payments are over observed stall-days, sales only."""

    eligible: Mapped[bytes] = mapped_column(LargeBinary)  # stalls that stood there
    observed: Mapped[bytes] = mapped_column(LargeBinary)  # account covered by a living source
    paid: Mapped[bytes] = mapped_column(LargeBinary)  # at least one payment
    tallied: Mapped[bytes] = mapped_column(LargeBinary)  # cash was counted (zero is an answer)
    payments: Mapped[int]
    payments_vnd: Mapped[Vnd]
    large_payments: Mapped[int]  # over 100 million each; included above
    large_payments_vnd: Mapped[Vnd]
    tally_payments: Mapped[int]  # of the tallied stall-days only
    tally_payments_vnd: Mapped[Vnd]
    tally_large_payments: Mapped[int]  # over 100 million each; included in the two above
    tally_large_payments_vnd: Mapped[Vnd]
    tally_cash: Mapped[int]
    tally_cash_vnd: Mapped[Vnd]
    tally_other: Mapped[int]
    tally_other_vnd: Mapped[Vnd]
    tally_days: Mapped[int]  # stall-days tallied
    drawn_tallies: Mapped[int]  # of these, stall-days drawn by the service's plan
    suspense: Mapped[int]
    suspense_vnd: Mapped[Vnd]
    open_days: Mapped[int]  # market days; 0 or 1 for a day
    rolled_at: Mapped[Instant]  # of a month: when the stalest of its days was rolled up


class RollupDay(_Totals, Table):
    """Derived: a market's day."""

    __tablename__ = "rollup_day"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012 - as SQLAlchemy reads it

    market_id: Mapped[Key]
    day: Mapped[dt.date] = mapped_column(primary_key=True)


class RollupMonth(_Totals, Table):
    """Derived: a market's calendar month, `month` being its first day."""

    __tablename__ = "rollup_month"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012 - as SQLAlchemy reads it

    market_id: Mapped[Key]
    month: Mapped[dt.date] = mapped_column(primary_key=True)
