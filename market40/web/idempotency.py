"""Idempotency-Key of the API's POSTs: the work is done once, a repeat gets the same answer."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable
from typing import Final, TypeAlias

from flask import Response, jsonify, request
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from market40.core.errors import InvalidInput
from market40.core.texts import say
from market40.db.engine import transact, vault_of
from market40.db.idempotency import earlier_answer, keep_answer
from market40.web.context import kit
from market40.web.guard import idempotent, principal

__all__ = [
    "HEADER",
    "Answer",
    "MissingIdempotencyKey",
    "answer_once",
    "check_key",
    "idempotent",
    "run_once",
]

HEADER: Final = "Idempotency-Key"
_NOBODY: Final = uuid.UUID(int=0)
Answer: TypeAlias = tuple[dict[str, object], int]


class MissingIdempotencyKey(InvalidInput):
    """A POST that must not happen twice came without its key."""

    code = "idempotency_key_missing"
    http_status = 400


def check_key() -> None:
    """Raise MissingIdempotencyKey unless the request carries one."""
    if not request.headers.get(HEADER):
        raise MissingIdempotencyKey(say("Cần có tiêu đề Idempotency-Key."), place=HEADER)


def run_once(engine: Engine, work: Callable[[Session], Answer]) -> Answer:
    """Run `work` in one transaction, once for the caller's key; return its (body, status).

    A repeat gets the stored answer. Raises MissingIdempotencyKey, and IdempotencyMismatch when
    the key came with another request. `body` must be JSON.
    """
    check_key()
    key = request.headers[HEADER]
    caller = principal().person_id or _NOBODY
    asked = f"{request.method} {request.full_path}\0".encode() + request.get_data(cache=True)
    # Keyed: a request may hold an account, which has few enough digits to be tried.
    request_hash = vault_of(engine).sign("idempotency", hashlib.sha256(asked).digest())
    now = kit().clock.now()

    def once(session: Session) -> Answer:
        earlier = earlier_answer(session, caller_id=caller, key=key, request_hash=request_hash)
        if earlier is not None:
            return earlier.answer, earlier.status
        body, status = work(session)
        keep_answer(
            session,
            caller_id=caller,
            key=key,
            request_hash=request_hash,
            status=status,
            answer=body,
            now=now,
        )
        return body, status

    return transact(engine, once, retry_conflicts=True)


def answer_once(engine: Engine, work: Callable[[Session], Answer]) -> Response:
    """Answer with what `run_once` gives, as it is: a repeat's body is JSON already."""
    body, status = run_once(engine, work)
    response = jsonify(body)
    response.status_code = status
    return response
