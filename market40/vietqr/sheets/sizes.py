"""The sheets that can be printed: a size is one entry here (docs/howto/add-a-sheet-size.md)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from market40.core.texts import say
from market40.vietqr.sheets.limits import Use
from market40.vietqr.symbol import Level

DOTS_PER_MM: Final = 8  # a thermal printer's 203 dpi, to the dot 203.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A sheet of paper and how cards lie on it. Lengths in millimetres.

    A card is drawn in units of `scale` mm: at scale 1 it is the A6 card. `box` is the side of the
    white square that holds the code with its quiet zone of four modules. `grid` is columns and
    rows of equal cells, cut marks between them. `tight` units are taken off the margins above and
    below (added, where it is negative: printers leave 4 mm of the paper's edge white), `demo_tight`
    off those of a demonstration's card, which has a notice to hold. With `dots` the paper is a
    strip as long as its card, printed in black only, and a module is a whole number of dots.
    """

    name: str
    title: str
    paper: tuple[float, float]
    box: float
    scale: float = 1.0
    grid: tuple[int, int] = (1, 1)
    tight: float = 0.0
    demo_tight: float = 0.0
    level: Level = "Q"
    use: Use = "card"
    dots: int | None = None

    @property
    def cell(self) -> tuple[float, float]:
        """Width and height of a card's place, in millimetres; the height of a strip is 0."""
        if self.dots is not None:
            return self.dots / DOTS_PER_MM, 0.0
        return self.paper[0] / self.grid[0], self.paper[1] / self.grid[1]

    @property
    def to_a_page(self) -> int:
        """How many cards a page holds."""
        return self.grid[0] * self.grid[1]


A6: Final = Sheet(name="a6", title=say("Thẻ A6"), paper=(105, 148), box=81.4)
_ALL: Final = (
    A6,
    Sheet(name="a5", title=say("Áp phích A5"), paper=(148, 210), box=114.7, scale=1.41),
    Sheet(name="a4", title=say("Áp phích A4"), paper=(210, 297), box=162.8, scale=2),
    Sheet(name="a4x4", title=say("A4, 4 thẻ A6"), paper=(210, 297), box=81.4, grid=(2, 2)),
    Sheet(
        name="a4x8",
        title=say("A4, 8 thẻ A7"),
        paper=(297, 210),
        box=66.4,
        scale=0.62,
        grid=(4, 2),
        tight=-1.0,
        demo_tight=1.0,
    ),
    Sheet(
        name="r80",
        title=say("Giấy nhiệt 80 mm"),
        paper=(80, 0),
        box=72,
        scale=0.8,
        level="M",
        use="receipt",
        dots=576,
    ),
    Sheet(
        name="r58",
        title=say("Giấy nhiệt 58 mm"),
        paper=(58, 0),
        box=48,
        scale=0.62,
        level="M",
        use="receipt",
        dots=384,
    ),
)
SHEETS: Final = {sheet.name: sheet for sheet in _ALL}
