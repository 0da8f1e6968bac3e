"""VietQR payloads and pictures for the sandbox's tests, made without its code or the service's."""

import binascii
import io

import qrcode

ACCOUNT = "0011001234567"
REFERENCE = "ZJ7KQ2ZMN7"


def tlv(tag: str, value: str) -> str:
    return f"{tag}{len(value):02d}{value}"


def sealed(body: str) -> str:
    """Add the checksum; binascii's CRC is the XMODEM one: the same polynomial, begun with FFFF."""
    return f"{body}6304{binascii.crc_hqx((body + '6304').encode(), 0xFFFF):04X}"


def merchant(bin_: str = "970436", account: str = ACCOUNT, service: str = "QRIBFTTA") -> str:
    beneficiary = tlv("00", bin_) + tlv("01", account)
    return tlv("00", "A000000727") + tlv("01", beneficiary) + tlv("02", service)


def payload(amount: str = "", memo: str = REFERENCE, **receiver: str) -> str:
    """A static code, or a dynamic one when it has an amount."""
    fields = {
        "00": "01",
        "01": "12" if amount else "11",
        "38": merchant(**receiver),
        "53": "704",
        "54": amount,
        "58": "VN",
        "62": tlv("08", memo),
    }
    return sealed("".join(tlv(tag, value) for tag, value in fields.items() if value))


def png(text: str) -> bytes:
    out = io.BytesIO()
    qrcode.make(text).save(out)
    return out.getvalue()
