"""Rows of inspections: rounds, lists that went out, what was found, and what buyers report.

Each is a fact. Of a match nothing read is kept, for the card's own text is known; of all else the
texts are, sealed by the key of the household whose stall it is.
"""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy import Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from market40.db.base import Instant, Key, Lookup, Sealed, Table


class InspectionRound(Table):
    """Fact: from an instant on, every stall of the market is to be inspected by a day."""

    __tablename__ = "inspection_round"

    market_id: Mapped[Key]
    id: Mapped[Key]
    begins_at: Mapped[Instant]
    due_on: Mapped[dt.date]
    begun_by: Mapped[uuid.UUID]


class InspectionList(Table):
    """Fact: a market's codes, as marks, were handed to somebody to inspect without a network."""

    __tablename__ = "inspection_list"

    market_id: Mapped[Key]
    id: Mapped[Key]
    made_at: Mapped[Instant]
    made_for: Mapped[uuid.UUID]
    codes: Mapped[int]


class Inspection(Table):
    """Fact: what hung at a stall. `id` was drawn by the phone, so that it is there once."""

    __tablename__ = "inspection"
    __table_args__ = (
        Index(
            "ix_inspection_market_id_stall_id", "market_id", "stall_id", "inspected_at", "verdict"
        ),
    )

    market_id: Mapped[Key]
    id: Mapped[Key]
    stall_id: Mapped[uuid.UUID]
    verdict: Mapped[str] = mapped_column(String(16))  # domain.inspection.Verdict
    told: Mapped[str | None] = mapped_column(String(16))  # the verdict that the phone had shown
    code_id: Mapped[uuid.UUID | None]  # the issued code that was seen
    codes: Mapped[int]  # payment codes in the frame
    way: Mapped[str] = mapped_column(String(10))  # camera, photo
    inspected_at: Mapped[Instant]
    received_at: Mapped[Instant]
    inspected_by: Mapped[uuid.UUID]
    list_id: Mapped[uuid.UUID | None]
    digest: Mapped[Lookup]  # of what was sent: an id that comes back with other content is refused
    photo_hash: Mapped[bytes | None] = mapped_column(LargeBinary(32))  # SHA-256 of the file
    seen: Mapped[Sealed | None]  # sealed for "inspection.seen": the texts, as a list in JSON


class NameReport(Table):
    """Fact: a buyer's bank showed another name than the card's."""

    __tablename__ = "name_report"
    __table_args__ = (
        Index("ix_name_report_market_id_code_id", "market_id", "code_id", "reported_at"),
    )

    market_id: Mapped[Key]
    id: Mapped[Key]
    code_id: Mapped[uuid.UUID]
    reported_at: Mapped[Instant]
    said: Mapped[Sealed | None]  # sealed for "name_report.said" by the account's key


class AlarmAnswer(Table):
    """Fact: the board says what it did about an inspection or a buyer's report."""

    __tablename__ = "alarm_answer"

    market_id: Mapped[Key]
    subject_id: Mapped[Key]  # an inspection or a name report: answered once
    did: Mapped[str] = mapped_column(String(16))  # domain.alarms.Deed
    note: Mapped[Sealed | None]  # sealed for "alarm_answer.note" by the stall's household's key
    answered_by: Mapped[uuid.UUID]
    answered_at: Mapped[Instant]
