"""Cards onto sheets: drawn page by page, read back, and only then handed over."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from io import BytesIO
from itertools import islice
from pathlib import Path
from typing import BinaryIO, Final

from market40.vietqr.sheets import check
from market40.vietqr.sheets.card import BadCard, Card
from market40.vietqr.sheets.face import Face, strip_height
from market40.vietqr.sheets.pdf import Document
from market40.vietqr.sheets.pen import MM, Pen
from market40.vietqr.sheets.sizes import A6, Sheet

MAX_CARDS: Final = 20_000
TITLE: Final = "Thẻ mã thanh toán"
_MARK, _MARK_INK = 2.5, "0.333"  # millimetres to each side of a crossing; grey
_RIM = 5.0  # millimetres of a mark at the paper's edge


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a print is: cards drawn and pages read back."""

    drawn: int
    read_back: int


Watcher = Callable[[Progress], None]
"""Hears of each page; it may raise to stop the print, and then no file is left."""


@dataclass(frozen=True, slots=True)
class Printed:
    """What was printed and read back."""

    cards: int
    pages: int
    octets: int


def cards_pdf(cards: Iterable[Card], sheet: Sheet = A6) -> bytes:
    """Return a PDF of the cards in the order given, every page read back before it is returned.

    The same cards give the same bytes. A text too long for its line shrinks, then is cut at a
    word; the holder's name and the account are never cut. Raises `BadCard` (no card, over 20,000,
    a text over 200 characters, a required text empty, a name that the font cannot print),
    `BadLayout` for a code too dense for the sheet, `VietQRError` for a payload that is none, and
    `NotReadBack`.
    """
    out = BytesIO()
    payloads, _pages = _draw(cards, out, sheet, _nobody)
    content = out.getvalue()
    check.read_back(content, payloads, sheet)
    return content


def print_file(
    cards: Iterable[Card], target: Path, sheet: Sheet = A6, watch: Watcher | None = None
) -> Printed:
    """Write the PDF of the cards to `target`, which appears only when all of it was read back.

    For many cards: memory does not grow with them but for their payloads. `watch` hears of every
    page and stops the print by raising. Raises as `cards_pdf` does, and OSError.
    """
    watch = watch or _nobody
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=".print-", suffix=".pdf")
    unfinished = Path(name)
    try:
        with os.fdopen(handle, "wb") as out:
            payloads, pages = _draw(cards, out, sheet, watch)
        drawn = len(payloads)
        check.read_back(unfinished, payloads, sheet, lambda page: watch(Progress(drawn, page)))
        octets = unfinished.stat().st_size
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)
    return Printed(drawn, pages, octets)


def strip_png(card: Card, sheet: Sheet) -> bytes:
    """Return a card as a PNG for a thermal printer: one bit a pixel, `sheet.dots` wide.

    The raster is the finished PDF strip's at the printer's own dots, read back as such. Raises
    as `cards_pdf` does; ValueError for a sheet that is no strip.
    """
    if sheet.dots is None:
        raise ValueError(f"{sheet.name} is no thermal strip")
    png = check.strip_png(cards_pdf([card], sheet), sheet)
    check.read_png(png, card.payload)
    return png


def _nobody(_progress: Progress) -> None:
    """Watch nothing."""


def _draw(
    cards: Iterable[Card], out: BinaryIO, sheet: Sheet, watch: Watcher
) -> tuple[list[str], int]:
    """Draw all pages; return the payloads in order and the number of pages."""
    document = Document(out, title=TITLE)
    payloads: list[str] = []
    for page in pages_of(cards, sheet):
        payloads += [card.payload for card in page]
        if len(payloads) > MAX_CARDS:
            raise BadCard(f"Nhiều nhất {MAX_CARDS} thẻ trong một tệp.")
        draw_page(document, page, sheet)
        watch(Progress(len(payloads), 0))
    if not payloads:
        raise BadCard("Không có thẻ nào để in.")
    document.close()
    return payloads, document.pages


def pages_of(cards: Iterable[Card], sheet: Sheet) -> Iterator[list[Card]]:
    """Yield the cards of each page of a sheet."""
    source = iter(cards)
    while page := list(islice(source, sheet.to_a_page)):
        yield page


def draw_page(document: Document, cards: list[Card], sheet: Sheet) -> None:
    """Add a page with the cards in its places. Raises as `Face.draw` does: nothing may be kept."""
    width, height = sheet.paper
    cell_width, cell_height = sheet.cell
    if sheet.dots is not None:
        height = cell_height = strip_height(sheet, demo=cards[0].demo)
    rim = (width - cell_width * sheet.grid[0]) / 2
    marks: list[str] = []
    for place, card in enumerate(cards):
        row, column = divmod(place, sheet.grid[0])
        pen = Pen(
            document.glyphs,
            unit=sheet.scale * MM,
            scale=sheet.scale,
            left=(rim + column * cell_width) * MM,
            top=(height - row * cell_height) * MM,
            black=sheet.dots is not None,
            marks=marks,
        )
        Face(sheet, pen, cell_height).draw(card)
    if sheet.to_a_page > 1:
        marks.append(_cut_marks(sheet))
    document.add_page(width * MM, height * MM, "\n".join(marks))


def _cut_marks(sheet: Sheet) -> str:
    """Return short hair lines where to cut: at the paper's edge and where two cuts cross."""
    columns, rows = sheet.grid
    width, height = sheet.cell
    lines = []
    across = [(at * width, True) for at in range(1, columns)]
    down = [(at * height, False) for at in range(1, rows)]
    for at, upright in (*across, *down):
        count, step = (rows, height) if upright else (columns, width)
        for crossing in range(count + 1):
            reach = _RIM if crossing in (0, count) else _MARK
            first, last = crossing * step - reach, crossing * step + reach
            ends = (at, first, at, last) if upright else (first, at, last, at)
            x0, y0, x1, y1 = (f"{end * MM:.2f}" for end in ends)
            lines.append(f"{x0} {y0} m {x1} {y1} l")
    return f"{_MARK_INK} G 0.3 w {' '.join(lines)} S"
