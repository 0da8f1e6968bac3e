"""Pages of markets and stalls: the board's, the vendor's card, public ones of codes and banks."""

from __future__ import annotations

from market40.merchants.pages import (
    banks,
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
    "banks",
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
