"""Rows of sources, deliveries, credits, intents, allocations and cash tallies.

Facts (append-only): delivery, credit, sighting, allocation, source_day, cash_tally, refusal.
State: source, source_account, intent. Every table carries `market_id` in its keys; `source` is
a small directory, since the address that a provider calls names only the source.
"""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy import JSON, Index, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from market40.db.base import Instant, Key, Lookup, Sealed, Table, Vnd

UNEXPLAINED = text("target IN ('suspense', 'unclassified')")
OPEN = text("state = 'open'")
OF_INTENT = text("intent_id IS NOT NULL")


class Source(Table):
    """State: a configured feed with its secret; it has one home market."""

    __tablename__ = "source"

    id: Mapped[Key]
    market_id: Mapped[uuid.UUID] = mapped_column(index=True)
    provider: Mapped[str] = mapped_column(String(20))  # a feed's name: "sepay"
    name: Mapped[str] = mapped_column(String(60))
    secret: Mapped[Sealed]  # sealed for "source.secret"
    secret_before: Mapped[Sealed | None]  # the one being rotated out; both are live
    key_id: Mapped[uuid.UUID]
    grade: Mapped[str] = mapped_column(String(16))  # statement, signed_notice, …
    covers: Mapped[str] = mapped_column(
        String(8)
    )  # market: all its accounts; listed: source_account
    state: Mapped[str] = mapped_column(String(10))  # active, stopped
    created_at: Mapped[Instant]


class SourceAccount(Table):
    """State: a source covers an account on the days `[starts_on, ends_on)`."""

    __tablename__ = "source_account"
    __table_args__ = (Index("ix_source_account_market_id_account_id", "market_id", "account_id"),)

    market_id: Mapped[Key]
    source_id: Mapped[Key]
    account_id: Mapped[Key]
    starts_on: Mapped[dt.date] = mapped_column(primary_key=True)
    ends_on: Mapped[dt.date | None]


class SourceDay(Table):
    """Fact: the source gave a sign of life on that local day: what "observed" rests on."""

    __tablename__ = "source_day"

    market_id: Mapped[Key]
    source_id: Mapped[Key]
    day: Mapped[dt.date] = mapped_column(primary_key=True)


class Refusal(Table):
    """Derived count: deliveries refused on a day, by reason. Never money, never kept."""

    __tablename__ = "refusal"

    source_id: Mapped[Key]
    day: Mapped[dt.date] = mapped_column(primary_key=True)
    reason: Mapped[str] = mapped_column(String(30), primary_key=True)
    count: Mapped[int]


class Delivery(Table):
    """Fact: raw bytes that a feed handed us; unique by (source, its id) and by bytes.

    Only a recorded delivery keeps the provider's id: one that came late, or under an id that had
    come with other bytes, must not stand in the way of the one that counts. For the same reason
    the bytes are unique among deliveries of one verdict.
    """

    __tablename__ = "delivery"
    __table_args__ = (
        UniqueConstraint("market_id", "source_id", "body_sha256", "verdict"),
        UniqueConstraint("market_id", "source_id", "external_id"),
        {"sqlite_with_rowid": False},
    )

    id: Mapped[Key]
    market_id: Mapped[Key]
    source_id: Mapped[uuid.UUID]
    external_id: Mapped[str | None] = mapped_column(String(64))
    body_sha256: Mapped[bytes] = mapped_column(LargeBinary(32))  # keyed: `Vault.sign`
    body: Mapped[Sealed]  # sealed for "delivery.body"
    verdict: Mapped[str] = mapped_column(String(12))  # recorded, late, unreadable, conflict
    reason: Mapped[str | None] = mapped_column(String(80))
    received_at: Mapped[Instant]


class Credit(Table):
    """Fact: money that a bank says moved on an account; debits are stored and never a payment.

    Its identity is (account, direction, normalised bank reference, amount, booking day, ordinal);
    the account stands as its keyed hash, so that one that is not ours has an identity too.
    """

    __tablename__ = "credit"
    __table_args__ = (
        UniqueConstraint(
            "market_id",
            "account_lookup",
            "direction",
            "bank_reference",
            "amount_vnd",
            "booking_day",
            "ordinal",
            name="uq_credit_identity",
        ),
        {"sqlite_with_rowid": False},
    )

    id: Mapped[Key]
    market_id: Mapped[Key]
    account_lookup: Mapped[Lookup]
    account_id: Mapped[uuid.UUID | None]  # None: not an account of ours
    # Of an account that is not ours: the BIN of its bank, or what the notice calls a bank that we
    # do not know. None where the notice names none, and of rows older than this column.
    bank: Mapped[str | None] = mapped_column(String(60))
    direction: Mapped[str] = mapped_column(String(6))  # credit, debit
    bank_reference: Mapped[str] = mapped_column(String(64))  # normalised
    amount_vnd: Mapped[Vnd]
    booking_day: Mapped[dt.date]
    ordinal: Mapped[int]  # from 1
    occurred_at: Mapped[Instant]  # the bank's instant; its local day is the sale's day
    memo: Mapped[Sealed | None]  # sealed for "credit.memo"
    references: Mapped[str] = mapped_column(String(120))  # ours, found in the memo, by spaces
    virtual_account: Mapped[Lookup | None]
    balance_after_vnd: Mapped[Vnd | None]
    first_seen_at: Mapped[Instant]


