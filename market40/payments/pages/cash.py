"""The cash tally: one form, a stall's day in cash and by other non-cash means."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Final

from flask import Blueprint, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from market40.core.errors import Conflict, InputFault, InvalidInput
from market40.core.money import parse_vnd
from market40.core.texts import say
from market40.db.engine import read, transact
from market40.payments import service
from market40.payments.domain.tally import BACK_DAYS
from market40.payments.pages import scope
from market40.payments.store import screens
from market40.web import forms
from market40.web.context import kit
from market40.web.guard import may

blueprint = Blueprint("cash", __name__)
COUNTS: Final = ("cash_count", "other_count")
VALUES: Final = ("cash_vnd", "other_vnd")
SAID: Final = {"counted": "counted", "zero": "zero", "closed": "closed"}


@blueprint.get("/vendor/cash")
@may("vendor")
def cash() -> str:
    """Show the form for a day (`?day=`), and what was said of it."""
    page = scope.stall_page()
    return _page(page, scope.asked_day(page.day), saved=request.args.get("saved") == "1")


@blueprint.post("/vendor/cash")
@may("vendor")
def record() -> Response | tuple[str, int]:
    """Write the tally; "closed" and "zero" have buttons; faults stand at their fields."""
    stall_id = scope.asked_id("stall", forms.field("stall", limit=40))
    assert stall_id is not None
    page = read(kit().engine, scope.with_stall_page(stall_id))
    day = scope.asked_day(page.day, forms.field("day", limit=20))
    answer = SAID.get(forms.field("answer", limit=10, required=False), "counted")
    try:
        numbers = _numbers() if answer == "counted" else dict.fromkeys((*COUNTS, *VALUES), 0)
        transact(kit().engine, lambda s: _record(s, page, day, answer, numbers))
    except InvalidInput as error:
        return _page(page, day, faults=error.faults, typed=request.form), 422
    except Conflict as error:
        if error.code != "stall_not_there":
            raise
        fault = InputFault(error.code, "day", error.detail)
        return _page(page, day, faults=(fault,), typed=request.form), 409
    where = url_for(".cash", stall=stall_id, day=day if day != page.day else None, saved=1)
    return redirect(where, 303)


_NOTHING: Final = InputFault(
    "nothing_said", "cash_count", say("Điền số tiền, hoặc bấm Nghỉ bán hay Không bán được.")
)


def _numbers() -> dict[str, int]:
    """Return the form's counts and values; raise InvalidInput with a fault for each wrong one."""
    numbers: dict[str, int] = {}
    faults: list[InputFault] = []
    for name in (*COUNTS, *VALUES):
        text = request.form.get(name, "").strip()[:100]
        try:
            numbers[name] = parse_vnd(text, place=name) if text else 0
        except InvalidInput as error:
            faults.append(
                InputFault(error.code, name, _SAY.get(str(error.facts.get("reason")), error.detail))
            )
    if not faults and not any(numbers.values()):
        faults.append(_NOTHING)
    if faults:
        raise InvalidInput(say("Số liệu ghi tiền mặt chưa đúng."), faults=faults)
    return numbers


_SAY: Final = {
    "negative": say("Không được âm."),
    "ambiguous": say("Cần số nguyên, không có phần lẻ, ví dụ 50.000."),
}


def _record(
    session: Session, page: scope.StallPage, day: dt.date, answer: str, numbers: Mapping[str, int]
) -> None:
    forms.spend(session)
    service.record_tally(
        session,
        market_id=page.vendor.market_id,
        stall_id=page.stall.stall_id,
        day=day,
        answer=answer,
        actor_id=page.vendor.person_id,
        now=page.now,
        ids=kit().ids,
        cash_count=numbers["cash_count"],
        cash_vnd=numbers["cash_vnd"],
        other_count=numbers["other_count"],
        other_vnd=numbers["other_vnd"],
    )


def _page(
    page: scope.StallPage,
    day: dt.date,
    *,
    saved: bool = False,
    faults: tuple[InputFault, ...] = (),
    typed: Mapping[str, str] | None = None,
) -> str:
    where = {"market_id": page.vendor.market_id, "stall_id": page.stall.stall_id}
    said = read(kit().engine, lambda session: screens.newest_tally(session, day=day, **where))
    oldest = page.day - dt.timedelta(days=BACK_DAYS)
    return render_template(
        "payments/cash.html",
        page=page,
        day=day,
        before=day - dt.timedelta(days=1) if day > oldest else None,
        after=day + dt.timedelta(days=1) if day < page.day else None,
        said=said,
        saved=saved,
        faults={fault.place: fault.message for fault in reversed(faults)},
        typed=typed or {},
    )
