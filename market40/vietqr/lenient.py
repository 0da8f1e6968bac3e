"""What writers of codes are known to do wrong, recognised and put right one thing at a time.

Nothing is guessed: the CRC must hold for what the writer wrote (but for the line feed), and the
text that is put right has the same characters at the same places, its lengths and CRC excepted.
"""

from __future__ import annotations

from market40.vietqr.errors import PayloadFault
from market40.vietqr.reader import Reading
from market40.vietqr.rules import CRC_HEADER, crc

_TEMPLATES = (*(f"{tag}" for tag in range(26, 52)), "62", "64")
_LONGEST_ACCOUNT = 19


def mend(payload: str, found: Reading) -> tuple[str, PayloadFault] | None:
    """Return the payload with one known fault put right, and what it was; None: none is known.

    Each mending is done once at most, since what it looks for is gone after it.
    """
    if payload.endswith(("\n", "\r")):
        kept = payload[:-2] if payload.endswith("\r\n") else payload[:-1]
        message = "Có ký tự xuống dòng ở cuối."
        return kept, PayloadFault("TRAILING_NEWLINE", "root", len(kept), message)
    if not _crc_holds(payload):
        return None
    return _in_characters(payload) or _whole_account(payload, found)


def _crc_holds(payload: str) -> bool:
    try:
        octets = payload.encode()
    except UnicodeEncodeError:
        return False
    return payload[-8:-4] == CRC_HEADER and payload[-4:].upper() == crc(octets[:-4])


def _in_characters(payload: str) -> tuple[str, PayloadFault] | None:
    """Put lengths that count bytes of UTF-8 into characters, in templates too."""
    octets = payload.encode()
    changed: list[int] = []
    try:
        body = _restated(octets, 0, changed)[:-4]
    except ValueError:  # lengths that fit neither way; UnicodeDecodeError is one
        return None
    if not changed:
        return None
    message = "Độ dài được tính theo byte, không theo ký tự."
    at = len(octets[: changed[0]].decode())
    return body + crc(body.encode()), PayloadFault("LENGTH_IN_BYTES", "root", at, message)


def _restated(octets: bytes, start: int, changed: list[int]) -> str:
    """Return the elements with lengths in characters; append where one was another.

    Raises ValueError where they do not fit as bytes.
    """
    parts: list[str] = []
    at = 0
    while at < len(octets):
        head = octets[at : at + 4]
        if len(head) < 4 or not head.isdigit():
            raise ValueError("no header")
        value = octets[at + 4 : at + 4 + int(head[2:])]
        if len(value) != int(head[2:]):
            raise ValueError("too short")
        tag, text = head[:2].decode(), value.decode()
        if len(text) != len(value):
            changed.append(start + at)
            if tag in _TEMPLATES:
                text = _restated(value, start + at + 4, changed)
        parts.append(f"{tag}{len(text):02d}{text}")
        at += 4 + len(value)
    return "".join(parts)


def _whole_account(payload: str, found: Reading) -> tuple[str, PayloadFault] | None:
    """Let the account reach to the end of 38.01 where its length stops a few characters short.

    NAPAS prints such a code itself (v1.0 §6.1.1: 0112 before thirteen digits).
    """
    short = [fault for fault in found.errors if fault.path == "38.01"]
    if [fault.code for fault in short] != ["TRUNCATED_HEADER"]:
        return None
    account = found.fields.get("account", "")
    start = (short[0].offset or 0) - len(account)
    size = payload[start - 16 : start - 14]  # of 38.01: 0006, six digits, 01 and a length, account
    long = int(size) - 14 if size.isdigit() else 0
    whole = payload[start : start + long]
    if long > _LONGEST_ACCOUNT or not (whole.isascii() and whole.isalnum()):
        return None
    body = f"{payload[: start - 2]}{len(whole):02d}{payload[start:-4]}"
    message = f"Số tài khoản dài {len(whole)} ký tự nhưng ghi {len(account)}."
    at = start - 2
    return body + crc(body.encode()), PayloadFault("NAPAS_SAMPLE_LENGTH", "38.01.01", at, message)
