"""What people log in with: a phone and a PIN, or a name and a password."""

from __future__ import annotations

import re
from typing import Final

from market40.core.errors import InvalidInput
from market40.core.text import nfc
from market40.core.texts import say

PIN_DIGITS: Final = 6
PASSWORD_MIN: Final = 10
SECRET_MAX: Final = 200
LOGIN_MAX: Final = 80
_PHONE_MARKS = re.compile(r"[\s.()\-]")
_PHONE = re.compile(r"(?:\+?84|0)([1-9][0-9]{8,9})")
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{2,39}")
_STEPS: Final = ("0123456789", "9876543210")


def normal_login(typed: str) -> str:
    """Return a login as it is looked up: `0912345678` of a phone however typed, else a name.

    Never raises: what is neither is returned as typed (at most 80 characters), and finds nobody.
    """
    text = nfc(typed[: 2 * LOGIN_MAX]).strip()[:LOGIN_MAX]
    phone = _PHONE.fullmatch(_PHONE_MARKS.sub("", text))
    return f"0{phone[1]}" if phone else text.lower()


def check_login(role: str, login: str) -> str:
    """Return the normal login of a new person; raise InvalidInput `login_invalid`."""
    normal = normal_login(login)
    if role == "vendor" and not _PHONE.fullmatch(normal):
        raise InvalidInput(say("Số điện thoại không đúng."), place="login", code="login_invalid")
    if role != "vendor" and not _NAME.fullmatch(normal):
        message = say("Tên đăng nhập gồm 3 đến 40 chữ không dấu, số, dấu chấm hoặc gạch.")
        raise InvalidInput(message, place="login", code="login_invalid")
    return normal


def check_secret(role: str, secret: str, *, login: str = "") -> str:
    """Return a secret fit for the role, in NFC: six digits for a vendor, else 10 to 200 characters.

    Raises InvalidInput `pin_invalid`, `pin_weak` (a run such as 123456, the same one, two or three
    digits again and again, or what stands in the phone number `login`), `password_short` or
    `password_long`.
    """
    text = nfc(secret)
    if role != "vendor":
        if len(text) < PASSWORD_MIN:
            message = say("Mật khẩu cần ít nhất %(n)s ký tự.", n=PASSWORD_MIN)
            raise InvalidInput(message, place="secret", code="password_short")
        if len(text) > SECRET_MAX:
            message = say("Mật khẩu dài quá %(n)s ký tự.", n=SECRET_MAX)
            raise InvalidInput(message, place="secret", code="password_long")
        return text
    if len(text) != PIN_DIGITS or not (text.isascii() and text.isdigit()):
        message = say("Mã PIN gồm đúng %(n)s chữ số.", n=PIN_DIGITS)
        raise InvalidInput(message, place="secret", code="pin_invalid")
    repeated = any(text == text[:size] * (PIN_DIGITS // size) for size in (1, 2, 3))
    if repeated or text in normal_login(login) or any(text in run for run in _STEPS):
        message = say("Mã PIN này quá dễ đoán; hãy chọn số khác.")
        raise InvalidInput(message, place="secret", code="pin_weak")
    return text
