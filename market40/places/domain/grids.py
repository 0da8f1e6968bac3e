"""Tile grids: one equal square for each unit, roughly where it lies. A map without boundaries."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal

from market40.core.errors import NotFound
from market40.core.texts import say
from market40.places.domain.packaged import packaged_places
from market40.places.domain.units import GSO_2004, QD_19_2025


@dataclass(frozen=True, slots=True)
class Tile:
    """A unit's square: `row` from the north, `col` from the west, both from 0."""

    unit_id: uuid.UUID
    code: str
    name: str
    row: int
    col: int


@dataclass(frozen=True, slots=True)
class TileGrid:
    """The squares of one old province, in rows of `rows` and `cols`; most cells stay empty."""

    level: Literal["commune", "district"]
    province_code: str
    rows: int
    cols: int
    tiles: tuple[Tile, ...]


@cache
def tiles(level: Literal["commune", "district"], legacy_province_code: str) -> TileGrid:
    """Return the grid of an old province ("02" Hà Giang, "06" Bắc Kạn, "84" Trà Vinh).

    "commune": the communes since 1 July 2025; "district": the districts until 30 June 2025.
    Raises NotFound `tile_grid_not_found` for a province without a grid.
    """
    text = (files("market40.places") / "data" / "tiles.json").read_text(encoding="utf-8")
    cells = json.loads(text)[level].get(legacy_province_code)
    if cells is None:
        detail = say("Chưa có sơ đồ ô của tỉnh này.")
        raise NotFound(detail, place="province", code="tile_grid_not_found")
    system = GSO_2004 if level == "district" else QD_19_2025
    units = {
        u.code: u for u in packaged_places().units if (u.code_system, u.level) == (system, level)
    }
    made = tuple(Tile(units[c].id, c, units[c].name, row, col) for c, row, col in cells)
    rows = 1 + max(tile.row for tile in made)
    cols = 1 + max(tile.col for tile in made)
    return TileGrid(level, legacy_province_code, rows, cols, made)
