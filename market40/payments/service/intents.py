"""Intents: open one with a fresh reference and its VietQR, withdraw it, look at how it stands."""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Protocol

from sqlalchemy.orm import Session

from market40.core.errors import Conflict, NotFound, Unavailable
from market40.core.ids import Ids, RandomBits, new_token
from market40.core.references import RandRange, new_reference
from market40.core.text import ascii_upper_name, clean_name
from market40.core.texts import say
from market40.db import outbox
from market40.db.engine import vault_of
from market40.payments.domain.intent import (
    OPEN_FOR,
    Funding,
    check_amount,
    funding,
    step,
)
from market40.payments.service.payees import Payee, payee_of_stall
from market40.payments.store import intents
from market40.payments.tables import Intent
from market40.vietqr.codec import VietQR, encode

OPEN_LIMIT: Final = 50
LABEL_LIMIT: Final = 60
_TRIES: Final = 20
_PURPOSE_CHARS: Final = 19  # what every receiving bank's layout leaves whole


class Randomness(RandRange, RandomBits, Protocol):
    """`random.Random` or `secrets.SystemRandom`."""


@dataclass(frozen=True, slots=True)
class OpenedIntent:
    """A new intent; `token` opens the buyer's page and is kept nowhere, only its hash."""

    intent_id: uuid.UUID
    reference: str
    token: str
    payload: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class IntentView:
    """An intent as a page shows it: its lifecycle in `state`, how far it is paid in `funding`.

    `payload` is the VietQR, None once it can no longer be paid or its stall has no account.
    `state` is what is true at the asked instant, also before the sweep has written it.
    """

    market_id: uuid.UUID
    intent_id: uuid.UUID
    stall_id: uuid.UUID
    stall_number: str
    stall_name: str
    market_name: str
    bank_bin: str
    last4: str
    holder: str
    reference: str
    amount_vnd: int
    label: str | None
    state: str
    funding: Funding
    funded_vnd: int
    opened_at: datetime
    expires_at: datetime
    closed_at: datetime | None
    payload: str | None


def open_intent(
    session: Session,
    *,
    market_id: uuid.UUID,
    stall_id: uuid.UUID,
    amount_vnd: int,
    label: str | None,
    actor_id: uuid.UUID,
    now: datetime,
    ids: Ids,
    rng: Randomness,
    open_for: timedelta = OPEN_FOR,
) -> OpenedIntent:
    """Open an intent at a stall, for 15 minutes unless said, at most a day.

    Raises InvalidInput `amount_invalid` (1 to 499,999,999 whole dong) or for a label over 60
    characters, NotFound for no such stall, Conflict `stall_not_active`, `stall_without_account`
    or `too_many_open`.
    """
    amount_vnd = check_amount(amount_vnd)
    said = clean_name(label, limit=LABEL_LIMIT, place="label") if label and label.strip() else None
    payee, key_id = _payable(session, market_id, stall_id, now)
    if intents.count_open(session, market_id=market_id, stall_id=stall_id, now=now) >= OPEN_LIMIT:
        waiting = say("Sạp đang có %(n)s yêu cầu chờ trả.", n=OPEN_LIMIT)
        raise Conflict(waiting, code="too_many_open")
    reference = _fresh_reference(session, market_id, rng)
    token = new_token(rng)
    intent_id, expires_at = ids.new(), now + min(open_for, intents.LONGEST)
    label_kept = vault_of(session).seal_if_kept(session, key_id, said, column=intents.LABEL)
    who: dict[str, object] = {"stall_id": stall_id, "opened_by": actor_id, "label": label_kept}
    when: dict[str, object] = {"opened_at": now, "expires_at": expires_at, "closed_at": None}
    intents.insert_intent(
        session,
        market_id=market_id,
        id=intent_id,
        account_id=payee.account_id,
        reference=reference,
        amount_vnd=amount_vnd,
        state="open",
        token_hash=token_hash(token),
        **who,
        **when,
    )
    _ask_expiry(session, market_id, expires_at)
    return OpenedIntent(
        intent_id, reference, token, _payload(payee, reference, amount_vnd), expires_at
    )


def _payable(
    session: Session, market_id: uuid.UUID, stall_id: uuid.UUID, now: datetime
) -> tuple[Payee, uuid.UUID]:
    """Return a stall that can be paid, with the key of its account; else raise Conflict."""
    payee = payee_of_stall(session, market_id=market_id, stall_id=stall_id, at=now)
    if payee.state != "active":
        raise Conflict(say("Sạp này đang không hoạt động."), code="stall_not_active")
    if payee.account_id is None or payee.key_id is None:
        raise Conflict(say("Sạp này chưa có tài khoản nhận tiền."), code="stall_without_account")
    return payee, payee.key_id


