"""Queries of people, log-ins, throttles and keys. Nothing here commits."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias, cast

from sqlalchemy import Row, bindparam, delete, select, update
from sqlalchemy.orm import Session

from market40.accounts.domain.throttle import Count
from market40.accounts.tables import (
    ApiKey,
    LoginSession,
    LoginThrottle,
    Person,
    ScopeGrant,
    SecretReset,
)
from market40.db.conflict import insert_if_absent, replace_rows
from market40.db.engine import vault_of
from market40.web.principal import Principal, Role, Via

Rows: TypeAlias = Sequence[Row[Any]]
ACTIVE: Final = "active"
DISABLED: Final = "disabled"
NOWHERE: Final = uuid.UUID(int=0)

# Built once, over tables and not classes, which saves a third: every request of a logged-in
# phone, twice a second, runs the first of them.
_P, _G = Person.__table__, ScopeGrant.__table__
_S, _K = LoginSession.__table__, ApiKey.__table__
_WHO = (
    _P.c.id, _P.c.role, _P.c.name, _P.c.vendor_id, _P.c.secret_given_at, _G.c.scope, _G.c.scope_id
)  # fmt: skip
_BY_TOKEN = (
    select(*_WHO, _S.c.seen_at)
    .select_from(_S.join(_P, _P.c.id == _S.c.person_id).outerjoin(_G, _G.c.person_id == _P.c.id))
    .where(
        _S.c.token_hash == bindparam("token_hash"),
        _S.c.ended_at.is_(None),
        _S.c.expires_at > bindparam("now", type_=_S.c.expires_at.type),
        _P.c.state == ACTIVE,
    )
)
_BY_PREFIX = (
    select(*_WHO, _K.c.secret_hash, _K.c.expires_at)
    .select_from(_K.join(_P, _P.c.id == _K.c.person_id).outerjoin(_G, _G.c.person_id == _P.c.id))
    .where(
        _K.c.prefix == bindparam("prefix"),
        _K.c.revoked_at.is_(None),
        _P.c.state == ACTIVE,
    )
)


@dataclass(frozen=True, slots=True)
class PersonFound:
    """A person as an operator lists one. `login` and `name` are personal: no log may hold them."""

    person_id: uuid.UUID
    role: Role
    login: str
    name: str
    vendor_id: uuid.UUID | None
    state: str


def rows_by_token(session: Session, token_hash: bytes, now: dt.datetime) -> Rows:
    """Return the person of a living log-in, a row for each grant, with `seen_at`."""
    return cast("Rows", session.execute(_BY_TOKEN, {"token_hash": token_hash, "now": now}).all())


def rows_by_key_prefix(session: Session, prefix: str) -> Rows:
    """Return the person of a key that is not revoked, a row for each grant, with its hash."""
    return cast("Rows", session.execute(_BY_PREFIX, {"prefix": prefix}).all())


def principal_from(session: Session, rows: Rows, via: Via) -> Principal:
    """Put the rows of one person and its grants together; the name is opened."""
    first = rows[0]
    name = vault_of(session).open_text(session, first.name, column="person.name")
    scopes = {(row.scope, row.scope_id) for row in rows}
    role = cast("Role", first.role)
    return Principal(
        person_id=first.id,
        role=role,
        name=name or "",
        vendor_id=first.vendor_id,
        market_ids=frozenset(at for scope, at in scopes if scope == "market"),
        unit_ids=frozenset(at for scope, at in scopes if scope == "place"),
        everywhere=role == "operator" or ("deployment", NOWHERE) in scopes,
        via=via,
        must_choose=via == "cookie" and first.secret_given_at is not None,
    )


def login_lookup(session: Session, login: str) -> bytes:
    """Return the keyed hash of a normal login."""
    return vault_of(session).lookup("person.login", login)


def person_by_login(session: Session, login: str) -> Person | None:
    """Return the person with this normal login, active or not."""
    lookup = login_lookup(session, login)
    return session.scalar(select(Person).where(Person.login_lookup == lookup))


def found(session: Session, person: Person) -> PersonFound:
    """Return a person with login and name opened; empty where their key has been destroyed."""
    vault = vault_of(session)
    return PersonFound(
        person_id=person.id,
        role=cast("Role", person.role),
        login=vault.open_text(session, person.login, column="person.login") or "",
        name=vault.open_text(session, person.name, column="person.name") or "",
        vendor_id=person.vendor_id,
        state=person.state,
    )


def people(
    session: Session, *, role: Role | None, after: uuid.UUID | None, limit: int
) -> list[PersonFound]:
    """Return people by id, which is the order in which they were added."""
    query = select(Person).order_by(Person.id).limit(limit)
    if role is not None:
        query = query.where(Person.role == role)
    if after is not None:
        query = query.where(Person.id > after)
    return [found(session, person) for person in session.scalars(query)]


def vendors_granted(
    session: Session, market_id: uuid.UUID, logins: Collection[str]
) -> dict[str, uuid.UUID]:
    """Return, of a few normal logins, the vendors' who have been granted this very market."""
    by_lookup = {login_lookup(session, login): login for login in logins}
    query = (
        select(Person.login_lookup, Person.id)
        .join(ScopeGrant, ScopeGrant.person_id == Person.id)
        .where(
            Person.login_lookup.in_(by_lookup),
            Person.role == "vendor",
            ScopeGrant.scope == "market",
            ScopeGrant.scope_id == market_id,
        )
    )
    return {by_lookup[row.login_lookup]: row.id for row in session.execute(query)}


