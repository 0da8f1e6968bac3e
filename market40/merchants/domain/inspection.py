"""What hangs at a stall: each code in a frame beside the codes that were issued there.

Pictures and whole texts are never compared: tags may stand in another order and a CRC in lower
case. What is compared is what a bank's app is told (template, BIN, account, service, reference),
and that nothing was added to it: an amount, a second receiver, a name (issue 3, item 7;
research/vietqr §8).
"""

from __future__ import annotations

import hashlib
import re
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias, get_args

from market40.core.texts import say
from market40.vietqr import tlv
from market40.vietqr.canonical import canonical
from market40.vietqr.codec import BIN_DIGITS
from market40.vietqr.errors import VietQRError
from market40.vietqr.reading import inspect
from market40.vietqr.rules import GUID, MAX_PAYLOAD

Verdict: TypeAlias = Literal[
    "match",
    "altered",
    "another_stall",
    "unknown_account",
    "superseded",
    "malformed",
    "several_codes",
    "unreadable",
]
VERDICTS: Final[tuple[Verdict, ...]] = get_args(Verdict)
CALM: Final = frozenset({"match", "unreadable"})
"""Verdicts of which the board need not hear at once; an unreadable frame is looked at again."""
VERDICT_WORDS: Final[Mapping[str, str]] = {
    "match": say("Đúng mã của sạp"),
    "altered": say("Mã đã bị sửa"),
    "another_stall": say("Mã của sạp khác"),
    "unknown_account": say("Tài khoản lạ"),
    "superseded": say("Mã cũ, đã thay hoặc thu hồi"),
    "malformed": say("Không phải mã thanh toán đúng"),
    "several_codes": say("Có nhiều mã trong khung"),
    "unreadable": say("Chưa đọc được mã nào"),
}
FIELD_WORDS: Final[Mapping[str, str]] = {
    "account": say("số tài khoản"),
    "amount": say("số tiền"),
    "bill_number": say("số hóa đơn"),
    "bin": say("ngân hàng"),
    "city_alt": say("địa danh có dấu"),
    "country": say("nước"),
    "currency": say("loại tiền"),
    "customer_label": say("mã khách hàng"),
    "data_request": say("thông tin hỏi thêm"),
    "fee_fixed": say("phụ phí"),
    "fee_percent": say("phụ phí phần trăm"),
    "guid": say("định danh khuôn"),
    "init": say("loại mã (tĩnh hay động)"),
    "lang": say("ngôn ngữ"),
    "loyalty_number": say("số thẻ khách quen"),
    "mcc": say("mã ngành hàng"),
    "merchant_city": say("địa danh"),
    "merchant_id": say("mã người bán"),
    "merchant_name": say("tên người nhận"),
    "mobile_number": say("số điện thoại"),
    "name_alt": say("tên có dấu"),
    "postal_code": say("mã bưu chính"),
    "purpose": say("mã tham chiếu"),
    "reference_label": say("số tham chiếu"),
    "service": say("dịch vụ"),
    "store_label": say("số sạp"),
    "template": say("khuôn người nhận"),
    "terminal_label": say("số máy bán hàng"),
    "tip_indicator": say("tiền thưởng thêm"),
}
"""Names of the fields in which altered codes differ: every one that the decoder tells."""
MARK_DIGITS: Final = 24
WAYS: Final = ("camera", "photo")
SYMBOLS_LIMIT: Final = 20  # in one frame
TEXT_LIMIT: Final = 7_089  # digits in the largest QR code: no symbol holds more
BATCH_LIMIT: Final = 100  # inspections in one sending
BATCH_OCTETS: Final = 1_000_000  # of its JSON
_UNSEEN: Final = re.compile(r"[^!-~]+")  # blanks, controls, marks that no screen shows
_WALLET: Final = re.compile(
    r"2\|99\||(?:.*[/.])?(?:momo\.vn|zalopay\.vn|dl\.vietqr\.io)(?:[/:?#]|$)"
)
_DEPTH: Final = 2  # VietQR's receiver is a template within a template

Account: TypeAlias = tuple[str, str]
"""BIN and number."""


@dataclass(frozen=True, slots=True)
class KnownCode:
    """An issued code of the market, live or ended, and the payload that its card bears."""

    code_id: uuid.UUID
    stall_id: uuid.UUID
    live: bool
    account: Account
    payload: str


@dataclass(frozen=True, slots=True)
class Found:
    """What one code in a frame is: the issued code that it equals or comes closest to.

    `differs` names the fields (those of `vietqr.reading`, and `template`) in which an altered
    code is not the stall's. `account` is whom it pays, None where it does not say so.
    """

    text: str
    verdict: Verdict
    code_id: uuid.UUID | None = None
    differs: tuple[str, ...] = ()
    account: Account | None = None


@dataclass(frozen=True, slots=True)
class Frame:
    """The verdict on a frame, the payment codes in it, and how many codes are none (a menu's)."""

    verdict: Verdict
    found: tuple[Found, ...] = ()
    others: int = 0


