"""The day's list of a stall: what came, what waits, and what the vendor alone can explain."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Final

from flask import Blueprint, redirect, render_template, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from market40.core.clock import local_day
from market40.core.errors import InvalidInput
from market40.core.texts import say
from market40.db.engine import read, transact
from market40.payments import service
from market40.payments.pages import scope
from market40.payments.store import screens
from market40.web import forms
from market40.web.context import kit
from market40.web.guard import may

blueprint = Blueprint("today", __name__)
_ANSWERS = {"yes": True, "no": False}
ASKED_AT_ONCE: Final = 3  # more would push the day's list off the phone; the rest fold


@blueprint.get("/vendor/today")
@may("vendor")
def today() -> str:
    """Show a stall's day (`?day=`), newest first."""
    page = scope.stall_page()
    day = scope.asked_day(page.day)
    where = {"market_id": page.vendor.market_id, "stall_id": page.stall.stall_id}

    def work(session: Session) -> dict[str, object]:
        payments = screens.payments_of_stall(session, day=day, **where)
        count, total_vnd = screens.total_of_stall(session, day=day, **where)
        is_today = day == page.day
        return {
            "payments": payments,
            "count": count,
            "total_vnd": total_vnd,
            "waiting": screens.waiting_at_stall(session, now=page.now, **where) if is_today else [],
            "unclassified": _unclassified(session, page) if is_today else [],
        }

    shown = read(kit().engine, work)
    return render_template(
        "payments/today.html",
        page=page,
        day=day,
        asked_at_once=ASKED_AT_ONCE,
        before=day - dt.timedelta(days=1),
        after=day + dt.timedelta(days=1) if day < page.day else None,
        **shown,
    )


@blueprint.post("/vendor/credits/<uuid:credit_id>/classify")
@may("vendor")
def classify(credit_id: uuid.UUID) -> Response:
    """Take the vendor's word on whether an unclassified credit was a sale of the stall."""
    stall_id = scope.asked_id("stall", forms.field("stall", limit=40))
    assert stall_id is not None
    sale = _ANSWERS.get(forms.field("sale", limit=10))
    if sale is None:
        raise InvalidInput(say("Chọn Có hoặc Không."), place="sale", code="choice_invalid")
    vendor, now = scope.vendor_who_calls(), kit().clock.now()

    def work(session: Session) -> None:
        forms.spend(session)
        service.classify(
            session,
            market_id=vendor.market_id,
            credit_id=credit_id,
            stall_id=stall_id,
            vendor_id=vendor.vendor_id,
            sale=sale,
            actor_id=vendor.person_id,
            now=now,
        )

    transact(kit().engine, work, retry_conflicts=True)
    return redirect(url_for(".today", stall=stall_id), 303)


def _unclassified(session: Session, page: scope.StallPage) -> list[screens.Unexplained]:
    return screens.unclassified_on(
        session,
        market_id=page.vendor.market_id,
        account_ids=page.account_ids,
        since=local_day(page.now - screens.LOOK_BACK),
    )
