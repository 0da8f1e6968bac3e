"""Print-ready cards for stalls: one A6 page a card, the code as vectors, text in NFC.

Sizes: a symbol of 67 mm is read at 60 cm by a plain phone, modules under 1.25 mm are not drawn.
No logo of a bank or scheme is drawn: they are trademarks. One square a card, so that no bank
app catches the wrong one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import date
from io import BytesIO

from reportlab import rl_config
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from market40.core.errors import Market40Error
from market40.vietqr import typeset
from market40.vietqr.codec import decode
from market40.vietqr.images import runs
from market40.vietqr.symbol import matrix
from market40.vietqr.typeset import Weight

MAX_CARDS = 20_000
MAX_TEXT = 200  # characters in any text of a card
LEAST_MODULE_MM = 1.25
HEADLINE = "QUÉT MÃ ĐỂ THANH TOÁN"
DEMO_NOTICE = "DỮ LIỆU TRÌNH DIỄN – KHÔNG DÙNG ĐỂ THANH TOÁN THẬT"

_PAGE = (105 * mm, 148 * mm)
_MIDDLE = _PAGE[0] / 2
_MARGIN = 7 * mm
_ROOM = _PAGE[0] - 2 * _MARGIN
_SYMBOL_MM = 67.0
_NOTICE_ROOM = 4.6 * mm
_INK, _INK_2, _LACQUER, _PAPER = "#17212b", "#55606b", "#b8432f", "#ffffff"
_ASK = "Xem đúng TÊN NGƯỜI NHẬN rồi mới chuyển"

rl_config.useA85 = 0  # streams as octets, not as text: a page is a fifth smaller


class BadCard(Market40Error):
    """A card that cannot be printed so that it is right; the message says which and why."""

    code = "bad_card"
    http_status = 422


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """What stands on one stall's card.

    `account_display` is printed as it is (grouped by the caller), `check_code` reads like
    `K7Q-2ZM`, `check_url` is where a buyer checks the card. `payload` is the VietQR text.
    """

    stall_name: str
    stall_number: str
    market_name: str
    holder: str
    bank_name: str
    account_display: str
    serial: str
    check_code: str
    check_url: str
    issued_on: date
    payload: str
    demo: bool = False
    headline: str | None = None


def cards_pdf(cards: Iterable[Card]) -> bytes:
    """Return a PDF with one A6 page a card, in the order given; the same bytes for the same cards.

    A text too long for its line shrinks, then is cut at a word; the holder's name and the
    account are never cut. Raises `BadCard` (no card, over 20,000, a text over 200 characters,
    a required text empty, a name that the font cannot print, a code too dense for 67 mm) and
    `VietQRError` for a payload that is none.
    """
    out = BytesIO()
    canvas = Canvas(
        out,
        pagesize=_PAGE,
        initialFontName=typeset.font("Regular"),
        pageCompression=1,
        invariant=1,
        lang="vi-VN",
    )
    canvas.setTitle("Thẻ mã thanh toán")
    canvas.setCreator("market40")
    count = 0
    for count, card in enumerate(cards, 1):
        if count > MAX_CARDS:
            raise BadCard(f"Nhiều nhất {MAX_CARDS} thẻ trong một tệp.")
        _draw(canvas, card)
        canvas.showPage()
    if not count:
        raise BadCard("Không có thẻ nào để in.")
    canvas.save()
    return out.getvalue()


def _draw(canvas: Canvas, card: Card) -> None:
    text = _texts(card)
    decode(card.payload)
    top = _PAGE[1] - (_NOTICE_ROOM if card.demo else 0)
    if card.demo:
        _notice(canvas)
    canvas.setFillColor(_INK)
    _centred(canvas, text["headline"], "ExtraBold", 12.5, 9, top - 10.4 * mm)
    _centred(canvas, text["stall_name"], "ExtraBold", 18, 12, top - 17.6 * mm)
    number = f"Sạp {text['stall_number']}" if text["stall_number"] else ""
    parts = (number if number != text["stall_name"] else "", text["market_name"])
    where = " · ".join(part for part in parts if part)
    canvas.setFillColor(_INK_2)
    _centred(canvas, where, "Regular", 9.5, 7.5, top - 22.4 * mm)
    # Nothing stands nearer to the symbol than four modules of its loosest version (7.25 mm).
    _symbol(canvas, card.payload, top - 97.6 * mm)
    canvas.setFillColor(_INK)
    _holder(canvas, text["holder"], top - 109.4 * mm)
    _account(canvas, text["bank_name"], text["account_display"], top - 115.4 * mm)
    _ask(canvas, top - 126.4 * mm)
    _foot(canvas, card, text)


def _texts(card: Card) -> dict[str, str]:
    """Return the card's texts ready for print, or refuse the card."""
    found = {"headline": HEADLINE}
    for field in fields(card):
        value = getattr(card, field.name)
        if field.name == "payload" or not isinstance(value, str):
            continue
        if len(value) > MAX_TEXT:
            raise BadCard(f"{field.name}: dài {len(value)} ký tự, nhiều nhất {MAX_TEXT}.")
        found[field.name] = typeset.clean(value)
    for name in ("holder", "account_display"):
        if not found[name] or found[name] != typeset.composed(getattr(card, name)):
            raise BadCard(f"{name}: để trống hoặc có ký tự không in được.")
    for name in ("stall_name", "bank_name", "serial", "check_code"):
        if not found[name]:
            raise BadCard(f"{name}: để trống.")
    return found


