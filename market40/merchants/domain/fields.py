"""The rules of single fields of a registration: each reads what people type, or says the fault."""

from __future__ import annotations

import re
from typing import Final, Literal, TypeAlias

from market40.core.errors import InvalidInput
from market40.core.text import ascii_upper_name, clean_name, fold, squeeze
from market40.core.texts import lowered, say
from market40.vietqr import banks
from market40.vietqr.bank_search import QUERY_LIMIT, search

Usage: TypeAlias = Literal["dedicated", "mixed"]

NUMBER_LIMIT: Final = 20
NAME_LIMIT: Final = 60
HOUSEHOLD_LIMIT: Final = 80
HOLDER_LIMIT: Final = 50
NEAR_MOST: Final = 3  # banks named beside one that is not known
ACCOUNT_MIN: Final = 4
ACCOUNT_LIMIT: Final = 19  # NAPAS v1.0: tag 38.01.01 holds 1 to 19 characters

# Banks under whose BIN wallets and collectors keep virtual accounts with letters: BVBank carries
# MoMo's and ZaloPay's codes (99MM…, 99ZP…), seen in public VietQR samples, 2026.
VIRTUAL_ACCOUNT_BINS: Final = frozenset({"970454"})

_FORMULA: Final = "=+-@＝＋－＠\t\r"
_STALL_NUMBER: Final = re.compile(r"(?:[^\W_]|[ \-/.])+")
_MANGLED: Final = re.compile(r"[0-9]+(?:[.,][0-9]+)?[eE][+]?[0-9]+|[0-9]+[.,]0+")
_ACCOUNT_GAPS: Final = re.compile(r"[\s.\-]+")
_ACCOUNT: Final = re.compile(r"[A-Z0-9]+")
_PHONE_GAPS: Final = re.compile(r"[\s.\-()]+")
_PHONE: Final = re.compile(r"0[35789][0-9]{8}")
_PHONE_WITHOUT_ZERO: Final = re.compile(r"[35789][0-9]{8}(?:[.,]0+)?")
_DEDICATED: Final = frozenset({"DANHRIENG", "RIENG", "DEDICATED", "BANHANG", "CHIBANHANG"})
_MIXED: Final = frozenset({"", "CHUNG", "DUNGCHUNG", "MIXED", "CANHAN"})


class BadField(Exception):
    """Why one field cannot be taken: a stable `code` and a Vietnamese `message`."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(code)
        self.code = code
        self.message = message


def text(typed: str, *, limit: int, what: str) -> str:
    """Return a name fit to store and print. Raises BadField.

    Refused: nothing, too long, what a spreadsheet would run as a formula, and text that lost its
    Vietnamese letters on the way (`?` or U+FFFD in their place).
    """
    stripped = typed.strip(" \n")
    if stripped[:1] and stripped[0] in _FORMULA:
        message = say(
            "%(what)s bắt đầu bằng “%(start)s”: bảng tính sẽ hiểu là công thức.",
            what=what,
            start=stripped[0],
        )
        raise BadField("formula_like", message)
    if "?" in stripped or "\ufffd" in stripped:
        raise BadField(
            "text_damaged",
            say("%(what)s bị mất chữ có dấu; hãy lưu tệp lại dạng CSV UTF-8.", what=what),
        )
    try:
        return clean_name(stripped, limit=limit)
    except InvalidInput as error:
        if error.code == "name_too_long":
            raise BadField(
                "too_long", say("%(what)s dài quá %(limit)s ký tự.", what=what, limit=limit)
            ) from error
        message = say("Chưa nhập %(what)s.", what=lowered(what))
        raise BadField("missing", message) from error


def stall_number(typed: str) -> str:
    """Return a stall's number in capitals with single spaces: "a 12" is "A 12". Raises BadField.

    It is printed, read out and searched for, so it has letters, digits, spaces and `- / .` only.
    """
    number = text(typed, limit=NUMBER_LIMIT, what=say("Số sạp")).upper()
    if not _STALL_NUMBER.fullmatch(number):
        message = say("Số sạp chỉ gồm chữ cái, chữ số, dấu cách và các dấu - / .")
        raise BadField("number_invalid", message)
    return number


def phone(typed: str) -> str:
    """Return a Vietnamese mobile number as ten digits from 0. Raises BadField.

    Mobile only (03, 05, 07, 08, 09): the vendor logs in with it.
    """
    digits = _PHONE_GAPS.sub("", typed)
    if _PHONE_WITHOUT_ZERO.fullmatch(typed.strip()):
        digits = typed.strip()
    elif _MANGLED.fullmatch(digits) and not _PHONE_WITHOUT_ZERO.fullmatch(digits):
        raise BadField("phone_mangled", _excel(say("Số điện thoại"), digits))
    if digits.startswith("+84"):
        digits = "0" + digits[3:]
    elif digits.startswith("84") and len(digits) == 11:
        digits = "0" + digits[2:]
    if _PHONE_WITHOUT_ZERO.fullmatch(digits):
        message = say(
            "Số điện thoại mất số 0 ở đầu (bảng tính đã tự bỏ). Hãy định dạng cột là Văn bản (Text)"
            " rồi nhập lại: %(number)s.",
            number=f"0{digits[:9]}",
        )
        raise BadField("phone_lost_zero", message)
    if not _PHONE.fullmatch(digits):
        message = say("Số điện thoại không đúng: cần số di động 10 chữ số, bắt đầu bằng 0.")
        raise BadField("phone_invalid", message)
    return digits


def bank(typed: str) -> banks.Bank:
    """Return the bank by any name that people use, its code or BIN.

    Raises BadField, which names the banks that may be meant: none is guessed.
    """
    found = banks.find(typed)
    if found is None:
        shown = clean_for_message(typed)
        near = ", ".join(entry.short_name for entry in search(typed[:QUERY_LIMIT], limit=NEAR_MOST))
        if near:
            message = say(
                "Không biết ngân hàng “%(shown)s”. Gần giống: %(near)s.", shown=shown, near=near
            )
            raise BadField("unknown_bank", message)
        message = say(
            "Không biết ngân hàng “%(shown)s”: hãy chọn theo tên trong danh sách.", shown=shown
        )
        raise BadField("unknown_bank", message)
    return found


def letters_allowed(receiver: banks.Bank) -> bool:
    """Return whether this receiver's accounts may hold letters: wallets and virtual accounts."""
    return receiver.kind == "wallet" or receiver.bin in VIRTUAL_ACCOUNT_BINS


