"""JSON of markets, stalls and codes: /api/v1/markets and /api/v1/stalls."""

from __future__ import annotations

from market40.merchants.api import codes, inspections, markets, prints, stalls
from market40.merchants.api.common import blueprint

__all__ = ["blueprint", "codes", "inspections", "markets", "prints", "stalls"]
