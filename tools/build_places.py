"""Build market40/places/data from a study's units and tile grids; see SOURCE.md there.

Usage: build_places.py UNITS_JSON [TILEGRID_JSON] (the grid lies beside the units by default).
"""

from __future__ import annotations

import csv
import json
import sys
import unicodedata
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent.parent / "market40" / "places" / "data"
OLD, NEW = "gso2004", "qd19-2025"
CODES_BEGAN, REFORM = "2004-07-08", "2025-07-01"  # Decision 124/2004; the reform's first day
PROVINCES_BY = "202/2025/QH15, 12/6/2025"
COMMUNES_BY = {
    "08": "1684/NQ-UBTVQH15, 16/6/2025",
    "19": "1683/NQ-UBTVQH15, 16/6/2025",
    "86": "1687/NQ-UBTVQH15, 16/6/2025",
}
# Made by hand from the districts' centroids: code, column from the west, row from the north.
DISTRICTS = {
    "02": "026 5 0|027 6 1|028 5 1|029 4 1|024 3 2|030 2 2|031 5 2|032 1 3|033 0 2|035 1 4|034 2 4",
    "06": "060 1 0|061 1 1|062 3 1|064 0 2|063 2 2|058 2 3|066 3 3|065 2 4",
    "84": "844 1 0|842 2 0|847 3 1|845 0 1|846 1 2|848 3 2|849 2 3|850 3 3|851 4 3",
}
Row = tuple[str, ...]


def kind_and_name(name: str) -> tuple[str, str]:
    """Split the kind off a name, in the official spelling: "Thành Phố" is written "Thành phố"."""
    for kind in ("Tỉnh", "Thành phố", "Thị xã", "Huyện", "Thị trấn", "Phường", "Xã"):
        if name.casefold().startswith(f"{kind} ".casefold()):
            return kind, f"{kind}{name[len(kind) :]}"
    raise SystemExit(f"no kind in {name!r}")


def unit(system: str, level: str, source: dict[str, Any], parent: str) -> Row:
    span = (CODES_BEGAN, REFORM) if system == OLD else (REFORM, "")
    kind, name = kind_and_name(unicodedata.normalize("NFC", source["name"]))
    return (system, level, source["code"], *span, kind, name, parent)


def old_rows(provinces: Iterable[dict[str, Any]]) -> tuple[list[Row], list[Row]]:
    units: list[Row] = []
    links: list[Row] = []
    for province in provinces:
        successor = province["successor_province"]["code"]
        units.append(unit(OLD, "province", province, ""))
        links.append(("province", province["code"], successor, "0", "1", PROVINCES_BY))
        for district in province["districts"]:
            units.append(unit(OLD, "district", district, province["code"]))
            for commune in district["communes"]:
                units.append(unit(OLD, "commune", commune, district["code"]))
                links += [
                    (
                        "commune",
                        commune["code"],
                        to["code"],
                        str(int(to["part"])),
                        str(int(to["default"])),
                        COMMUNES_BY[successor],
                    )
                    for to in commune["successors"]
                ]
    return units, links


def new_rows(provinces: Iterable[dict[str, Any]]) -> list[Row]:
    units: list[Row] = []
    for part in provinces:
        units.append(unit(NEW, "province", part["province"], ""))
        units += [unit(NEW, "commune", c, part["province"]["code"]) for c in part["communes"]]
    return units


def grids(communes: dict[str, Any]) -> dict[str, Any]:
    of_communes = {
        province: [[t["code"], t["row"], t["col"]] for t in grid["tiles"]]
        for province, grid in communes.items()
    }
    of_districts = {
        province: [
            [code, int(row), int(col)] for code, col, row in (t.split() for t in tiles.split("|"))
        ]
        for province, tiles in DISTRICTS.items()
    }
    return {"commune": of_communes, "district": of_districts}


def write_csv(name: str, header: str, rows: Sequence[Row]) -> None:
    with (DATA / name).open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header.split())
        writer.writerows(rows)


def write_grids(made: dict[str, Any]) -> None:
    """One province's tiles on a line, so that a change shows in a diff."""
    levels = []
    for level, provinces in made.items():
        lines = ",\n".join(f'  "{code}": {json.dumps(tiles)}' for code, tiles in provinces.items())
        levels.append(f' "{level}": {{\n{lines}\n }}')
    text = "{\n" + ",\n".join(levels) + "\n}\n"
    (DATA / "tiles.json").write_text(text, encoding="utf-8")


def main(arguments: Sequence[str]) -> None:
    if len(arguments) not in {1, 2}:
        raise SystemExit(__doc__)
    source = Path(arguments[0])
    grid = Path(arguments[1]) if arguments[1:] else source.with_name("tilegrid_communes.json")
    study = json.loads(source.read_text(encoding="utf-8"))
    units, links = old_rows(study["old_provinces"])
    units += new_rows(study["new_provinces"])
    header = "code_system level code valid_from valid_to kind name parent_code"
    write_csv("units.csv", header, units)
    write_csv("links.csv", "level from_code to_code part is_default legal_ref", links)
    write_grids(grids(json.loads(grid.read_text(encoding="utf-8"))))


if __name__ == "__main__":
    main(sys.argv[1:])
