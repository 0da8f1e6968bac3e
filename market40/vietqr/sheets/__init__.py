"""Print-ready sheets of stalls' cards: vector codes, embedded fonts, every page read back.

`Card` says what stands on one; `SHEETS` are the papers; `cards_pdf` gives a PDF, `print_file`
writes a long one, `draw_part` and `read_part` make one in steps, `strip_png` feeds a thermal
printer. No logo of a bank or scheme is drawn: they are trademarks. One square a card, so that no
bank app catches the wrong one.
"""

from market40.vietqr.sheets.card import DEMO_NOTICE, HEADLINE, BadCard, Card
from market40.vietqr.sheets.check import NotReadBack
from market40.vietqr.sheets.limits import BadLayout
from market40.vietqr.sheets.parts import Part, draw_part, read_part
from market40.vietqr.sheets.pdf import Standing
from market40.vietqr.sheets.press import (
    MAX_CARDS,
    Printed,
    Progress,
    cards_pdf,
    print_file,
    strip_png,
)
from market40.vietqr.sheets.sizes import A6, SHEETS, Sheet

__all__ = [
    "A6",
    "DEMO_NOTICE",
    "HEADLINE",
    "MAX_CARDS",
    "SHEETS",
    "BadCard",
    "BadLayout",
    "Card",
    "NotReadBack",
    "Part",
    "Printed",
    "Progress",
    "Sheet",
    "Standing",
    "cards_pdf",
    "draw_part",
    "print_file",
    "read_part",
    "strip_png",
]
