"""The board's stalls: registering one, its page, its events, its first account, log-ins."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from typing import Final

from flask import request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from market40.core.clock import local_day
from market40.core.errors import InvalidInput
from market40.core.texts import say
from market40.db.engine import read, transact
from market40.merchants import service, store
from market40.merchants.delivery import actor, rng
from market40.merchants.domain.registration import FIELDS, read_first_account, read_stall
from market40.merchants.domain.states import stall_events
from market40.merchants.pages.choosing import bank_named, banks_offered, typed_again
from market40.merchants.pages.common import act_on_stall, blueprint, by_field, page, symbol
from market40.vietqr import banks
from market40.web import forms
from market40.web.context import kit
from market40.web.guard import may, principal, require_market

_FIELD_LIMIT: Final = 120
_UNCONFIRMED: Final = say("Cần xác nhận tên chủ tài khoản với tiểu thương rồi đánh dấu ô này.")


@blueprint.get("/board/markets/<uuid:market_id>/stalls/new")
@may("board", "operator")
def new_stall(market_id: uuid.UUID) -> str:
    """Show the form by which a stall is registered."""
    require_market(principal(), market_id)
    return _stall_form(market_id, {})


@blueprint.post("/board/markets/<uuid:market_id>/stalls")
@may("board", "operator")
def add_stall(market_id: uuid.UUID) -> str | tuple[str, int]:
    """Register a stall; show its code, and the vendor's PIN this once."""
    require_market(principal(), market_id)
    shop, who = kit(), actor()
    now = shop.clock.now()
    entry, flaws = read_stall(_typed())
    wrong = {flaw.field: flaw.message for flaw in reversed(flaws)}
    if request.form.get("confirmed") != "yes" and (entry is None or entry.has_account):
        wrong["confirmed"] = _UNCONFIRMED
    if entry is None or wrong:
        return _stall_form(market_id, wrong), 422
    wants_login = entry.phone and request.form.get("login") == "yes"
    pin = service.draw_pin(rng(), phone=entry.phone or "") if wants_login else None

    def work(session: Session) -> tuple[service.RegisteredStall, list[service.GivenPin]]:
        forms.spend(session)
        (done,) = service.register_stalls(
            session,
            market_id,
            [entry],
            actor_id=who,
            now=now,
            ids=shop.ids,
            rng=rng(),
            starts_on=local_day(now),
        )
        pins = {done.vendor_id: pin} if pin else {}
        return done, service.give_pins(session, market_id, pins, now=now, ids=shop.ids)

    try:
        done, pins = transact(shop.engine, work, retry_conflicts=True)
    except InvalidInput as error:
        return _stall_form(market_id, by_field(error.faults)), 422
    return _stall_page(market_id, done.stall_id, pins=pins, registered=True)


@blueprint.get("/board/stalls/<uuid:market_id>/<uuid:stall_id>")
@may("board", "operator")
def stall(market_id: uuid.UUID, stall_id: uuid.UUID) -> str:
    """Show a stall: its code, its card, who sells there, and what may be done."""
    require_market(principal(), market_id)
    return _stall_page(market_id, stall_id)


@blueprint.post("/board/stalls/<uuid:market_id>/<uuid:stall_id>/events")
@may("board", "operator")
def stall_event(market_id: uuid.UUID, stall_id: uuid.UUID) -> Response:
    """Suspend, resume or close a stall."""
    require_market(principal(), market_id)
    shop, who = kit(), actor()
    event = forms.field("event", limit=20)

    def work(session: Session) -> None:
        service.change_stall(
            session, market_id, stall_id, event, actor_id=who, now=shop.clock.now()
        )

    return act_on_stall(market_id, stall_id, work)


