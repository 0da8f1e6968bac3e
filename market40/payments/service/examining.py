"""Examining a delivery: verify, parse, find its accounts, seal; all before the transaction."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Literal

from sqlalchemy.orm import Session

from market40.core.clock import local_day
from market40.core.errors import BadSignature
from market40.core.references import find_references
from market40.core.texts import say
from market40.db.engine import vault_of
from market40.db.vault import SealBroken
from market40.payments.domain.bank_references import bin_of_gateway, normalise
from market40.payments.feeds import feed_named
from market40.payments.feeds.base import FeedFormatError, Notice
from market40.payments.service.directory import ACCOUNT, AccountKnown, Directory, SourceInUse
from market40.payments.store.deliveries import Identity

AHEAD: Final = timedelta(days=1)
"""A notice from further in the future than this is not believed: its day could not be counted."""


@dataclass(frozen=True, slots=True)
class Line:
    """One movement of a delivery, ready to be written but for its ids and ordinal."""

    identity: Identity
    row: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Examined:
    """A genuine delivery after all work that needs no transaction: bytes sealed, lines read."""

    verdict: Literal["recorded", "late", "unreadable"]
    reason: str | None
    external_id: str | None
    body_sha256: bytes
    body: bytes
    received_at: datetime
    lines: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True)
class Told:
    """The notices of one delivery with its bytes and the instant at which it came."""

    body: bytes
    notices: tuple[Notice, ...]
    received_at: datetime


def examine(
    session: Session,
    source: SourceInUse,
    body: bytes,
    headers: Mapping[str, str],
    *,
    now: datetime,
    directory: Directory,
) -> Examined:
    """Return a delivery that is genuine: verified, parsed, sealed. Writes nothing.

    `headers` have lower-case names. Raises BadSignature with the fact `reason`; a stale time
    with a good signature is `late`, and a body that does not parse is `unreadable`: both are
    stored and neither is money.
    """
    feed = feed_named(source.provider)
    verdict = feed.verify(body, headers, source.secrets, now)
    if not verdict.valid and not verdict.late:
        raise BadSignature(say("Chữ ký của thông báo không đúng."), reason=verdict.reason)
    if verdict.late:
        return _kept(session, source, body, "late", verdict.reason, now)
    try:
        notices = tuple(feed.parse(body))
    except FeedFormatError as error:
        reason = f"{error.reason}: {error.place}"[:80]
        return _kept(session, source, body, "unreadable", reason, now)
    if any(notice.occurred_at > now + AHEAD for notice in notices):
        return _kept(session, source, body, "unreadable", "future_time: occurred_at", now)
    return examine_told(session, source, [Told(body, notices, now)], directory=directory)[0]


def examine_told(
    session: Session, source: SourceInUse, told: Sequence[Told], *, directory: Directory
) -> list[Examined]:
    """Return the deliveries with each line's account, reference and seal; writes nothing."""
    vault = vault_of(session)
    wanted = {
        n.account_number: vault.lookup(ACCOUNT, n.account_number) for t in told for n in t.notices
    }
    accounts = directory.accounts(session, source, list(wanted.values()))
    return [_examined(session, source, one, wanted, accounts) for one in told]


def _kept(
    session: Session,
    source: SourceInUse,
    body: bytes,
    verdict: Literal["late", "unreadable"],
    reason: str | None,
    now: datetime,
) -> Examined:
    sealed = vault_of(session).seal(session, source.key_id, body, column="delivery.body")
    return Examined(verdict, reason, None, _fingerprint(session, body), sealed, now)


def _examined(
    session: Session,
    source: SourceInUse,
    told: Told,
    lookups: Mapping[str, bytes],
    accounts: Mapping[bytes, list[AccountKnown]],
) -> Examined:
    lines: list[Line] = []
    key_id = source.key_id
    for notice in told.notices:
        lookup = lookups[notice.account_number]
        account = _account_of(notice, accounts[lookup])
        lines.append(_line(session, notice, lookup, account, told.received_at))
        if account is not None and len(told.notices) == 1:
            key_id = account.key_id  # so that erasing the household erases the raw bytes
    external_id = told.notices[0].external_id if len(told.notices) == 1 else None
    return Examined(
        verdict="recorded",
        reason=None,
        external_id=external_id,
        body_sha256=_fingerprint(session, told.body),
        body=_seal_body(session, key_id, source.key_id, told.body),
        received_at=told.received_at,
        lines=tuple(lines),
    )


def _account_of(notice: Notice, candidates: list[AccountKnown]) -> AccountKnown | None:
    """Return the market's account of a notice; None: none that the source may tell of."""
    named = bin_of_gateway(notice.gateway) if notice.gateway else None
    day = local_day(notice.occurred_at)
    fitting = [a for a in candidates if a.covered_on(day) and (named is None or a.bin == named)]
    return fitting[0] if len(fitting) == 1 else None


def _line(
    session: Session,
    notice: Notice,
    lookup: bytes,
    account: AccountKnown | None,
    seen_at: datetime,
) -> Line:
    bank_bin = account.bin if account else bin_of_gateway(notice.gateway or "")
    reference = normalise(
        notice.bank_reference, bank_bin=bank_bin, account_number=notice.account_number
    ).text
    day = local_day(notice.occurred_at)
    references = " ".join(find_references(notice.memo)[:10])
    virtual = notice.virtual_account
    # Of a mixed account nothing is kept of what may be private, nor of an account not ours. That
    # it came through a virtual account is no reason to: nobody knows yet whose that is.
    memo = None
    if account is not None and (references or account.book.dedicated_at(notice.occurred_at)):
        memo = _seal_memo(session, account.key_id, notice.memo) if notice.memo else None
    return Line(
        (lookup, notice.direction, reference, notice.amount_vnd, day),
        {
            "account_lookup": lookup,
            "account_id": account.account_id if account else None,
            "bank": None if account else bank_bin or notice.gateway,
            "direction": notice.direction,
            "bank_reference": reference,
            "amount_vnd": notice.amount_vnd,
            "booking_day": day,
            "occurred_at": notice.occurred_at,
            "memo": memo,
            "references": references,
            "virtual_account": vault_of(session).lookup(ACCOUNT, virtual) if virtual else None,
            "balance_after_vnd": notice.balance_after_vnd,
            "first_seen_at": seen_at,
        },
    )


def _fingerprint(session: Session, body: bytes) -> bytes:
    """Return the keyed SHA-256 by which equal bytes are known.

    Without the key it would give the account away, whose every other neighbour in the bytes
    stands in the clear, also after the household's erasure.
    """
    return vault_of(session).sign("delivery.body", body)


def _seal_body(session: Session, key_id: uuid.UUID, source_key_id: uuid.UUID, body: bytes) -> bytes:
    """Seal raw bytes under the household's key; under the source's where that is destroyed."""
    vault = vault_of(session)
    try:
        return vault.seal(session, key_id, body, column="delivery.body")
    except SealBroken:
        return vault.seal(session, source_key_id, body, column="delivery.body")


def _seal_memo(session: Session, key_id: uuid.UUID, memo: str) -> bytes | None:
    """Seal a memo under the household's key; of an erased household nothing is kept."""
    try:
        return vault_of(session).seal(session, key_id, memo, column="credit.memo")
    except SealBroken:
        return None
