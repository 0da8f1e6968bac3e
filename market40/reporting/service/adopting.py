"""The adoption table of a period, from rollups only: how far each place has come."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from market40.core.clock import day_bounds
from market40.core.errors import NotFound
from market40.core.periods import Period
from market40.core.texts import lowered, say
from market40.merchants import store as merchants
from market40.merchants.store import LookedAt, MarketValue
from market40.places import store as places
from market40.places.domain import GSO_2004, UnitValue, tiles
from market40.reporting import store
from market40.reporting.domain import bitmaps
from market40.reporting.domain.adoption import AdoptionRow, AdoptionTable, By, UnitLabel
from market40.reporting.domain.measuring import MarketFacts, Takings
from market40.reporting.domain.places import PlaceName, fits_basis, parse_place
from market40.reporting.domain.windows import Reach, reach_of
from market40.reporting.indicators import INDICATORS
from market40.reporting.service.grouping import Placed, shown_rows, unit_label

ONE_DAY = dt.timedelta(days=1)
INSPECTED_WITHIN = dt.timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Scope:
    """What the caller may see: everything, or the markets named or lying under the units."""

    everywhere: bool = False
    unit_ids: frozenset[uuid.UUID] = frozenset()
    market_ids: frozenset[uuid.UUID] = frozenset()


@dataclass(slots=True)
class _Gathered:
    """One market's rollups, as they are read."""

    observed_ever: int = 0
    paid_ever: int = 0
    observed_28: int = 0
    paid_28: int = 0
    observed_7: int = 0
    paid_7: int = 0
    tallied: int = 0
    takings: list[tuple[int, ...]] = field(default_factory=list)


def adoption(
    session: Session,
    *,
    period: Period,
    by: By,
    scope: Scope,
    now: dt.datetime,
    unit: str = "",
    territory: str = "",
) -> AdoptionTable:
    """Return the adoption table of a period, by legacy district, present commune or market.

    `unit` narrows it to a place ("gso2004:district:026"), `territory` is the deployment's, in the
    same form. Reads rollups, the census and the codes; never a payment.

    Raises InvalidInput `period_not_begun`, `place_invalid`, `unit_of_another_time` or
    `unit_below_basis`, NotFound `unit_not_found` for a place that is not, and
    `no_market_in_scope` where the caller may see none there.
    """
    reach = reach_of(period, now, merchants.first_day(session))
    narrowed = _named(session, parse_place(unit)) if unit else None
    if narrowed is not None:
        fits_basis(parse_place(unit), by)
    home = _named(session, parse_place(territory)) if territory else None
    held = _in_scope(session, scope, narrowed, reach)
    facts = _facts(session, [placed.market for placed in held], reach, now)
    shown = shown_rows(held, facts, by, narrowed.id if narrowed else None)
    return AdoptionTable(
        period=period,
        by=by,
        as_of=reach.as_of,
        provisional=reach.provisional,
        made_at=now,
        territory=_territory(session, home) if home else "",
        indicators=INDICATORS,
        rows=shown.rows,
        total=AdoptionRow(_whole(scope, narrowed, home, held), shown.markets, shown.total),
        empty_units=_empty(session, home, by, shown.rows)
        if home and scope.everywhere and narrowed is None
        else (),
    )


def territory_name(session: Session, territory: str) -> str:
    """Return "Tỉnh Hà Giang (trước 01/7/2025), nay thuộc tỉnh Tuyên Quang"; "" for ""."""
    return _territory(session, _named(session, parse_place(territory))) if territory else ""


def _named(session: Session, place: PlaceName) -> UnitValue:
    return places.find_unit(
        session,
        code_system=place.code_system,
        code=place.code,
        on=place.day,
        level=place.level,
    )


def _in_scope(
    session: Session, scope: Scope, narrowed: UnitValue | None, reach: Reach
) -> list[Placed]:
    """Return the period's markets that the caller may see, some in the place asked for."""
    markets = [
        m
        for m in merchants.markets(session)
        if m.opened_on <= reach.as_of and (m.closed_on is None or m.closed_on > reach.period.start)
    ]
    communes = {m.commune_id for m in markets} | {m.legacy_commune_id for m in markets}
    lines = places.lineages(session, communes)
    placed = [Placed(m, lines[m.legacy_commune_id], lines[m.commune_id]) for m in markets]
    seen = [
        p
        for p in placed
        if scope.everywhere or p.market.id in scope.market_ids or p.unit_ids & scope.unit_ids
    ]
    asked_for = seen if narrowed is None else [p for p in seen if narrowed.id in p.unit_ids]
    if not asked_for and (narrowed is not None or not scope.everywhere):
        detail = say("Không có chợ nào ở nơi này trong phạm vi của bạn.")
        raise NotFound(detail, place="unit", code="no_market_in_scope")
    return seen


