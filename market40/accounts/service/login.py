"""Logging in and out, and knowing again who is logged in."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Final, cast

from sqlalchemy.orm import Session

from market40.accounts import store
from market40.accounts.domain import logins, secrets, sessions
from market40.accounts.domain.throttle import ADDRESS_FAILURES, LOGIN_FAILURES, Count
from market40.accounts.service.people import by_id, is_still
from market40.accounts.tables import LoginSession
from market40.core.addresses import network_of
from market40.core.errors import RateLimited
from market40.core.ids import RandomBits, new_token
from market40.core.texts import say_n
from market40.db.engine import vault_of
from market40.web.principal import Principal, Recognised, Role

_KEEP_TRIES: Final = dt.timedelta(days=1)
_KEEP_SESSIONS: Final = dt.timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Attempt:
    """A try to log in that was let through, and counts as failed until it succeeds.

    `secret_hash` is None for a login that nobody has, and for a disabled person.
    """

    person_id: uuid.UUID | None
    role: Role
    secret_hash: str | None
    login_key: bytes
    address_key: bytes


@dataclass(frozen=True, slots=True)
class LoginOutcome:
    """A log-in that succeeded: the token for its cookie, and how long that may live."""

    token: str
    person_id: uuid.UUID
    role: Role
    max_age_s: int


def admit(session: Session, login: str, *, address: str, now: dt.datetime) -> Attempt:
    """Count a try to log in and say whom it would be; the secret is compared afterwards.

    The transaction must be committed before `secret_matches`, which is slow on purpose and must
    not hold it. Raises RateLimited `login_locked` while the login or the address waits; the
    answer is the same for logins that nobody has.
    """
    normal = logins.normal_login(login)
    vault = vault_of(session)
    login_key = store.throttle_key(session, normal)
    address_key = vault.lookup("throttle.address", network_of(address))
    counts = [
        (key, store.throttle(session, key, now), limit)
        for key, limit in ((login_key, LOGIN_FAILURES), (address_key, ADDRESS_FAILURES))
    ]
    if wait_s := max(count.wait_s(now) for _, count, _ in counts):
        minutes = -(-wait_s // 60)
        raise RateLimited(
            say_n("Sai nhiều lần. Hãy thử lại sau %(n)s phút.", minutes),
            retry_after_s=wait_s,
            code="login_locked",
        )
    for key, count, limit in counts:
        store.keep_throttle(session, key, count.tried(now, limit=limit))
    person = store.person_by_login(session, normal)
    if person is None or person.state != store.ACTIVE:
        return Attempt(None, "public", None, login_key, address_key)
    role = cast("Role", person.role)
    return Attempt(person.id, role, person.secret_hash, login_key, address_key)


def secret_matches(attempt: Attempt, secret: str) -> bool:
    """Return whether the secret is the attempt's; equally slow when there is nobody."""
    return secrets.matches(attempt.secret_hash, secret[: logins.SECRET_MAX])


def open_session(
    session: Session, attempt: Attempt, *, now: dt.datetime, rng: RandomBits
) -> LoginOutcome | None:
    """Begin a log-in after `secret_matches`, with a token that never was before.

    None where the secret was changed or the person disabled since `admit`: who knew the old one
    would otherwise be let in by a try that was under way. Raises ValueError for an attempt at a
    login that nobody has.
    """
    if attempt.person_id is None:
        raise ValueError("nobody has this login")
    if not is_still(session, attempt.person_id, attempt.secret_hash):
        return None
    store.keep_throttle(session, attempt.login_key, Count(0, now, None))
    address_count = store.throttle(session, attempt.address_key, now)
    store.keep_throttle(session, attempt.address_key, address_count.succeeded())
    token = new_token(rng)
    life = sessions.life_of(attempt.role)
    session.add(
        LoginSession(
            token_hash=secrets.digest(token),
            person_id=attempt.person_id,
            created_at=now,
            seen_at=now,
            expires_at=now + life.absolute,
            ended_at=None,
        )
    )
    seconds = int(life.absolute.total_seconds())
    return LoginOutcome(token, attempt.person_id, attempt.role, seconds)


def log_in(
    session: Session, login: str, secret: str, *, address: str, now: dt.datetime, rng: RandomBits
) -> LoginOutcome | None:
    """Log in within one transaction, for commands and tests; None when the secret is wrong.

    Pages call `admit`, `secret_matches` and `open_session` one by one, so that the slow
    comparison holds no transaction. Raises RateLimited `login_locked`.
    """
    attempt = admit(session, login, address=address, now=now)
    if not secret_matches(attempt, secret):
        return None
    return open_session(session, attempt, now=now, rng=rng)


def recognise(session: Session, token: str, now: dt.datetime) -> Recognised | None:
    """Return who carries this cookie's token, or None: one query, whatever is wrong with it.

    `stale` asks for `touch_session`, at most every five minutes.
    """
    rows = store.rows_by_token(session, secrets.digest(token), now)
    if not rows:
        return None
    seen_at: dt.datetime = rows[0].seen_at
    if now - seen_at >= sessions.life_of(rows[0].role).idle:
        return None
    stale = now - seen_at >= sessions.TOUCH_EVERY
    return Recognised(store.principal_from(session, rows, "cookie"), stale)


def principal_of(session: Session, cookie_token: str, now: dt.datetime) -> Principal | None:
    """Return the principal of a living log-in, or None."""
    found = recognise(session, cookie_token, now)
    return None if found is None else found.principal


def touch_session(session: Session, token: str, now: dt.datetime) -> None:
    """Write a log-in's sign of life."""
    store.touch(session, secrets.digest(token), now)


def log_out(session: Session, token: str, now: dt.datetime) -> None:
    """End the log-in of this token; a token that is none is none."""
    store.end_session(session, secrets.digest(token), now)


def attempt_of(session: Session, person_id: uuid.UUID, *, now: dt.datetime) -> Attempt:
    """Count a try of somebody logged in to prove the present secret, as `admit` does."""
    person = by_id(session, person_id)
    login = store.found(session, person).login
    return admit(session, login, address=f"person {person_id}", now=now)


def login_of(session: Session, person_id: uuid.UUID) -> str:
    """Return the phone or name with which a person logs in; raise NotFound."""
    return store.found(session, by_id(session, person_id)).login


def forget_old(session: Session, *, now: dt.datetime) -> None:
    """Delete log-ins that ended their life a month ago, and counts of tries a day old."""
    store.forget(session, sessions_before=now - _KEEP_SESSIONS, tries_before=now - _KEEP_TRIES)
