"""A PIN that a board gave: the person must choose another, and is told who gave it and when."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Final

from sqlalchemy.orm import Session

from market40.accounts import store
from market40.accounts.domain.secrets import HashedSecret
from market40.accounts.service.people import by_id, change_secret
from market40.accounts.tables import SecretReset
from market40.core.errors import Conflict
from market40.core.texts import say
from market40.db.engine import vault_of

TOLD_FOR: Final = dt.timedelta(days=30)
"""How long a person's account page tells of a reset."""


@dataclass(frozen=True, slots=True)
class ResetSeen:
    """A reset as its person reads of it; `by` is empty where that name has been erased."""

    at: dt.datetime
    by: str


def reset_secret(
    session: Session,
    person_id: uuid.UUID,
    secret: HashedSecret,
    *,
    reset_id: uuid.UUID,
    market_id: uuid.UUID,
    actor_id: uuid.UUID,
    reason: str,
    key_id: uuid.UUID,
    now: dt.datetime,
) -> None:
    """Give somebody a secret that only opens the choice of another, and write down who did.

    Every log-in of the person ends, and a lock-out with it. The reason is sealed by `key_id`.
    Raises NotFound, and Conflict `login_disabled` for somebody whom an operator has shut out.
    """
    person = by_id(session, person_id)
    if person.state != store.ACTIVE:
        message = say("Đăng nhập này đang bị người vận hành khóa.")
        raise Conflict(message, code="login_disabled")
    change_secret(session, person_id, secret, now=now)
    person.secret_given_at = now
    vault = vault_of(session)
    session.add(
        SecretReset(
            market_id=market_id,
            id=reset_id,
            person_id=person_id,
            actor_id=actor_id,
            reason=vault.seal_if_kept(session, key_id, reason, column="secret_reset.reason"),
            made_at=now,
        )
    )
    session.flush()


def resets_of(session: Session, person_id: uuid.UUID, *, now: dt.datetime) -> list[ResetSeen]:
    """Return the resets of which a person is still told, the newest first."""
    vault = vault_of(session)
    return [
        ResetSeen(row.made_at, vault.open_text(session, row.name, column="person.name") or "")
        for row in store.resets(session, person_id, since=now - TOLD_FOR)
    ]
