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


def is_small(households: int) -> bool:
    """Whether so many households are too few to be shown, and not none."""
    return 0 < households < HOUSEHOLDS_MIN


def hidden_cells(cells: Sequence[Cell], total: Cell) -> frozenset[int]:
    """Return the positions to hide in a column whose total is shown; all where it is not enough.

    The total itself is hidden by `is_small(total.households)`, and then gives nothing away.
    """
    hidden = {at for at, cell in enumerate(cells) if is_small(cell.households)}
    if not hidden or is_small(total.households):
        return frozenset(hidden)
    rest = [at for at, cell in enumerate(cells) if cell.households > 0 and at not in hidden]
    rest.sort(key=lambda at: (cells[at].size, at))
    for at in rest:
        if len(hidden) > 1 and not is_small(sum(cells[i].households for i in hidden)):
            break
        hidden.add(at)
    return frozenset(hidden)
