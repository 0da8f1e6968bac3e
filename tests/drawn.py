"""An independent eye for codes as they are drawn: PNG, SVG path, and printed page."""

from __future__ import annotations

import re
import subprocess
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree

import zxingcpp
from PIL import Image, ImageDraw

SVG = "{http://www.w3.org/2000/svg}"
_PIECE = re.compile(r"M(\d+) (\d+)h(\d+)v1h-(\d+)z")
PRINT_DPI = 100


def read(picture: Image.Image) -> str:
    """Return the text of the one QR code in a picture; AssertionError for none or several.

    Only QR, as a bank's app reads: among a thousand symbols some row passes for a line code.
    """
    found = zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormat.QRCode)
    assert len(found) == 1, f"{len(found)} codes in the picture"
    return found[0].text


def of_png(data: bytes) -> Image.Image:
    """Return a PNG as a picture."""
    return Image.open(BytesIO(data))


def of_svg(drawing: str, *, scale: int = 4) -> Image.Image:
    """Draw the path by its own few commands; anything else in it is an AssertionError."""
    root = ElementTree.fromstring(drawing)
    side = int((root.get("viewBox") or "").split()[2])
    picture = Image.new("L", (side * scale, side * scale), 255)
    pen = ImageDraw.Draw(picture)
    (path,) = root.iter(f"{SVG}path")
    drawn = path.get("d") or ""
    pieces = _PIECE.findall(drawn)
    assert "".join(f"M{x} {y}h{a}v1h-{b}z" for x, y, a, b in pieces) == drawn
    for x, y, length, back in pieces:
        assert length == back
        left, top = int(x) * scale, int(y) * scale
        pen.rectangle((left, top, left + int(length) * scale - 1, top + scale - 1), fill=0)
    return picture


def of_pdf(data: bytes, folder: Path) -> list[Image.Image]:
    """Return the pages of a PDF as poppler draws them for a coarse printer."""
    file = folder / "cards.pdf"
    file.write_bytes(data)
    prefix = folder / "page"
    subprocess.run(["pdftoppm", "-r", str(PRINT_DPI), "-gray", str(file), str(prefix)], check=True)
    pages = []
    for path in sorted(folder.glob("page-*.pgm")):
        with Image.open(path) as page:
            page.load()
            pages.append(page.copy())
        path.unlink()
    return pages
