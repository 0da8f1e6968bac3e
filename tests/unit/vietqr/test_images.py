"""PNG and SVG carry exactly their payload, as an independent decoder reads them."""

import re
from io import BytesIO
from xml.etree import ElementTree

import pytest
from PIL import Image, ImageDraw

from market40.vietqr.codec import VietQRError
from market40.vietqr.images import png, runs, svg
from market40.vietqr.symbol import matrix

SVG = "{http://www.w3.org/2000/svg}"


def test_every_png_reads_back(payloads, read_back):
    for payload in payloads:
        picture = Image.open(BytesIO(png(payload)))
        assert picture.mode == "1"
        assert read_back(picture.convert("L")) == [payload]


def test_png_is_modules_on_white(payloads):
    modules = matrix(payloads[0], level="Q")
    picture = Image.open(BytesIO(png(payloads[0], level="Q", module_px=3, quiet=5)))
    side = len(modules) + 10
    assert picture.size == (side * 3, side * 3)
    for y in range(side):
        for x in range(side):
            inside = 5 <= x < side - 5 and 5 <= y < side - 5
            dark = inside and modules[y - 5][x - 5]
            assert (picture.getpixel((x * 3 + 1, y * 3 + 1)) == 0) is bool(dark)


def _raster(drawing, scale=6):
    """Draw the path by its own few commands; anything else in it fails."""
    root = ElementTree.fromstring(drawing)
    side = int(root.get("viewBox").split()[2])
    picture = Image.new("L", (side * scale, side * scale), 255)
    pen = ImageDraw.Draw(picture)
    (path,) = root.iter(f"{SVG}path")
    pieces = re.findall(r"M(\d+) (\d+)h(\d+)v1h-(\d+)z", path.get("d"))
    assert "".join(f"M{x} {y}h{a}v1h-{b}z" for x, y, a, b in pieces) == path.get("d")
    for x, y, length, back in pieces:
        assert length == back
        left, top = int(x) * scale, int(y) * scale
        pen.rectangle((left, top, left + int(length) * scale - 1, top + scale - 1), fill=0)
    return picture


def test_every_svg_reads_back(payloads, read_back):
    for payload in payloads:
        assert read_back(_raster(svg(payload))) == [payload]


def test_svg_stands_inside_a_page(payloads):
    drawing = svg(payloads[0], title='Mã của "Cô & Bảy" <A12>')
    assert drawing.startswith("<svg ")
    assert 'shape-rendering="crispEdges"' in drawing
    assert "href" not in drawing
    root = ElementTree.fromstring(drawing)
    assert root[0].tag == f"{SVG}title"
    assert root[0].text == 'Mã của "Cô & Bảy" <A12>'
    side = len(matrix(payloads[0], level="M")) + 8
    assert root.get("viewBox") == f"0 0 {side} {side}"


def test_a_stall_code_at_q_is_at_most_41_modules():
    payload = (
        "00020101021138570010A00000072701270006970403011300110123456780208QRIBFTTA"
        "53037045802VN62140810ZJS7KQ2ZMN6304"
    )
    assert len(matrix(payload + "ABCD", level="Q")) == 41
    assert len(matrix(payload + "ABCD", level="M")) == 37


def test_runs_cover_the_symbol(payloads):
    modules = matrix(payloads[0], level="L")
    covered = {(y, x + step) for y, x, length in runs(modules) for step in range(length)}
    assert covered == {
        (y, x) for y, row in enumerate(modules) for x, dark in enumerate(row) if dark
    }


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"module_px": 1}, "MODULE_TOO_SMALL"),
        ({"module_px": 41}, "BAD_SIZE"),
        ({"quiet": 3}, "QUIET_ZONE_TOO_NARROW"),
        ({"quiet": 17}, "BAD_SIZE"),
    ],
)
def test_what_would_not_scan_is_not_drawn(options, code):
    with pytest.raises(VietQRError, match=code):
        png("ABC", **options)


@pytest.mark.parametrize(
    ("payload", "code"),
    [
        ("", "TOO_SHORT"),
        ("A" * 1274, "TOO_LONG"),
        ("ệ" * 500, "TOO_LONG"),
        ("\ud800", "NOT_UNICODE"),
    ],
)
def test_what_is_no_payload_is_not_drawn(payload, code):
    with pytest.raises(VietQRError, match=code):
        matrix(payload, level="H")
    with pytest.raises(VietQRError, match=code):
        svg(payload)


def test_the_longest_text_still_fits():
    assert len(matrix("ệ" * 424, level="H")) == 177
