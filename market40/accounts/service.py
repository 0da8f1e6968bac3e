"""People, their log-ins and their keys: who may come in, and as whom."""

from __future__ import annotations

import datetime as dt
import hmac
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, cast

from sqlalchemy.orm import Session

from market40.accounts import store
from market40.accounts.domain import logins, secrets, sessions
from market40.accounts.domain.secrets import HashedSecret
from market40.accounts.domain.throttle import ADDRESS_FAILURES, LOGIN_FAILURES, network_of
from market40.accounts.store import PersonFound
from market40.accounts.tables import ApiKey, LoginSession, Person, ScopeGrant
from market40.core.errors import Conflict, NotFound, RateLimited
from market40.core.ids import RandomBits, new_token
from market40.core.text import clean_name
from market40.db.engine import vault_of
from market40.web.principal import Principal, Recognised, Role

NAME_LIMIT: Final = 80
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
    """A log-in that succeeded, with its cookie's token, or one that did not (token None)."""

    token: str | None
    person_id: uuid.UUID | None
    role: Role
    max_age_s: int


FAILED: Final = LoginOutcome(None, None, "public", 0)


def hash_secret(role: Role, secret: str) -> HashedSecret:
    """Check a secret against its role's rule and hash it: some 30 ms, so not in a transaction.

    Raises InvalidInput as `domain.logins.check_secret` does.
    """
    return secrets.hashed(logins.check_secret(role, secret))


def add_person(
    session: Session,
    *,
    person_id: uuid.UUID,
    role: Role,
    login: str,
    secret: str | HashedSecret,
    name: str,
    vendor_id: uuid.UUID | None = None,
    markets: Iterable[uuid.UUID] = (),
    units: Iterable[uuid.UUID] = (),
    everywhere: bool = False,
    key_id: uuid.UUID,
    now: dt.datetime,
) -> uuid.UUID:
    """Add somebody who may log in; return the person's id.

    `key_id` is the `db.vault` key that seals login and name (a vendor's own, so that erasure
    takes the log-in too). A secret that `hash_secret` has hashed before costs nothing here.
    Raises InvalidInput for a login, secret or name that breaks its rule, and Conflict
    `login_taken`.
    """
    normal = logins.check_login(role, login)
    if store.person_by_login(session, normal) is not None:
        raise Conflict("Tên đăng nhập hoặc số điện thoại này đã có.", code="login_taken")
    hashed = secret if isinstance(secret, HashedSecret) else hash_secret(role, secret)
    shown = clean_name(name, limit=NAME_LIMIT, place="name")
    vault = vault_of(session)
    person = Person(
        id=person_id,
        role=role,
        login_lookup=store.login_lookup(session, normal),
        login=vault.seal(session, key_id, normal, column="person.login"),
        name=vault.seal(session, key_id, shown, column="person.name"),
        secret_hash=hashed.text,
        vendor_id=vendor_id,
        state=store.ACTIVE,
        created_at=now,
    )
    session.add(person)
    session.flush()
    for scope, ids in (("market", markets), ("place", units)):
        for scope_id in ids:
            grant(session, person_id, scope=scope, scope_id=scope_id, now=now)
    if everywhere:
        grant(session, person_id, scope="deployment", scope_id=store.NOWHERE, now=now)
    return person_id


def grant(
    session: Session, person_id: uuid.UUID, *, scope: str, scope_id: uuid.UUID, now: dt.datetime
) -> None:
    """Let a person see one thing more: a `market`, a `place`, or the `deployment` (nil id)."""
    row = ScopeGrant(person_id=person_id, scope=scope, scope_id=scope_id, granted_at=now)
    session.merge(row)
    session.flush()


def admit(session: Session, login: str, *, address: str, now: dt.datetime) -> Attempt:
    """Count a try to log in and say whom it would be; the secret is compared afterwards.

    The transaction must be committed before `secret_matches`, which is slow on purpose and must
    not hold it. Raises RateLimited `login_locked` while the login or the address waits; the
    answer is the same for logins that nobody has.
    """
    normal = logins.normal_login(login)
    vault = vault_of(session)
    login_key = vault.lookup("throttle.login", normal)
    address_key = vault.lookup("throttle.address", network_of(address))
    counts = [
        (key, store.throttle(session, key, now), limit)
        for key, limit in ((login_key, LOGIN_FAILURES), (address_key, ADDRESS_FAILURES))
    ]
    if wait_s := max(count.wait_s(now) for _, count, _ in counts):
        minutes = -(-wait_s // 60)
        raise RateLimited(
            f"Sai nhiều lần. Hãy thử lại sau {minutes} phút.",
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
) -> LoginOutcome:
    """Begin a log-in after `secret_matches`, with a token that never was before."""
    assert attempt.person_id is not None
    login_count = store.throttle(session, attempt.login_key, now)
    store.keep_throttle(session, attempt.login_key, type(login_count)(0, now, None))
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
) -> LoginOutcome:
    """Log in within one transaction: for commands and tests.

    Pages call `admit`, `secret_matches` and `open_session` one by one, so that the slow
    comparison holds no transaction. Raises RateLimited `login_locked`.
    """
    attempt = admit(session, login, address=address, now=now)
    if not secret_matches(attempt, secret):
        return FAILED
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


