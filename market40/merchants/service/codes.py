"""Use cases of issued codes and stall events: revoke, issue again, suspend, resume, close."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.orm import Session

from market40.core.clock import local_day
from market40.core.errors import Conflict, InvalidInput, NotFound
from market40.core.ids import Ids
from market40.core.references import RandRange
from market40.core.text import clean_name
from market40.core.texts import say
from market40.db.base import rows_changed
from market40.db.engine import vault_of
from market40.merchants import store
from market40.merchants.domain import codes as rules
from market40.merchants.domain.states import code_after, stall_after
from market40.merchants.service.planning import Planner
from market40.merchants.service.standing import load_standing
from market40.merchants.tables import IssuedCode, Stall, StallAccount, StallSpan, StallVendor
from market40.vietqr import banks
from market40.vietqr.sheets import Card

REASON_LIMIT = 200


@dataclass(frozen=True, slots=True)
class IssuedNow:
    """A code that was just issued."""

    code_id: uuid.UUID
    serial: int
    check_code: str


def revoke_code(
    session: Session,
    market_id: uuid.UUID,
    code_id: uuid.UUID,
    *,
    reason: str,
    actor_id: uuid.UUID,
    now: dt.datetime,
) -> None:
    """End a live code for good: its check page warns. Raises NotFound, Conflict `code_not_live`."""
    said = _reason(reason)
    state = session.scalar(
        select(IssuedCode.state).where(IssuedCode.market_id == market_id, IssuedCode.id == code_id)
    )
    if state is None:
        raise NotFound(say("Không có mã này ở chợ."))
    after = code_after(state, "revoke")
    where = (IssuedCode.id == code_id,)
    if _end_codes(session, market_id, where, after, said, actor_id, now) != 1:
        raise Conflict(say("Mã vừa được người khác thay đổi."), code="code_not_live")


def reissue_code(
    session: Session,
    market_id: uuid.UUID,
    stall_id: uuid.UUID,
    *,
    reason: str,
    actor_id: uuid.UUID,
    now: dt.datetime,
    ids: Ids,
    rng: RandRange,
) -> IssuedNow:
    """Issue a stall's code again: new serial and check code, the same reference and account.

    Its live codes are superseded. Run it in `transact(..., retry_conflicts=True)`. Raises
    NotFound for the stall, Conflict `stall_state` for a closed one, `no_account` for one without
    an account, InvalidInput for the reason.
    """
    said = _reason(reason)
    stall = store.stall_row(session, market_id, stall_id)
    if stall.state == "closed":
        raise Conflict(say("Sạp đã đóng, không cấp lại mã."), code="stall_state", state=stall.state)
    account = store.account_of_stall(session, market_id, stall_id, now)
    if account is None:
        raise Conflict(say("Sạp chưa có tài khoản nhận tiền."), code="no_account")
    where = (IssuedCode.stall_id == stall_id,)
    after = code_after("live", "reissue")
    _end_codes(session, market_id, where, after, said, actor_id, now)
    standing = load_standing(session, market_id, (), local_day(now))
    planner = Planner(session, market_id, standing, actor_id=actor_id, now=now, ids=ids, rng=rng)
    planner.reserve_checks(1)
    code = planner.plan_code_for(stall_id, account.id)
    planner.write()
    return IssuedNow(code.code_id, code.serial, code.check_code)


def change_stall(
    session: Session,
    market_id: uuid.UUID,
    stall_id: uuid.UUID,
    event: str,
    *,
    actor_id: uuid.UUID,
    now: dt.datetime,
) -> str:
    """Take the edge that `event` (suspend, resume, close) names; return the new state.

    Closing ends the stall's days after today, its vendors and its account, and revokes its live
    codes; the reference stays its own for ever. Raises NotFound and Conflict `stall_state`;
    `activate` belongs to the first account (service.add_first_accounts).
    """
    if event not in ("suspend", "resume", "close"):
        raise InvalidInput(say("Không có việc này."), code="unknown_event", place="event")
    stall = store.stall_row(session, market_id, stall_id)
    after = stall_after(stall.state, event)
    moved = session.execute(
        update(Stall)
        .where(Stall.market_id == market_id, Stall.id == stall_id, Stall.state == stall.state)
        .values(state=after)
        .execution_options(synchronize_session=False)
    )
    if rows_changed(moved) != 1:
        raise Conflict(say("Sạp vừa được người khác thay đổi."), code="stall_state")
    if after == "closed":
        _close(session, market_id, stall_id, actor_id, now)
    return after


def payload_of(session: Session, market_id: uuid.UUID, code_id: uuid.UUID) -> str:
    """Return the static VietQR of a code, always the same text. Raises NotFound."""
    return payload_of_card(store.printed(session, market_id, code_id))


def payload_of_card(card: store.Printed) -> str:
    """Return the static VietQR that stands on a card."""
    return rules.static_payload(
        bank_bin=card.bin,
        account=card.number,
        reference=card.reference,
        stall_number=card.stall_number,
    )


def card_of(
    session: Session, market_id: uuid.UUID, code_id: uuid.UUID, *, public_url: str, demo: bool
) -> Card:
    """Return a code's card for print; `public_url` begins the check address. Raises NotFound."""
    printed = store.printed(session, market_id, code_id)
    return printable(printed, public_url=public_url, demo=demo)


