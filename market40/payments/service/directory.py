"""What a hook must know of a source and of accounts, remembered for a few seconds a process.

A webhook storm asks the same few questions thousands of times. What is remembered is at most
`TTL_NS` old: so long may a stopped source still be heard, and a new account be called foreign.
An account that was found is remembered `FOUND_TIMES` as long: its uses change by the day, and
matching reads them anew in its own transaction.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date
from typing import Final, TypeVar

from sqlalchemy.orm import Session

from market40.core.errors import NotFound
from market40.core.texts import say
from market40.db.engine import vault_of
from market40.payments.store import books, deliveries

K = TypeVar("K")
V = TypeVar("V")

TTL_NS: Final = 5_000_000_000
FOUND_TIMES: Final = 12
LIMIT: Final = 20_000
ACCOUNT: Final = "account.number"
"""The vault's purpose under which an account number is looked up."""


@dataclass(frozen=True, slots=True)
class SourceInUse:
    """A source with its secrets opened, the newest first; both are live while one is rotated."""

    id: uuid.UUID
    market_id: uuid.UUID
    provider: str
    secrets: tuple[bytes, ...]
    key_id: uuid.UUID
    grade: str
    covers: str


@dataclass(frozen=True, slots=True)
class AccountKnown:
    """An account of the source's market, with its uses; `covered` None: all days, else those."""

    account_id: uuid.UUID
    bin: str
    key_id: uuid.UUID
    book: books.AccountBook
    covered: tuple[tuple[date, date | None], ...] | None

    def covered_on(self, day: date) -> bool:
        """Return whether the source may tell of it on that day."""
        return self.covered is None or any(
            starts <= day and (ends is None or day < ends) for starts, ends in self.covered
        )


class Directory:
    """Answers from memory while the answer is young, else from the session. Safe in threads."""

    def __init__(
        self, *, ttl_ns: int = TTL_NS, monotonic_ns: Callable[[], int] = time.monotonic_ns
    ) -> None:
        self._ttl_ns = ttl_ns
        self._monotonic_ns = monotonic_ns
        self._sources: dict[uuid.UUID, tuple[int, SourceInUse | None]] = {}
        self._accounts: dict[tuple[uuid.UUID, bytes], tuple[int, list[AccountKnown]]] = {}
        self._days: set[tuple[uuid.UUID, date]] = set()

    def source(self, session: Session, source_id: uuid.UUID) -> SourceInUse:
        """Return a source that is active; raise NotFound `unknown_source`, also when stopped."""
        young = self._sources.get(source_id)
        if young is None or young[0] < self._monotonic_ns():
            young = (self._monotonic_ns() + self._ttl_ns, _opened(session, source_id))
            _keep(self._sources, source_id, young)
        if young[1] is None:
            raise NotFound(say("Không có nguồn báo có này."), code="unknown_source")
        return young[1]

    def accounts(
        self, session: Session, source: SourceInUse, lookups: Collection[bytes]
    ) -> dict[bytes, list[AccountKnown]]:
        """Return the accounts of the source's market with these numbers; `[]` where none is."""
        now = self._monotonic_ns()
        found: dict[bytes, list[AccountKnown]] = {}
        for lookup in lookups:
            young = self._accounts.get((source.id, lookup))
            if young is not None and young[0] >= now:
                found[lookup] = young[1]
        missing = [lookup for lookup in lookups if lookup not in found]
        if missing:
            for lookup, accounts in _looked_up(session, source, missing).items():
                until = now + self._ttl_ns * (FOUND_TIMES if accounts else 1)
                _keep(self._accounts, (source.id, lookup), (until, accounts))
                found[lookup] = accounts
        return found

    def day_noted(self, source_id: uuid.UUID, day: date) -> bool:
        """Return whether the source's sign of life on that day is known to be committed."""
        return (source_id, day) in self._days

    def remember_day(self, source_id: uuid.UUID, day: date) -> None:
        """Remember a sign of life; only after its commit."""
        if len(self._days) >= LIMIT:
            self._days.clear()
        self._days.add((source_id, day))


def _keep(memory: dict[K, V], key: K, value: V) -> None:
    if len(memory) >= LIMIT:
        memory.clear()
    memory[key] = value


def _opened(session: Session, source_id: uuid.UUID) -> SourceInUse | None:
    row = deliveries.source_row(session, source_id)
    if row is None or row.state != "active":
        return None
    vault = vault_of(session)
    sealed = [row.secret] + ([row.secret_before] if row.secret_before else [])
    opened = [vault.open_bytes(session, one, column="source.secret") for one in sealed]
    return SourceInUse(
        id=row.id,
        market_id=row.market_id,
        provider=row.provider,
        secrets=tuple(secret for secret in opened if secret is not None),
        key_id=row.key_id,
        grade=row.grade,
        covers=row.covers,
    )


def _looked_up(
    session: Session, source: SourceInUse, lookups: list[bytes]
) -> dict[bytes, list[AccountKnown]]:
    rows = books.accounts_by_lookup(session, market_id=source.market_id, lookups=lookups)
    ids = {account.account_id for accounts in rows.values() for account in accounts}
    uses = books.books_of(session, market_id=source.market_id, account_ids=ids)
    spans: dict[uuid.UUID, list[tuple[date, date | None]]] = {}
    if source.covers == "listed" and ids:
        spans = books.covered_by(
            session, market_id=source.market_id, source_id=source.id, account_ids=ids
        )
    return {
        lookup: [
            AccountKnown(
                account.account_id,
                account.bin,
                account.key_id,
                uses[account.account_id],
                None if source.covers == "market" else tuple(spans.get(account.account_id, ())),
            )
            for account in rows.get(lookup, [])
        ]
        for lookup in lookups
    }
