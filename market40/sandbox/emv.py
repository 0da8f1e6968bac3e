"""A bank app's own strict reading of a VietQR payload, written apart from the code under test.

Rules: EMVCo merchant-presented QR with NAPAS's VietQR v1.0 (2021): template 38, transfers in dong
below 500 million. Stricter than many apps where leniency hides faults: duplicates are refused.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from market40.sandbox.banks import BANKS
from market40.sandbox.errors import CodeRefused

MAX_PAYLOAD = 512
"""Characters (TCCS 03:2018/NHNNVN as cited for Vietnamese payment codes)."""
MAX_AMOUNT = 499_999_999
"""Dong: NAPAS 247 moves less than 500,000,000 at a time."""
GUID = "A000000727"
SERVICES = frozenset({"QRIBFTTA", "QRIBFTTC"})
MAX_LABEL = 25
MAX_CITY = 15

_DIGITS = re.compile(r"[0-9]+")
_ACCOUNT = re.compile(r"[0-9A-Za-z]{1,19}")
_PRINTABLE = re.compile(r"[\x20-\x7e]*")
_CRC = re.compile(r"[0-9A-Fa-f]{4}")


@dataclass(frozen=True, slots=True)
class ScannedCode:
    """What the app shows before the payer presses the button."""

    bin: str
    bank: str
    account: str
    to_card: bool
    dynamic: bool
    amount: int | None
    """Dong; None when the payer types it."""
    memo: str
    """Tag 62.08; empty when there is none or when the code asks the payer (`***`)."""
    name: str
    """Receiver's name as printed in the code (64.01, else 59); a real app asks NAPAS instead."""


def read(payload: str) -> ScannedCode:
    """Read a payload; CodeRefused names the first thing that a bank app would refuse."""
    if len(payload) > MAX_PAYLOAD:
        raise CodeRefused("payload_too_long", f"Mã dài quá {MAX_PAYLOAD} ký tự.")
    if not payload.isprintable():
        raise CodeRefused("not_text", "Mã có ký tự không in được.")
    root = _fields(payload, where="")
    _check_frame(payload, root)
    _check_country(root)
    bin_, account, service = _receiver(root)
    dynamic = root["01"] == "12"
    return ScannedCode(
        bin=bin_,
        bank=BANKS[bin_],
        account=account,
        to_card=service == "QRIBFTTC",
        dynamic=dynamic,
        amount=_amount(root, dynamic=dynamic),
        memo=_memo(root),
        name=_name(root),
    )


def crc16(data: bytes) -> int:
    """CRC-16 with polynomial 0x1021, start 0xFFFF, nothing reflected, nothing xored at the end."""
    crc = 0xFFFF
    for byte in data:
        crc ^= byte << 8
        for _ in range(8):
            crc = (crc << 1 ^ 0x1021 if crc & 0x8000 else crc << 1) & 0xFFFF
    return crc


def _fields(text: str, *, where: str) -> dict[str, str]:
    """Split id-length-value; lengths count characters. In order, none twice, none empty."""
    found: dict[str, str] = {}
    at = 0
    while at < len(text):
        head = text[at : at + 4]
        if len(head) < 4 or _DIGITS.fullmatch(head) is None:
            raise CodeRefused("broken_structure", f"Mã hỏng: đầu trường sai ở vị trí {where}{at}.")
        tag, length = head[:2], int(head[2:])
        value = text[at + 4 : at + 4 + length]
        if length == 0 or len(value) < length:
            raise CodeRefused("broken_length", f"Mã hỏng: độ dài trường {where}{tag} sai.")
        if tag in found:
            raise CodeRefused("duplicate_field", f"Mã bị sửa: trường {where}{tag} có hai lần.")
        found[tag] = value
        at += 4 + length
    return found


