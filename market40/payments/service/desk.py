"""By hand: the board places suspense on a stall, the vendor says what was a sale."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from market40.core.clock import local_day
from market40.core.errors import Conflict, NotFound
from market40.core.text import clean_name
from market40.core.texts import say
from market40.db.engine import vault_of
from market40.merchants.tables import BeneficiaryAccount, Stall, StallAccount
from market40.payments.domain import sentences
from market40.payments.domain.bank_references import bin_of_gateway
from market40.payments.domain.matching import StallSeen
from market40.payments.service.matching import Arrival, write_alerts
from market40.payments.store import allocations, books
from market40.payments.tables import Allocation, Credit
from market40.vietqr import banks

NOTE_LIMIT: Final = 300
BY_HAND_VERSION: Final = 1


def place_credit(
    session: Session,
    *,
    market_id: uuid.UUID,
    credit_id: uuid.UUID,
    stall_id: uuid.UUID,
    note: str,
    actor_id: uuid.UUID,
    now: datetime,
) -> None:
    """Place a credit that waits in suspense on a stall of the same market, with a reason.

    Raises InvalidInput for a note that is empty or over 300 characters, NotFound for a credit or
    stall that the market does not have, Conflict `not_in_suspense` where it is placed already (of
    two clerks one wins), `account_not_ours` where the money went to an account that is not this
    stall's, and `other_bank` where only its number is. Run with `retry_conflicts=True`.
    """
    reason = clean_name(note, limit=NOTE_LIMIT, place="note")
    credit, steps = _decided(session, market_id, credit_id)
    (standing,) = allocations.standing(steps)
    if standing.target != "suspense":
        raise Conflict(say("Khoản tiền này không còn treo."), code="not_in_suspense")
    number = _stall_number(session, market_id, stall_id)
    key_id = _key_of_account(session, credit, stall_id)
    _move(
        session,
        steps,
        standing,
        target="stall",
        stall_id=stall_id,
        rule="placed_by_hand",
        sentence=sentences.placed_by_hand(number),
        actor_id=actor_id,
        note=vault_of(session).seal_if_kept(session, key_id, reason, column="allocation.note"),
        now=now,
    )
    _arrive(session, credit, stall_id, "placed_by_hand", now)


def classify(
    session: Session,
    *,
    market_id: uuid.UUID,
    credit_id: uuid.UUID,
    stall_id: uuid.UUID,
    vendor_id: uuid.UUID,
    sale: bool,
    actor_id: uuid.UUID,
    now: datetime,
) -> None:
    """Say for the vendor whether an unclassified credit was a sale of this stall.

    A credit that waits because several stalls share the account may be said to be this one's
    too ("Sạp nào?"). Raises NotFound for a credit that is not on an account of a stall of this
    vendor, as if it did not exist; Conflict `already_classified`.
    """
    credit, steps = _decided(session, market_id, credit_id)
    seen = _own_stall(session, credit, stall_id, vendor_id, now)
    (standing,) = allocations.standing(steps)
    shared = standing.reason == "several_stalls" and sale
    if standing.target != "unclassified" and not shared:
        raise Conflict(say("Khoản tiền này đã được phân loại."), code="already_classified")
    _move(
        session,
        steps,
        standing,
        target="stall" if sale else "not_a_sale",
        stall_id=stall_id if sale else None,
        rule="said_by_vendor",
        sentence=sentences.said_by_vendor(seen.number, sale=sale),
        actor_id=actor_id,
        note=None,
        now=now,
    )
    if sale:
        _arrive(session, credit, stall_id, "said_by_vendor", now)


def _decided(
    session: Session, market_id: uuid.UUID, credit_id: uuid.UUID
) -> tuple[Credit, Sequence[Allocation]]:
    credit = allocations.credit_of(session, market_id=market_id, credit_id=credit_id)
    steps = allocations.steps_of(session, market_id=market_id, credit_id=credit_id)
    if credit is None or not steps:
        raise NotFound(say("Không có khoản tiền này."))
    return credit, steps


def _move(
    session: Session,
    steps: Sequence[Allocation],
    standing: Allocation,
    *,
    target: str,
    stall_id: uuid.UUID | None,
    rule: str,
    sentence: str,
    actor_id: uuid.UUID,
    note: bytes | None,
    now: datetime,
) -> None:
    """Reverse what stands and write what takes its place: two rows, the same money."""
    who: dict[str, object] = {
        "rule": rule,
        "rule_version": BY_HAND_VERSION,
        "evidence": {"before": standing.rule},
        "actor_id": actor_id,
        "note": note,
        "made_at": now,
    }
    last = steps[-1].step
    reversal = allocations.reversal_of(
        standing, step=last + 1, **who, sentence=str(sentences.taken_back())
    )
    placed = reversal | {
        "step": last + 2,
        "target": target,
        "reason": None,
        "stall_id": stall_id,
        "intent_id": None,
        "reverses_step": None,
        "sentence": str(sentence),  # a fact: stored without what it was made from
    }
    allocations.ALLOCATIONS.write(session, [reversal, placed])
    allocations.ask_roll_up(session, standing.market_id, standing.day, now)


def _arrive(
    session: Session, credit: Credit, stall_id: uuid.UUID, rule: str, now: datetime
) -> None:
    arrival = Arrival(stall_id, credit.id, None, credit.amount_vnd, "received", {"rule": rule}, now)
    write_alerts(session, credit.market_id, [arrival])


def _stall_number(session: Session, market_id: uuid.UUID, stall_id: uuid.UUID) -> str:
    query = select(Stall.number).where(Stall.market_id == market_id, Stall.id == stall_id)
    number = session.scalar(query)
    if number is None:
        raise NotFound(say("Không có sạp này trong chợ."))
    return number


def _key_of_account(session: Session, credit: Credit, stall_id: uuid.UUID) -> uuid.UUID:
    """Return the key of the account that the money went to.

    Raises Conflict `account_not_ours` when the stall lacks it, and `other_bank` when the stall has
    only its number, at another bank than the notice named.

    By now, for it may be registered later than the money came. Without the account, a clerk
    could make one stall's screen say "received" of what another stall's vendor has. One that
    was not ours when the money came is known by its number and, where the notice named one that
    we know, its bank; where it named none, of several the one registered first stands for all.
    """
    paid_into = BeneficiaryAccount.number_lookup == credit.account_lookup
    if credit.account_id is not None:
        paid_into = BeneficiaryAccount.id == credit.account_id
    query = (
        select(BeneficiaryAccount.bin, BeneficiaryAccount.key_id)
        .select_from(StallAccount)
        .join(
            BeneficiaryAccount,
            (BeneficiaryAccount.market_id == StallAccount.market_id)
            & (BeneficiaryAccount.id == StallAccount.account_id),
        )
        .where(
            StallAccount.market_id == credit.market_id,
            StallAccount.stall_id == stall_id,
            paid_into,
        )
        .order_by(BeneficiaryAccount.id)
    )
    found: dict[str, uuid.UUID] = {row.bin: row.key_id for row in session.execute(query)}
    if not found:
        raise Conflict(say("Tài khoản nhận tiền không phải của sạp này."), code="account_not_ours")
    named = None if credit.bank is None else bin_of_gateway(credit.bank)
    if named is not None and named not in found:
        bank = banks.name_of(named)
        message = say(
            "Tiền vào tài khoản cùng số ở %(bank)s, không phải ngân hàng của sạp này.", bank=bank
        )
        raise Conflict(message, code="other_bank")
    return found[named] if named is not None else next(iter(found.values()))


def _own_stall(
    session: Session, credit: Credit, stall_id: uuid.UUID, vendor_id: uuid.UUID, now: datetime
) -> StallSeen:
    """Return the stall when it was on the credit's account and the vendor sells there."""
    seen: StallSeen | None = None
    if credit.account_id is not None:
        book = books.books_of(session, market_id=credit.market_id, account_ids=[credit.account_id])[
            credit.account_id
        ]
        there = {stall.stall_id: stall for stall in book.stalls_at(credit.occurred_at)}
        seen = there.get(stall_id)
    own = books.vendor_has_stall(
        session,
        market_id=credit.market_id,
        vendor_id=vendor_id,
        stall_ids=[stall_id],
        on=local_day(now),
    )
    if seen is None or stall_id not in own:
        raise NotFound(say("Không có khoản tiền này."))
    return seen
