"""The vendor's screen asks here twice a second: what has arrived, by ETag, across midnight too."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Final

from flask import Blueprint, Response, request
from sqlalchemy.orm import Session

from market40.core.clock import local_day
from market40.core.errors import NotFound
from market40.core.money import format_vnd
from market40.core.texts import say
from market40.db.alerts import Alert, last_numbers
from market40.db.engine import read
from market40.payments.pages import scope
from market40.payments.store.books import vendor_has_stall
from market40.payments.store.screens import (
    Waiting,
    alerts_between,
    total_of_stall,
    waiting_at_stall,
)
from market40.web.context import kit
from market40.web.guard import may
from market40.web.i18n import _, told
from market40.web.i18n import day as day_words
from market40.web.i18n import time as time_words
from market40.web.live import not_modified, respond_with_etag

blueprint = Blueprint("live", __name__)
ALERTS_MAX: Final = 50
BACK: Final = dt.timedelta(days=7)
_SEQ_MAX: Final = 10**9
_QUIET: Final = frozenset({"said_by_vendor"})  # the vendor has just tapped it: no fanfare


@dataclass(frozen=True, slots=True)
class _Asked:
    market_id: uuid.UUID
    vendor_id: uuid.UUID
    stall_id: uuid.UUID
    today: dt.date
    now: dt.datetime
    after: tuple[dt.date, int]


@dataclass(frozen=True, slots=True)
class _Glance:
    """What the ETag is made of: cheap to look at, and all that an answer depends on."""

    seq: int
    waiting: list[Waiting]

    def etag(self, asked: _Asked) -> str:
        """Return the ETag: the day and its last alert, from where one asks, and what waits."""
        newest = self.waiting[-1].intent_id.hex[-12:] if self.waiting else ""
        day, seq = asked.after
        return f"{asked.today}.{self.seq}-{day}.{seq}-{len(self.waiting)}{newest}"


@blueprint.get("/vendor/live")
@may("vendor")
def live() -> Response:
    """Answer what came to a stall after (`day`, `after`): 304 while nothing did.

    At most 50 arrivals at a time; `more` says that others follow. What is older than a week is
    left to the day's list.
    """
    asked = _asked()
    glance = read(kit().engine, lambda session: _glance(session, asked))
    etag = glance.etag(asked)
    if not_modified(etag):
        return respond_with_etag({}, etag)
    return respond_with_etag(read(kit().engine, lambda s: _body(s, asked, glance)), etag)


def _asked() -> _Asked:
    vendor, stall_id = scope.vendor_who_calls(), scope.asked_id("stall")
    if stall_id is None:
        raise NotFound(say("Không có sạp này."), place="stall")
    now = kit().clock.now()
    today = local_day(now)
    day, seq = scope.asked_day(today), request.args.get("after", "0")
    if not (seq.isascii() and seq.isdigit() and int(seq[:10]) <= _SEQ_MAX):
        raise NotFound(say("Không có chỗ này."), place="after")
    after = (day, int(seq[:10]))
    if day < today - BACK:
        after = (today - BACK, 0)
    return _Asked(vendor.market_id, vendor.vendor_id, stall_id, today, now, after)


def _glance(session: Session, asked: _Asked) -> _Glance:
    own = vendor_has_stall(
        session,
        market_id=asked.market_id,
        vendor_id=asked.vendor_id,
        stall_ids=[asked.stall_id],
        on=asked.today,
    )
    if asked.stall_id not in own:
        raise NotFound(say("Không có sạp này."), place="stall")
    seq, _number = last_numbers(
        session, market_id=asked.market_id, topic=asked.stall_id, day=asked.today
    )
    waiting = waiting_at_stall(
        session, market_id=asked.market_id, stall_id=asked.stall_id, now=asked.now
    )
    return _Glance(seq, waiting)


def _body(session: Session, asked: _Asked, glance: _Glance) -> dict[str, object]:
    found = alerts_between(
        session,
        market_id=asked.market_id,
        topic=asked.stall_id,
        after=asked.after,
        until=asked.today,
        limit=ALERTS_MAX + 1,
    )
    alerts, more = found[:ALERTS_MAX], len(found) > ALERTS_MAX
    count, total_vnd = total_of_stall(
        session, market_id=asked.market_id, stall_id=asked.stall_id, day=asked.today
    )
    reached = (asked.today, max(glance.seq, 0))
    if alerts and (more or alerts[-1].day == asked.today):
        reached = (alerts[-1].day, alerts[-1].seq)
    return {
        "day": reached[0].isoformat(),
        "seq": reached[1],
        "more": more,
        "count": count,
        "total_vnd": total_vnd,
        "waiting": len(glance.waiting),
        "alerts": [_shown(alert, asked.today) for alert in alerts],
    }


def _shown(alert: Alert, today: dt.date) -> dict[str, object]:
    facts = alert.facts
    expected, funded = int(facts.get("expected_vnd", 0)), int(facts.get("funded_vnd", 0))
    return {
        "day": alert.day.isoformat(),
        "seq": alert.seq,
        "number": alert.number,
        "kind": alert.kind,
        "quiet": facts.get("rule") in _QUIET,
        "amount_vnd": alert.amount_vnd,
        "time": time_words(alert.at),
        "today": alert.day == today,
        "day_words": _day_words(alert.day, today),
        "intent_id": str(alert.intent_id) if alert.intent_id else None,
        "missing_vnd": max(0, expected - funded),
        "note": _note(facts, alert.amount_vnd, expected, funded),
    }


def _day_words(day: dt.date, today: dt.date) -> str:
    if day == today:
        return str(_("hôm nay"))
    return str(_("hôm qua")) if today - day == dt.timedelta(days=1) else day_words(day)


def _note(facts: dict[str, str], amount_vnd: int, expected: int, funded: int) -> str:
    """Say what is not plain from the amount: too little, too much, in parts, late, by hand."""
    said: list[str] = []
    if amount_vnd < funded < expected:
        said.append(
            say(
                "Mới nhận %(funded)s trên %(expected)s.",
                funded=format_vnd(funded),
                expected=format_vnd(expected),
            )
        )
    elif funded > expected > 0:
        said.append(say("Khách trả thừa %(over)s.", over=format_vnd(funded - expected)))
    elif expected and funded > amount_vnd:
        said.append(say("Đã đủ %(expected)s.", expected=format_vnd(expected)))
    if "late" in facts.get("flags", "").split():
        said.append(say("Khách trả muộn, yêu cầu đã hết hạn."))
    if facts.get("rule") == "placed_by_hand":
        said.append(say("Ban quản lý chợ xếp khoản này cho sạp."))
    return " ".join(map(told, said))
