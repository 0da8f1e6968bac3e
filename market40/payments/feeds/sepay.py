"""SePay's webhook: HMAC over timestamp and raw bytes, one movement in a flat JSON object.

Source: developer.sepay.vn, sepay-webhooks (read in November 2026). SePay sends a delivery up to
eight times in 33 minutes until it hears 2xx with `{"success": true}`; its `id` is the same each
time. `transactionDate` is Vietnamese local time without a zone.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from market40.core.clock import VN
from market40.core.money import AMOUNT_MAX_VND
from market40.payments.feeds.base import Direction, FeedFormatError, Notice, Verdict
from market40.payments.feeds.strict_json import read_object

TOLERANCE: Final = timedelta(seconds=300)
TIMESTAMP_HEADER: Final = "x-sepay-timestamp"
SIGNATURE_HEADER: Final = "x-sepay-signature"

_TIMESTAMP: Final = re.compile(r"[0-9]{1,11}")
_DATE: Final = re.compile(r"(20[0-9]{2})-([0-9]{2})-([0-9]{2})[ T]([0-9]{2}):([0-9]{2}):([0-9]{2})")
_ID: Final = re.compile(r"[!-~]{1,64}")
_ACCOUNT: Final = re.compile(r"[A-Z0-9]{1,34}")
_DIRECTIONS: Final[dict[object, Direction]] = {"in": "credit", "out": "debit"}


class SePay:
    """SePay's balance-change webhook, authenticated by HMAC-SHA256."""

    name: Final = "sepay"
    header_names: Final = (TIMESTAMP_HEADER, SIGNATURE_HEADER)
    answer: Final[Mapping[str, object]] = {"success": True}

    def verify(
        self, body: bytes, headers: Mapping[str, str], secrets: Sequence[bytes], now: datetime
    ) -> Verdict:
        """Return whether one of the secrets signed these bytes within 300 s of `now`.

        Reasons: `no_signature`, `bad_timestamp`, `bad_signature`, and `stale_timestamp`, which is
        `late`: the signature holds. Every secret is tried, so that time does not tell which.
        """
        stamp = headers.get(TIMESTAMP_HEADER)
        given = headers.get(SIGNATURE_HEADER)
        if stamp is None or given is None:
            return Verdict(valid=False, reason="no_signature")
        if not _TIMESTAMP.fullmatch(stamp):
            return Verdict(valid=False, reason="bad_timestamp")
        offered = given.encode("utf-8", "replace")
        signed = stamp.encode() + b"." + body
        holds = False
        for secret in secrets:
            digest = hmac.digest(secret, signed, hashlib.sha256).hex()
            holds |= hmac.compare_digest(b"sha256=" + digest.encode(), offered)
        if not holds:
            return Verdict(valid=False, reason="bad_signature")
        sent_at = datetime.fromtimestamp(int(stamp), UTC)
        if abs(now - sent_at) > TOLERANCE:
            return Verdict(valid=False, reason="stale_timestamp", late=True, sent_at=sent_at)
        return Verdict(valid=True, sent_at=sent_at)

    def parse(self, body: bytes) -> list[Notice]:
        """Return the one notice of a delivery; raise FeedFormatError. Unknown fields are let be."""
        fields = read_object(body)
        direction = _direction(fields)
        return [
            Notice(
                external_id=_external_id(fields),
                account_number=_account(fields, "accountNumber"),
                gateway=_text(fields, "gateway", 60) or None,
                direction=direction,
                amount_vnd=_amount(fields),
                bank_reference=_text(fields, "referenceCode", 200) or None,
                memo=_memo(fields),
                occurred_at=_instant(fields),
                balance_after_vnd=_balance(fields),
                virtual_account=_account(fields, "subAccount")
                if fields.get("subAccount")
                else None,
            )
        ]


def sign(secret: bytes, body: bytes, at: datetime) -> dict[str, str]:
    """Return the two headers by which SePay would sign these bytes: for test sends and checks."""
    stamp = str(int(at.timestamp()))
    digest = hmac.digest(secret, stamp.encode() + b"." + body, hashlib.sha256).hex()
    return {TIMESTAMP_HEADER: stamp, SIGNATURE_HEADER: "sha256=" + digest}


def write(notice: Notice) -> bytes:
    """Return the body in which SePay would report this notice: `parse` gives it back."""
    external = notice.external_id
    fields = {
        "id": int(external) if external.isdigit() and external[0] != "0" else external,
        "gateway": notice.gateway,
        "transactionDate": notice.occurred_at.astimezone(VN).strftime("%Y-%m-%d %H:%M:%S"),
        "accountNumber": notice.account_number,
        "code": None,
        "content": notice.memo,
        "transferType": "in" if notice.direction == "credit" else "out",
        "transferAmount": notice.amount_vnd,
        "accumulated": notice.balance_after_vnd or 0,
        "subAccount": notice.virtual_account,
        "referenceCode": notice.bank_reference,
        "description": "",
    }
    return json.dumps(fields, ensure_ascii=False, separators=(",", ":")).encode()


def _external_id(fields: Mapping[str, object]) -> str:
    value = fields.get("id")
    text = str(value) if type(value) is int or isinstance(value, str) else ""
    if not _ID.fullmatch(text):
        raise FeedFormatError("bad_id", place="id")
    return text


def _direction(fields: Mapping[str, object]) -> Direction:
    value = fields.get("transferType")
    if not isinstance(value, str) or value not in _DIRECTIONS:
        raise FeedFormatError("unknown_direction", place="transferType")
    return _DIRECTIONS[value]


def _amount(fields: Mapping[str, object]) -> int:
    value = fields.get("transferAmount")
    # `type` and not isinstance: True is an int to Python and no amount to anybody.
    if type(value) is not int or not 0 < value <= AMOUNT_MAX_VND:
        raise FeedFormatError("bad_amount", place="transferAmount")
    return value


def _balance(fields: Mapping[str, object]) -> int | None:
    value = fields.get("accumulated")
    # SePay writes 0 where it does not know the balance.
    return value if type(value) is int and 0 < abs(value) <= AMOUNT_MAX_VND else None


def _account(fields: Mapping[str, object], place: str) -> str:
    value = fields.get(place)
    text = value.replace(" ", "").upper() if isinstance(value, str) and len(value) <= 60 else ""
    if not _ACCOUNT.fullmatch(text):
        raise FeedFormatError("bad_account", place=place)
    return text


def _memo(fields: Mapping[str, object]) -> str:
    return _text(fields, "content", 2000) or _text(fields, "description", 4000)


def _text(fields: Mapping[str, object], place: str, limit: int) -> str:
    value = fields.get(place)
    if value is None:
        return ""
    if not isinstance(value, str) or len(value) > limit:
        raise FeedFormatError("bad_text", place=place)
    # Neither a NUL nor a lone surrogate can be stored as text; the money is none the less there.
    value = value.replace("\0", "\ufffd")
    return value if value.isascii() else value.encode("utf-8", "replace").decode()


def _instant(fields: Mapping[str, object]) -> datetime:
    value = fields.get("transactionDate")
    match = _DATE.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise FeedFormatError("bad_time", place="transactionDate")
    year, month, day, hour, minute, second = map(int, match.groups())
    try:
        local = datetime(year, month, day, hour, minute, second, tzinfo=VN)
    except ValueError as error:
        raise FeedFormatError("bad_time", place="transactionDate") from error
    return local.astimezone(UTC)