def change_secret(
    session: Session,
    person_id: uuid.UUID,
    secret: HashedSecret,
    *,
    now: dt.datetime,
    keep_token: str | None = None,
) -> None:
    """Give a person another secret and end the other log-ins, all but `keep_token`'s."""
    _person(session, person_id).secret_hash = secret.text
    session.flush()
    but = None if keep_token is None else secrets.digest(keep_token)
    store.end_sessions(session, person_id, now, but=but)


def attempt_of(session: Session, person_id: uuid.UUID, *, now: dt.datetime) -> Attempt:
    """Count a try of somebody logged in to prove the present secret, as `admit` does."""
    person = _person(session, person_id)
    login = store.found(session, person).login
    return admit(session, login, address=f"person {person_id}", now=now)


def set_state(session: Session, person_id: uuid.UUID, *, active: bool, now: dt.datetime) -> None:
    """Disable a person, which ends every log-in at once, or let the person in again."""
    _person(session, person_id).state = store.ACTIVE if active else store.DISABLED
    session.flush()
    if not active:
        store.end_sessions(session, person_id, now)


def find_person(session: Session, login: str) -> PersonFound:
    """Return who has this login; raise NotFound."""
    person = store.person_by_login(session, logins.normal_login(login))
    if person is None:
        raise NotFound("Không có ai đăng nhập bằng tên này.", place="login")
    return store.found(session, person)


def list_people(
    session: Session,
    *,
    role: Role | None = None,
    after: uuid.UUID | None = None,
    limit: int = 200,
) -> list[PersonFound]:
    """Return people in the order in which they were added, after the person `after`."""
    return store.people(session, role=role, after=after, limit=limit)


def add_api_key(
    session: Session,
    *,
    key_id: uuid.UUID,
    person_id: uuid.UUID,
    label: str,
    now: dt.datetime,
    rng: RandomBits,
    expires_at: dt.datetime | None = None,
) -> str:
    """Make a machine's key with a person's role and scope; return its text, shown once."""
    _person(session, person_id)
    key = secrets.new_key(rng)
    session.add(
        ApiKey(
            id=key_id,
            prefix=key.prefix,
            secret_hash=secrets.digest(key.secret),
            person_id=person_id,
            label=clean_name(label, limit=NAME_LIMIT, place="label"),
            created_at=now,
            expires_at=expires_at,
            revoked_at=None,
        )
    )
    session.flush()
    return str(key)


def revoke_api_key(session: Session, key_id: uuid.UUID, *, now: dt.datetime) -> None:
    """Take a machine's key back; raise NotFound."""
    key = session.get(ApiKey, key_id)
    if key is None:
        raise NotFound("Không có khóa API này.", place="key_id")
    key.revoked_at = key.revoked_at or now
    session.flush()


def recognise_key(session: Session, text: str, now: dt.datetime) -> Recognised | None:
    """Return whose machine's key this is, or None for one that is wrong, revoked or expired."""
    key = secrets.read_key(text)
    rows = [] if key is None else store.rows_by_key_prefix(session, key.prefix)
    if key is None or not rows:
        return None
    first = rows[0]
    right = hmac.compare_digest(first.secret_hash, secrets.digest(key.secret))
    if not right or (first.expires_at is not None and first.expires_at <= now):
        return None
    return Recognised(store.principal_from(session, rows, "key"))


def forget_old(session: Session, *, now: dt.datetime) -> None:
    """Delete log-ins that ended their life a month ago, and counts of tries a day old."""
    store.forget(session, sessions_before=now - _KEEP_SESSIONS, tries_before=now - _KEEP_TRIES)


def _person(session: Session, person_id: uuid.UUID) -> Person:
    person = session.get(Person, person_id)
    if person is None:
        raise NotFound("Không có người này.", place="person_id")
    return person
