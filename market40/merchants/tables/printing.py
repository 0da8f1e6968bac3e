"""Rows of printing: which cards stood in which file, how far it is, and who had it when."""

from __future__ import annotations

import uuid

from sqlalchemy import Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from market40.db.base import Instant, Key, Lookup, Sealed, Table


class PrintRun(Table):
    """Fact: cards were put together to be printed on a sheet: which, when, by whom."""

    __tablename__ = "print_run"

    market_id: Mapped[Key]
    id: Mapped[Key]
    sheet: Mapped[str] = mapped_column(String(10))  # vietqr.sheets.SHEETS
    which: Mapped[str] = mapped_column(String(10))  # all, changed, chosen
    cards: Mapped[int]
    made_by: Mapped[uuid.UUID | None]  # None: from the command line
    made_at: Mapped[Instant]


class PrintedCode(Table):
    """Fact: a code's card is the one with that ordinal, from 1, in a print run."""

    __tablename__ = "printed_code"
    __table_args__ = (Index("ix_printed_code_market_id_code_id", "market_id", "code_id"),)

    market_id: Mapped[Key]
    run_id: Mapped[Key]
    ordinal: Mapped[int] = mapped_column(primary_key=True)
    code_id: Mapped[uuid.UUID]
    face: Mapped[Lookup | None]  # keyed hash of what may change on it; None: before that was kept


class PrintDelivery(Table):
    """Fact: a print run's file was made, read back and handed to somebody."""

    __tablename__ = "print_delivery"
    __table_args__ = (Index("ix_print_delivery_market_id_run_id", "market_id", "run_id"),)

    market_id: Mapped[Key]
    id: Mapped[Key]
    run_id: Mapped[uuid.UUID]
    delivered_to: Mapped[uuid.UUID | None]  # None: on the command line
    delivered_at: Mapped[Instant]


class PrintWork(Table):
    """State: a print run's file is made in parts: working → stopped, ready, failed → gone.

    First all cards are drawn, then the finished file is read back, both part by part.
    """

    __tablename__ = "print_work"

    market_id: Mapped[Key]
    run_id: Mapped[Key]
    state: Mapped[str] = mapped_column(String(10))  # domain.prints
    key_id: Mapped[uuid.UUID]  # db.vault.DataKey of this file alone: destroyed with its parts
    drawn: Mapped[int]  # cards
    read_back: Mapped[int]  # cards, in the finished file
    standing: Mapped[Sealed | None]  # vietqr.sheets.Standing, sealed for "print_work.standing"
    fault: Mapped[str | None] = mapped_column(String(40))  # the code of what failed
    fault_page: Mapped[int | None]
    ends_at: Mapped[Instant]  # the parts are gone soon after


class PrintPart(Table):
    """Derived: a part of a print run's file, drawn again from the same rows; gone after a week."""

    __tablename__ = "print_part"

    market_id: Mapped[Key]
    run_id: Mapped[Key]
    ordinal: Mapped[int] = mapped_column(primary_key=True)  # from 0
    content: Mapped[Sealed]  # for "print_part.content/<ordinal>" by the file's key
    octets: Mapped[int]  # of the content in the clear
    places: Mapped[bytes] = mapped_column(LargeBinary)  # where its objects begin
