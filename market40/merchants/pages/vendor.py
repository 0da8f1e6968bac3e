"""The vendor's own stall card on the phone: the code large, the holder, the bank."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from markupsafe import Markup
from sqlalchemy.orm import Session

from market40.core.clock import local_day
from market40.core.errors import NotFound
from market40.core.texts import say
from market40.db.engine import read
from market40.merchants import service, store
from market40.merchants.domain.inspection import VERDICT_WORDS
from market40.merchants.pages.common import blueprint, page, symbol
from market40.web.context import kit
from market40.web.guard import may, principal


@dataclass(frozen=True, slots=True)
class StallCard:
    """A vendor's stall with its live code, if it has one, and what inspections found.

    `inspected_at`: when the code was last found to hang there as it should. `alarm`: the newest
    one that the board has not answered.
    """

    stall: store.VendorStall
    code: store.CodeRow | None = None
    svg: Markup | None = None
    inspected_at: dt.datetime | None = None
    alarm: store.InspectionSeen | None = None


@blueprint.get("/vendor/stall")
@may("vendor")
def vendor_stall() -> str:
    """Show the caller's own stalls, each with its code large."""
    caller = principal()
    shop = kit()
    today = local_day(shop.clock.now())

    def work(session: Session) -> list[StallCard]:
        if caller.vendor_id is None:
            raise NotFound(say("Tài khoản này chưa gắn với sạp nào."))
        return [
            _card(session, market_id, stall)
            for market_id in sorted(caller.market_ids)
            for stall in store.stalls_of_vendor(session, market_id, caller.vendor_id, today)
        ]

    return page("vendor_stall", cards=read(shop.engine, work), verdict_words=VERDICT_WORDS)


def _card(session: Session, market_id: uuid.UUID, stall: store.VendorStall) -> StallCard:
    alarm = next(iter(store.open_alarms(session, market_id, stall_id=stall.stall_id)), None)
    try:
        code = store.live_code(session, market_id, stall.stall_id)
    except NotFound:
        return StallCard(stall, alarm=alarm)
    svg = symbol(service.payload_of(session, market_id, code.id))
    inspected_at = store.last_match(session, market_id, stall.stall_id, code.id)
    return StallCard(stall, code, svg, inspected_at, alarm)
