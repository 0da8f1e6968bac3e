"""The board gives a vendor another PIN: why, and the slip that shows it once."""

from __future__ import annotations

import uuid

from sqlalchemy.orm import Session

from market40.accounts.service import TOLD_FOR
from market40.core.clock import local_day
from market40.core.errors import Conflict, InvalidInput
from market40.db.engine import read, transact
from market40.merchants import service, store
from market40.merchants.delivery import actor, rng
from market40.merchants.pages.common import blueprint, page
from market40.web import forms
from market40.web.context import kit
from market40.web.guard import may, principal, require_market


@blueprint.get("/board/vendors/<uuid:market_id>/<uuid:vendor_id>/pin")
@may("board")
def new_pin(market_id: uuid.UUID, vendor_id: uuid.UUID) -> str:
    """Show whose PIN it is, what a new one does, and ask why."""
    require_market(principal(), market_id)
    return _page(market_id, vendor_id)


@blueprint.post("/board/vendors/<uuid:market_id>/<uuid:vendor_id>/pin")
@may("board")
def give_new_pin(market_id: uuid.UUID, vendor_id: uuid.UUID) -> str | tuple[str, int]:
    """Give the vendor another PIN; show it this once, on a slip to print."""
    require_market(principal(), market_id)
    shop, who = kit(), actor()
    now = shop.clock.now()
    try:
        reason = forms.field("reason", limit=service.RESET_REASON_LIMIT)
        vendor = read(shop.engine, lambda s: _vendor(s, market_id, vendor_id))
        pin = service.draw_pin(rng(), phone=vendor.phone or "")

        def work(session: Session) -> service.GivenPin:
            forms.spend(session)
            return service.reset_pin(
                session,
                market_id,
                vendor_id,
                pin,
                reason=reason,
                actor_id=who,
                now=now,
                ids=shop.ids,
            )

        given = transact(shop.engine, work)
    except (InvalidInput, Conflict) as error:
        return _page(market_id, vendor_id, error=error), error.http_status
    return _page(market_id, vendor_id, given=given)


def _vendor(session: Session, market_id: uuid.UUID, vendor_id: uuid.UUID) -> store.VendorSeen:
    day = local_day(kit().clock.now())
    return service.vendor_with_login(session, market_id, vendor_id, day)[0]


def _page(
    market_id: uuid.UUID,
    vendor_id: uuid.UUID,
    *,
    given: service.GivenPin | None = None,
    error: InvalidInput | Conflict | None = None,
) -> str:
    shop = kit()
    now = shop.clock.now()

    def work(session: Session) -> dict[str, object]:
        return {
            "vendor": _vendor(session, market_id, vendor_id),
            "market": store.market(session, market_id),
            "stalls": store.stalls_of_vendor(session, market_id, vendor_id, local_day(now)),
        }

    address = shop.settings.public_url.partition("://")[2] or shop.settings.public_url
    return page(
        "new_pin",
        **read(shop.engine, work),
        given=given,
        error=error,
        now=now,
        address=address,
        reason_max=service.RESET_REASON_LIMIT,
        told_days=TOLD_FOR.days,
    )
