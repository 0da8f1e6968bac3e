"""Disclosure control of one column: what is over 1 to 4 households, and what would give it away.

Households are the contributors (design, "Figures"), so six stalls of one household are hidden as
one. Zero tells nobody's business and stays. Hidden cells are then joined by the next smallest
ones until nothing over 1 to 4 households follows from the column's total by subtraction
(research §4, "Suppression"; E17).
"""

from __future__ import annotations

from collections.abc import Sequence
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


def hidden_cells(cells: Sequence[Cell], total: Cell) -> frozenset[int]:
    """Return the positions to hide in a column whose total is shown; all where it is not enough.

    The total itself is hidden by `is_small(total)`, and then gives nothing away.
    """
    hidden = {at for at, cell in enumerate(cells) if is_small(cell)}
    if not hidden or is_small(total):
        return frozenset(hidden)
    rest = [at for at, cell in enumerate(cells) if cell.households > 0 and at not in hidden]
    rest.sort(key=lambda at: (cells[at].size, at))
    for at in rest:
        behind = sum(cells[i].households for i in hidden)
        if len(hidden) > 1 and behind >= HOUSEHOLDS_MIN:
            break
        hidden.add(at)
    return frozenset(hidden)