class Sighting(Table):
    """Fact: one source said so once; further sightings add evidence, never money.

    That a source sees a credit once is what keeps two equal genuine payments two: its second row
    can only be another credit, the next ordinal.
    """

    __tablename__ = "sighting"
    __table_args__ = (
        UniqueConstraint("market_id", "credit_id", "source_id"),
        {"sqlite_with_rowid": False},
    )

    delivery_id: Mapped[Key]
    market_id: Mapped[Key]
    line: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    credit_id: Mapped[uuid.UUID]
    source_id: Mapped[uuid.UUID]
    grade: Mapped[str] = mapped_column(String(16))
    seen_at: Mapped[Instant]


class Intent(Table):
    """State: an amount expected at a stall, with its reference; the graph is `domain.intent`'s."""

    __tablename__ = "intent"
    __table_args__ = (
        UniqueConstraint("market_id", "account_id", "reference"),
        Index("ix_intent_market_id_stall_id_opened_at", "market_id", "stall_id", "opened_at"),
        Index("ix_intent_token_hash", "token_hash"),
        Index("ix_intent_market_id_reference", "market_id", "reference"),
        Index(
            "ix_intent_open",
            "market_id",
            "expires_at",
            sqlite_where=OPEN,
            postgresql_where=OPEN,
        ),
        {"sqlite_with_rowid": False},
    )

    id: Mapped[Key]
    market_id: Mapped[Key]
    stall_id: Mapped[uuid.UUID]
    account_id: Mapped[uuid.UUID]
    reference: Mapped[str] = mapped_column(String(10))
    amount_vnd: Mapped[Vnd]
    label: Mapped[Sealed | None]  # sealed for "intent.label" by the account's key
    state: Mapped[str] = mapped_column(String(10))  # open, satisfied, expired, cancelled
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32))  # of the buyer page's address
    opened_at: Mapped[Instant]
    opened_by: Mapped[uuid.UUID]
    expires_at: Mapped[Instant]
    closed_at: Mapped[Instant | None]


class Allocation(Table):
    """Fact: how much of a credit pays what, by which rule, on what evidence.

    `target` is `intent`, `stall` (a walk-in sale), `suspense`, `unclassified` or `not_a_sale`;
    `step` orders what was decided about one credit, so that two who decide at once collide.
    A correction is a row that reverses (`reverses_step`) and then a new one.
    For every credit the rows that are not reversed sum to its amount.
    """

    __tablename__ = "allocation"
    __table_args__ = (
        Index("ix_allocation_market_id_day", "market_id", "day"),
        Index(
            "ix_allocation_intent",
            "market_id",
            "intent_id",
            sqlite_where=OF_INTENT,
            postgresql_where=OF_INTENT,
        ),
        Index(
            "ix_allocation_unexplained",
            "market_id",
            "target",
            "day",
            sqlite_where=UNEXPLAINED,
            postgresql_where=UNEXPLAINED,
        ),
        {"sqlite_with_rowid": False},
    )

    credit_id: Mapped[Key]
    market_id: Mapped[Key]
    step: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)  # from 1
    target: Mapped[str] = mapped_column(String(12))
    reason: Mapped[str | None] = mapped_column(String(30))  # of suspense
    stall_id: Mapped[uuid.UUID | None]
    intent_id: Mapped[uuid.UUID | None]
    amount_vnd: Mapped[Vnd]
    reverses_step: Mapped[int | None]
    rule: Mapped[str] = mapped_column(String(40))
    rule_version: Mapped[int]
    evidence: Mapped[dict[str, object]] = mapped_column(JSON)
    sentence: Mapped[str] = mapped_column(String(300))  # why, in Vietnamese, for the vendor
    actor_id: Mapped[uuid.UUID | None]
    note: Mapped[Sealed | None]  # why by hand; sealed for "allocation.note" by the account's key
    day: Mapped[dt.date]  # the credit's local day
    made_at: Mapped[Instant]


class CashTally(Table):
    """Fact: what a stall took on a day in cash and by other non-cash means; the newest counts."""

    __tablename__ = "cash_tally"
    __table_args__ = (Index("ix_cash_tally_market_id_day", "market_id", "day"),)

    market_id: Mapped[Key]
    id: Mapped[Key]
    stall_id: Mapped[uuid.UUID]
    day: Mapped[dt.date]
    answer: Mapped[str] = mapped_column(String(10))  # counted, zero, closed, refused
    cash_count: Mapped[int]
    cash_vnd: Mapped[Vnd]
    other_count: Mapped[int]
    other_vnd: Mapped[Vnd]
    drawn: Mapped[bool]  # by the service's own plan; volunteered otherwise
    actor_id: Mapped[uuid.UUID]
    made_at: Mapped[Instant]
