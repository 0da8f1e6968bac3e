"""Pages of markets and stalls: the board's, the vendor's card, and the public check of a code."""

from __future__ import annotations

from market40.merchants.pages import (
    check,
    codes,
    importing,
    inspections,
    markets,
    new_pin,
    prints,
    stalls,
    vendor,
    walking,
)
from market40.merchants.pages.common import blueprint

__all__ = [
    "blueprint",
    "check",
    "codes",
    "importing",
    "inspections",
    "markets",
    "new_pin",
    "prints",
    "stalls",
    "vendor",
    "walking",
]
