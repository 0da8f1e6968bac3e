"""Memos of transfers as the receiving bank shows them, for the demonstration's payments.

The shapes follow what public feeds of 2022 to 2026 show (the memo wrapped by the sender's and the
receiver's bank, spaces put in, case changed); payers and numbers are made up.
"""

from __future__ import annotations

from datetime import datetime
from random import Random
from typing import Final

from market40.core.clock import VN

_PAYERS: Final = (
    "GIANG MI LUA",
    "NGUYEN THU HA",
    "HOANG VAN SON",
    "LY THI MAI",
    "TRIEU SANH PHIN",
    "VANG MI SINH",
    "NONG THI SEN",
    "TRAN MINH DUC",
    "DO VAN TUAN",
    "THAO A PAO",
)
_BANKS: Final = ("MBBank", "Techcombank", "ACB", "VietinBank", "TPBank", "Agribank")
_PLAIN: Final = ("chuyen tien", "tien hang", "mua rau", "tra tien", "tien an sang", "ck", "")


def with_reference(rng: Random, reference: str, gateway: str, at: datetime) -> str:
    """Return what stands in the notice when the payer scanned a code with this reference."""
    shape = rng.randrange(20)
    if shape < 9:
        return reference
    if shape < 12:
        return f"{reference} FT{at:%y%j}{rng.randrange(10**9):09d}"
    if shape < 14:
        return f"CUSTOMER {reference} - Ma giao dich/ Trace{rng.randrange(10**6):06d}"
    if shape < 16:
        sender, payer = f"10{rng.randrange(10**8):08d}", rng.choice(_PAYERS)
        head = f"MBVCB.{rng.randrange(10**10):010d}.{rng.randrange(10**6):06d}"
        return f"{head}.{reference}.CT tu {sender} {payer} toi tai {gateway}"
    if shape < 17:
        return f"IBFT {reference}"
    if shape < 18:
        return f"{reference[:5]} {reference[5:]} GD {rng.randrange(10**6):06d}-{at:%m%d%y %H:%M:%S}"
    if shape < 19:
        return (
            f"TKThe :{rng.randrange(10**10):010d}, tai {rng.choice(_BANKS)}. {reference} -CTLNHIDI"
        )
    return f"{rng.choice(_PAYERS)} {reference}".lower()


def without_reference(rng: Random) -> str:
    """Return what stands there when the payer, or his app, left our memo out."""
    text = rng.choice(_PLAIN)
    return text if rng.random() < 0.4 else f"{rng.choice(_PAYERS)} {text or 'chuyen khoan'}"


def bank_reference(gateway: str, at: datetime, serial: int) -> str:
    """Return the receiving bank's own number of a transfer; `serial` keeps it apart from others."""
    local = at.astimezone(VN)
    if gateway == "MBBank":
        return f"FT{local:%y%j}{serial:09d}"
    if gateway == "Vietcombank":
        return f"5078.{serial:06d}.{local:%H%M%S}"
    if gateway == "BIDV":
        return f"{local:%d%m%y}.{serial:08d}"
    return f"{local:%y%m%d}{serial:09d}"
