"""How long a log-in lives: from its beginning, and from its last sign of life."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final

TOUCH_EVERY: Final = dt.timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Life:
    """The longest life of a log-in, and the longest pause in it."""

    absolute: dt.timedelta
    idle: dt.timedelta


VENDOR: Final = Life(dt.timedelta(days=30), dt.timedelta(days=7))
STAFF: Final = Life(dt.timedelta(hours=12), dt.timedelta(hours=2))


def life_of(role: str) -> Life:
    """Return the life of a role's log-ins: a vendor's phone is opened once a month."""
    return VENDOR if role == "vendor" else STAFF
