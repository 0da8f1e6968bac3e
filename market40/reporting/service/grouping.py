"""Rows from markets: grouped by district, commune or market, and hidden from the top down."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from market40.merchants.store import MarketValue
from market40.places.domain import UnitValue
from market40.places.store import Lineage
from market40.reporting.domain.adoption import AdoptionRow, By, UnitLabel
from market40.reporting.domain.figures import Figure
from market40.reporting.domain.measuring import MarketFacts, UnitInputs, unit_inputs
from market40.reporting.indicators import INDICATORS
from market40.reporting.release import Level, Within, measured, measured_levels, veiled

# The tables above each, in which a row must not be given away by its parts.
_LEVELS: Mapping[By, tuple[By, ...]] = {
    "district": ("district",),
    "commune": ("district", "commune"),
    "market": ("district", "commune", "market"),
}
_Figures = dict[str, Figure]
_Members = dict[UnitLabel, frozenset[uuid.UUID]]


@dataclass(frozen=True, slots=True)
class Placed:
    """A market with the units above it, in both times."""

    market: MarketValue
    legacy: Lineage
    present: Lineage

    @property
    def unit_ids(self) -> set[uuid.UUID]:
        """Every unit that the market lies in, old and present."""
        lines = (self.legacy, self.present)
        units = [u for line in lines for u in (line.commune, line.district, line.province)]
        return {unit.id for unit in units if unit is not None}

    def from_unit_up(self, unit_id: uuid.UUID) -> set[uuid.UUID]:
        """The unit and those above it in its own time; none where the market lies elsewhere."""
        for line in (self.legacy, self.present):
            ids = [u.id for u in (line.commune, line.district, line.province) if u is not None]
            if unit_id in ids:
                return set(ids[ids.index(unit_id) :])
        return set()


@dataclass(frozen=True, slots=True)
class Shown:
    """The rows to show, their total, and how many markets they hold."""

    rows: tuple[AdoptionRow, ...]
    total: _Figures
    markets: int


def shown_rows(
    held: Sequence[Placed],
    facts: Mapping[uuid.UUID, MarketFacts],
    by: By,
    narrowed: uuid.UUID | None,
) -> Shown:
    """Return the rows of all markets held, or of those in the unit `narrowed`, and their total.

    What is hidden is decided over everything that the caller may see, before it is narrowed:
    else a table of one district would show what the table of districts hides.
    """
    tables = [_members(held, level) for level in _LEVELS[by]]
    levels = [
        Level([_inputs(facts, ids) for ids in table.values()], _within(tables[:at], table))
        for at, table in enumerate(tables)
    ]
    rows, totals = measured_levels(levels, unit_inputs(facts.values()))
    inside = frozenset(p.market.id for p in held if narrowed is None or narrowed in p.unit_ids)
    made = tuple(
        AdoptionRow(label, len(ids), figures)
        for (label, ids), figures in zip(tables[-1].items(), rows[-1], strict=True)
        if ids & inside
    )
    if len(inside) == len(held):
        return Shown(made, totals, len(held))
    for table, of_table in zip(tables, rows, strict=True):
        for ids, figures in zip(table.values(), of_table, strict=True):
            if ids == inside:
                return Shown(made, figures, len(inside))
    return Shown(made, _sum_of(made, facts, inside), len(inside))


def _sum_of(
    rows: Sequence[AdoptionRow], facts: Mapping[uuid.UUID, MarketFacts], inside: Iterable[uuid.UUID]
) -> _Figures:
    """Return the total of a place that no table shows: hidden wherever one of its rows is."""
    total = measured([], _inputs(facts, inside))[1]
    for one in INDICATORS:
        if any(row.figures[one.id].status == "hidden" for row in rows):
            total[one.id] = veiled(total[one.id], one)
    return total


def _members(held: Sequence[Placed], by: By) -> _Members:
    """Return the markets of each unit, the units in Vietnamese order."""
    found: dict[UnitLabel, set[uuid.UUID]] = defaultdict(set)
    for placed in sorted(held, key=lambda p: _sort_key(p, by)):
        found[_label(placed, by)].add(placed.market.id)
    return {label: frozenset(ids) for label, ids in found.items()}


def _within(above: Sequence[_Members], table: _Members) -> list[Within]:
    """Return which units lie wholly in which unit above."""
    return [
        Within(level, unit, [at for at, ids in enumerate(table.values()) if ids <= whole])
        for level, units in reversed(list(enumerate(above)))
        for unit, whole in enumerate(units.values())
    ]


def _inputs(facts: Mapping[uuid.UUID, MarketFacts], ids: Iterable[uuid.UUID]) -> UnitInputs:
    return unit_inputs(facts[market_id] for market_id in ids)


def _sort_key(placed: Placed, by: By) -> tuple[str, str]:
    if by == "market":
        return placed.market.sort_key, placed.market.name
    unit = _group(placed, by)
    return unit.sort_key, unit.code


def _group(placed: Placed, by: By) -> UnitValue:
    """Return the unit a market counts in. A legacy commune always has a district above it."""
    if by == "commune":
        return placed.present.commune
    return placed.legacy.district or placed.legacy.province


def _label(placed: Placed, by: By) -> UnitLabel:
    if by == "market":
        return UnitLabel(placed.market.name, level="market", id=placed.market.id)
    return unit_label(_group(placed, by))


def unit_label(unit: UnitValue) -> UnitLabel:
    """Return how a row names the unit."""
    return UnitLabel(
        name=unit.name,
        code_system=unit.code_system,
        code=unit.code,
        valid_from=unit.valid_from,
        level=unit.level,
        id=unit.id,
    )
