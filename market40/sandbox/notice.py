"""SePay's webhook as a sender builds and signs it.

Source: developer.sepay.vn, "SePay webhooks" (fields, HMAC; read 2026-11-22).
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Literal

VIETNAM = timezone(timedelta(hours=7))
"""No summer time since 1975; the body carries no zone."""


@dataclass(frozen=True, slots=True)
class Notice:
    """One line of an account's history, as SePay tells it; amounts in dong."""

    id: int
    gateway: str
    at: datetime
    """Aware."""
    account: str
    content: str
    direction: Literal["in", "out"]
    amount: int
    accumulated: int
    reference: str
    code: str | None = None
    sub_account: str | None = None
    description: str = ""

    def body(self) -> bytes:
        """Return the raw JSON body, compact, in SePay's order of fields, UTF-8."""
        fields = {
            "id": self.id,
            "gateway": self.gateway,
            "transactionDate": f"{self.at.astimezone(VIETNAM):%Y-%m-%d %H:%M:%S}",
            "accountNumber": self.account,
            "code": self.code,
            "content": self.content,
            "transferType": self.direction,
            "transferAmount": self.amount,
            "accumulated": self.accumulated,
            "subAccount": self.sub_account,
            "referenceCode": self.reference,
            "description": self.description,
        }
        return json.dumps(fields, ensure_ascii=False, separators=(",", ":")).encode()


def code_in(content: str, prefix: str, *, length: int = 8) -> str | None:
    """Return the payment code that SePay's rule (prefix, then `length` letters or digits) finds.

    As plain as SePay's: case aside, the code must stand in one piece; the first one wins.
    """
    found = re.search(f"{re.escape(prefix)}[0-9A-Z]{{{length}}}", content, re.IGNORECASE)
    return found[0] if found else None


def signed_headers(body: bytes, *, secret: str, timestamp: int) -> dict[str, str]:
    """Return the headers that go with these very bytes at this Unix second.

    X-SePay-Signature is "sha256=" and the hex HMAC-SHA256 of timestamp, a dot, and the body.
    """
    mac = hmac.new(secret.encode(), f"{timestamp}.".encode() + body, hashlib.sha256)
    return {
        "Content-Type": "application/json",
        "User-Agent": "SePay-Webhook (market40 sandbox)",
        "X-SePay-Timestamp": str(timestamp),
        "X-SePay-Signature": f"sha256={mac.hexdigest()}",
    }
