"""What is issued: the static payload of a stall, its serial, and the check code on the card."""

from __future__ import annotations

import re
from typing import Final

from market40.core.references import ALPHABET, RandRange
from market40.vietqr.codec import VietQR, encode

CHECK_LENGTH: Final = 6
SERIAL_DIGITS: Final = 5
_LABEL: Final = re.compile(r"[A-Z0-9](?:[A-Z0-9 ]{0,17}[A-Z0-9])?")
_SEPARATORS: Final = re.compile(r"[\s\-‐‑–.]+")


def new_check_code(rng: RandRange) -> str:
    """Return six characters of the reference's alphabet (31^6: 887 million); public, no secret."""
    return "".join(ALPHABET[rng.randrange(len(ALPHABET))] for _ in range(CHECK_LENGTH))


def read_check_code(typed: str) -> str | None:
    """Return the check code that somebody typed (any case, with or without dash), else None."""
    if len(typed) > 20:
        return None
    code = _SEPARATORS.sub("", typed).upper()
    if len(code) != CHECK_LENGTH or any(char not in ALPHABET for char in code):
        return None
    return code


def check_code_display(code: str) -> str:
    """Return a check code as printed: `K7Q-2ZM`."""
    return f"{code[:3]}-{code[3:]}"


def serial_display(serial: int) -> str:
    """Return a card's serial as printed: `00412`."""
    return f"{serial:0{SERIAL_DIGITS}d}"


def account_display(number: str) -> str:
    """Return an account number in groups of four from the left, as the card prints it."""
    return " ".join(number[at : at + 4] for at in range(0, len(number), 4))


def static_payload(*, bank_bin: str, account: str, reference: str, stall_number: str) -> str:
    """Return a stall's static VietQR: the reference as memo, the number as label where it fits.

    Only `[A-Z0-9 ]` in 19 fits (docs: domain, what a bank's app sees); another number is left
    out, since the memo's reference names the stall anyway. The same inputs give the same text.
    """
    label = stall_number if _LABEL.fullmatch(stall_number) else None
    return encode(VietQR(bin=bank_bin, account=account, purpose=reference, store_label=label))
