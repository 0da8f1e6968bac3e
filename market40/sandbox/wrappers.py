"""The shapes in which Vietnamese banks wrap a payer's memo, as data.

Modelled on 57 memos found in public feeds and statements of 2022 to 2026 (structure, spacing and
punctuation as found; names and numbers made up) and on shares measured over 249,533 published
VietinBank, Agribank and BIDV rows of September 2024. Slots: `{memo}`; `{d6}` six random digits,
any width; `{a5}` five letters or digits; `{payer}` `{from}` the sender's name and account;
`{bank}` his bank; `{to}` the receiving account; `{here}` the receiving bank; `{ymd}` `{mdy}`
`{dmy}` `{hms}` `{doy}` `{stamp}` the moment in local time.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Shape:
    """One wrapper: the literal template and how often it is met among its neighbours."""

    template: str
    weight: int = 1


@dataclass(frozen=True, slots=True)
class Sender:
    """What the sending side does before the transfer reaches the receiving bank."""

    name: str
    short: str
    shapes: tuple[Shape, ...]
    weight: int = 1


@dataclass(frozen=True, slots=True)
class Receiver:
    """What the receiving bank adds, and at which column its core system breaks lines (0: never)."""

    shapes: tuple[Shape, ...]
    column: int = 0
    limit: int = 0
    """Characters kept; what follows is cut (0: all). The payer's memo is never cut: it is short
    and stands in front, where 249,533 rows hold it whole."""


PLAIN = Shape("{memo}")

SENDERS: tuple[Sender, ...] = (
    Sender(
        "Vietcombank",
        "VCB",
        (
            Shape("MBVCB.{d10}.{d6}.{memo}.CT tu {from} {payer} toi {to} tai {here}", 4),
            Shape("MBVCB.{d11}.{d4}BFTVG{a8}.{memo}", 1),
        ),
        4,
    ),
    Sender("MoMo", "MOMO", (Shape("{d11}-{memo}-CHUYEN TIEN-OQCH000{a5}-MOMO{d11}MOMO", 1),), 2),
    Sender(
        "ZaloPay",
        "ZALOPAY",
        (
            Shape("ZALOPAY-CHUYENTIEN-O5CH7{a7}-{memo}", 3),
            Shape("ZP{d12} {ymd}{d9} {memo}", 1),
        ),
        1,
    ),
    Sender("Techcombank", "TCB", (Shape("{memo} FT{doy}{d9}", 1),), 3),
    Sender(
        "MBBank",
        "MSCBVNVX",
        (Shape("{memo} -B2B0200970422{stamp}{a4}{d6}", 1), Shape("{memo} FT{doy}{d9}", 2), PLAIN),
        3,
    ),
    Sender("Sacombank", "STB", (Shape("IBFT {memo}", 1),), 1),
    Sender("ACB", "ACB", (Shape("{memo}-{dmy}-{hms} {d6}", 1), PLAIN), 2),
    Sender("VietinBank", "ICB", (Shape("ICB;{from};{memo}", 1), PLAIN), 2),
    Sender("Agribank", "VBA", (PLAIN,), 3),
    Sender("Viettel Money", "VTLMONEY", (Shape("{memo} chuyen tien tu Viettel Money", 1),), 1),
)

RECEIVERS: dict[str, Receiver] = {
    "Vietcombank": Receiver((PLAIN, Shape("IBFT {memo}"), Shape("{d6}.{memo}"))),
    "MBBank": Receiver(
        (
            Shape("CUSTOMER {memo}  Trace {d6}", 2),
            Shape("CUSTOMER {memo} - Ma giao dich/ Trace{t} Trace {t}", 3),
            Shape("{memo}- Ma GD ACSP/ {a2}{d6}", 3),
            Shape("MB {memo}. TU: {payer}", 1),
            Shape("{memo}   Ma giao dich  Trace{t} Trace {t} NG CHUYEN:CUSTOMER {from}", 1),
        ),
        column=35,
    ),
    "VietinBank": Receiver(
        (
            Shape("CT DEN:{d12} {memo}; tai Napas", 3),
            Shape("CT DEN:{d3}T26{d2}{a8} {memo}", 2),
            Shape("ND:CT DEN:{d12} {memo}; tai Napas", 1),
            Shape("CT nhanh 247 den: {memo} {payer} - A/C", 3),
            Shape("Chuyen tien den tu NAPAS Noi dung: {memo}", 3),
        )
    ),
    "BIDV": Receiver(
        (
            Shape("TKThe :{from}, tai {bank}. {memo} -CTLNHIDI{d15}-1/1-CRE-002", 5),
            Shape("TKThe :{from} tai {bank}. {memo} -CTLNHIDI{d15}-11-CRE-002", 2),
            Shape("REM Tfr Ac:{from} O@L_{d6}_{d6}_0_0_{d9}_{d4} {memo}", 1),
            Shape("{memo}-CTLNhanh", 1),
        ),
        limit=140,
    ),
    "ACB": Receiver(
        (
            Shape("{memo} GD {d6}-{mdy} {hms}", 5),
            Shape("ACB;{from};{memo} GD {d6}-{mdy} {hms}", 1),
            Shape("IB {memo}", 1),
        )
    ),
    "Techcombank": Receiver((PLAIN, Shape("{memo} FT{doy}{d9}", 2))),
    "Agribank": Receiver((PLAIN, Shape("{bank}({d6})({memo})", 2))),
}
"""By SePay's gateway name; a bank that is not here passes on what it gets."""

OTHER = Receiver((PLAIN, Shape("{memo} FT{doy}{d9}")))

DEFAULT_TEXT = ("{payer} chuyen tien", "{payer} chuyen khoan", "chuyen tien", "")
"""What stands in place of a memo that the payer, or the app, left out."""

FAMILY_NAMES = ("NGUYEN", "TRAN", "LE", "HOANG", "VU", "SUNG", "GIANG", "LY", "THAO", "NONG", "HA")
MIDDLE_NAMES = ("THI", "VAN", "DUC", "THU", "MINH", "MI", "A", "SEO", "QUOC", "NGOC")
GIVEN_NAMES = (
    "LAN",
    "HOA",
    "MAI",
    "DUNG",
    "PAO",
    "CHO",
    "VANG",
    "HUNG",
    "SINH",
    "TAM",
    "SO",
    "NAM",
)
