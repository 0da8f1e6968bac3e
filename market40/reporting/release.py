"""Every indicator's figures for a table and the tables above it, as they may be shown."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from market40.reporting.domain.figures import Figure, hidden
from market40.reporting.domain.indicator import Indicator
from market40.reporting.domain.measuring import UnitInputs
from market40.reporting.domain.suppression import Cell, Group, hidden_cells, is_small
from market40.reporting.indicators import INDICATORS

Figures: TypeAlias = dict[str, Figure]


@dataclass(frozen=True, slots=True)
class Within:
    """Units of a level that make up a unit of a level above, wholly."""

    level: int
    unit: int
    members: Sequence[int]


@dataclass(frozen=True, slots=True)
class Level:
    """One table's units, and which units of the tables above they add up to, narrow ones first."""

    units: Sequence[UnitInputs]
    within: Sequence[Within] = ()


def measured(units: Sequence[UnitInputs], total: UnitInputs) -> tuple[list[Figures], Figures]:
    """Return every indicator's figure for each unit and for the total, as they may be shown."""
    rows, totals = measured_levels([Level(units)], total)
    return rows[0], totals


def measured_levels(
    levels: Sequence[Level], total: UnitInputs
) -> tuple[list[list[Figures]], Figures]:
    """Return every indicator's figure for the units of each level and for the total.

    Disclosure control runs over each column from the first level down, so that the tables of
    these levels together give nothing away, and every output hides the same cells.
    """
    rows: list[list[Figures]] = [[{} for _ in level.units] for level in levels]
    totals: Figures = {}
    for one in INDICATORS:
        totals[one.id] = one.measure(total)
        small = [frozenset[int]() for _ in levels]
        if one.contributors is not None:
            small = _hidden(one.contributors, levels, total)
            if is_small(one.contributors(total)):
                totals[one.id] = veiled(totals[one.id], one)
        for level, made, few in zip(levels, rows, small, strict=True):
            for at, unit in enumerate(level.units):
                figure = one.measure(unit)
                made[at][one.id] = veiled(figure, one) if at in few else figure
    return rows, totals


def _hidden(
    contributors: Callable[[UnitInputs], Cell], levels: Sequence[Level], total: UnitInputs
) -> list[frozenset[int]]:
    """Return what each level hides of one column."""
    found: list[frozenset[int]] = []
    for level in levels:
        cells = [contributors(unit) for unit in level.units]
        groups = [Group(w.members, w.unit not in found[w.level]) for w in level.within]
        groups.append(Group(range(len(cells)), not is_small(contributors(total))))
        found.append(hidden_cells(cells, groups))
    return found


def veiled(figure: Figure, one: Indicator) -> Figure:
    """Return the figure hidden; what has no value anyway stays as it is."""
    return hidden(figure, keeps_denominator=one.keeps_denominator) if figure.is_shown else figure
