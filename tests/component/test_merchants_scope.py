"""The markets of an official: by a present or a legacy place, never beyond it."""

import datetime as dt
import uuid
from dataclasses import replace

from market40.core.market_days import Daily, MarketCalendar
from market40.db.engine import read, transact
from market40.merchants import service
from market40.merchants.delivery import scope_of
from market40.merchants.domain.registration import MarketRegistration
from market40.places import service as places_service
from market40.places import store as places
from market40.web.principal import PUBLIC

NOW = dt.datetime(2026, 11, 22, 1, 0, tzinfo=dt.UTC)
TODAY, BEFORE = dt.date(2026, 11, 22), dt.date(2025, 6, 30)


def test_a_place_holds_a_market_by_its_present_or_legacy_commune(engine) -> None:
    transact(engine, places_service.load_units)

    def work(session):
        found = {}
        for n, name in enumerate(("Đồng Văn", "Mèo Vạc"), 1):
            (commune, *_) = places.search(session, f"Xã {name}", level="commune", on=TODAY)
            legacy = places.predecessors(session, commune.id)[0]
            (district, *_) = places.search(session, name, level="district", on=BEFORE)
            market = MarketRegistration(
                f"Chợ {name}", commune.id, legacy.id, MarketCalendar((Daily(),)), BEFORE
            )
            market_id = uuid.UUID(int=n)
            service.register_market(session, market, market_id=market_id, now=NOW)
            found[market_id] = (commune, district)
        return found

    found = transact(engine, work)
    official = replace(PUBLIC, role="official", via="cookie")

    def scope(*unit_ids, **more):
        caller = replace(official, unit_ids=frozenset(unit_ids), **more)
        return read(engine, lambda session: scope_of(session, caller))

    for market_id, (commune, district) in found.items():
        assert scope(commune.id) == {market_id}
        assert scope(district.id) == {market_id}
    first, second = found
    assert scope(found[first][1].id, found[second][0].id) == {first, second}
    assert scope(found[first][1].id, market_ids=frozenset({second})) == {first, second}
    assert scope() == frozenset()
    assert scope(everywhere=True) is None
