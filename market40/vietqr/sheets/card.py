"""What stands on a stall's card, and whether it can be printed so that it is right."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date

from market40.core.errors import Market40Error
from market40.vietqr import typeset

MAX_TEXT = 200  # characters in any text of a card
HEADLINE = "QUÉT MÃ ĐỂ THANH TOÁN"
DEMO_NOTICE = "DỮ LIỆU TRÌNH DIỄN – KHÔNG DÙNG ĐỂ THANH TOÁN THẬT"


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


_TEXTS = tuple(
    field.name for field in fields(Card) if field.name not in ("payload", "demo", "issued_on")
)


def texts(card: Card) -> dict[str, str]:
    """Return the card's texts ready for print, by field.

    Raises `BadCard`: a text over 200 characters, a required one empty, a holder or account that
    the font cannot print as it is.
    """
    found: dict[str, str] = {}
    for name in _TEXTS:
        value = getattr(card, name)
        if name == "headline" and value is None:
            value = HEADLINE
        if len(value) > MAX_TEXT:
            raise BadCard(f"{name}: dài {len(value)} ký tự, nhiều nhất {MAX_TEXT}.")
        found[name] = typeset.clean(value)
    for name in ("holder", "account_display"):
        if not found[name] or found[name] != typeset.composed(getattr(card, name)):
            raise BadCard(f"{name}: để trống hoặc có ký tự không in được.")
    for name in ("stall_name", "bank_name", "serial", "check_code"):
        if not found[name]:
            raise BadCard(f"{name}: để trống.")
    return found