def cards_of_market(
    session: Session, market_id: uuid.UUID, *, public_url: str, demo: bool
) -> list[Card]:
    """Return the cards of all live codes, by zone and stall number as one walks the market."""
    cards = store.live_cards(session, market_id)
    return [printable(card, public_url=public_url, demo=demo) for card in cards]


def printable(card: store.Printed, *, public_url: str, demo: bool) -> Card:
    """Return what is printed on A6 for a card."""
    address = public_url.partition("://")[2] or public_url
    return Card(
        stall_name=card.stall_name,
        stall_number=card.stall_number,
        market_name=card.market_name,
        holder=card.holder,
        bank_name=banks.name_of(card.bin),
        account_display=rules.account_display(card.number),
        serial=rules.serial_display(card.code.serial),
        check_code=rules.check_code_display(card.code.check_code),
        check_url=f"{address}/k/{card.code.check_code}",
        issued_on=local_day(card.code.issued_at),
        payload=payload_of_card(card),
        demo=demo,
    )


def _close(
    session: Session,
    market_id: uuid.UUID,
    stall_id: uuid.UUID,
    actor_id: uuid.UUID,
    now: dt.datetime,
) -> None:
    tomorrow = local_day(now) + dt.timedelta(days=1)
    for span in (StallSpan, StallVendor):
        last = func.max if session.get_bind().dialect.name == "sqlite" else func.greatest
        session.execute(
            update(span)
            .where(span.market_id == market_id, span.stall_id == stall_id, span.ends_on.is_(None))
            .values(ends_on=last(span.starts_on, tomorrow))
            .execution_options(synchronize_session=False)
        )
    session.execute(
        update(StallAccount)
        .where(
            StallAccount.market_id == market_id,
            StallAccount.stall_id == stall_id,
            StallAccount.ends_at.is_(None),
        )
        .values(ends_at=now)
        .execution_options(synchronize_session=False)
    )
    where = (IssuedCode.stall_id == stall_id,)
    _end_codes(
        session, market_id, where, code_after("live", "revoke"), "Sạp đã đóng", actor_id, now
    )


def _end_codes(
    session: Session,
    market_id: uuid.UUID,
    which: tuple[ColumnElement[bool], ...],
    state: str,
    reason: str,
    actor_id: uuid.UUID,
    now: dt.datetime,
) -> int:
    """End the live ones among `which` codes; return how many.

    A reason often names people: it is sealed by the key of the account's household.
    """
    live = (IssuedCode.market_id == market_id, IssuedCode.state == "live", *which)
    ended = 0
    for code_id, key_id in store.keys_of_codes(session, *live):
        done = session.execute(
            update(IssuedCode)
            .where(IssuedCode.id == code_id, *live)
            .values(
                state=state,
                ended_at=now,
                ended_by=actor_id,
                end_reason=vault_of(session).seal_if_kept(
                    session, key_id, reason, column=store.END_REASON
                ),
            )
            .execution_options(synchronize_session=False)
        )
        ended += rows_changed(done)
    return ended


def _reason(typed: str) -> str:
    return clean_name(typed, limit=REASON_LIMIT, place="reason")
