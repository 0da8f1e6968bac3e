"""Whose template a tag is: card schemes by tag, others by the identifier in sub-tag 00.

Sources: EMVCo MPM's table of tags 02 to 25 and NAPAS v1.0 (2021) §5.2 for 38; VNPAY's, ShopeePay's
and MoMo's from payloads in public repositories (vectors_public, npm vietnam-qr-pay 1.5.1's tests),
November 2026. MoMo's tag 80 is three digits and no template at all: banks' apps let it be.
"""

from __future__ import annotations

import re
from typing import Final

from market40.vietqr import tlv

_SCHEMES: Final = {
    "02": "Visa", "03": "Visa", "04": "Mastercard", "05": "Mastercard", "09": "Discover",
    "10": "Discover", "11": "American Express", "12": "American Express", "13": "JCB",
    "14": "JCB", "15": "UnionPay", "16": "UnionPay",
}  # fmt: skip
_IDENTIFIERS: Final = {
    "A000000727": "VietQR",
    "A000000775": "VNPAY-QR",
    "vn.airpay.www": "ShopeePay",
}
_MOMO: Final = re.compile(r"[0-9]{3}")
UNKNOWN: Final = "khác"


def name_template(tag: str, value: str) -> str | None:
    """Return whose template `tag` with this value is; None for a tag that is none.

    Its sub-tags may stand in any order. A template whose identifier nobody here knows is named by
    it, one without any `khác`.
    """
    if "02" <= tag <= "25":
        return _SCHEMES.get(tag, UNKNOWN)
    if tag == "80" and _MOMO.fullmatch(value):
        return "MoMo"
    if not ("26" <= tag <= "51" or "80" <= tag <= "99"):
        return None
    identifier = next((part.value for part in tlv.read(value, []) if part.tag == "00"), "")
    return _IDENTIFIERS.get(identifier, identifier or UNKNOWN)