def _facts(
    session: Session, markets: Sequence[MarketValue], reach: Reach, now: dt.datetime
) -> dict[uuid.UUID, MarketFacts]:
    ids = [market.id for market in markets]
    gathered = _gather(session, ids, reach)
    start = min(reach.period.start, reach.four_weeks_start)
    households: dict[uuid.UUID, dict[int, uuid.UUID]] = defaultdict(dict)
    standing: dict[uuid.UUID, set[int]] = defaultdict(set)
    for stall in merchants.census(session, ids, start=start, end=reach.as_of + ONE_DAY):
        households[stall.market_id][stall.ordinal] = stall.household_id
        if stall.ends_on is None or stall.ends_on > reach.as_of:
            standing[stall.market_id].add(stall.ordinal)
    # The period's last instant: a code issued at the next midnight is the next period's.
    at = min(now, day_bounds(reach.as_of)[1] - dt.timedelta(microseconds=1))
    live = merchants.registered_at(session, ids, at)
    looked = merchants.looked_at(session, ids, at)
    return {
        market_id: MarketFacts(
            eligible=bitmaps.of_ordinals(standing[market_id]),
            registered=bitmaps.of_ordinals(live.get(market_id, ())),
            **_inspected(looked[market_id], at),
            observed_ever=one.observed_ever,
            paid_ever=one.paid_ever,
            observed_28=one.observed_28,
            paid_28=one.paid_28,
            observed_7=one.observed_7,
            paid_7=one.paid_7,
            tallied=one.tallied,
            takings=Takings(*map(sum, zip(*one.takings, strict=True))),
            households=households[market_id],
        )
        for market_id, one in gathered.items()
    }


def _inspected(last: Sequence[LookedAt], at: dt.datetime) -> dict[str, int]:
    """Return a market's bitmaps of inspections from its stalls' last ones."""
    right = [one for one in last if one.verdict == "match"]
    recent = [one for one in right if at - one.inspected_at <= INSPECTED_WITHIN]
    return {
        "looked_at": bitmaps.of_ordinals(one.ordinal for one in last),
        "posted": bitmaps.of_ordinals(one.ordinal for one in right),
        "inspected": bitmaps.of_ordinals(one.ordinal for one in recent),
    }


def _gather(session: Session, ids: Sequence[uuid.UUID], reach: Reach) -> dict[uuid.UUID, _Gathered]:
    """Read months and days of all markets in two queries and OR them into each market's sets."""
    gathered = {market_id: _Gathered() for market_id in ids}
    months_start, months_end = reach.period_months
    for rolled in store.reported_months(session, ids, reach.months_until):
        one = gathered[rolled.market_id]
        one.observed_ever |= rolled.observed
        one.paid_ever |= rolled.paid
        if months_start <= rolled.key < months_end and rolled.tallied:
            one.tallied |= rolled.tallied
            one.takings.append(rolled.takings)
    four_weeks_start, week_start = reach.four_weeks_start, reach.week_start
    for rolled in store.reported_days(session, ids, reach.day_spans):
        one = gathered[rolled.market_id]
        one.observed_ever |= rolled.observed
        one.paid_ever |= rolled.paid
        if rolled.key >= four_weeks_start:
            one.observed_28 |= rolled.observed
            one.paid_28 |= rolled.paid
            if rolled.key >= week_start:
                one.observed_7 |= rolled.observed
                one.paid_7 |= rolled.paid
        if rolled.tallied and reach.of_period_by_day(rolled.key):
            one.tallied |= rolled.tallied
            one.takings.append(rolled.takings)
    return gathered


def _whole(
    scope: Scope, narrowed: UnitValue | None, home: UnitValue | None, held: Iterable[Placed]
) -> UnitLabel:
    """Return what the total is of: never a unit's name over a part of the unit.

    Whole is a unit that is in the scope itself, or lies under one that is.
    """
    if narrowed is not None:
        above = set[uuid.UUID]().union(*(p.from_unit_up(narrowed.id) for p in held))
        if scope.everywhere or above & scope.unit_ids:
            return unit_label(narrowed)
    if scope.everywhere and narrowed is None:
        return unit_label(home) if home else UnitLabel(say("Toàn hệ thống"))
    return UnitLabel(say("Trong phạm vi của bạn"))


def _territory(session: Session, home: UnitValue) -> str:
    if home.code_system != GSO_2004:
        return home.name
    now_in = places.successors(session, home.id)
    if not now_in:
        return say("%(name)s (trước 01/7/2025)", name=home.name)
    return say(
        "%(name)s (trước 01/7/2025), nay thuộc %(unit)s",
        name=home.name,
        unit=lowered(now_in[0].name),
    )


def _empty(
    session: Session, home: UnitValue, by: By, rows: Iterable[AdoptionRow]
) -> tuple[UnitLabel, ...]:
    """Places of the territory without a market: they are part of the answer, not left out."""
    if by == "market" or (home.code_system, home.level) != (GSO_2004, "province"):
        return ()
    taken = {row.unit.id for row in rows}
    if by == "district":
        units = places.children(session, home.id)
    else:
        ids = [tile.unit_id for tile in tiles("commune", home.code).tiles]
        units = sorted(places.units(session, ids).values(), key=lambda u: (u.sort_key, u.code))
    return tuple(unit_label(unit) for unit in units if unit.id not in taken)
