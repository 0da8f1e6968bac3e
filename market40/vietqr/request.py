"""A code asked for in plain words (bank, account, memo, name) made into a `VietQR`."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from market40.vietqr.codec import VietQR
from market40.vietqr.errors import PayloadFault, VietQRError
from market40.vietqr.wording import cut_at_word, plain

KEYS = ("bin", "account", "amount", "memo", "name", "city", "store_label", "service")
_NAME, _CITY = 25, 15
_ANS = re.compile(r"[ -~]*")


def code_from(request: Mapping[str, Any]) -> VietQR:
    """Return the code for `request`, whose keys are `KEYS`; None and "" count as absent.

    Text with marks goes into 59, 60 and 62 without them, cut at a word; a name with marks
    stands whole in 64 too. Raises `VietQRError` for an unknown key or a wrong type; what the
    values may be is for `encode` to say.
    """
    unknown = sorted(set(request) - set(KEYS))
    if unknown:
        raise VietQRError(
            PayloadFault("UNKNOWN_KEY", str(unknown[0])[:40], None, f"Chỉ nhận: {', '.join(KEYS)}.")
        )
    texts = {key: _text(request, key) for key in KEYS if key != "amount"}
    name = texts["name"]
    return VietQR(
        bin=texts["bin"] or "",
        account=texts["account"] or "",
        service=texts["service"] or "QRIBFTTA",
        amount=_amount(request.get("amount")),
        purpose=_carried(texts["memo"], _NAME),
        store_label=_carried(texts["store_label"], _NAME),
        merchant_name=_carried(name, _NAME),
        merchant_city=_carried(texts["city"], _CITY),
        name_vi=cut_at_word(name, _NAME) if name and not _ANS.fullmatch(name) else None,
    )


def _text(request: Mapping[str, Any], key: str) -> str | None:
    value = request.get(key)
    if value is None or value == "":
        return None
    if not isinstance(value, str):
        raise VietQRError(PayloadFault("BAD_TYPE", key, None, "Phải là văn bản."))
    return unicodedata.normalize("NFC", value)


def _amount(value: object) -> int | None:
    if value is None or value == "":
        return None
    if isinstance(value, str) and re.fullmatch(r"[1-9][0-9]{0,8}", value):
        return int(value)
    if type(value) is not int:
        raise VietQRError(PayloadFault("BAD_AMOUNT", "54", None, "Số tiền phải là số nguyên đồng."))
    return value


def _carried(text: str | None, limit: int) -> str | None:
    """Return `text` as it is where tag and length allow, else in plain letters cut at a word."""
    if text is None or (len(text) <= limit and _ANS.fullmatch(text)):
        return text
    return plain(text, limit) or None