def _check_frame(payload: str, root: dict[str, str]) -> None:
    """Refuse unless the format mark is first, the checksum last and right, the kind known."""
    if not payload.startswith("000201"):
        raise CodeRefused("not_emv", "Đây không phải mã QR chuyển khoản.")
    if list(root)[-1] != "63" or _CRC.fullmatch(root["63"]) is None:
        raise CodeRefused("no_checksum", "Mã hỏng: không có mã kiểm ở cuối.")
    if int(root["63"], 16) != crc16(payload[:-4].encode()):
        raise CodeRefused("bad_checksum", "Mã hỏng: sai mã kiểm CRC.")
    if root.get("01") not in {"11", "12"}:
        raise CodeRefused("bad_initiation", "Mã không nói là tĩnh hay động.")


def _check_country(root: dict[str, str]) -> None:
    if root.get("53") != "704":
        raise CodeRefused("bad_currency", "Mã không dùng đồng Việt Nam.")
    if root.get("58") != "VN":
        raise CodeRefused("bad_country", "Mã không phải của Việt Nam.")
    if "52" in root and re.fullmatch(r"[0-9]{4}", root["52"]) is None:
        raise CodeRefused("bad_category", "Mã ngành hàng sai.")
    if {"55", "56", "57"} & root.keys():
        raise CodeRefused("tip_not_supported", "Mã có tiền thưởng hoặc phí: không chuyển được.")


def _receiver(root: dict[str, str]) -> tuple[str, str, str]:
    if "38" not in root:
        raise CodeRefused("not_vietqr", "Mã không phải VietQR (thiếu trường 38).")
    merchant = _fields(root["38"], where="38.")
    if merchant.get("00") != GUID:
        raise CodeRefused("wrong_guid", "Mã không phải của NAPAS VietQR.")
    beneficiary = _fields(merchant.get("01", ""), where="38.01.")
    bin_, account = beneficiary.get("00", ""), beneficiary.get("01", "")
    if bin_ not in BANKS:
        raise CodeRefused("unknown_bank", "Không có ngân hàng nào mang mã BIN này.")
    if _ACCOUNT.fullmatch(account) is None:
        raise CodeRefused("bad_account", "Số tài khoản trong mã sai.")
    service = merchant.get("02", "")
    if service not in SERVICES:
        raise CodeRefused("bad_service", "Mã không phải mã chuyển nhanh NAPAS 247.")
    return bin_, account, service


def _amount(root: dict[str, str], *, dynamic: bool) -> int | None:
    raw = root.get("54")
    if raw is None:
        return None
    if len(raw) > 13 or _DIGITS.fullmatch(raw) is None or raw[0] == "0":
        raise CodeRefused("bad_amount", "Số tiền trong mã sai.")
    if int(raw) > MAX_AMOUNT:
        raise CodeRefused("amount_over_limit", "Số tiền vượt 499.999.999 đồng.")
    if not dynamic:
        # Apps differ on it: some lock the amount, some leave it open (Vietcombank until 2023).
        raise CodeRefused("amount_in_static_code", "Mã tĩnh mà lại có số tiền.")
    return int(raw)


def _memo(root: dict[str, str]) -> str:
    labels = _fields(root.get("62", ""), where="62.")
    for tag, value in labels.items():
        if "01" <= tag <= "08" and (len(value) > MAX_LABEL or not _PRINTABLE.fullmatch(value)):
            raise CodeRefused("bad_label", f"Nội dung trong mã (62.{tag}) dài quá hoặc có dấu.")
    memo = labels.get("08", "")
    return "" if memo == "***" else memo


def _name(root: dict[str, str]) -> str:
    for tag, limit in (("59", MAX_LABEL), ("60", MAX_CITY)):
        value = root.get(tag, "")
        if len(value) > limit or _PRINTABLE.fullmatch(value) is None:
            raise CodeRefused("bad_name", f"Tên trong mã (trường {tag}) dài quá hoặc có dấu.")
    local = _fields(root.get("64", ""), where="64.")
    if len(local.get("01", "")) > MAX_LABEL:
        raise CodeRefused("bad_name", "Tên trong mã (trường 64) dài quá.")
    return local.get("01") or root.get("59", "")