def resets(session: Session, person_id: uuid.UUID, *, since: dt.datetime) -> Rows:
    """Return when a person's secret was reset since then, by whom; the newest first."""
    query = (
        select(SecretReset.made_at, Person.name)
        .outerjoin(Person, Person.id == SecretReset.actor_id)
        .where(SecretReset.person_id == person_id, SecretReset.made_at >= since)
        .order_by(SecretReset.made_at.desc(), SecretReset.id.desc())
    )
    return cast("Rows", session.execute(query).all())


def throttle(session: Session, key: bytes, now: dt.datetime) -> Count:
    """Return the failures counted under a key; the row is made, and held until the commit.

    Without it, tries at the same time would each be the first.
    """
    absent = {"key": key, "failures": 0, "window_started_at": now, "locked_until": None}
    insert_if_absent(session, LoginThrottle, [absent], keys=("key",))
    row = session.execute(
        select(LoginThrottle.failures, LoginThrottle.window_started_at, LoginThrottle.locked_until)
        .where(LoginThrottle.key == key)
        .with_for_update()
    ).one()
    return Count(row.failures, row.window_started_at, row.locked_until)


def keep_throttle(session: Session, key: bytes, count: Count) -> None:
    """Write the failures counted under a key."""
    row = {
        "key": key,
        "failures": count.failures,
        "window_started_at": count.since,
        "locked_until": count.locked_until,
    }
    replace_rows(session, LoginThrottle, [row], keys=("key",))


def throttle_key(session: Session, login: str) -> bytes:
    """Return the key under which failures of a normal login are counted."""
    return vault_of(session).lookup("throttle.login", login)


def forget_tries(session: Session, login: str) -> None:
    """Delete the count of a normal login."""
    key = throttle_key(session, login)
    session.execute(delete(LoginThrottle).where(LoginThrottle.key == key))


def touch(session: Session, token_hash: bytes, now: dt.datetime) -> None:
    """Write a log-in's sign of life."""
    session.execute(
        update(LoginSession).where(LoginSession.token_hash == token_hash).values(seen_at=now)
    )


def end_session(session: Session, token_hash: bytes, now: dt.datetime) -> None:
    """End one log-in."""
    session.execute(
        update(LoginSession)
        .where(LoginSession.token_hash == token_hash, LoginSession.ended_at.is_(None))
        .values(ended_at=now)
    )


def end_sessions(
    session: Session, person_id: uuid.UUID, now: dt.datetime, *, but: bytes | None = None
) -> None:
    """End a person's log-ins, all `but` one."""
    query = update(LoginSession).where(
        LoginSession.person_id == person_id, LoginSession.ended_at.is_(None)
    )
    if but is not None:
        query = query.where(LoginSession.token_hash != but)
    session.execute(query.values(ended_at=now))


def forget(session: Session, *, sessions_before: dt.datetime, tries_before: dt.datetime) -> None:
    """Delete log-ins that expired and counts that began before these instants."""
    session.execute(delete(LoginSession).where(LoginSession.expires_at < sessions_before))
    session.execute(delete(LoginThrottle).where(LoginThrottle.window_started_at < tries_before))
