"""The camera of the bank's app: a picture in, the one payload in it out. Decoder: zxing-cpp."""

from __future__ import annotations

import io

import zxingcpp
from PIL import Image, UnidentifiedImageError

from market40.sandbox.errors import CodeRefused

QR_ONLY = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
MAX_PICTURE_BYTES = 5_000_000
MAX_PIXELS = 40_000_000
"""An A4 page at 600 dpi has 35 million."""


def scan_png(data: bytes) -> str:
    """Return the text of the QR code in a PNG (a JPEG or WebP photo is read as well).

    CodeRefused: no picture, too large, no QR code in it, or several that say different things.
    """
    if len(data) > MAX_PICTURE_BYTES:
        raise CodeRefused("picture_too_large", "Ảnh lớn hơn 5 MB.")
    texts = {_text(found) for found in _barcodes(_open(data))}
    if not texts:
        raise CodeRefused("no_code", "Không thấy mã QR nào trong ảnh.")
    if len(texts) > 1:
        raise CodeRefused("several_codes", "Trong ảnh có nhiều mã QR khác nhau.")
    return texts.pop().removesuffix("\n").removesuffix("\r")


def _open(data: bytes) -> Image.Image:
    try:
        with Image.open(io.BytesIO(data), formats=("PNG", "JPEG", "WEBP")) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                raise CodeRefused("picture_too_large", "Ảnh có quá nhiều điểm ảnh.")
            return _on_white(picture)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as bomb:
        raise CodeRefused("picture_too_large", "Ảnh có quá nhiều điểm ảnh.") from bomb
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as broken:
        raise CodeRefused("not_a_picture", "Tệp không phải ảnh PNG, JPEG hay WebP.") from broken


def _on_white(picture: Image.Image) -> Image.Image:
    """Grey, with what is transparent shown on paper's white, as a phone would see it."""
    if "transparency" not in picture.info and picture.mode not in {"LA", "PA", "RGBA"}:
        return picture.convert("L")
    coloured = picture.convert("RGBA")
    paper = Image.new("RGBA", coloured.size, "white")
    return Image.alpha_composite(paper, coloured).convert("L")


def _barcodes(picture: Image.Image) -> list[zxingcpp.Barcode]:
    return list(zxingcpp.read_barcodes(picture, formats=QR_ONLY))


def _text(found: zxingcpp.Barcode) -> str:
    """Decode the symbol's bytes as UTF-8, the only encoding that VietQR knows."""
    try:
        return bytes(found.bytes).decode()
    except UnicodeDecodeError as other:
        raise CodeRefused("not_text", "Mã QR không chứa chữ đọc được.") from other
