"""The board inspects: what is due, alarms, rounds; a stall's own page, with a photo to send."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Final

from flask import Response, jsonify, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from market40.core.clock import local_day
from market40.core.errors import Conflict, InvalidInput, Market40Error, RateLimited
from market40.core.texts import say
from market40.db.engine import read, transact
from market40.merchants import inspecting, service, store
from market40.merchants.delivery import actor
from market40.merchants.domain.alarms import DEED_WORDS
from market40.merchants.domain.inspection import FIELD_WORDS, VERDICT_WORDS
from market40.merchants.pages.common import blueprint, page
from market40.vietqr import photo
from market40.web import forms
from market40.web.context import kit
from market40.web.guard import accepts_upload, may, principal, require_market

HISTORY: Final = 30
STALLS_SHOWN: Final = 300
PHOTO_BODY: Final = photo.MAX_OCTETS + 64 * 1024
_TOO_LARGE: Final = say("Ảnh lớn hơn 12 MB; hãy chụp hoặc lưu ảnh nhỏ hơn.")
PILLS: Final = {"match": "ok", "unreadable": "wait"}


@blueprint.get("/board/markets/<uuid:market_id>/inspections")
@may("board", "operator")
def inspections(market_id: uuid.UUID) -> str:
    """Show what is open, what is due, how far the round is, and what was found last."""
    require_market(principal(), market_id)
    return _overview(market_id)


@blueprint.post("/board/markets/<uuid:market_id>/inspections/rounds")
@may("board", "operator")
def begin_round(market_id: uuid.UUID) -> AnyResponse | tuple[str, int]:
    """Begin a round of inspections."""
    require_market(principal(), market_id)
    shop, who = kit(), actor()
    try:
        due_on = _day(forms.field("due_on", limit=10))

        def work(session: Session) -> None:
            forms.spend(session)
            service.begin_round(
                session, market_id, due_on=due_on, actor_id=who, now=shop.clock.now(), ids=shop.ids
            )

        transact(shop.engine, work)
    except InvalidInput as error:
        return _overview(market_id, error=error), error.http_status
    return redirect(url_for("merchants.inspections", market_id=market_id), 303)


@blueprint.post("/board/markets/<uuid:market_id>/inspections/alarms/<uuid:subject_id>")
@may("board", "operator")
def answer_alarm(market_id: uuid.UUID, subject_id: uuid.UUID) -> AnyResponse | tuple[str, int]:
    """Write down what was done about an alarm."""
    require_market(principal(), market_id)
    shop, who = kit(), actor()
    try:
        did = forms.field("did", limit=20, required=False)
        note = forms.field("note", limit=service.NOTE_LIMIT, required=False)

        def work(session: Session) -> None:
            forms.spend(session)
            service.answer_alarm(
                session,
                market_id,
                subject_id,
                did=did,
                note=note,
                actor_id=who,
                now=shop.clock.now(),
            )

        transact(shop.engine, work, retry_conflicts=True)
    except (InvalidInput, Conflict) as error:
        return _overview(market_id, error=error), error.http_status
    return redirect(url_for("merchants.inspections", market_id=market_id), 303)


@blueprint.get("/board/markets/<uuid:market_id>/stalls/<uuid:stall_id>/inspections")
@may("board", "operator")
def stall_inspections(market_id: uuid.UUID, stall_id: uuid.UUID) -> str:
    """Show a stall's inspections, and the form that takes a photo of its code."""
    require_market(principal(), market_id)
    return _of_stall(market_id, stall_id)


@blueprint.post("/board/markets/<uuid:market_id>/stalls/<uuid:stall_id>/inspections")
@accepts_upload(PHOTO_BODY, _TOO_LARGE, "merchants.stall_inspections")
@may("board", "operator")
def inspect_photo(market_id: uuid.UUID, stall_id: uuid.UUID) -> Response | str | tuple[str, int]:
    """Inspect a stall by a photo: every code in the frame beside the stall's own.

    Answers a page, or JSON with the next form's token where a script asks for it.
    """
    require_market(principal(), market_id)
    wants_json = request.accept_mimetypes.best == "application/json"
    try:
        data = forms.upload("photo", limit_bytes=photo.MAX_OCTETS)
        done = _record(market_id, stall_id, data)
    except (photo.PhotoRefused, InvalidInput, Conflict, RateLimited) as error:
        if wants_json:
            raise
        return _of_stall(market_id, stall_id, error=error), error.http_status
    (said,) = read(kit().engine, lambda session: inspecting.bodies(session, market_id, done))
    if wants_json:
        return jsonify({**said, "token": forms.form_token_value()})
    return _of_stall(market_id, stall_id, done=said)


def _record(market_id: uuid.UUID, stall_id: uuid.UUID, data: bytes) -> list[service.Recorded]:
    """Read the photo, which is not kept, before the transaction, and record what it shows."""
    engine = kit().engine
    read(engine, lambda session: store.stall_row(session, market_id, stall_id))
    write = inspecting.judged(market_id, [inspecting.of_photo(stall_id, data)])

    def work(session: Session) -> list[service.Recorded]:
        forms.spend(session)
        return write(session)

    return transact(engine, work)


def _overview(market_id: uuid.UUID, *, error: Market40Error | None = None) -> str:
    now = kit().clock.now()

    def work(session: Session) -> dict[str, object]:
        round_, walked = service.stalls_to_walk(session, market_id, now)
        due = [one for one in walked if one.due]
        return {
            "market": store.market(session, market_id),
            "numbers": {one.stall.id: one.stall.number for one in walked},
            "stalls": sum(one.coded for one in walked),
            "due": due[:STALLS_SHOWN],
            "due_count": len(due),
            "done_count": sum(one.done for one in walked),
            "round": round_,
            "alarms": store.open_alarms(session, market_id),
            "reports": store.open_reports(session, market_id),
            "history": store.inspections(session, market_id, limit=HISTORY),
        }

    return page(
        "inspections",
        **read(kit().engine, work),
        **_words(),
        today=local_day(now),
        latest=local_day(now) + dt.timedelta(days=service.ROUND_DAYS),
        error=error,
    )


def _of_stall(
    market_id: uuid.UUID,
    stall_id: uuid.UUID,
    *,
    done: dict[str, object] | None = None,
    error: Market40Error | None = None,
) -> str:
    def work(session: Session) -> dict[str, object]:
        return {
            "market": store.market(session, market_id),
            "stall": store.stall_row(session, market_id, stall_id),
            "history": store.inspections(session, market_id, stall_id=stall_id, limit=HISTORY),
        }

    return page(
        "stall_inspections",
        **read(kit().engine, work),
        **_words(),
        done=done,
        error=error,
    )


def _words() -> dict[str, object]:
    return {
        "verdict_words": VERDICT_WORDS,
        "deed_words": DEED_WORDS,
        "verdict_pills": PILLS,
        "field_words_of_code": FIELD_WORDS,
    }


def _day(typed: str) -> dt.date:
    try:
        return dt.date.fromisoformat(typed)
    except ValueError as error:
        raise InvalidInput(say("Ngày không đúng."), place="due_on", code="bad_day") from error
