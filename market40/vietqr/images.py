"""A payload as a picture: PNG for phones and receipts, SVG for pages.

These only draw. What is handed to somebody goes through `selfcheck`, which reads it back first.
"""

from __future__ import annotations

import re
from html import escape
from io import BytesIO

from PIL import Image

from market40.vietqr.errors import PayloadFault, VietQRError
from market40.vietqr.layout import QUIET_ZONE, guard
from market40.vietqr.symbol import ON_SCREEN, Level, Matrix, matrix

MAX_MODULE_PX = 40
MAX_QUIET = 16

_DARK_RUN = re.compile(rb"\x01+")
# zlib's effort: 3 takes two thirds of the time of Pillow's own 6, and 150 octets more (measured).
_EFFORT = 3


def png(
    payload: str, *, level: Level = ON_SCREEN, module_px: int = 8, quiet: int = QUIET_ZONE
) -> bytes:
    """Return a black and white PNG, `module_px` pixels a module, `quiet` modules of white around.

    Raises `VietQRError`: `LayoutRefused` for modules under 2 px or a quiet zone under 4,
    `BAD_SIZE` for modules over 40 px or a quiet zone over 16, and what `matrix` raises.
    """
    _sized(module_px, quiet)
    modules = matrix(payload, level=level)
    side = (len(modules) + 2 * quiet) * module_px
    picture = Image.frombytes("1", (side, side), _bits(modules, module_px, quiet))
    out = BytesIO()
    picture.save(out, "PNG", compress_level=_EFFORT)
    return out.getvalue()


def svg(
    payload: str,
    *,
    level: Level = ON_SCREEN,
    quiet: int = QUIET_ZONE,
    title: str = "Mã VietQR",
) -> str:
    """Return an `<svg>` element to stand inside a page: one path, a unit a module.

    It has no width or height, so the page sizes it; the white ground is part of it, so that a
    dark page cannot invert it. Raises as `png` does.
    """
    _sized(MAX_MODULE_PX, quiet)
    modules = matrix(payload, level=level)
    side = len(modules) + 2 * quiet
    outline = "".join(
        [f"M{x + quiet} {y + quiet}h{length}v1h-{length}z" for y, x, length in runs(modules)]
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" role="img"'
        f' shape-rendering="crispEdges"><title>{escape(title)}</title>'
        f'<rect width="{side}" height="{side}" fill="#fff"/>'
        f'<path fill="#000" d="{outline}"/></svg>'
    )


def runs(modules: Matrix) -> list[tuple[int, int, int]]:
    """Return the dark runs as (row, first column, length), rows from the top.

    Every vector output is drawn from these, so that all show the same symbol.
    """
    return [
        (y, run.start(), run.end() - run.start())
        for y, row in enumerate(modules)
        for run in _DARK_RUN.finditer(row)
    ]


def _bits(modules: Matrix, module_px: int, quiet: int) -> bytes:
    """Return the picture as Pillow's mode 1 stores it: a set bit is white, rows start a byte."""
    width = (len(modules) + 2 * quiet) * module_px
    octets = -(-width // 8)
    light, dark = b"1" * module_px, b"0" * module_px
    before, after = light * quiet, light * quiet + b"1" * (8 * octets - width)
    lines = []
    for row in modules:
        line = before + row.replace(b"\x00", light).replace(b"\x01", dark) + after
        lines.append(int(line, 2).to_bytes(octets, "big") * module_px)
    margin = b"\xff" * (octets * module_px * quiet)
    return b"".join((margin, *lines, margin))


def _sized(module_px: int, quiet: int) -> None:
    guard("screen", module=module_px, quiet=quiet)
    for value, most, name in ((module_px, MAX_MODULE_PX, "module_px"), (quiet, MAX_QUIET, "quiet")):
        if value > most:
            raise VietQRError(PayloadFault("BAD_SIZE", name, None, f"{name} nhiều nhất {most}."))
