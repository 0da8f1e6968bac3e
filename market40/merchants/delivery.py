"""What APIs and pages share: who acts, over which markets and stalls, and files."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterator
from functools import partial
from typing import cast

from flask import Response
from sqlalchemy.orm import Session

from market40.core.clock import local_day
from market40.core.errors import NotFound, NotLoggedIn
from market40.core.references import RandRange
from market40.core.texts import say
from market40.db.engine import read, transact
from market40.merchants import service, store
from market40.merchants.domain.prints import AT_ONCE
from market40.places import store as places
from market40.vietqr.sheets import cards_pdf
from market40.web.context import Kit, kit
from market40.web.guard import Principal, principal, require_market


def actor() -> uuid.UUID:
    """Return who acts; the gate lets nobody but people through to where this is asked."""
    person = principal().person_id
    if person is None:
        raise NotLoggedIn(say("Bạn cần đăng nhập."))
    return person


def rng() -> RandRange:
    """Return the kit's randomness as references draw it.

    The kit's type promises random bits alone; both `secrets.SystemRandom` and `random.Random`,
    the two that are ever given, also draw numbers.
    """
    return cast("RandRange", kit().rng)


def scope_of(session: Session, caller: Principal) -> Collection[uuid.UUID] | None:
    """Return the markets in the caller's scope, None for all: by grant, or by place.

    A place holds a market by its present commune or by its legacy one.
    """
    if caller.everywhere:
        return None
    if not caller.unit_ids:
        return caller.market_ids
    communes: set[uuid.UUID] = set()
    for unit_id in caller.unit_ids:
        communes.update(places.descendant_commune_ids(session, unit_id))
    within = {
        market.id
        for market in store.markets(session)
        if market.commune_id in communes or market.legacy_commune_id in communes
    }
    return within | caller.market_ids


def file_answer(
    content: bytes | str | Iterator[bytes], mimetype: str, name: str, *, inline: bool = False
) -> Response:
    """Return a file to be saved as `name` (ASCII), or to be shown with `inline`."""
    response = Response(content, mimetype=mimetype)
    kind = "inline" if inline else "attachment"
    response.headers["Content-Disposition"] = f'{kind}; filename="{name}"'
    return response


def require_stall(session: Session, market_id: uuid.UUID, stall_id: uuid.UUID) -> None:
    """Raise NotFound for a market out of scope, and for a vendor's stall that is another's."""
    caller = principal()
    require_market(caller, market_id)
    if caller.role == "vendor":
        today = local_day(kit().clock.now())
        own = (
            store.stalls_of_vendor(session, market_id, caller.vendor_id, today)
            if caller.vendor_id
            else []
        )
        if stall_id not in {stall.stall_id for stall in own}:
            raise NotFound(say("Không có sạp này."))


def own_live_code(session: Session, market_id: uuid.UUID, stall_id: uuid.UUID) -> store.CodeRow:
    """Return the live code of a stall in the caller's scope. Raises NotFound."""
    require_stall(session, market_id, stall_id)
    return store.live_code(session, market_id, stall_id)


def market_body(summary: store.MarketSummary) -> dict[str, object]:
    """Return a market with its counts as the API gives it."""
    market = summary.market
    return {
        "id": market.id,
        "name": market.name,
        "commune_id": market.commune_id,
        "legacy_commune_id": market.legacy_commune_id,
        "calendar": market.calendar,
        "opened_on": market.opened_on,
        "closed_on": market.closed_on,
        "stalls": summary.stalls,
        "with_code": summary.with_code,
    }


def begin_file(session: Session, market_id: uuid.UUID, run_id: uuid.UUID) -> None:
    """Begin a print run's file, or go on with it; raise as `service.go_on_printing` does."""
    shop = kit()
    service.go_on_printing(
        session,
        market_id,
        run_id,
        public_url=shop.settings.public_url,
        demo=shop.settings.demo,
        now=shop.clock.now(),
        ids=shop.ids,
    )


def run_file(market_id: uuid.UUID, run_id: uuid.UUID) -> Response:
    """Return a print run's PDF, every page read back, and note the delivery.

    A small run's is made at once; a larger one's was made in parts before, and is sent part by
    part. Raises NotFound, Conflict `print_not_ready` and `print_outdated`.
    """
    shop = kit()
    settings = shop.settings
    file = read(shop.engine, lambda session: store.print_file(session, market_id, run_id))
    name = f"in-{file.sheet}-{local_day(shop.clock.now())}.pdf"
    if file.cards > AT_ONCE:
        return _file_in_parts(market_id, run_id, name)
    sheet, cards = read(
        shop.engine,
        lambda session: service.cards_of_run(
            session, market_id, run_id, public_url=settings.public_url, demo=settings.demo
        ),
    )
    content = cards_pdf(cards, sheet)
    _note_delivery(shop, actor(), market_id, run_id)
    return file_answer(content, "application/pdf", name)


def _file_in_parts(market_id: uuid.UUID, run_id: uuid.UUID, name: str) -> Response:
    """Return a finished file that is opened as it is sent; who breaks off has not had it."""
    shop, who = kit(), actor()
    sizes = read(
        shop.engine, lambda session: service.finished_file(session, market_id, run_id)
    ).sizes

    def content() -> Iterator[bytes]:
        for ordinal in range(len(sizes)):
            part = partial(service.file_part, market_id=market_id, run_id=run_id, ordinal=ordinal)
            yield read(shop.engine, part)
        _note_delivery(shop, who, market_id, run_id)

    response = file_answer(content(), "application/pdf", name)
    response.content_length = sum(sizes)
    return response


def _note_delivery(shop: Kit, who: uuid.UUID, market_id: uuid.UUID, run_id: uuid.UUID) -> None:
    now = shop.clock.now()
    transact(
        shop.engine,
        lambda session: service.note_delivery(
            session, market_id, run_id, actor_id=who, now=now, ids=shop.ids
        ),
    )
