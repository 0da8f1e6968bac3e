"""What an indicator is: a function with a name, a definition and a version."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from market40.reporting.domain.figures import Figure, Unit
from market40.reporting.domain.measuring import UnitInputs
from market40.reporting.domain.suppression import Cell


@dataclass(frozen=True, slots=True)
class Indicator:
    """One indicator: how it is computed, what it is called, what it means, in which version.

    `contributors` gives a figure's size and the households behind it for disclosure control;
    None for public stock, which is never hidden.
    """

    id: str
    version: int
    unit: Unit
    title: str
    definition: str
    measure: Callable[[UnitInputs], Figure]
    contributors: Callable[[UnitInputs], Cell] | None = None
    keeps_denominator: bool = True
