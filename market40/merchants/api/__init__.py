"""JSON of markets, stalls, codes and banks: /api/v1/markets, /api/v1/stalls, /api/v1/banks."""

from __future__ import annotations

from market40.merchants.api import banks, codes, inspections, markets, prints, stalls
from market40.merchants.api.common import blueprint

__all__ = ["banks", "blueprint", "codes", "inspections", "markets", "prints", "stalls"]