def paid_by(text: str) -> tuple[Account, ...]:
    """Return every (BIN, number) that stands in a template of a payload, whatever its tag.

    The receiver of VietQR's own template, 38, comes first. A text that is no payload has none.
    """
    elements = tlv.read(text[:MAX_PAYLOAD], [])
    found: dict[Account, None] = {}
    for own in (True, False):
        for element in elements:
            if (element.tag == "38") is own and _is_template(element.tag):
                _collect(element.value, _DEPTH, found)
    return tuple(found)


def judge_frame(texts: Sequence[str], stall_id: uuid.UUID, known: Sequence[KnownCode]) -> Frame:
    """Return the verdict on what was read in one frame at a stall; a text seen twice is one code.

    `known` holds the stall's codes, live and ended, and the market's codes that pay any of
    `paid_by` of the texts. Several codes are a match only where each is a live one of the stall.
    """
    found: dict[str, Found] = {}
    others = 0
    for text in dict.fromkeys(texts):
        if is_payment(text):
            form = _form(text)
            found.setdefault(form or text, judge(text, stall_id, known))
        else:
            others += 1
    verdicts = {one.verdict for one in found.values()}
    if not found:
        return Frame("malformed" if others else "unreadable", (), others)
    if len(found) > 1 and verdicts != {"match"}:
        return Frame("several_codes", tuple(found.values()), others)
    return Frame(verdicts.pop(), tuple(found.values()), others)


def judge(text: str, stall_id: uuid.UUID, known: Sequence[KnownCode]) -> Found:
    """Return what one code is at a stall; `known` as for `judge_frame`.

    A match says that a live code of the stall tells a bank's app the same, no more and no less.
    """
    accounts = paid_by(text)
    pays = accounts[0] if accounts else None
    form = _form(text)
    if form is None:
        return Found(text, "malformed", account=pays)
    same = [code for code in known if code.payload == form]
    own = [code for code in same if code.stall_id == stall_id]
    for code in own:
        if code.live:
            return Found(text, "match", code.code_id, account=pays)
    if own:
        return Found(text, "superseded", own[-1].code_id, account=pays)
    if same:
        return Found(text, "another_stall", same[0].code_id, account=pays)
    return _unlike(form, text, pays, stall_id, known)


def _unlike(
    form: str, text: str, pays: Account | None, stall_id: uuid.UUID, known: Sequence[KnownCode]
) -> Found:
    """Return what a valid code is that equals none: whom it pays decides.

    Of several receivers that is VietQR's own, which banks' apps take.
    """
    paid = [code for code in known if code.account == pays]
    here = sorted((code for code in paid if code.stall_id == stall_id), key=lambda code: code.live)
    if here:
        code = here[-1]
        return Found(text, "altered", code.code_id, differences(form, code.payload), pays)
    if paid:
        return Found(text, "another_stall", paid[0].code_id, account=pays)
    return Found(text, "unknown_account", account=pays)


def differences(text: str, issued: str) -> tuple[str, ...]:
    """Return the names of the fields in which a payload is not the issued one, in order."""
    seen, meant = inspect(text), inspect(issued)
    names = {
        name
        for name in seen.fields.keys() | meant.fields.keys()
        if seen.fields.get(name) != meant.fields.get(name)
    }
    if seen.templates != meant.templates:
        names.add("template")
    return tuple(sorted(names))


def is_payment(text: str) -> bool:
    """Tell whether a text is, or sets out to be, a code to pay by; a menu's address is none.

    Payers' apps trim what stands before a code, take it out of an address, and open wallets' own
    links: beside the stall's code such a text must not pass for a menu.
    """
    bare = _UNSEEN.sub("", text)
    return (
        bare.startswith("0002")
        or GUID in bare.upper()
        or _WALLET.match(bare.lower()) is not None
        or bool(inspect(text).fields)
    )


def mark_of_code(salt: bytes, payload: str) -> str:
    """Return what stands for a payload in a list that goes out: 24 hex digits.

    SHA-256 over the list's salt, a zero byte and the text, cut to 96 bits.
    """
    return _mark(salt + b"\0" + payload.encode())


def mark_of_account(salt: bytes, account: Account) -> str:
    """Return what stands for an account in a list that goes out: over 1, the BIN and the number."""
    return _mark(salt + b"\1" + "|".join(account).encode())


def _mark(said: bytes) -> str:
    return hashlib.sha256(said).hexdigest()[:MARK_DIGITS]


def _form(text: str) -> str | None:
    """Return the one form of a valid payload; a line feed that a scanner adds is none of it."""
    try:
        return canonical(text.rstrip("\r\n"))
    except VietQRError:
        return None


def _is_template(tag: str) -> bool:
    return "02" <= tag <= "51" or "80" <= tag <= "99"


def _collect(value: str, depth: int, found: dict[Account, None]) -> None:
    parts = tlv.read(value, [])
    held = {element.tag: element.value for element in parts}
    bank, number = held.get("00", ""), held.get("01", "")
    digits = len(bank) == BIN_DIGITS and bank.isascii() and bank.isdigit()
    if digits and number.isascii() and number.isalnum():
        found.setdefault((bank, number))
    if depth > 1:
        for element in parts:
            _collect(element.value, depth - 1, found)
