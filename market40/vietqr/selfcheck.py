"""Nothing is handed out before another decoder has read it back: zxing-cpp.

It has no part in the drawing. What is read is what is delivered: the finished PNG file, and the
text of the SVG, rasterised by its own few commands. Neither looks at the modules.
"""

from __future__ import annotations

import re
from io import BytesIO

import zxingcpp
from PIL import Image

from market40.core.errors import Market40Error
from market40.vietqr import images
from market40.vietqr.layout import QUIET_ZONE
from market40.vietqr.symbol import ON_SCREEN, Level

_ONLY_QR = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
_DRAWING = re.compile(
    r'<svg xmlns="http://www\.w3\.org/2000/svg" viewBox="0 0 (\d{1,3}) \1" role="img"'
    r' shape-rendering="crispEdges"><title>[^<>]*</title>'
    r'<rect width="\1" height="\1" fill="#fff"/>'
    r'<path fill="#000" d="((?:M\d+ \d+h\d+v1h-\d+z)+)"/></svg>'
)
_NUMBERS_ALONE = str.maketrans("Mhv-z", "     ")
_ENOUGH_PX = 5  # pixels a module at which a PNG is looked at; more only take longer
_PX = 3  # pixels a module of the rasterised SVG, what all decoders need (study §5.4)


class NotReadBack(Market40Error):
    """A drawing that does not read as its payload: a fault of ours, and nothing is delivered."""

    code = "not_read_back"
    http_status = 500


def png(
    payload: str, *, level: Level = ON_SCREEN, module_px: int = 8, quiet: int = QUIET_ZONE
) -> bytes:
    """Return `images.png`'s picture, read back; raises as it does, and `NotReadBack`."""
    picture = images.png(payload, level=level, module_px=module_px, quiet=quiet)
    check_png(picture, payload, smaller=max(1, module_px // _ENOUGH_PX))
    return picture


def svg(
    payload: str,
    *,
    level: Level = ON_SCREEN,
    quiet: int = QUIET_ZONE,
    title: str = "Mã VietQR",
) -> str:
    """Return `images.svg`'s drawing, read back; raises as it does, and `NotReadBack`."""
    drawing = images.svg(payload, level=level, quiet=quiet, title=title)
    check_svg(drawing, payload)
    return drawing


def check_png(picture: bytes, payload: str, *, smaller: int = 1) -> None:
    """Return if a PNG shows one QR code and it says `payload`; raise `NotReadBack` otherwise.

    It is looked at that many times smaller, every pixel of it averaged in: as from farther away.
    """
    try:
        with Image.open(BytesIO(picture), formats=("PNG",)) as opened:
            check_picture(opened.convert("L").reduce(smaller), payload)
    except (OSError, SyntaxError, ValueError) as error:
        raise NotReadBack("Ảnh vừa vẽ không mở lại được.") from error


def check_svg(drawing: str, payload: str) -> None:
    """Return if an SVG of `images.svg` draws one QR code that says `payload`, as `check_png`."""
    check_picture(_rasterised(drawing), payload)


def check_picture(picture: Image.Image, payload: str) -> None:
    """Return if a grey picture shows one QR code and it says `payload`, octet for octet."""
    # Upright, dark on light and of the right size: what has to be turned or inverted fails.
    found = zxingcpp.read_barcodes(
        picture, formats=_ONLY_QR, try_rotate=False, try_downscale=False, try_invert=False
    )
    if [bytes(one.bytes) for one in found] != [payload.encode()]:
        raise NotReadBack("Mã vừa vẽ không đọc lại được đúng nội dung nên không được giao.")


def _rasterised(drawing: str) -> Image.Image:
    """Draw the path into a grey picture; what the drawing may not hold is `NotReadBack`."""
    parts = _DRAWING.fullmatch(drawing)
    if parts is None:
        raise NotReadBack("Hình vẽ có phần lạ ngoài nền và một đường.")
    side = int(parts[1])
    ground = bytearray(b"\xff") * (side * side)
    # Five numbers a piece: x, y, the way to the right, 1 down, the way back.
    numbers = parts[2].translate(_NUMBERS_ALONE).split()
    if numbers[2::5] != numbers[4::5]:
        raise NotReadBack("Đường vẽ không khép kín.")
    for x, y, length in zip(*(map(int, numbers[at::5]) for at in range(3)), strict=True):
        if x + length > side or y >= side:
            raise NotReadBack("Đường vẽ ra ngoài khung.")
        at = y * side + x
        ground[at : at + length] = bytes(length)
    picture = Image.frombytes("L", (side, side), bytes(ground))
    return picture.resize((side * _PX, side * _PX), Image.Resampling.NEAREST)
