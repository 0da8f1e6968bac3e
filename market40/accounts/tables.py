"""Rows of people, what they may see, log-ins and API keys."""

from __future__ import annotations

import uuid

from sqlalchemy import Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from market40.db.base import Instant, Key, Lookup, Sealed, Table


class Person(Table):
    """State: who logs in. `login_lookup` is the keyed hash of a phone or a user name."""

    __tablename__ = "person"

    id: Mapped[Key]
    role: Mapped[str] = mapped_column(String(10))  # vendor, board, official, operator
    login_lookup: Mapped[Lookup] = mapped_column(unique=True)
    login: Mapped[Sealed]  # sealed for "person.login"
    name: Mapped[Sealed]  # sealed for "person.name"
    secret_hash: Mapped[str] = mapped_column(String(200))  # Argon2id
    secret_given_at: Mapped[Instant | None]  # a board gave it; None: the person's own choice
    vendor_id: Mapped[uuid.UUID | None]
    state: Mapped[str] = mapped_column(String(10))  # active, disabled
    created_at: Mapped[Instant]


class SecretReset(Table):
    """Fact: a board gave a vendor another PIN: who, for whom, when, and why."""

    __tablename__ = "secret_reset"
    __table_args__ = (Index("ix_secret_reset_person_id", "person_id"),)

    market_id: Mapped[Key]  # of the board
    id: Mapped[Key]
    person_id: Mapped[uuid.UUID]
    actor_id: Mapped[uuid.UUID]
    reason: Mapped[Sealed | None]  # sealed for "secret_reset.reason" by the vendor's key
    made_at: Mapped[Instant]


class ScopeGrant(Table):
    """State: one thing a person may see: a market, a unit (place), or the whole deployment."""

    __tablename__ = "scope_grant"

    person_id: Mapped[Key]
    scope: Mapped[str] = mapped_column(String(12), primary_key=True)  # market, place, deployment
    scope_id: Mapped[Key]  # the nil UUID for the deployment
    granted_at: Mapped[Instant]


class LoginSession(Table):
    """State: a log-in on one device, known by the hash of its cookie."""

    __tablename__ = "login_session"
    __table_args__ = (Index("ix_login_session_person_id", "person_id"),)

    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    person_id: Mapped[uuid.UUID]
    created_at: Mapped[Instant]
    seen_at: Mapped[Instant]
    expires_at: Mapped[Instant]
    ended_at: Mapped[Instant | None]


class LoginThrottle(Table):
    """State: failures for one login (known or not) or one address; tells nobody which exist."""

    __tablename__ = "login_throttle"

    key: Mapped[Lookup] = mapped_column(primary_key=True)
    failures: Mapped[int]
    window_started_at: Mapped[Instant]
    locked_until: Mapped[Instant | None]


class ApiKey(Table):
    """State: a machine's key; shown once, kept as a hash, with a person's role and scope."""

    __tablename__ = "api_key"

    id: Mapped[Key]
    prefix: Mapped[str] = mapped_column(String(12), unique=True)
    secret_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    person_id: Mapped[uuid.UUID]
    label: Mapped[Sealed | None]  # sealed for "api_key.label" by the person's key
    created_at: Mapped[Instant]
    expires_at: Mapped[Instant | None]
    revoked_at: Mapped[Instant | None]
