"""VietQR payloads: a value to text and back, strictly by NAPAS's profile (v1.0, 09/2021)."""

from __future__ import annotations

import re
import unicodedata
from binascii import crc_hqx
from typing import Final, Literal, NamedTuple

from market40.core.money import INTENT_MAX_VND
from market40.vietqr.errors import PayloadFault, VietQRError
from market40.vietqr.reading import Reading, inspect
from market40.vietqr.rules import GUID, SERVICES
from market40.vietqr.tlv import read, write

__all__ = [
    "MAX_AMOUNT",
    "PayloadFault",
    "Reading",
    "VietQR",
    "VietQRError",
    "decode",
    "encode",
    "inspect",
]

MAX_AMOUNT = INTENT_MAX_VND

_BIN = re.compile(r"[0-9]{6}")
_ACCOUNT = re.compile(r"[A-Za-z0-9]{1,19}")
_SAFE = re.compile(r"[A-Z0-9](?:[A-Z0-9 ]{0,23}[A-Z0-9])?")
_ANS25 = re.compile(r"[ -~]{1,25}")
_ANS15 = re.compile(r"[ -~]{1,15}")
_WHOLE = re.compile(r"[1-9][0-9]{0,8}")
_MAX_NAME_VI = 25
BIN_DIGITS: Final = 6
_RECEIVER = re.compile(r"[0-9]{6}[A-Za-z0-9]{1,19}")

# The parts of a payload by what decides them, made once: most of a payload never changes.
_SERVICE_OF: Final = {None: ""} | {service: write("02", service) for service in SERVICES}
_SERVICE_IN: Final = {text: service for service, text in _SERVICE_OF.items()}
_WHO_OF: Final = [f"0010{GUID}01{14 + digits:02d}0006" for digits in range(20)]
_WITH_PURPOSE: Final = [f"62{4 + size:02d}08{size:02d}" for size in range(26)]
_TWO: Final = [f"{number:02d}" for number in range(100)]
_PLAIN = re.compile(
    r"0002010102(?:1[12])38([0-9]{2})0010" + GUID + "01([0-9]{2})0006([0-9]{6})01([0-9]{2})"
    r"([A-Za-z0-9]{1,19}?)(" + "|".join(sorted(_SERVICE_IN)) + ")5303704"
    r"(?:54([0-9]{2})([1-9][0-9]{0,8}))?5802VN(?:62([0-9]{2})08([0-9]{2})([ -~]{1,25}))?"
    r"6304[0-9A-F]{4}"
)

Memo = Literal["safe", "ans"]


class VietQR(NamedTuple):
    """One code to pay by: who receives, and what the payer's app is told beside.

    `bin` is six digits, `amount` whole dong or None when the payer types it, `purpose` the
    transfer's memo (62.08), `store_label` 62.03, `merchant_name` 59, `merchant_city` 60,
    `name_vi` the name with marks (64.01, language vi). `service` is None only in a code of
    someone else that states none. A plain value: `encode` checks it.
    """

    bin: str
    account: str
    service: str | None = "QRIBFTTA"
    amount: int | None = None
    purpose: str | None = None
    store_label: str | None = None
    merchant_name: str | None = None
    merchant_city: str | None = None
    name_vi: str | None = None


def encode(code: VietQR, *, memo: Memo = "safe") -> str:
    """Return the payload: 12 with an amount of 1 to 499,999,999 dong, 11 without.

    `memo="safe"` holds the purpose to what every bank carries unchanged, `[A-Z0-9 ]` in 25
    without a space at either end; `"ans"` takes all that the specification does.
    Raises `VietQRError` (its `path` is the tag, its `offset` None).
    """
    amount, purpose, service = code.amount, code.purpose, _SERVICE_OF.get(code.service)
    # Every rule at once; which of them is broken is asked only when one is.
    if not (
        service is not None
        and len(code.bin) == BIN_DIGITS
        and _RECEIVER.fullmatch(code.bin + code.account)
        and (amount is None or (type(amount) is int and 1 <= amount <= MAX_AMOUNT))
        and (purpose is None or (_SAFE if memo == "safe" else _ANS25).fullmatch(purpose))
    ):
        _check(code, memo)
        raise AssertionError("unreachable")  # pragma: no cover - a rule that only one of both knows
    digits = len(code.account)
    who = f"{_WHO_OF[digits]}{code.bin}01{digits:02d}{code.account}"
    head = "01021138" if amount is None else "01021238"
    money = "" if amount is None else f"54{len(str(amount)):02d}{amount}"
    more = "" if purpose is None else _WITH_PURPOSE[len(purpose)] + purpose
    if (
        code.store_label is not None
        or code.merchant_name is not None
        or code.merchant_city is not None
        or code.name_vi is not None
    ):
        more = _texts(code, memo)
    size = 32 + digits + len(service)
    body = f"000201{head}{size}{who}{service}5303704{money}5802VN{more}6304"
    return f"{body}{crc_hqx(body.encode(), 0xFFFF):04X}"


def _texts(code: VietQR, memo: Memo) -> str:
    """Return tags 59 to 64 of a code that states more than its purpose."""
    _check(code, memo)
    label = write("03", code.store_label) if code.store_label is not None else ""
    purpose = write("08", code.purpose) if code.purpose is not None else ""
    parts = (
        write("59", code.merchant_name) if code.merchant_name is not None else "",
        write("60", code.merchant_city) if code.merchant_city is not None else "",
        write("62", label + purpose) if label or purpose else "",
        write("64", "0002vi" + write("01", code.name_vi)) if code.name_vi is not None else "",
    )
    return "".join(parts)


