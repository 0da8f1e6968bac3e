"""The packaged units and links, read and checked: counts, parents and both ends of each link."""

from __future__ import annotations

import csv
import io
import uuid
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Final, cast

from market40.core.errors import Market40Error
from market40.core.texts import say
from market40.places.domain.served import SERVED, ServedProvince
from market40.places.domain.units import (
    GSO_2004,
    QD_19_2025,
    CodeSystem,
    Level,
    UnitValue,
    bare_name,
    sort_text,
    unit_id,
)

LEVELS: Final = ("province", "district", "commune")
_PARENT_LEVELS: Final = {
    (GSO_2004, "district"): "province",
    (GSO_2004, "commune"): "district",
    (QD_19_2025, "commune"): "province",
}
_Named = tuple[str, str, str]  # code system, level, code: unique within the packaged data


class PlacesDataMismatch(Market40Error):
    """The packaged units are not what they should be; `facts` says what was counted."""

    code = "places_data_mismatch"


@dataclass(frozen=True, slots=True)
class UnitLinkValue:
    """Territory of `from_id` went to `to_id`; `part` when the old commune was divided.

    Of the links of one old unit exactly one is the default: where to go when the place inside
    the old unit is not known.
    """

    from_id: uuid.UUID
    to_id: uuid.UUID
    part: bool
    is_default: bool
    legal_ref: str


@dataclass(frozen=True, slots=True)
class PackagedPlaces:
    """Units with parents before children, and the links from old to new."""

    units: tuple[UnitValue, ...]
    links: tuple[UnitLinkValue, ...]


@cache
def packaged_places() -> PackagedPlaces:
    """Return the packaged units and links; raises PlacesDataMismatch if they are not whole."""
    folder = files("market40.places") / "data"
    texts = [(folder / name).read_text(encoding="utf-8") for name in ("units.csv", "links.csv")]
    return read_places(*texts)


def read_places(units_csv: str, links_csv: str) -> PackagedPlaces:
    """Read the two tables and check them; raises PlacesDataMismatch with what differs."""
    rows = sorted(csv.DictReader(io.StringIO(units_csv)), key=lambda r: LEVELS.index(r["level"]))
    ids: dict[_Named, uuid.UUID] = {}
    units = tuple(_unit(row, ids) for row in rows)
    links = tuple(_link(row, ids) for row in csv.DictReader(io.StringIO(links_csv)))
    places = PackagedPlaces(units, links)
    for province in SERVED:
        _check(places, province)
    _check_links(places)
    return places


def _unit(row: Mapping[str, str], ids: dict[_Named, uuid.UUID]) -> UnitValue:
    system, level, code = named = (row["code_system"], row["level"], row["code"])
    if named in ids:
        raise PlacesDataMismatch(say("Đơn vị hành chính lặp lại."), place="/".join(named))
    valid_from = date.fromisoformat(row["valid_from"])
    ids[named] = unit_id(system, level, code, valid_from)
    parent_level = _PARENT_LEVELS.get((system, level))
    return UnitValue(
        id=ids[named],
        code_system=cast("CodeSystem", system),
        code=code,
        valid_from=valid_from,
        valid_to=date.fromisoformat(row["valid_to"]) if row["valid_to"] else None,
        level=cast("Level", level),
        kind=row["kind"],
        name=row["name"],
        parent_id=_known(ids, (system, parent_level, row["parent_code"])) if parent_level else None,
        sort_key=sort_text(f"{bare_name(row['name'], row['kind'])}, {row['kind']}"),
    )


def _link(row: Mapping[str, str], ids: Mapping[_Named, uuid.UUID]) -> UnitLinkValue:
    level = row["level"]
    return UnitLinkValue(
        from_id=_known(ids, (GSO_2004, level, row["from_code"])),
        to_id=_known(ids, (QD_19_2025, level, row["to_code"])),
        part=row["part"] == "1",
        is_default=row["is_default"] == "1",
        legal_ref=row["legal_ref"],
    )


def _known(ids: Mapping[_Named, uuid.UUID], named: _Named) -> uuid.UUID:
    if named not in ids:
        raise PlacesDataMismatch(
            say("Thiếu đơn vị hành chính được nhắc đến."), place="/".join(named)
        )
    return ids[named]


def _check(places: PackagedPlaces, served: ServedProvince) -> None:
    """Count one old province and what became of it."""
    children: defaultdict[uuid.UUID | None, list[uuid.UUID]] = defaultdict(list)
    for unit in places.units:
        children[unit.parent_id].append(unit.id)
    by_code = {(u.code_system, u.code): u.id for u in places.units if u.level == "province"}
    districts = children[by_code.get((GSO_2004, served.code), uuid.UUID(int=0))]
    district_of = {commune: district for district in districts for commune in children[district]}
    sources: defaultdict[uuid.UUID, set[uuid.UUID]] = defaultdict(set)
    for link in places.links:
        if link.from_id in district_of:
            sources[link.to_id].add(district_of[link.from_id])
    split = Counter(link.from_id for link in places.links if link.from_id in district_of)
    counted = {
        "districts": len(districts),
        "communes": len(district_of),
        "new_communes": len(children[by_code.get((QD_19_2025, served.successor_code))]),
        "split": sum(count > 1 for count in split.values()),
        "spanning": sum(len(from_districts) > 1 for from_districts in sources.values()),
    }
    expected = {name: getattr(served, name) for name in counted}
    if counted != expected:
        detail = say("Số đơn vị hành chính của %(name)s không khớp.", name=served.name)
        raise PlacesDataMismatch(detail, place=served.code, counted=counted, expected=expected)


def _check_links(places: PackagedPlaces) -> None:
    """Every commune and province has its other side, and each old unit one default successor."""
    linked = {link.from_id for link in places.links} | {link.to_id for link in places.links}
    alone = [
        f"{u.code_system}/{u.level}/{u.code}"
        for u in places.units
        if u.level != "district" and u.id not in linked
    ]
    defaults = Counter(link.from_id for link in places.links if link.is_default)
    parts = Counter(link.from_id for link in places.links)
    unsure = [
        link.from_id
        for link in places.links
        if defaults[link.from_id] != 1 or link.part != (parts[link.from_id] > 1)
    ]
    if alone or unsure:
        detail = say("Liên kết giữa đơn vị cũ và mới không đủ.")
        raise PlacesDataMismatch(detail, alone=alone, unsure=[str(one) for one in unsure])
