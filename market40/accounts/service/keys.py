"""Keys of machines: a person's role and scope, without a password."""

from __future__ import annotations

import datetime as dt
import hmac
import uuid

from sqlalchemy.orm import Session

from market40.accounts import store
from market40.accounts.domain import secrets
from market40.accounts.service.people import NAME_LIMIT, by_id
from market40.accounts.tables import ApiKey
from market40.core.errors import NotFound
from market40.core.ids import RandomBits
from market40.core.text import clean_name
from market40.core.texts import say
from market40.db.engine import vault_of
from market40.db.vault import key_of
from market40.web.principal import Recognised


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
    person = by_id(session, person_id)
    said = clean_name(label, limit=NAME_LIMIT, place="label")
    key = secrets.new_key(rng)
    session.add(
        ApiKey(
            id=key_id,
            prefix=key.prefix,
            secret_hash=secrets.digest(key.secret),
            person_id=person_id,
            label=vault_of(session).seal_if_kept(
                session, key_of(person.login), said, column="api_key.label"
            ),
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
        raise NotFound(say("Không có khóa API này."), place="key_id")
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
