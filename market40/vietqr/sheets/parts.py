"""A sheet's file made part by part, each elsewhere and later: the octets are those of one go.

`draw_part` for some pages' cards at a time, the last of which closes the file; then `read_part`
reads the pages of the finished file back, some at a time too. Whoever keeps the parts can stop
between any two steps and go on in another process.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from typing import TYPE_CHECKING

from market40.core.errors import Market40Error
from market40.vietqr.sheets import check
from market40.vietqr.sheets.card import Card
from market40.vietqr.sheets.pdf import Document, Standing
from market40.vietqr.sheets.press import TITLE, draw_page, pages_of
from market40.vietqr.sheets.sizes import Sheet

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

_PIECES_KEPT = 4  # the first, the last, and the two that a page and its node lie in


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a file: its octets, where its objects lie, and where the file stands after it."""

    content: bytes
    places: bytes
    standing: Standing


def draw_part(
    cards: Iterable[Card],
    sheet: Sheet,
    standing: Standing | None = None,
    *,
    close_with: Sequence[bytes] | None = None,
) -> Part:
    """Draw the next cards' pages behind `standing`, None for the file's first part.

    Cards come in whole pages but for the last part, which closes the file: `close_with` are the
    `places` of all the parts before. Raises as `cards_pdf` does, with the page in `facts`.
    """
    out = io.BytesIO()
    document = Document(out, title=TITLE, standing=standing or Standing(), places=close_with or ())
    for page in pages_of(cards, sheet):
        try:
            draw_page(document, page, sheet)
        except Market40Error as error:
            error.facts["page"] = document.pages + 1
            raise
    standing, places = document.standing(), document.places()
    if close_with is not None:
        document.close()
    return Part(out.getvalue(), places, standing)


def read_part(
    sizes: Sequence[int],
    load: Callable[[int], bytes],
    payloads: Sequence[str],
    sheet: Sheet,
    *,
    first: int,
    pages: int,
) -> None:
    """Return when pages of the finished file, from `first` (from 0) on, hold the payloads.

    The file lies in parts of `sizes` octets; `load` gives one by its place, when it is needed.
    Raises `NotReadBack`, and whatever `load` raised.
    """
    with Pieces(sizes, load) as file:
        try:
            check.read_some(file, payloads, sheet, first=first, pages=pages)
        except check.NotReadBack:
            if file.error is not None:  # not the file is at fault
                raise file.error from None
            raise


class Pieces(io.RawIOBase):
    """A file to read that lies in pieces, of which the last few are kept.

    PDFium reads through a callback that nothing can be raised out of: `error` keeps it.
    """

    def __init__(self, sizes: Sequence[int], load: Callable[[int], bytes]) -> None:
        self._starts = [0, *accumulate(sizes)]
        self._load = lru_cache(_PIECES_KEPT)(load)
        self._at = 0
        self.error: Exception | None = None

    def readable(self) -> bool:
        """It is."""
        return True

    def seekable(self) -> bool:
        """It is."""
        return True

    def tell(self) -> int:
        """Return the place from which the next octet is read."""
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to an octet from the start, or from the end; return its place."""
        self._at = offset + (self._starts[-1] if whence == io.SEEK_END else 0)
        return self._at

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        """Fill `buffer`, across pieces; return how many octets there were, 0 for an error."""
        try:
            return self._fill(memoryview(buffer).cast("B"))
        except Exception as error:  # noqa: BLE001 - whoever reads through PDFium raises it again
            self.error = error
            return 0

    def _fill(self, view: memoryview) -> int:
        done = 0
        for number, start in enumerate(self._starts[:-1]):
            end = self._starts[number + 1]
            if start <= self._at < end and done < len(view):
                some = self._load(number)[self._at - start : self._at - start + len(view) - done]
                view[done : done + len(some)] = some
                done += len(some)
                self._at += len(some)
        return done
