"""Idempotency keys: a repeated POST gets the first one's answer, and does nothing twice."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from dataclasses import dataclass

from sqlalchemy import LargeBinary, String, delete, insert, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from market40.core.errors import IdempotencyMismatch, InvalidInput
from market40.core.texts import say
from market40.db.base import Instant, Key, Sealed, Table, rows_changed, table_of
from market40.db.engine import vault_of

KEY_LIMIT = 200
KEEP_DAYS = 30
_COLUMN = "idempotency_key.answer"


class IdempotencyKey(Table):
    """Fact: what was answered to a caller's key; sealed, for it may hold a token or an account."""

    __tablename__ = "idempotency_key"

    caller_id: Mapped[Key]
    key: Mapped[str] = mapped_column(String(KEY_LIMIT), primary_key=True)
    request_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    status: Mapped[int]
    answer: Mapped[Sealed]  # JSON, sealed by the deployment's key for "idempotency_key.answer"
    made_at: Mapped[Instant]


@dataclass(frozen=True, slots=True)
class Answer:
    """The stored answer of an earlier equal request."""

    status: int
    answer: dict[str, object]


def earlier_answer(
    session: Session, *, caller_id: uuid.UUID, key: str, request_hash: bytes
) -> Answer | None:
    """The answer already given under this key, or None.

    Raises IdempotencyMismatch where the key came with another request, InvalidInput for a key
    that is empty or too long.
    """
    if not 1 <= len(key) <= KEY_LIMIT or not key.isascii() or not key.isprintable():
        raise InvalidInput(
            say("Idempotency-Key phải có 1 đến 200 ký tự ASCII"), place="Idempotency-Key"
        )
    found = session.execute(
        select(IdempotencyKey.request_hash, IdempotencyKey.status, IdempotencyKey.answer).where(
            IdempotencyKey.caller_id == caller_id, IdempotencyKey.key == key
        )
    ).one_or_none()
    if found is None:
        return None
    if found.request_hash != request_hash:
        raise IdempotencyMismatch(say("Idempotency-Key này đã dùng cho một yêu cầu khác"))
    answer = json.loads(vault_of(session).open_own(found.answer, column=_COLUMN))
    return Answer(found.status, answer)


def keep_answer(
    session: Session,
    *,
    caller_id: uuid.UUID,
    key: str,
    request_hash: bytes,
    status: int,
    answer: dict[str, object],
    now: dt.datetime,
) -> None:
    """Store the answer in the transaction of its effects; a race violates the key."""
    row = {"caller_id": caller_id, "key": key, "request_hash": request_hash, "status": status}
    plain = json.dumps(answer, ensure_ascii=False).encode()
    sealed = vault_of(session).seal_own(plain, column=_COLUMN)
    session.execute(
        insert(table_of(IdempotencyKey)),
        {**row, "answer": sealed, "made_at": now},
    )


def forget_old(session: Session, *, now: dt.datetime) -> int:
    """Delete keys older than KEEP_DAYS; returns how many."""
    before = now - dt.timedelta(days=KEEP_DAYS)
    gone = session.execute(delete(IdempotencyKey).where(IdempotencyKey.made_at < before))
    return rows_changed(gone)