def decode(payload: str) -> VietQR:
    """Return the code that `payload` is, or raise `VietQRError` with its first fault.

    Stricter than `inspect`, which also knows the codes of others: the receiver must stand in
    VietQR's own template (38), tag 01 must be there, and an amount must be a plain integer of
    1 to 499,999,999. What `VietQR` has no field for (a bill number, a tip) is left out; use
    `inspect` to see it.
    """
    plain = _plain(payload)
    return _decoded(payload) if plain is None else plain


def _plain(payload: str) -> VietQR | None:
    """Return the code of a payload that stands as `encode` writes it; None: look closer.

    Nearly every VietQR does: tags in order, no more than receiver, amount and purpose. The
    lengths decide whether what was found is what they say, so that no text can pass for a tag.
    """
    found = _PLAIN.fullmatch(payload)
    if found is None:
        return None
    size, inner, number, digits, account, service, wide, amount, more, long, purpose = (
        found.groups()
    )
    held = len(account)
    if (
        digits != _TWO[held]
        or inner != _TWO[14 + held]
        or size != _TWO[32 + held + len(service)]
        or (amount is not None and (wide != _TWO[len(amount)] or int(amount) > MAX_AMOUNT))
        or (purpose is not None and (long, more) != (_TWO[len(purpose)], _TWO[4 + len(purpose)]))
        or f"{crc_hqx(payload[:-4].encode(), 0xFFFF):04X}" != payload[-4:]
    ):
        return None
    return VietQR(
        number, account, _SERVICE_IN[service], None if amount is None else int(amount), purpose
    )


def _decoded(payload: str) -> VietQR:
    reading = inspect(payload)
    if reading.errors:
        raise VietQRError(reading.errors[0])
    fields = reading.fields
    end = len(payload)
    if "init" not in fields:
        raise VietQRError(PayloadFault("MISSING_TAG", "01", end, "Thiếu thẻ 01 (11 hoặc 12)."))
    if "bin" not in fields:
        raise VietQRError(PayloadFault("MISSING_TAG", "38", end, "Người nhận không ở dạng VietQR."))
    amount = fields.get("amount")
    if amount is not None and (not _WHOLE.fullmatch(amount) or int(amount) > MAX_AMOUNT):
        message = f"Số tiền phải là số nguyên từ 1 đến {MAX_AMOUNT}."
        at = next(element.offset for element in read(payload, []) if element.tag == "54")
        raise VietQRError(PayloadFault("BAD_AMOUNT", "54", at, message))
    return VietQR(
        bin=fields["bin"],
        account=fields["account"],
        service=fields.get("service"),
        amount=int(amount) if amount else None,
        purpose=fields.get("purpose"),
        store_label=fields.get("store_label"),
        merchant_name=fields.get("merchant_name"),
        merchant_city=fields.get("merchant_city"),
        name_vi=fields.get("name_alt") if fields.get("lang") == "vi" else None,
    )


def _check(code: VietQR, memo: Memo) -> None:
    """Refuse all that a bank's app might refuse, cut or change."""
    _must(bool(_BIN.fullmatch(code.bin)), "BAD_BIN", "38.01.00", "Mã BIN gồm sáu chữ số.")
    _must(
        bool(_ACCOUNT.fullmatch(code.account)),
        "BAD_ACCOUNT",
        "38.01.01",
        "Số tài khoản gồm 1 đến 19 chữ cái không dấu và chữ số.",
    )
    if code.service is not None:
        known = code.service in SERVICES
        _must(
            known,
            "UNKNOWN_SERVICE_CODE",
            "38.02",
            f"Mã dịch vụ là một trong {', '.join(sorted(SERVICES))}.",
        )
    if code.amount is not None:
        whole = type(code.amount) is int and 1 <= code.amount <= MAX_AMOUNT
        _must(whole, "BAD_AMOUNT", "54", f"Số tiền phải là số nguyên từ 1 đến {MAX_AMOUNT} đồng.")
    rules = (
        (code.merchant_name, _ANS25, "59", "Gồm 1 đến 25 ký tự ASCII in được."),
        (code.merchant_city, _ANS15, "60", "Gồm 1 đến 15 ký tự ASCII in được."),
        (code.store_label, _ANS25, "62.03", "Gồm 1 đến 25 ký tự ASCII in được."),
        (
            code.purpose,
            _SAFE if memo == "safe" else _ANS25,
            "62.08",
            "Gồm 1 đến 25 ký tự A-Z, 0-9; dấu cách chỉ ở giữa."
            if memo == "safe"
            else "Gồm 1 đến 25 ký tự ASCII in được.",
        ),
    )
    for value, rule, path, words in rules:
        if value is not None:
            _must(bool(rule.fullmatch(value)), "BAD_TEXT", path, words)
    if code.name_vi is not None:
        words = f"Gồm 1 đến {_MAX_NAME_VI} ký tự in được, dạng NFC, không có biểu tượng."
        _must(_is_name(code.name_vi), "BAD_TEXT", "64.01", words)


def _is_name(name: str) -> bool:
    """Printable NFC within the basic plane: beyond it libraries disagree on the length."""
    return (
        1 <= len(name) <= _MAX_NAME_VI
        and name.isprintable()
        and name == name.strip()
        and max(name) <= "\uffff"
        and unicodedata.is_normalized("NFC", name)
    )


def _must(held: bool, code: str, path: str, words: str) -> None:
    if not held:
        raise VietQRError(PayloadFault(code, path, None, words))
