"""Use cases of reporting: roll a day up, rebuild the rollups, make the adoption table."""

from __future__ import annotations

from market40.reporting.service.adopting import Scope, adoption, territory_name
from market40.reporting.service.rebuilding import RebuildProgress, Rebuilt, rebuild
from market40.reporting.service.rolling import count_days, roll_up_days, write_days

__all__ = [
    "RebuildProgress",
    "Rebuilt",
    "Scope",
    "adoption",
    "count_days",
    "rebuild",
    "roll_up_days",
    "territory_name",
    "write_days",
]
