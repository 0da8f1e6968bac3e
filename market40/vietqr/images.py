"""A payload as a picture: PNG for phones and receipts, SVG for pages."""

from __future__ import annotations

from html import escape
from io import BytesIO

from PIL import Image

from market40.vietqr.errors import PayloadFault, VietQRError
from market40.vietqr.symbol import QUIET_ZONE, Level, Matrix, matrix

MAX_MODULE_PX = 40


def png(payload: str, *, level: Level = "M", module_px: int = 8, quiet: int = QUIET_ZONE) -> bytes:
    """Return a black and white PNG, `module_px` pixels a module, `quiet` modules of white around.

    Raises `VietQRError`: `BAD_SIZE` for modules outside 1 to 40 px or a quiet zone outside 4
    to 16, and what `matrix` raises.
    """
    _within(module_px, 1, MAX_MODULE_PX, "module_px")
    _within(quiet, QUIET_ZONE, 16, "quiet")
    modules = matrix(payload, level=level)
    side = len(modules) + 2 * quiet
    image = Image.new("1", (side, side), 1)
    image.paste(Image.frombytes("1", (len(modules), len(modules)), _bits(modules)), (quiet, quiet))
    scaled = image.resize((side * module_px, side * module_px), Image.Resampling.NEAREST)
    out = BytesIO()
    scaled.save(out, "PNG")
    return out.getvalue()


def svg(
    payload: str,
    *,
    level: Level = "M",
    quiet: int = QUIET_ZONE,
    title: str = "Mã VietQR",
) -> str:
    """Return an `<svg>` element to stand inside a page: one path, a unit a module.

    It has no width or height, so the page sizes it; the white ground is part of it, so that a
    dark page cannot invert it. Raises as `png` does.
    """
    _within(quiet, QUIET_ZONE, 16, "quiet")
    modules = matrix(payload, level=level)
    side = len(modules) + 2 * quiet
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" role="img"'
        f' shape-rendering="crispEdges"><title>{escape(title)}</title>'
        f'<rect width="{side}" height="{side}" fill="#fff"/>'
        f'<path fill="#000" d="{_outline(modules, quiet)}"/></svg>'
    )


def runs(modules: Matrix) -> list[tuple[int, int, int]]:
    """Return the dark runs as (row, first column, length), rows from the top."""
    found: list[tuple[int, int, int]] = []
    for y, row in enumerate(modules):
        x, width = 0, len(row)
        while x < width:
            if not row[x]:
                x += 1
                continue
            first = x
            while x < width and row[x]:
                x += 1
            found.append((y, first, x - first))
    return found


def _bits(modules: Matrix) -> bytes:
    """Return the symbol as Pillow's mode 1 stores it: a set bit is white, rows start a byte."""
    width = len(modules)
    octets = (width + 7) // 8
    lines = []
    for row in modules:
        line = int("".join("0" if dark else "1" for dark in row), 2)
        lines.append((line << (octets * 8 - width)).to_bytes(octets, "big"))
    return b"".join(lines)


def _outline(modules: Matrix, quiet: int) -> str:
    return "".join(
        f"M{x + quiet} {y + quiet}h{length}v1h-{length}z" for y, x, length in runs(modules)
    )


def _within(value: int, least: int, most: int, name: str) -> None:
    if not least <= value <= most:
        message = f"{name} phải từ {least} đến {most}."
        raise VietQRError(PayloadFault("BAD_SIZE", name, None, message))
