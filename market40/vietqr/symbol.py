"""The QR symbol of a payload as modules; the one place that knows the `qrcode` library."""

from __future__ import annotations

from typing import Literal

import qrcode.constants
from qrcode.main import QRCode

from market40.vietqr.errors import PayloadFault, VietQRError

Level = Literal["L", "M", "Q", "H"]
Matrix = tuple[tuple[bool, ...], ...]

QUIET_ZONE = 4  # modules of white on each side, ISO/IEC 18004
MAX_OCTETS = 1_273  # what the largest symbol holds at level H

_LEVELS = {
    "L": qrcode.constants.ERROR_CORRECT_L,
    "M": qrcode.constants.ERROR_CORRECT_M,
    "Q": qrcode.constants.ERROR_CORRECT_Q,
    "H": qrcode.constants.ERROR_CORRECT_H,
}
# A fixed mask: trying all eight takes five times as long and decodes no better (measured).
_MASK = 2
# Runs this long are worth a segment of their own; 4 is the least that ever shortens a symbol.
_SEGMENT = 4


def matrix(payload: str, *, level: Level) -> Matrix:
    """Return the symbol without its quiet zone, row by row from the top, True for dark.

    Raises `VietQRError`: `TOO_SHORT` for no text, `TOO_LONG` over 1,273 octets of UTF-8, and
    `NOT_UNICODE` for what UTF-8 cannot carry.
    """
    if not payload:
        raise VietQRError(PayloadFault("TOO_SHORT", "root", 0, "Không có gì để vẽ."))
    try:
        octets = payload.encode()
    except UnicodeEncodeError as error:
        message = "Không phải văn bản UTF-8."
        raise VietQRError(PayloadFault("NOT_UNICODE", "root", error.start, message)) from error
    if len(octets) > MAX_OCTETS:
        message = f"Dài {len(octets)} byte, nhiều nhất {MAX_OCTETS}."
        raise VietQRError(PayloadFault("TOO_LONG", "root", 0, message))
    symbol = QRCode(error_correction=_LEVELS[level], mask_pattern=_MASK, border=0)
    symbol.add_data(octets, optimize=_SEGMENT)
    symbol.make(fit=True)
    return tuple(tuple(bool(module) for module in row) for row in symbol.modules)
