"""What the profiles ask of a payload: tags, lengths, fixed values, and the names of fields.

Sources: NAPAS "Tài liệu quy định về định dạng mã VietQR trong dịch vụ chuyển nhanh NAPAS247",
v1.0, 09/2021 (S1), and EMVCo "QR Code Specification for Payment Systems: Merchant-Presented
Mode" as S1 and the vectors of `tests/fixtures/vietqr` show it.
"""

from __future__ import annotations

import binascii
import re
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

ProfileName = Literal["napas", "emvco"]

MAX_PAYLOAD = 512  # characters; Decision 1928/QĐ-NHNN speaks of 100 to 512
MIN_PAYLOAD = 12  # tag 00 with its value, and the header of 63
GUID = "A000000727"
SERVICES = frozenset({"QRIBFTTA", "QRIBFTTC", "QRPUSH", "QRCASH"})

BIN = re.compile(r"[0-9]{6}")
ACCOUNT = re.compile(r"[A-Za-z0-9]{1,19}")
AMOUNT = re.compile(r"([0-9]+)(?:\.([0-9]*))?")  # S1 §5.2: "50000." is right, ".5" is not
HEX4 = re.compile(r"[0-9A-Fa-f]{4}")
ANS = re.compile(r"[ -~]*")
CRC_HEADER = "6304"

ROOT_FIELDS = {
    "01": "init",
    "52": "mcc",
    "53": "currency",
    "54": "amount",
    "55": "tip_indicator",
    "56": "fee_fixed",
    "57": "fee_percent",
    "58": "country",
    "59": "merchant_name",
    "60": "merchant_city",
    "61": "postal_code",
}
ADDITIONAL_FIELDS = {
    "01": "bill_number",
    "02": "mobile_number",
    "03": "store_label",
    "04": "loyalty_number",
    "05": "reference_label",
    "06": "customer_label",
    "07": "terminal_label",
    "08": "purpose",
    "09": "data_request",
}
LANGUAGE_FIELDS = {"00": "lang", "01": "name_alt", "02": "city_alt"}
LONGEST = {"54": 13, "56": 13, "57": 5, "59": 25, "60": 15, "61": 10, "64.01": 25, "64.02": 15}
LONGEST |= {f"62.{tag}": 25 for tag in ADDITIONAL_FIELDS} | {"62.09": 3}
EXACTLY = {"52": 4, "64.00": 2}
SOFT_LENGTH = ("59", "62.")
PLAIN_TEXT = ("59", "60", "61", "62.")

STOPPING = {"TRUNCATED_HEADER", "NON_NUMERIC_TAG", "NON_NUMERIC_LENGTH", "LENGTH_OVERRUN"}
BENEFICIARY = (
    ("00", "bin", BIN, "BAD_BIN", "Mã BIN gồm sáu chữ số."),
    (
        "01",
        "account",
        ACCOUNT,
        "BAD_ACCOUNT",
        "Số tài khoản gồm 1 đến 19 chữ cái không dấu và chữ số.",
    ),
)


class Demand(NamedTuple):
    """A tag that must be there: what it holds, in which form, and the fault of another form."""

    tag: str
    what: str
    form: re.Pattern[str]
    fault: str


@dataclass(frozen=True, slots=True)
class Profile:
    """What two readers of the same text differ in.

    `soft`: whether a long 59 or 62, or text outside ASCII there, is a warning, as codes in the
    field have it. `only_napas`: whether template 38 must be VietQR's own.
    """

    name: ProfileName
    demands: tuple[Demand, ...]
    soft: bool
    only_napas: bool


_ANY = re.compile(r"(?s).*")
NAPAS: Final = Profile(
    name="napas",
    demands=(
        Demand("53", "704", re.compile("704"), "CURRENCY_NOT_704"),
        Demand("58", "VN", re.compile("VN"), "COUNTRY_NOT_VN"),
    ),
    soft=True,
    only_napas=True,
)
EMVCO: Final = Profile(
    name="emvco",
    demands=(
        Demand("52", "bốn chữ số của mã ngành", _ANY, "BAD_MCC"),
        Demand("53", "ba chữ số theo ISO 4217", re.compile(r"[0-9]{3}"), "BAD_CURRENCY"),
        Demand("58", "hai chữ in theo ISO 3166", re.compile(r"[A-Z]{2}"), "BAD_COUNTRY"),
        Demand("59", "tên người bán", _ANY, "BAD_TEXT"),
        Demand("60", "nơi bán", _ANY, "BAD_TEXT"),
    ),
    soft=False,
    only_napas=False,
)
PROFILES: Final[dict[ProfileName, Profile]] = {"napas": NAPAS, "emvco": EMVCO}


def crc(octets: bytes) -> str:
    """Return tag 63's value for all that stands before it: CRC-16/CCITT-FALSE, padded, upper."""
    return f"{binascii.crc_hqx(octets, 0xFFFF):04X}"
