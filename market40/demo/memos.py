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
_UNTOUCHED: Final = 9
_VCB: Final = "MBVCB.1{d9}.{d6}.{ref}.CT tu 10{d6} {payer} toi tai {here}"
_WRAPPED: Final = (
    "{ref} FT{at:%y%j}{d9}",
    "{ref} FT{at:%y%j}{d9}",
    "CUSTOMER {ref} - Ma giao dich/ Trace{d6}",
    "CUSTOMER {ref} - Ma giao dich/ Trace{d6}",
    _VCB,
    _VCB,
    "IBFT {ref}",
    "{first} {rest} GD {d6}-{at:%m%d%y %H:%M:%S}",
    "TKThe :1{d9}, tai {bank}. {ref} -CTLNHIDI{d9}",
    "{payer} {ref}",
    "chuyen tien {low}",
)
"""Shapes by lot, after the _UNTOUCHED that come as they were typed: twenty in all."""
_PLAIN: Final = ("chuyen tien", "tien hang", "mua rau", "tra tien", "tien an sang", "ck", "")


def with_reference(rng: Random, reference: str, gateway: str, at: datetime) -> str:
    """Return what stands in the notice when the payer scanned a code with this reference."""
    shape = rng.randrange(20)
    if shape < _UNTOUCHED:
        return reference
    return _WRAPPED[shape - _UNTOUCHED].format(
        ref=reference,
        first=reference[:5],
        rest=reference[5:],
        here=gateway,
        payer=rng.choice(_PAYERS),
        bank=rng.choice(_BANKS),
        low=reference.lower(),
        d6=rng.randrange(100_000, 1_000_000),
        d9=rng.randrange(10**8, 10**9),
        at=at.astimezone(VN),
    )


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
