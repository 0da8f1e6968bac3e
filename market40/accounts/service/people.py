"""Who may log in, as whom, and what each may see."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable
from typing import Final

from sqlalchemy.orm import Session

from market40.accounts import store
from market40.accounts.domain import logins, secrets
from market40.accounts.domain.secrets import HashedSecret
from market40.accounts.store import PersonFound
from market40.accounts.tables import Person, ScopeGrant
from market40.core.errors import Conflict, NotFound
from market40.core.text import clean_name
from market40.core.texts import say
from market40.db.engine import vault_of
from market40.web.principal import Role

NAME_LIMIT: Final = 80


def hash_secret(role: Role, secret: str, *, login: str = "") -> HashedSecret:
    """Check a secret against its role's rule and hash it: some 30 ms, so not in a transaction.

    `login` is whose it will be: a PIN that stands in the own phone number is too easy.
    Raises InvalidInput as `domain.logins.check_secret` does.
    """
    return secrets.hashed(logins.check_secret(role, secret, login=login))


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
        raise Conflict(say("Tên đăng nhập hoặc số điện thoại này đã có."), code="login_taken")
    hashed = secret if isinstance(secret, HashedSecret) else hash_secret(role, secret, login=normal)
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
        secret_given_at=None,
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


def change_secret(
    session: Session,
    person_id: uuid.UUID,
    secret: HashedSecret,
    *,
    now: dt.datetime,
    keep_token: str | None = None,
    instead_of: str | None = None,
) -> None:
    """Give a person a secret of the own choice; end the other log-ins, all but `keep_token`'s.

    Whoever was locked out for wrong tries may try again at once. `instead_of` is the hash that
    the person has just proved to know: Conflict `secret_changed` where another has come since.
    """
    person = by_id(session, person_id)
    if instead_of is not None and not is_still(session, person_id, instead_of):
        raise Conflict(say("Mã vừa được đặt lại ở nơi khác."), code="secret_changed")
    person.secret_hash, person.secret_given_at = secret.text, None
    session.flush()
    store.forget_tries(session, store.found(session, person).login)
    but = None if keep_token is None else secrets.digest(keep_token)
    store.end_sessions(session, person_id, now, but=but)


def is_still(session: Session, person_id: uuid.UUID, secret_hash: str | None) -> bool:
    """Return whether an active person has this secret; holds the row until the transaction ends.

    Comparing a secret takes long and holds no transaction, so that it may have been changed.
    """
    person = session.get(Person, person_id, with_for_update=True, populate_existing=True)
    return person is not None and person.state == store.ACTIVE and person.secret_hash == secret_hash


def set_state(session: Session, person_id: uuid.UUID, *, active: bool, now: dt.datetime) -> None:
    """Disable a person, which ends every log-in at once, or let the person in again."""
    by_id(session, person_id).state = store.ACTIVE if active else store.DISABLED
    session.flush()
    if not active:
        store.end_sessions(session, person_id, now)


def find_person(session: Session, login: str) -> PersonFound:
    """Return who has this login; raise NotFound."""
    person = store.person_by_login(session, logins.normal_login(login))
    if person is None:
        raise NotFound(say("Không có ai đăng nhập bằng tên này."), place="login")
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


def by_id(session: Session, person_id: uuid.UUID) -> Person:
    """Return the row of a person; raise NotFound."""
    person = session.get(Person, person_id)
    if person is None:
        raise NotFound(say("Không có người này."), place="person_id")
    return person
