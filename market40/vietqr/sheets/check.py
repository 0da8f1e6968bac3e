"""Reads a finished PDF back before anybody gets it: drawn by PDFium, read by zxing-cpp.

Neither shares code with what wrote it. The raster is far coarser than any printer's, so that what
is read here is read from paper too. Rules: every page holds exactly the codes that were meant,
each in its own place, each to the identical payload.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from io import BytesIO, RawIOBase
from pathlib import Path
from threading import Lock
from typing import Final

import pypdfium2 as pdfium
import zxingcpp
from PIL import Image

from market40.core.errors import Market40Error
from market40.vietqr.sheets.sizes import DOTS_PER_MM, Sheet

CHECK_DPI: Final = 100
STRIP_DPI: Final = DOTS_PER_MM * 25.4
_QR = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
_REOPEN = 500  # pages after which PDFium's memory of the file is let go
_MIDDLE_GREY = 128
_PDFIUM: Final = Lock()  # PDFium is not safe between threads


class NotReadBack(Market40Error):
    """A finished sheet does not read back as what was meant; it must not be delivered."""

    code = "not_read_back"
    http_status = 500


def read_back(
    source: Path | bytes,
    payloads: Sequence[str],
    sheet: Sheet,
    on_page: Callable[[int], None] = lambda _page: None,
) -> None:
    """Return when every page of the PDF holds the payloads meant for it, in their order.

    `on_page` hears the number of pages read so far. Raises `NotReadBack` with the first page that
    does not, or when there are more or fewer pages than the payloads fill.
    """
    each = sheet.to_a_page
    pages = -(-len(payloads) // each)
    with _PDFIUM:
        document = pdfium.PdfDocument(source)
        held = len(document)
    try:
        if held != pages:
            raise NotReadBack(f"Tệp có {held} trang, đúng ra {pages}.")
        for at in range(pages):
            if at and at % _REOPEN == 0:
                with _PDFIUM:
                    document.close()
                    document = pdfium.PdfDocument(source)
            _expect(document, at, payloads[at * each : (at + 1) * each], sheet)
            on_page(at + 1)
    finally:
        with _PDFIUM:
            document.close()


def read_some(
    source: RawIOBase, payloads: Sequence[str], sheet: Sheet, *, first: int, pages: int
) -> None:
    """Return when the pages from `first` on, counted from 0, hold the payloads in their order.

    `source` is the whole file, of which PDFium reads what it needs; it must have `pages` pages.
    Raises `NotReadBack` as `read_back` does, also for a file or page that does not open.
    """
    each = sheet.to_a_page
    try:
        with _PDFIUM:
            document = pdfium.PdfDocument(source)
            held = len(document)
    except pdfium.PdfiumError as error:
        raise NotReadBack("Tệp không mở được.") from error
    try:
        if held != pages:
            raise NotReadBack(f"Tệp có {held} trang, đúng ra {pages}.")
        for start in range(0, len(payloads), each):
            _expect(document, first + start // each, payloads[start : start + each], sheet)
    finally:
        with _PDFIUM:
            document.close()


def strip_png(pdf: bytes, sheet: Sheet) -> bytes:
    """Return a strip's one page as a PNG of one bit a pixel, a pixel for each dot of the printer.

    What the printer's head does not reach is cut away. Nothing is scaled: a module stays a whole
    number of dots.
    """
    with _PDFIUM:
        document = pdfium.PdfDocument(pdf)
        grey = document[0].render(scale=STRIP_DPI / 72, grayscale=True).to_pil().copy()
        document.close()
    assert sheet.dots is not None
    left = (grey.width - sheet.dots) // 2
    grey = grey.crop((left, 0, left + sheet.dots, grey.height))
    out = BytesIO()
    grey.point(lambda level: 255 if level >= _MIDDLE_GREY else 0).convert("1").save(out, "PNG")
    return out.getvalue()


def read_png(png: bytes, payload: str) -> None:
    """Return when a PNG holds one code and it says `payload`; raise `NotReadBack` otherwise."""
    with Image.open(BytesIO(png)) as picture:
        found = zxingcpp.read_barcodes(picture.convert("L"), formats=_QR)
    if [code.text for code in found] != [payload]:
        raise NotReadBack("Ảnh in nhiệt đọc lại không đúng.")


def _expect(document: pdfium.PdfDocument, at: int, payloads: Sequence[str], sheet: Sheet) -> None:
    try:
        found = _codes(document, at, sheet)
    except pdfium.PdfiumError:
        found = {}
    if found != dict(enumerate(payloads)):
        raise NotReadBack(f"Trang {at + 1}: mã in ra đọc lại không đúng.", page=at + 1)


def _codes(document: pdfium.PdfDocument, at: int, sheet: Sheet) -> dict[int, str]:
    """Return what a page's codes say by their place, counted by rows; -1 for a second in one."""
    dpi = CHECK_DPI if sheet.dots is None else STRIP_DPI
    with _PDFIUM:
        page = document[at]
        bitmap = page.render(scale=dpi / 72, grayscale=True)
        page.close()
    view = memoryview(bitmap.buffer).cast("B", shape=[bitmap.height, bitmap.stride])
    codes = zxingcpp.read_barcodes(view, formats=_QR, try_downscale=False, try_invert=False)
    columns, rows = sheet.grid
    found: dict[int, str] = {}
    for code in codes:
        corner, opposite = code.position.top_left, code.position.bottom_right
        column = (corner.x + opposite.x) * columns // (2 * bitmap.width)
        row = (corner.y + opposite.y) * rows // (2 * bitmap.height)
        place = row * columns + column
        found[-1 if place in found else place] = code.text
    with _PDFIUM:
        bitmap.close()
    return found