def _notice(canvas: Canvas) -> None:
    canvas.setFillColor(_LACQUER)
    canvas.roundRect(_MARGIN, _PAGE[1] - 9.8 * mm, _ROOM, 5.4 * mm, 1.2 * mm, stroke=0, fill=1)
    canvas.setFillColor(_PAPER)
    _centred(canvas, DEMO_NOTICE, "SemiBold", 8, 6, _PAGE[1] - 8.1 * mm, _ROOM - 4 * mm)


def _centred(
    canvas: Canvas,
    text: str,
    weight: Weight,
    size: float,
    least: float,
    baseline: float,
    room: float = _ROOM,
) -> None:
    fitting = typeset.shrink(text, weight, size, least, room)
    canvas.setFont(typeset.font(weight), fitting)
    canvas.drawCentredString(_MIDDLE, baseline, typeset.cut(text, weight, fitting, room))


def _symbol(canvas: Canvas, payload: str, bottom: float) -> None:
    """Draw the code as one path in units of a module: exact, small, and quick to write."""
    modules = matrix(payload, level="Q")
    count = len(modules)
    module = _SYMBOL_MM / count
    if module < LEAST_MODULE_MM:
        raise BadCard(f"Mã cần {count} ô mỗi cạnh: mỗi ô nhỏ hơn {LEAST_MODULE_MM} mm, khó quét.")
    scale, left = module * mm, (_PAGE[0] - _SYMBOL_MM * mm) / 2
    rectangles = " ".join(f"{x} {count - 1 - y} {length} 1 re" for y, x, length in runs(modules))
    canvas.addLiteral(
        f"q 0 g {scale:.5f} 0 0 {scale:.5f} {left:.3f} {bottom:.3f} cm {rectangles} f Q"
    )


def _holder(canvas: Canvas, name: str, baseline: float) -> None:
    """Print the name to compare with the bank's app: whole, on two lines if it must."""
    size = typeset.shrink(name, "ExtraBold", 14, 10, _ROOM)
    lines = [name]
    if typeset.width(name, "ExtraBold", size) > _ROOM:
        lines = typeset.halves(name, "ExtraBold", 10)
        longest = max(lines, key=lambda line: typeset.width(line, "ExtraBold", 10))
        size = typeset.shrink(longest, "ExtraBold", 10, 1, _ROOM)
        baseline += 1.9 * mm
    canvas.setFont(typeset.font("ExtraBold"), size)
    for line in lines:
        canvas.drawCentredString(_MIDDLE, baseline, line)
        baseline -= 4 * mm


def _account(canvas: Canvas, bank_name: str, account: str, baseline: float) -> None:
    tail = f" · {account}"
    size = typeset.shrink(bank_name + tail, "Regular", 11, 8.5, _ROOM)
    room = _ROOM - typeset.width(tail, "Regular", size)
    if room > 0:
        tail = typeset.cut(bank_name, "Regular", size, room) + tail
    _centred(canvas, tail, "Regular", size, 1, baseline)


def _ask(canvas: Canvas, bottom: float) -> None:
    canvas.setStrokeColor(_INK)
    canvas.setLineWidth(0.4 * mm)
    canvas.roundRect(_MARGIN, bottom, _ROOM, 7.4 * mm, 2 * mm)
    _centred(canvas, _ASK, "SemiBold", 10, 8, bottom + 2.5 * mm)


def _foot(canvas: Canvas, card: Card, text: dict[str, str]) -> None:
    right = _PAGE[0] - _MARGIN
    canvas.setFillColor(_INK_2)
    canvas.setFont(typeset.font("Regular"), 7.5)
    canvas.drawString(_MARGIN, 9.4 * mm, "Kiểm tra mã")
    issued = f"Số {text['serial']} · in {card.issued_on:%d/%m/%Y}"
    room = 58 * mm
    for line, baseline in ((issued, 9.4 * mm), (text["check_url"], 5.4 * mm)):
        size = typeset.shrink(line, "Regular", 7.5, 1, room)
        canvas.setFont(typeset.font("Regular"), size)
        canvas.drawRightString(right, baseline, line)
    canvas.setFillColor(_INK)
    size = typeset.shrink(text["check_code"], "ExtraBold", 10.5, 1, 30 * mm)
    canvas.setFont(typeset.font("ExtraBold"), size)
    canvas.drawString(_MARGIN, 5.2 * mm, text["check_code"])
