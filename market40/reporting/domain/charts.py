"""What the page draws: bars and the tile map, as numbers for the template's SVG. No style here.

Colours are classes of the stylesheet, since the page's policy allows no inline style; widths and
places are SVG attributes.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from market40.core.errors import NotFound
from market40.core.texts import joined, say
from market40.places.domain import Tile, tiles
from market40.reporting.domain.adoption import AdoptionTable
from market40.reporting.domain.figures import Figure, count_text, decimal_text, figure_text

BAR_UNITS: Final = 1000
"""A whole bar's width in its viewBox."""

CLASS_BOUNDS: Final = (15, 30, 40, 55)
"""Percent at which the map's colour changes: under 15, from 15, …, from 55."""

LEGEND: Final = (
    ("s1", say("dưới 15")),
    ("s2", say("15–dưới 30")),
    ("s3", say("30–dưới 40")),
    ("s4", say("40–dưới 55")),
    ("s5", say("từ 55 %")),
    ("veiled", say("ẩn (ít sạp)")),
    ("blank", say("chưa xác định")),
    ("none", say("chưa có chợ")),
)
MAP_INDICATOR: Final = "active_28"
_CELL: Final = {"district": (54, 64), "commune": (92, 54)}
_GAP: Final = 4
_LINE_CHARS: Final = {"district": 8, "commune": 14}
_CITY: Final = "Thành phố "
_KINDS: Final = (_CITY, "Thị xã ", "Huyện ", "Phường ", "Xã ", "Thị trấn ", "Đặc khu ")


@dataclass(frozen=True, slots=True)
class MapTile:
    """One unit's square: where it is, its class, its name in lines, and the number in it."""

    x: int
    y: int
    shade: str
    lines: tuple[str, ...]
    number: str
    title: str


@dataclass(frozen=True, slots=True)
class TileMap:
    """The map of one old province; `level` says by which units."""

    level: str
    width: int
    height: int
    tile_width: int
    tile_height: int
    tiles: tuple[MapTile, ...]


def bar_width(figure: Figure, whole: int) -> int:
    """Return a bar's width out of BAR_UNITS: the rate, or a count's part of the whole."""
    if figure.value is None:
        return 0
    part = figure.value
    if figure.denominator is None:
        part = Fraction(int(figure.value), whole) if whole else Fraction(0)
    return min(BAR_UNITS, int(part * BAR_UNITS + Fraction(1, 2)))


def shade(figure: Figure) -> str:
    """Return the stylesheet's class of a rate: s1 to s5, veiled, or blank."""
    if figure.status == "hidden":
        return "veiled"
    if figure.value is None:
        return "blank"
    return f"s{1 + sum(figure.value * 100 >= bound for bound in CLASS_BOUNDS)}"


def tile_map(table: AdoptionTable, legacy_province: str) -> TileMap | None:
    """Return the map of the table's rows; None where no grid serves (by market, other provinces).

    A tile without a row is a unit without a market.
    """
    if table.by == "market":
        return None
    try:
        grid = tiles(table.by, legacy_province)
    except NotFound:
        return None
    width, height = _CELL[table.by]
    rows = {row.unit.id: row.figures[MAP_INDICATOR] for row in table.rows}
    return TileMap(
        level=table.by,
        width=grid.cols * width,
        height=grid.rows * height,
        tile_width=width - _GAP,
        tile_height=height - _GAP,
        tiles=tuple(
            _tile(tile, rows.get(tile.unit_id), width, height, _LINE_CHARS[table.by])
            for tile in grid.tiles
        ),
    )


def _tile(tile: Tile, figure: Figure | None, width: int, height: int, chars: int) -> MapTile:
    said: str
    if figure is None:
        number, said, kind = "–", say("chưa có chợ"), "none"
    else:
        number, said, kind = _number(figure), _said(figure), shade(figure)
    x, y = tile.col * width + _GAP // 2, tile.row * height + _GAP // 2
    return MapTile(x, y, kind, _lines(tile.name, chars), number, joined(tile.name, said, mark=": "))


def _number(figure: Figure) -> str:
    """Return what fits into a tile: whole percents, `x` hidden and `?` unknown."""
    if figure.value is None:
        return "x" if figure.status == "hidden" else "?"
    return decimal_text(figure.value * 100, 0)


def _said(figure: Figure) -> str:
    text = figure_text(figure, "share")
    if figure.numerator is None or figure.denominator is None:
        return text
    n, of = count_text(figure.numerator), count_text(figure.denominator)
    return joined(text, " (", n, "/", of, ")")


def short_name(name: str) -> str:
    """Return the name without its kind; a city keeps "TP", which tells it from the province."""
    for kind in _KINDS:
        if name.startswith(kind):
            bare = name.removeprefix(kind)
            return f"TP {bare}" if kind == _CITY else bare
    return name


def _lines(name: str, chars: int) -> tuple[str, ...]:
    """Return the short name in at most two lines."""
    lines = [""]
    for word in short_name(name).split():
        if lines[-1] and len(lines[-1]) + 1 + len(word) > chars and len(lines) < 2:
            lines.append(word)
        else:
            lines[-1] = f"{lines[-1]} {word}".strip()
    return tuple(lines)
