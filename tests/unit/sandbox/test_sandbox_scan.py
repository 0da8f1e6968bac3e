"""The camera: real pictures, made with a library that the sandbox does not know."""

import io

import pytest
import qrcode
from PIL import Image

from market40.sandbox.errors import CodeRefused
from market40.sandbox.scan import scan_png

TEXT = "00020101021138570010A000000727"


def picture(text: str, *, mode: str = "RGB", kind: str = "PNG") -> bytes:
    out = io.BytesIO()
    qrcode.make(text).get_image().convert(mode).save(out, kind)
    return out.getvalue()


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "RGBA"])
def test_reads_png_in_every_mode(mode: str) -> None:
    assert scan_png(picture(TEXT, mode=mode)) == TEXT


def test_reads_vietnamese_and_a_photo() -> None:
    assert scan_png(picture("Sạp Cô Bảy", kind="JPEG")) == "Sạp Cô Bảy"


def test_reads_a_code_drawn_on_nothing() -> None:
    drawn = Image.open(io.BytesIO(picture(TEXT))).convert("RGBA")
    clear = [(0, 0, 0, 0) if p[0] else (0, 0, 0, 255) for p in drawn.get_flattened_data()]
    drawn.putdata(clear)
    out = io.BytesIO()
    drawn.save(out, "PNG")
    assert scan_png(out.getvalue()) == TEXT


def test_cuts_one_line_end_at_the_edge() -> None:
    assert scan_png(picture(TEXT + "\r\n")) == TEXT


def beside(*texts: str) -> bytes:
    codes = [Image.open(io.BytesIO(picture(text))) for text in texts]
    sheet = Image.new("RGB", (sum(c.width for c in codes), max(c.height for c in codes)), "white")
    at = 0
    for code in codes:
        sheet.paste(code, (at, 0))
        at += code.width
    out = io.BytesIO()
    sheet.save(out, "PNG")
    return out.getvalue()


def blank(size: tuple[int, int]) -> bytes:
    out = io.BytesIO()
    Image.new("1", size, 1).save(out, "PNG")
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (blank((200, 200)), "no_code"),
        (beside(TEXT, TEXT + "1"), "several_codes"),
        (b"", "not_a_picture"),
        (b"%PDF-1.4", "not_a_picture"),
        (picture(TEXT)[:200], "not_a_picture"),
        (b"\x00" * 5_000_001, "picture_too_large"),
        (blank((7_000, 6_000)), "picture_too_large"),
        (blank((10_000, 10_000)), "picture_too_large"),
    ],
)
def test_refuses(data: bytes, code: str) -> None:
    with pytest.raises(CodeRefused) as refused:
        scan_png(data)
    assert refused.value.code == code
