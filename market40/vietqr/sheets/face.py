"""The face of a card: which text stands where, the same on every sheet.

Units are millimetres of the A6 card (design/look); a sheet's `scale` makes them larger or smaller.
The code's white square is given in millimetres, and what stands below follows it.
"""

from __future__ import annotations

import math
from typing import Final

from market40.vietqr import typeset
from market40.vietqr.codec import decode
from market40.vietqr.layout import QUIET_ZONE
from market40.vietqr.sheets.card import DEMO_NOTICE, Card, texts
from market40.vietqr.sheets.limits import guard
from market40.vietqr.sheets.pen import MM, Pen
from market40.vietqr.sheets.sizes import DOTS_PER_MM, Sheet
from market40.vietqr.symbol import matrix
from market40.vietqr.typeset import Weight

_MARGIN: Final = 7.0
_STRIP_MARGIN: Final = 1.5  # the printer leaves the paper's own margin white
_NOTICE_ROOM: Final = 5.2
_INK, _INK_2, _LACQUER, _PAPER = "#17212b", "#55606b", "#b8432f", "#ffffff"
_BOX_TOP: Final = 24.4  # where the white square begins below the three lines of the head
_ASK_TOP: Final = 14.0  # below the white square
_ASK_HEIGHT: Final = 7.4
_FOOT: Final = 9.4  # the foot's first line above the lower edge
_SLACK: Final = 1e-6  # of a dot, for millimetres that were computed
_FOOT_LEFT: Final = 24.0  # what the foot's left side takes: the check code
_STRIP_FOOT: Final = 15.5  # from the ask to the lower edge of a strip
_ASK = "Xem đúng TÊN NGƯỜI NHẬN rồi mới chuyển"


def strip_height(sheet: Sheet, *, demo: bool) -> float:
    """Return how long a strip is, in whole millimetres."""
    units = _BOX_TOP + (_NOTICE_ROOM if demo else 0) + _ASK_TOP + _ASK_HEIGHT + _STRIP_FOOT
    return float(math.ceil(units * sheet.scale + sheet.box))


def _whole_dots(length: float) -> float:
    """Return millimetres cut to whole dots of a thermal printer."""
    return int(length * DOTS_PER_MM + _SLACK) / DOTS_PER_MM


