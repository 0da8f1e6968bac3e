"""The board's markets: the list, one market's stalls, a new market."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Final

from flask import redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from market40.core import market_days
from market40.core.clock import local_day
from market40.core.errors import InvalidInput
from market40.core.text import fold
from market40.core.texts import say
from market40.db.engine import read, transact
from market40.merchants import service, store
from market40.merchants.domain.calendars import calendar_words, read_calendar
from market40.merchants.domain.registration import MarketRegistration
from market40.merchants.pages.common import blueprint, page
from market40.places import store as places
from market40.web import forms
from market40.web.context import kit
from market40.web.guard import may, principal, require_market

STALLS_A_PAGE: Final = 100


@blueprint.get("/board/")
@may("board", "operator")
def board() -> str:
    """Show the markets that the caller looks after, with their counts."""
    caller = principal()
    ids = None if caller.everywhere else caller.market_ids

    def work(session: Session) -> tuple[list[store.MarketSummary], dict[uuid.UUID, int]]:
        found = store.summaries(session, ids=ids)
        return found, store.alarm_counts(session, [one.market.id for one in found])

    summaries, alarms = read(kit().engine, work)
    stalls = sum(one.stalls for one in summaries)
    with_code = sum(one.with_code for one in summaries)
    return page("board", summaries=summaries, stalls=stalls, with_code=with_code, alarms=alarms)


@blueprint.get("/board/markets/<uuid:market_id>")
@may("board", "operator")
def market(market_id: uuid.UUID) -> str:
    """Show a market's stalls, by zone, with search."""
    require_market(principal(), market_id)
    asked = request.args.get("q", "")[:60].strip()
    zone = request.args.get("zone", "")[:60]
    state = request.args.get("code", "")[:12]
    number = request.args.get("page", "1")
    at = int(number) if number.isascii() and number.isdecimal() and len(number) < 6 else 1
    shop = kit()

    def work(
        session: Session,
    ) -> tuple[store.MarketValue, list[store.StallRow], list[str], str, int]:
        found = store.market(session, market_id)
        commune = places.units(session, [found.commune_id]).get(found.commune_id)
        zones = [name for _id, name in store.zones(session, market_id)]
        rows = store.stall_rows(session, market_id)
        alarms = store.alarm_counts(session, [market_id])[market_id]
        return found, rows, zones, commune.name if commune else "", alarms

    found, rows, zones, commune, alarms = read(shop.engine, work)
    standing = [row for row in rows if row.state != "closed"]
    shown = [row for row in rows if _matches(row, asked, zone, state)]
    pages = max(1, -(-len(shown) // STALLS_A_PAGE))
    at = min(max(at, 1), pages)
    return page(
        "market",
        market=found,
        commune=commune,
        calendar=calendar_words(market_days.from_json(found.calendar)),
        rows=shown[(at - 1) * STALLS_A_PAGE : at * STALLS_A_PAGE],
        shown=len(shown),
        stalls=len(standing),
        with_code=sum(row.code_state == "live" for row in standing),
        zones=zones,
        asked={"q": asked, "zone": zone, "code": state},
        at=at,
        pages=pages,
        alarms=alarms,
        no_cards=request.args.get("cards") == "none",
    )


def _matches(row: store.StallRow, asked: str, zone: str, state: str) -> bool:
    if zone and row.zone != zone:
        return False
    if state and row.code_state != state:
        return False
    words = fold(f"{row.number} {row.name} {row.goods or ''} {row.reference}")
    return fold(asked) in words


@blueprint.get("/board/markets/new")
@may("operator")
def new_market() -> str:
    """Show the form of a new market: first its commune, found by name, then the rest."""
    return _market_form({})


@blueprint.post("/board/markets")
@may("operator")
def add_market() -> str | Response | tuple[str, int]:
    """Put a market on."""
    shop = kit()
    now, market_id = shop.clock.now(), shop.ids.new()
    try:
        registration = _read_market(local_day(now))

        def work(session: Session) -> None:
            forms.spend(session)
            places.unit(session, registration.commune_id)
            places.unit(session, registration.legacy_commune_id)
            service.register_market(session, registration, market_id=market_id, now=now)

        transact(shop.engine, work, retry_conflicts=True)
    except InvalidInput as error:
        return _market_form({error.place or "name": error.detail}), error.http_status
    return redirect(url_for("merchants.market", market_id=market_id), 303)


def _read_market(today: dt.date) -> MarketRegistration:
    opened = forms.field("opened_on", limit=10, required=False)
    try:
        opened_on = dt.date.fromisoformat(opened) if opened else today
    except ValueError as error:
        raise InvalidInput(say("Ngày mở chợ không đúng."), place="opened_on") from error
    return MarketRegistration(
        forms.field("name", limit=80),
        _uuid("commune_id"),
        _uuid("legacy_commune_id"),
        read_calendar(
            forms.field("days", limit=20),
            weekdays=request.form.getlist("weekday")[:7],
            listed=forms.field("listed", limit=120, required=False),
            anchor=forms.field("anchor", limit=10, required=False),
        ),
        opened_on,
    )


def _uuid(name: str) -> uuid.UUID:
    try:
        return uuid.UUID(forms.field(name, limit=36))
    except ValueError as error:
        raise InvalidInput(say("Chưa chọn xã, phường."), place=name) from error


def _market_form(wrong: dict[str, str]) -> str:
    shop = kit()
    today = local_day(shop.clock.now())
    asked = request.args.get("q", "")[:80].strip()
    chosen = request.values.get("commune_id", "")[:36]

    def work(session: Session) -> tuple[object, object, object]:
        found = places.search(session, asked, level="commune", on=today) if asked else []
        try:
            commune = places.unit(session, uuid.UUID(chosen)) if chosen else None
        except ValueError:
            commune = None
        legacy = places.predecessors(session, commune.id) if commune else []
        return found, commune, legacy

    found, commune, legacy = read(shop.engine, work)
    return page(
        "market_new",
        asked=asked,
        found=found,
        commune=commune,
        legacy=legacy,
        typed=request.form,
        wrong=wrong,
        today=today,
    )
