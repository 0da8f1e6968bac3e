"""The board's suspense: money that nobody's rule explains, placed on a stall by a person."""

from __future__ import annotations

import uuid
from typing import Final

from flask import Blueprint, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from market40.core.clock import local_day
from market40.core.errors import Conflict, InvalidInput, NotFound
from market40.core.texts import say
from market40.db.engine import read, transact
from market40.merchants import store as merchants
from market40.payments import service
from market40.payments.domain.sentences import SUSPENSE
from market40.payments.pages import scope
from market40.payments.store import screens
from market40.web import forms
from market40.web.context import kit
from market40.web.guard import may, principal, require_market

blueprint = Blueprint("suspense", __name__)
SHOWN_MAX: Final = 50
NOTE_MAX: Final = 300
_SPOKEN: Final = frozenset(
    {"not_in_suspense", "account_not_ours", "other_bank", "form_already_sent"}
)


@blueprint.get("/board/suspense")
@may("board")
def suspense() -> str:
    """Show what of a market (`?market=`) waits, the oldest first."""
    market_id = _market_id(request.args.get("market", ""))
    return _page(market_id, placed=request.args.get("placed", "")[:20])


@blueprint.post("/board/suspense/<uuid:market_id>/<uuid:credit_id>")
@may("board")
def place(market_id: uuid.UUID, credit_id: uuid.UUID) -> Response | tuple[str, int]:
    """Place a credit on the stall whose number is given, with a reason."""
    require_market(principal(), market_id)
    person_id = principal().person_id
    assert person_id is not None
    now = kit().clock.now()
    try:
        note = forms.field("note", limit=NOTE_MAX)
        number = forms.field("stall", limit=80)
        stall = read(kit().engine, lambda session: _stall(session, market_id, number))

        def work(session: Session) -> None:
            forms.spend(session)
            service.place_credit(
                session,
                market_id=market_id,
                credit_id=credit_id,
                stall_id=stall.id,
                note=note,
                actor_id=person_id,
                now=now,
            )

        transact(kit().engine, work, retry_conflicts=True)
    except InvalidInput as error:
        return _page(market_id, error=error, at=credit_id), 422
    except Conflict as error:
        if error.code not in _SPOKEN:
            raise
        return _page(market_id, error=error, at=credit_id), 409
    return redirect(url_for(".suspense", market=market_id, placed=stall.number), 303)


def _market_id(text: str) -> uuid.UUID:
    """Return the market of the address, else the first of the board's; NotFound outside it."""
    caller = principal()
    asked = scope.asked_id("market", text)
    if asked is not None:
        require_market(caller, asked)
        return asked
    if not caller.market_ids:
        raise NotFound(say("Tài khoản này chưa gắn với chợ nào."))
    return min(caller.market_ids)


def _stall(session: Session, market_id: uuid.UUID, typed: str) -> merchants.StallRow:
    """Return the stall whose number is typed, alone or as the list says it (`A12 · Rau Cô Mẩy`)."""
    number = typed.partition("·")[0].strip().casefold()
    for row in merchants.stall_rows(session, market_id):
        if row.number.casefold() == number:
            return row
    message = say("Không có sạp số này ở chợ. Chọn một sạp trong danh sách.")
    raise InvalidInput(message, place="stall", code="unknown_stall")


def _page(
    market_id: uuid.UUID,
    *,
    error: Conflict | InvalidInput | None = None,
    at: uuid.UUID | None = None,
    placed: str = "",
) -> str:
    now = kit().clock.now()
    since = local_day(now - screens.LOOK_BACK)

    def work(session: Session) -> dict[str, object]:
        found = screens.suspense_of_market(
            session, market_id=market_id, since=since, limit=SHOWN_MAX
        )
        count, total_vnd = screens.suspense_totals(session, market_id=market_id, since=since)
        return {
            "credits": found,
            "count": count,
            "total_vnd": total_vnd,
            "market": merchants.market(session, market_id),
            "markets": merchants.markets(session, ids=sorted(principal().market_ids)),
            "stalls": [s for s in merchants.stall_rows(session, market_id) if s.state != "closed"],
        }

    return render_template(
        "payments/suspense.html",
        now=now,
        reasons=SUSPENSE,
        error=error,
        at=at,
        gone=at is not None and isinstance(error, Conflict),
        placed=placed,
        typed=request.form,
        **read(kit().engine, work),
    )
