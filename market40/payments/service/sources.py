"""Sources: a configured feed with its secret and the accounts that it may tell of."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from market40.core.clock import local_day
from market40.core.errors import InvalidInput, NotFound
from market40.core.ids import Ids, RandomBits, new_token
from market40.core.text import clean_name
from market40.core.texts import say
from market40.db.engine import vault_of
from market40.merchants.tables import BeneficiaryAccount, Market
from market40.payments.feeds import feed_named
from market40.payments.store import deliveries
from market40.payments.tables import Source, SourceAccount


def add_source(
    session: Session,
    *,
    market_id: uuid.UUID,
    provider: str,
    name: str,
    now: datetime,
    ids: Ids,
    rng: RandomBits,
    account_ids: Sequence[uuid.UUID] | None = None,
    starts_on: date | None = None,
    secret: str | None = None,
    grade: str = "signed_notice",
) -> tuple[uuid.UUID, str]:
    """Add a source of a market and return its id and its secret, which is shown this once.

    It covers the accounts that are listed, from `starts_on` (today), or all of the market's, also
    those to come, when `account_ids` is None. `secret` is for a provider that makes it itself.

    Raises NotFound for an unknown market, provider or account, InvalidInput for a name or a
    secret out of bounds.
    """
    feed_named(provider)
    if session.get(Market, market_id) is None:
        raise NotFound(say("Không có chợ này."), place="market_id")
    if secret is not None and not 16 <= len(secret.encode()) <= 200:
        raise InvalidInput(say("Khóa bí mật phải có 16 đến 200 byte."), place="secret")
    shown = secret or new_token(rng) + new_token(rng)
    key_id, source_id = ids.new(), ids.new()
    vault = vault_of(session)
    vault.new_key(session, key_id=key_id, now=now)
    deliveries.add_source_row(
        session,
        now=now,
        id=source_id,
        market_id=market_id,
        provider=provider,
        name=clean_name(name, limit=60, place="name"),
        secret=vault.seal(session, key_id, shown, column="source.secret"),
        secret_before=None,
        key_id=key_id,
        grade=grade,
        covers="market" if account_ids is None else "listed",
        state="active",
    )
    if account_ids is not None:
        _cover(session, market_id, source_id, account_ids, starts_on or local_day(now))
    return source_id, shown


def rotate_secret(session: Session, *, source_id: uuid.UUID, rng: RandomBits) -> str:
    """Give a source a new secret and return it; the one before stays live until the next time."""
    row = session.get(Source, source_id)
    if row is None:
        raise NotFound(say("Không có nguồn báo có này."), code="unknown_source")
    shown = new_token(rng) + new_token(rng)
    row.secret_before = row.secret
    row.secret = vault_of(session).seal(session, row.key_id, shown, column="source.secret")
    session.flush()
    return shown


def _cover(
    session: Session,
    market_id: uuid.UUID,
    source_id: uuid.UUID,
    account_ids: Sequence[uuid.UUID],
    starts_on: date,
) -> None:
    ours = select(BeneficiaryAccount.id).where(
        BeneficiaryAccount.market_id == market_id, BeneficiaryAccount.id.in_(account_ids)
    )
    if set(account_ids) - set(session.scalars(ours)):
        raise NotFound(say("Tài khoản không thuộc chợ này."), place="account_ids")
    rows = [
        {
            "market_id": market_id,
            "source_id": source_id,
            "account_id": account_id,
            "starts_on": starts_on,
            "ends_on": None,
        }
        for account_id in sorted(set(account_ids))
    ]
    if rows:
        session.execute(insert(SourceAccount), rows)