def account_number(typed: str, receiver: banks.Bank | None) -> str:
    """Return an account's number, capitals and digits without gaps. Raises BadField.

    With a `receiver`, letters are taken only where its kind has them (`letters_allowed`).
    """
    number = _ACCOUNT_GAPS.sub("", typed).upper()
    if _MANGLED.fullmatch(typed.strip()):
        raise BadField("account_mangled", _excel(say("Số tài khoản"), clean_for_message(typed)))
    if not _ACCOUNT.fullmatch(number):
        raise BadField("account_invalid", say("Số tài khoản chỉ gồm chữ số, không có ký tự khác."))
    if not ACCOUNT_MIN <= len(number) <= ACCOUNT_LIMIT:
        message = say(
            "Số tài khoản có %(least)s đến %(most)s ký tự.", least=ACCOUNT_MIN, most=ACCOUNT_LIMIT
        )
        raise BadField("account_length", message)
    if receiver is not None and not number.isdecimal() and not letters_allowed(receiver):
        message = say(
            "Tài khoản ở %(bank)s chỉ có chữ số; chữ cái chỉ có ở ví điện tử"
            " và tài khoản định danh.",
            bank=receiver.short_name,
        )
        raise BadField("account_letters", message)
    return number


def refuse_rounded(number: str) -> None:
    """Refuse an account number that a spreadsheet seems to have cut to 15 digits.

    For files alone: such a number can be right, and then the page takes it. Raises BadField.
    """
    digits = _ACCOUNT_GAPS.sub("", number)
    if len(digits) >= 17 and digits.isdecimal() and digits.endswith("0" * (len(digits) - 15)):
        message = say(
            "Số tài khoản có vẻ đã bị bảng tính làm tròn (chỉ giữ 15 chữ số). Hãy định dạng cột là"
            " Văn bản (Text) rồi nhập lại; nếu số này đúng, đăng ký sạp ở trang đăng ký."
        )
        raise BadField("account_rounded", message)


def holder(typed: str) -> str:
    """Return the holder as banks show it, capitals without marks: "Lò Thị Mẩy" is LO THI MAY.

    Raises BadField.
    """
    shown = ascii_upper_name(text(typed, limit=2 * HOLDER_LIMIT, what=say("Tên chủ tài khoản")))
    if not any(char.isalpha() for char in shown):
        raise BadField("holder_invalid", say("Tên chủ tài khoản phải có chữ cái."))
    if len(shown) > HOLDER_LIMIT:
        raise BadField(
            "too_long",
            say("Tên chủ tài khoản dài quá %(n)s ký tự.", n=HOLDER_LIMIT),
        )
    return shown


def usage(typed: str) -> Usage:
    """Return how the account is used; nothing said is mixed, which keeps the most private.

    Raises BadField.
    """
    said = squeeze(typed[:60])
    if said in _DEDICATED:
        return "dedicated"
    if said in _MIXED:
        return "mixed"
    raise BadField("usage_unknown", say("Ghi “dành riêng” hoặc “chung”."))


def same_name(one: str, other: str) -> bool:
    """Return whether two people's names are the same but for marks, case and spaces."""
    return fold(" ".join(one.split())) == fold(" ".join(other.split()))


def clean_for_message(typed: str) -> str:
    """Return at most 40 printable characters of what somebody typed, to be shown back."""
    return "".join(char for char in typed[:40] if char.isprintable())


def _excel(what: str, shown: str) -> str:
    return say(
        "%(what)s “%(shown)s” đã bị bảng tính đổi dạng. Hãy định dạng cột là Văn bản (Text)"
        " rồi nhập lại đủ chữ số.",
        what=what,
        shown=shown,
    )