@blueprint.post("/board/stalls/<uuid:market_id>/<uuid:stall_id>/account")
@may("board", "operator")
def first_account(market_id: uuid.UUID, stall_id: uuid.UUID) -> str | Response | tuple[str, int]:
    """Give a stall that has none its first account, and so its code."""
    require_market(principal(), market_id)
    shop, who = kit(), actor()
    read_account, flaws = read_first_account(_typed())
    wrong = {flaw.field: flaw.message for flaw in reversed(flaws)}
    if request.form.get("confirmed") != "yes":
        wrong["confirmed"] = _UNCONFIRMED
    if read_account is None or wrong:
        return _stall_page(market_id, stall_id, wrong=wrong), 422
    account = service.FirstAccount(stall_id, *read_account)

    def work(session: Session) -> None:
        service.add_first_accounts(
            session,
            market_id,
            [account],
            actor_id=who,
            now=shop.clock.now(),
            ids=shop.ids,
            rng=rng(),
        )

    try:
        return act_on_stall(market_id, stall_id, work)
    except InvalidInput as error:
        return _stall_page(market_id, stall_id, wrong=by_field(error.faults)), 422


@blueprint.get("/board/markets/<uuid:market_id>/pins")
@may("board", "operator")
def pins_wanted(market_id: uuid.UUID) -> str:
    """Show which vendors have no log-in yet."""
    require_market(principal(), market_id)
    found, waiting = read(
        kit().engine,
        lambda s: (store.market(s, market_id), service.vendors_without_login(s, market_id)),
    )
    return page("pins", market=found, waiting=waiting, given=None)


@blueprint.post("/board/markets/<uuid:market_id>/pins")
@may("board", "operator")
def give_pins(market_id: uuid.UUID) -> str:
    """Give up to 100 vendors a log-in; show the PINs this once, as a list to print."""
    require_market(principal(), market_id)
    shop = kit()
    waiting = read(shop.engine, lambda s: service.vendors_without_login(s, market_id))
    pins = service.drawn([vendor.id for vendor in waiting], rng())

    def work(session: Session) -> tuple[store.MarketValue, list[service.GivenPin]]:
        forms.spend(session)
        given = service.give_pins(session, market_id, pins, now=shop.clock.now(), ids=shop.ids)
        return store.market(session, market_id), given

    found, given = transact(shop.engine, work, retry_conflicts=True)
    return page("pins", market=found, waiting=[], given=given)


def _typed() -> dict[str, str]:
    read = {name: forms.field(name, limit=_FIELD_LIMIT, required=False) for name in FIELDS}
    return {**read, "bank": bank_named()}


def _stall_form(market_id: uuid.UUID, wrong: dict[str, str]) -> str:
    found, zones = read(
        kit().engine, lambda s: (store.market(s, market_id), store.zones(s, market_id))
    )
    return page(
        "stall_new",
        market=found,
        zones=[name for _id, name in zones],
        banks=banks.all_banks(),
        offered=banks_offered(),
        typed=typed_again(),
        wrong=wrong,
    )


def _stall_page(
    market_id: uuid.UUID,
    stall_id: uuid.UUID,
    *,
    pins: list[service.GivenPin] | None = None,
    registered: bool = False,
    wrong: dict[str, str] | None = None,
) -> str:
    shop = kit()
    now = shop.clock.now()

    def work(session: Session) -> dict[str, object]:
        row = store.stall_row(session, market_id, stall_id)
        codes = store.codes_of_stall(session, market_id, stall_id)
        vendors = store.vendors_of_stall(session, market_id, stall_id, local_day(now))
        live = next((code for code in codes if code.state == "live"), None)
        payload = service.payload_of(session, market_id, live.id) if live else None
        return {
            "market": store.market(session, market_id),
            "stall": row,
            "events": [event for event in stall_events(row.state) if event != "activate"],
            "codes": codes,
            "live": live,
            "payload": payload,
            "svg": symbol(payload) if payload else None,
            "account": store.account_of_stall(session, market_id, stall_id, now),
            "vendors": vendors,
            "with_login": _with_login(session, market_id, vendors),
        }

    found = read(shop.engine, work)
    return page(
        "stall",
        **found,
        pins=pins or [],
        registered=registered,
        wrong=wrong or {},
        typed=typed_again(),
        banks=banks.all_banks(),
        offered=banks_offered(),
    )


def _with_login(
    session: Session, market_id: uuid.UUID, vendors: Collection[store.VendorSeen]
) -> frozenset[uuid.UUID]:
    """Return the vendors whom the caller may give another PIN: nobody but a board's may."""
    if principal().role != "board":
        return frozenset()
    ids = [vendor.id for vendor in vendors]
    return service.vendors_with_login(session, market_id, ids, local_day(kit().clock.now()))