class Face:
    """Draws one card into its place on a page."""

    def __init__(self, sheet: Sheet, pen: Pen, height: float) -> None:
        self._sheet, self._pen, self._height = sheet, pen, height / sheet.scale
        self._width = sheet.cell[0] / sheet.scale
        margin = _MARGIN if sheet.dots is None else _STRIP_MARGIN
        self._margin = margin
        self._room = self._width - 2 * margin

    def draw(self, card: Card) -> None:
        """Draw the card. Raises `BadCard`, `BadLayout`, `VietQRError`: then nothing may be kept."""
        text = texts(card)
        decode(card.payload)
        pen, tight = self._pen, self._sheet.demo_tight if card.demo else self._sheet.tight
        top = -tight
        if card.demo:
            self._notice(top)
            top += _NOTICE_ROOM
        pen.fill(_INK)
        self._centred(text["headline"], "ExtraBold", 12.5, 9, top + 10.2)
        self._centred(text["stall_name"], "ExtraBold", 18, 12, top + 17.9)
        number = f"Sạp {text['stall_number']}" if text["stall_number"] else ""
        parts = (number if number != text["stall_name"] else "", text["market_name"])
        pen.fill(_INK_2)
        self._centred(" · ".join(part for part in parts if part), "Regular", 9.5, 7.5, top + 23.2)
        self._symbol(card.payload, top + _BOX_TOP)
        below = top + _BOX_TOP + self._sheet.box / self._sheet.scale
        pen.fill(_INK)
        self._holder(text["holder"], below + 4.5)
        self._account(text["bank_name"], text["account_display"], below + 10.5)
        box = (self._margin, below + _ASK_TOP, self._room, _ASK_HEIGHT)
        pen.rounded(box, 2, "0.4", _INK)
        self._centred(_ASK, "SemiBold", 10, 6, below + _ASK_TOP + 4.9, self._room - 4)
        self._foot(card, text, self._height + tight)

    def _notice(self, top: float) -> None:
        self._pen.rounded((self._margin, top + 4.4, self._room, 5.4), 1.2, "f", _LACQUER)
        self._pen.fill(_PAPER)
        self._centred(DEMO_NOTICE, "SemiBold", 8, 4, top + 8.1, self._room - 4)

    def _centred(
        self,
        text: str,
        weight: Weight,
        size: float,
        least: float,
        baseline: float,
        room: float | None = None,
    ) -> None:
        space = (self._room if room is None else room) * MM
        fitting = typeset.shrink(text, weight, size, least, space)
        cut = typeset.cut(text, weight, fitting, space)
        self._pen.text(cut, weight, fitting, self._width / 2, baseline)

    def _symbol(self, payload: str, top: float) -> None:
        """Draw the code in the middle of its white square, with at least four modules of white."""
        sheet = self._sheet
        modules = matrix(payload, level=sheet.level)
        count = len(modules)
        whole = (lambda mm: mm) if sheet.dots is None else _whole_dots
        side = whole(sheet.box / (count + 2 * QUIET_ZONE))
        edge = whole((sheet.box - count * side) / 2)
        guard(use=sheet.use, module_mm=side, quiet_modules=edge / side)
        pen = self._pen
        left = pen.left / MM + (sheet.cell[0] - sheet.box) / 2 + edge
        upper = whole(pen.top / MM - top * sheet.scale - edge)
        pen.symbol(modules, left * MM, upper * MM, side * MM)

    def _holder(self, name: str, baseline: float) -> None:
        """Print the name to compare with the bank's app: whole, on two lines if it must."""
        room = self._room * MM
        size = typeset.shrink(name, "ExtraBold", 14, 10, room)
        lines = [name]
        if typeset.width(name, "ExtraBold", size) > room:
            lines = typeset.halves(name, "ExtraBold", 10)
            longest = max(lines, key=lambda line: typeset.width(line, "ExtraBold", 10))
            size = typeset.shrink(longest, "ExtraBold", 10, 1, room)
            baseline -= 1.9
        for line in lines:
            self._pen.text(line, "ExtraBold", size, self._width / 2, baseline)
            baseline += 4

    def _account(self, bank_name: str, account: str, baseline: float) -> None:
        room, tail = self._room * MM, f" · {account}"
        size = typeset.shrink(bank_name + tail, "Regular", 11, 8.5, room)
        left = room - typeset.width(tail, "Regular", size)
        if left > 0:
            tail = typeset.cut(bank_name, "Regular", size, left) + tail
        self._centred(tail, "Regular", size, 1, baseline)

    def _foot(self, card: Card, text: dict[str, str], bottom: float) -> None:
        pen = self._pen
        right = self._width - self._margin
        pen.fill(_INK_2)
        pen.text("Kiểm tra mã", "Regular", 7.5, self._margin, bottom - _FOOT, 0)
        issued = f"Số {text['serial']} · in {card.issued_on:%d/%m/%Y}"
        room = (self._room - _FOOT_LEFT) * MM
        for line, baseline in ((issued, bottom - _FOOT), (text["check_url"], bottom - 5.4)):
            size = typeset.shrink(line, "Regular", 7.5, 1, room)
            pen.text(line, "Regular", size, right, baseline, 1)
        pen.fill(_INK)
        size = typeset.shrink(text["check_code"], "ExtraBold", 10.5, 1, (_FOOT_LEFT - 2) * MM)
        pen.text(text["check_code"], "ExtraBold", size, self._margin, bottom - 5.2, 0)
