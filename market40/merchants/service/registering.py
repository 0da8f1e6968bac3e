"""Use cases of registration: a market, a batch of stalls whole or not at all, a first account."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from market40.core.clock import local_day
from market40.core.errors import Conflict, InputFault, InvalidInput, TooLarge
from market40.core.ids import Ids
from market40.core.market_days import to_json
from market40.core.references import RandRange
from market40.core.text import clean_name, fold
from market40.core.texts import say
from market40.db.base import table_of
from market40.merchants import store
from market40.merchants.domain.ordering import name_sort_key
from market40.merchants.domain.registration import (
    Flaw,
    MarketRegistration,
    StallRegistration,
    api_place,
    flaws_within,
)
from market40.merchants.domain.sheet import Sheet
from market40.merchants.service.planning import Planner, RegisteredStall
from market40.merchants.service.standing import flaws_against, load_standing
from market40.merchants.tables import Market

BATCH_LIMIT = 5_000


def register_market(
    session: Session, market: MarketRegistration, *, market_id: uuid.UUID, now: dt.datetime
) -> store.MarketValue:
    """Put a market on. Raises InvalidInput for its name, Conflict `market_exists`.

    That the communes exist is the caller's to ensure (places.store).
    """
    name = clean_name(market.name, limit=80, place="name")
    taken = session.scalars(select(Market.name)).all()
    if any(fold(other) == fold(name) for other in taken):
        raise Conflict(say("Đã có chợ mang tên này."), code="market_exists", place="name")
    row = {
        "id": market_id,
        "name": name,
        "commune_id": market.commune_id,
        "legacy_commune_id": market.legacy_commune_id,
        "calendar": to_json(market.calendar),
        "opened_on": market.opened_on,
        "closed_on": None,
        "sort_key": name_sort_key(name),
        "created_at": now,
    }
    session.execute(insert(table_of(Market)), row)
    return store.market(session, market_id)


def against_market(session: Session, market_id: uuid.UUID, sheet: Sheet, *, day: dt.date) -> Sheet:
    """Return the sheet with what it has against the market as it stands, at rows and columns."""
    standing = load_standing(session, market_id, sheet.registrations, day)
    return sheet.with_flaws(flaws_against(session, sheet.registrations, standing))


def register_stalls(
    session: Session,
    market_id: uuid.UUID,
    registrations: Sequence[StallRegistration],
    *,
    actor_id: uuid.UUID,
    now: dt.datetime,
    ids: Ids,
    rng: RandRange,
    starts_on: dt.date,
) -> list[RegisteredStall]:
    """Put stalls on, all or none, in the order given; those with an account get a live code.

    The caller says that `actor_id` confirmed each holder's name with the vendor. Stalls stand
    from `starts_on`; accounts and codes hold from `now`. Numbers, serials and references are
    unique keys: run it in `transact(..., retry_conflicts=True)`. Raises NotFound for the market,
    Conflict `market_closed`, TooLarge, and InvalidInput with faults at `stalls[3].number`.
    """
    market = store.market(session, market_id)
    if market.closed_on is not None and market.closed_on <= local_day(now):
        raise Conflict(say("Chợ này đã đóng."), code="market_closed")
    if len(registrations) > BATCH_LIMIT:
        raise TooLarge(
            say("Một lần đăng ký tối đa %(n)s sạp.", n=BATCH_LIMIT),
            code="too_many_stalls",
        )
    if not registrations:
        return []
    standing = load_standing(session, market_id, registrations, local_day(now))
    flaws = [*flaws_within(registrations), *flaws_against(session, registrations, standing)]
    if flaws:
        raise InvalidInput(say("Có sạp chưa đăng ký được."), faults=_faults(flaws))
    planner = Planner(session, market_id, standing, actor_id=actor_id, now=now, ids=ids, rng=rng)
    registered = planner.plan_stalls(registrations, starts_on=starts_on)
    planner.write()
    return registered


def _faults(flaws: Sequence[Flaw]) -> list[InputFault]:
    return [flaw.as_fault(api_place) for flaw in flaws]