def cancel_intent(
    session: Session, *, market_id: uuid.UUID, intent_id: uuid.UUID, now: datetime
) -> None:
    """Withdraw an open intent that has no money yet.

    Raises NotFound, or Conflict `intent_state` and `intent_has_money`: money that came stays
    where it was allocated, and what is still missing can only run out of time.
    """
    row = intents.intent_of(session, market_id=market_id, intent_id=intent_id)
    if row is None:
        raise NotFound(say("Không có yêu cầu thanh toán này."))
    session.refresh(row, with_for_update=True)
    state = step(row.state, "withdrawn")  # type: ignore[arg-type]
    if intents.funded(session, market_id=market_id, intent_ids=[intent_id])[intent_id]:
        raise Conflict(say("Yêu cầu đã có tiền vào nên không hủy được."), code="intent_has_money")
    row.state, row.closed_at = state, now
    session.flush()


def expire_intents(session: Session, *, market_id: uuid.UUID, now: datetime) -> int:
    """Let every open intent of a market run out whose time is over; return how many."""
    return intents.run_out(session, market_id=market_id, now=now)


def intent_view(
    session: Session, *, market_id: uuid.UUID, intent_id: uuid.UUID, now: datetime
) -> IntentView:
    """Return an intent for the vendor's page; raise NotFound."""
    row = intents.intent_of(session, market_id=market_id, intent_id=intent_id)
    if row is None:
        raise NotFound(say("Không có yêu cầu thanh toán này."))
    return _view(session, row, now)


def intent_view_by_token(session: Session, token: str, *, now: datetime) -> IntentView:
    """Return an intent for the buyer's page behind `token`; raise NotFound."""
    row = intents.intent_by_token(session, token_hash(token)) if len(token) <= 64 else None
    if row is None:
        raise NotFound(say("Không có trang thanh toán này."))
    return _view(session, row, now)


def intents_of_stall(
    session: Session, *, market_id: uuid.UUID, stall_id: uuid.UUID, since: datetime, now: datetime
) -> list[IntentView]:
    """Return a stall's intents opened since then, newest first, at most 100."""
    rows = intents.intents_of_stall(session, market_id=market_id, stall_id=stall_id, since=since)
    if not rows:
        return []
    payee = payee_of_stall(session, market_id=market_id, stall_id=stall_id, at=now)
    sums = intents.funded(session, market_id=market_id, intent_ids=[row.id for row in rows])
    return [_shown(session, row, payee, sums[row.id], now) for row in rows]


def token_hash(token: str) -> bytes:
    """Return the 32 bytes under which a page's token is kept."""
    return hashlib.sha256(token.encode("utf-8", "replace")).digest()


def _fresh_reference(session: Session, market_id: uuid.UUID, rng: RandRange) -> str:
    """Return a reference that no intent of the market has had: more than its account asks for."""
    for _try in range(_TRIES):
        reference = new_reference("intent", rng)
        if not intents.reference_taken(session, market_id=market_id, reference=reference):
            return reference
    raise Unavailable(say("Chưa cấp được mã tham chiếu, hãy thử lại."))


def _ask_expiry(session: Session, market_id: uuid.UUID, expires_at: datetime) -> None:
    """Ask for one sweep a market and minute, just after the minute in which this one runs out."""
    minute = expires_at.replace(second=0, microsecond=0) + timedelta(minutes=1)
    outbox.enqueue_once(
        session,
        market_id=market_id,
        job_id=uuid.uuid5(market_id, f"expire_intents:{minute.isoformat()}"),
        kind="expire_intents",
        payload={},
        due_at=minute,
    )


def _payload(payee: Payee, reference: str, amount_vnd: int) -> str:
    label = ascii_upper_name(payee.stall_number)
    purpose = f"{reference} {label}"[:_PURPOSE_CHARS].rstrip()
    return encode(VietQR(payee.bin, payee.number, amount=amount_vnd, purpose=purpose))


def _view(session: Session, row: Intent, now: datetime) -> IntentView:
    payee = payee_of_stall(session, market_id=row.market_id, stall_id=row.stall_id, at=now)
    sums = intents.funded(session, market_id=row.market_id, intent_ids=[row.id])
    return _shown(session, row, payee, sums[row.id], now)


def _shown(
    session: Session, row: Intent, payee: Payee, funded_vnd: int, now: datetime
) -> IntentView:
    state = "expired" if row.state == "open" and row.expires_at <= now else row.state
    payable = state == "open" and payee.account_id == row.account_id
    return IntentView(
        market_id=row.market_id,
        intent_id=row.id,
        stall_id=row.stall_id,
        stall_number=payee.stall_number,
        stall_name=payee.stall_name,
        market_name=payee.market_name,
        bank_bin=payee.bin,
        last4=payee.last4,
        holder=payee.holder,
        reference=row.reference,
        amount_vnd=row.amount_vnd,
        label=intents.label_of(session, row),
        state=state,
        funding=funding(row.amount_vnd, funded_vnd),
        funded_vnd=funded_vnd,
        opened_at=row.opened_at,
        expires_at=row.expires_at,
        closed_at=row.closed_at,
        payload=_payload(payee, row.reference, row.amount_vnd) if payable else None,
    )
