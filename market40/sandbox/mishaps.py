"""How a notice sets out: by chance for the background traffic, as a person chose otherwise."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Literal, TypeGuard, get_args

Way = Literal["now", "twice", "late", "out_of_order"]
WAYS: tuple[Way, ...] = get_args(Way)

LATE_SECONDS = 30.0
"""How late a person's late notice sets out: long enough to see, short enough to wait for."""
HELD_SECONDS = 30.0
"""How long one that is to come out of order waits for another of its account to go first."""


@dataclass(frozen=True, slots=True)
class Mishaps:
    """How often a notice goes astray, as shares between 0 and 1; seconds are ranges."""

    twice: float = 0.05
    late: float = 0.03
    out_of_order: float = 0.05
    stale: float = 0.0
    """Signed long before it is sent: the signature holds, its time does not."""
    late_seconds: tuple[float, float] = (30.0, 240.0)
    out_of_order_seconds: tuple[float, float] = (1.0, 5.0)
    twice_seconds: tuple[float, float] = (0.0, 20.0)


NONE = Mishaps(twice=0, late=0, out_of_order=0)
USUAL = Mishaps()


def delays(rng: Random, mishaps: Mishaps) -> tuple[float, ...]:
    """Draw the seconds after which a notice sets out: one, or two when it goes twice."""
    first = 0.0
    if rng.random() < mishaps.late:
        first = rng.uniform(*mishaps.late_seconds)
    elif rng.random() < mishaps.out_of_order:
        first = rng.uniform(*mishaps.out_of_order_seconds)
    if rng.random() < mishaps.twice:
        return (first, first + rng.uniform(*mishaps.twice_seconds))
    return (first,)


def chosen_delays(way: Way) -> tuple[float, ...]:
    """Return the seconds after which a notice sets out that a person sends in this way."""
    return {
        "now": (0.0,),
        "twice": (0.0, 0.0),
        "late": (LATE_SECONDS,),
        "out_of_order": (HELD_SECONDS,),
    }[way]


def is_way(text: object) -> TypeGuard[Way]:
    """Whether this names a way."""
    return text in WAYS
