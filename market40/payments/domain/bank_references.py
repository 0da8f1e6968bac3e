"""How each bank's own reference is normalised, and whether it names one movement (strong).

Seen in feeds and statements of 2022 to 2026: MB's statement ends its number with `BNK`, also
after a backslash, its notice does not; ACB's are short counters that come again; SePay writes
`NODATA` or the account and the day where a bank gave none. What no line here knows is weak.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from market40.vietqr import banks

LENGTH_LIMIT: Final = 64

_SQUEEZE: Final = re.compile(r"[^A-Z0-9]+")
_DAY: Final = re.compile(r"20[0-9]{6}")
_FT: Final = re.compile(r"FT[0-9]{11,16}")

_MB: Final = "970422"
_STRONG: Final[dict[str, re.Pattern[str]]] = {
    _MB: _FT,
    "970407": _FT,  # Techcombank
    "970436": re.compile(r"(?:MBVCB)?[0-9]{9,16}|[0-9]{4,6}[0-9]{5,8}"),  # Vietcombank
    "970415": re.compile(r"[0-9A-Z]{12,20}"),  # VietinBank
    "970418": re.compile(r"[0-9A-Z]{12,20}"),  # BIDV
    "970405": re.compile(r"[0-9]{14,20}"),  # Agribank
}


@dataclass(frozen=True, slots=True)
class BankReference:
    """A bank's reference in the form in which it is compared; `""` where there is none."""

    text: str
    strong: bool


def normalise(raw: str | None, *, bank_bin: str | None, account_number: str) -> BankReference:
    """Return the reference without marks and blanks, in capitals, at most 64 characters.

    `bank_bin` is the receiving bank's, None where it is not known. A longer one keeps its first
    characters and a hash of all, so that two that differ stay different.
    """
    text = _SQUEEZE.sub("", (raw or "").upper())
    made_up = text.startswith(account_number) and _DAY.fullmatch(text, len(account_number))
    if not text or text == "NODATA" or made_up:
        return BankReference("", strong=False)
    if bank_bin == _MB and text.endswith("BNK") and len(text) > 3:
        text = text[:-3]
    if len(text) > LENGTH_LIMIT:
        digest = hashlib.sha256(text.encode()).hexdigest()[:16]
        text = text[: LENGTH_LIMIT - 16] + digest.upper()
    rule = _STRONG.get(bank_bin or "")
    return BankReference(text, strong=rule is not None and rule.fullmatch(text) is not None)


@lru_cache(maxsize=1024)
def bin_of_gateway(gateway: str) -> str | None:
    """Return the BIN of the bank that a provider names so ("MBBank"), None when nobody knows."""
    found = banks.find(gateway)
    return None if found is None else found.bin
