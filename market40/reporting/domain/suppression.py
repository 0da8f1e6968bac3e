"""Disclosure control of one column: what is over 1 to 4 households, and what would give it away.

Households are the contributors (design, "Figures"), so six stalls of one household are hidden as
one. Zero tells nobody's business and stays. Hidden cells are then joined by the next smallest
ones until nothing over 1 to 4 households follows from a shown sum by subtraction (research §4,
"Suppression"; E17). Sums are the total, and for smaller units the cells of the tables above them:
a district's markets must not add up to what the districts' table hides. Combinations over
units that cross, and over periods that lie in each other, are for the audit of a release.
"""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Final

HOUSEHOLDS_MIN: Final = 5
"""A figure is shown over at least so many households."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One unit's cell: how large it is (stalls, or đồng) and how many households are behind it.

    `households` may stop counting at HOUSEHOLDS_MIN; 0 means that nobody contributes.
    """

    size: int
    households: int


def is_small(cell: Cell) -> bool:
    """Whether too few households are behind the cell, and not nothing.

    A size behind which no household is known counts as too few: nobody has said that it is more.
    """
    if cell.households == 0:
        return cell.size > 0
    return cell.households < HOUSEHOLDS_MIN


@dataclass(frozen=True, slots=True)
class Group:
    """Cells that add up to a cell of another table, or to the total; `is_shown` says if that is."""

    members: Sequence[int]
    is_shown: bool


def hidden_cells(cells: Sequence[Cell], groups: Sequence[Group]) -> frozenset[int]:
    """Return the positions to hide so that no group gives a small cell away.

    In a group whose sum is shown, either nothing is hidden, or at least two cells over enough
    households. In one whose sum is hidden, enough is hidden that adding the rest up does not
    bring it back. All of a group where that is not enough. Narrow groups stand before wide ones:
    what they need often serves the wide ones too.
    """
    hidden = {at for at, cell in enumerate(cells) if is_small(cell)}
    while more := next(filter(None, (_lacking(cells, group, hidden) for group in groups)), None):
        hidden.update(more)
    return frozenset(hidden)


def _lacking(cells: Sequence[Cell], group: Group, hidden: AbstractSet[int]) -> list[int]:
    """Return the next smallest cell of the group, where it does not hide enough yet."""
    inside = [at for at in group.members if at in hidden]
    if group.is_shown and not inside:
        return []
    behind = sum(cells[at].households for at in inside)
    if behind >= HOUSEHOLDS_MIN and (len(inside) > 1 or not group.is_shown):
        return []
    rest = [at for at in group.members if at not in hidden and cells[at].households > 0]
    return sorted(rest, key=lambda at: (cells[at].size, at))[:1]
