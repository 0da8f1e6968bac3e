"""Marks on a page in a card's own units, from the upper left corner of its place."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from market40.vietqr import typeset
from market40.vietqr.images import runs
from market40.vietqr.sheets.pdf import FONT_NAMES, Glyphs
from market40.vietqr.symbol import Matrix
from market40.vietqr.typeset import Weight

MM: Final = 72 / 25.4  # points
_ROUND: Final = 0.5523  # a quarter circle as a Bézier curve


def colour(code: str) -> str:
    """Return `#rrggbb` as the three numbers that PDF takes."""
    return " ".join(f"{int(code[at : at + 2], 16) / 255:.3g}" for at in (1, 3, 5))


@dataclass(slots=True)
class Pen:
    """Collects a page's marks. `left` and `top` are the place's corner in points, `unit` points.

    Sizes of text are points at scale 1 and grow with `scale`. `black` prints all ink black.
    """

    glyphs: dict[Weight, Glyphs]
    unit: float
    scale: float
    left: float
    top: float
    black: bool = False
    marks: list[str] = field(default_factory=list)

    def fill(self, code: str) -> None:
        """Fill what follows with a colour; on thermal paper only white and black exist."""
        self.marks.append(f"{colour(self._ink(code))} rg")

    def text(
        self, text: str, weight: Weight, size: float, x: float, baseline: float, share: float = 0.5
    ) -> None:
        """Print `text` with `share` of its width left of `x`: 0 from x on, 0.5 around, 1 up to."""
        size *= self.scale
        at = self.left + x * self.unit - share * typeset.width(text, weight, size)
        y = self.top - baseline * self.unit
        code = self.glyphs[weight].encode(text)
        self.marks.append(f"BT/{FONT_NAMES[weight]} {size:.4g} Tf {at:.2f} {y:.2f} Td<{code}>Tj ET")

    def symbol(self, modules: Matrix, left: float, top: float, module_pt: float) -> None:
        """Draw a code as one path in units of a module: exact, small, without seams.

        `left` and `top` of the dark modules are in points on the page, a module's side too.
        """
        count = len(modules)
        bottom = top - count * module_pt
        rectangles = " ".join(
            [f"{x} {count - 1 - y} {length} 1 re" for y, x, length in runs(modules)]
        )
        self.marks.append(
            f"q 0 g {module_pt:.6f} 0 0 {module_pt:.6f} {left:.4f} {bottom:.4f} cm {rectangles} f Q"
        )

    def rounded(
        self, box: tuple[float, float, float, float], radius: float, line: str, code: str
    ) -> None:
        """Draw a box with round corners (x, top, width, height in units), filled or outlined.

        `line` is `f` to fill, or a width in units to outline.
        """
        x, top, width, height = box
        x0, y1 = self.left + x * self.unit, self.top - top * self.unit
        x1, y0 = x0 + width * self.unit, y1 - height * self.unit
        r = radius * self.unit
        c = r * (1 - _ROUND)
        path = (
            f"{x0 + r:.2f} {y0:.2f} m {x1 - r:.2f} {y0:.2f} l "
            f"{x1 - c:.2f} {y0:.2f} {x1:.2f} {y0 + c:.2f} {x1:.2f} {y0 + r:.2f} c "
            f"{x1:.2f} {y1 - r:.2f} l "
            f"{x1:.2f} {y1 - c:.2f} {x1 - c:.2f} {y1:.2f} {x1 - r:.2f} {y1:.2f} c "
            f"{x0 + r:.2f} {y1:.2f} l "
            f"{x0 + c:.2f} {y1:.2f} {x0:.2f} {y1 - c:.2f} {x0:.2f} {y1 - r:.2f} c "
            f"{x0:.2f} {y0 + r:.2f} l "
            f"{x0:.2f} {y0 + c:.2f} {x0 + c:.2f} {y0:.2f} {x0 + r:.2f} {y0:.2f} c h"
        )
        ink = colour(self._ink(code))
        if line == "f":
            self.marks.append(f"{ink} rg {path} f")
        else:
            self.marks.append(f"{ink} RG {float(line) * self.unit:.2f} w {path} S")

    def _ink(self, code: str) -> str:
        return "#000000" if self.black and code != "#ffffff" else code
