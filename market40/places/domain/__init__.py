"""Administrative units in valid time, the bases of a report, and tile grids. No database here."""

from __future__ import annotations

from market40.places.domain.grids import Tile, TileGrid, tiles
from market40.places.domain.packaged import (
    PackagedPlaces,
    PlacesDataMismatch,
    UnitLinkValue,
    packaged_places,
)
from market40.places.domain.served import SERVED, ServedProvince
from market40.places.domain.units import (
    GSO_2004,
    QD_19_2025,
    REFORM_DAY,
    Basis,
    CodeSystem,
    Level,
    UnitValue,
    bare_name,
    code_system_on,
    commune_for,
    sort_text,
    unit_id,
)

__all__ = [
    "GSO_2004",
    "QD_19_2025",
    "REFORM_DAY",
    "SERVED",
    "Basis",
    "CodeSystem",
    "Level",
    "PackagedPlaces",
    "PlacesDataMismatch",
    "ServedProvince",
    "Tile",
    "TileGrid",
    "UnitLinkValue",
    "UnitValue",
    "bare_name",
    "code_system_on",
    "commune_for",
    "packaged_places",
    "sort_text",
    "tiles",
    "unit_id",
]
