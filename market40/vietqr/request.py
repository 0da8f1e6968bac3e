"""A code asked for in plain words (bank, account, memo, name) made into a `VietQR`."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from market40.vietqr import tlv
from market40.vietqr.codec import MAX_AMOUNT, VietQR, encode
from market40.vietqr.errors import PayloadFault, VietQRError
from market40.vietqr.rules import LONGEST, crc
from market40.vietqr.wording import cut_at_word, plain

KEYS = ("bin", "account", "amount", "memo", "name", "city", "store_label", "service")
_NAME, _CITY = 25, 15
_ANS = re.compile(r"[ -~]*")
_TOO_MUCH = 10 ** LONGEST["54"]
_WRITTEN = re.compile(r"([1-9][0-9]*)(?:\.0+)?")


def payload_from(request: Mapping[str, Any]) -> str:
    """Return the payload for `request`, as `encode` writes what `code_from` makes of it.

    Beyond that, an amount may stand as the specification has it (NAPAS v1.0 §5.2, 13 characters
    at most): over 499,999,999, or as text with a fraction of zeros ("50000.00"), which is written
    to the letter. Raises `VietQRError` as both do.
    """
    written = _beyond(request.get("amount"))
    if written is None:
        return encode(code_from(request), memo="ans")
    parts = tlv.read(encode(code_from({**request, "amount": 1}), memo="ans"), [])
    body = "".join(
        tlv.write(part.tag, written if part.tag == "54" else part.value)
        for part in parts
        if part.tag != "63"
    )
    return f"{body}6304{crc(f'{body}6304'.encode())}"


def _beyond(amount: object) -> str | None:
    """Return an amount that the specification takes and `VietQR` does not; None: any other."""
    if type(amount) is int and MAX_AMOUNT < amount < _TOO_MUCH:
        return str(amount)
    if not isinstance(amount, str) or len(amount) > LONGEST["54"]:
        return None
    found = _WRITTEN.fullmatch(amount)
    ours = found is None or (found[1] == amount and int(amount) <= MAX_AMOUNT)
    return None if ours else amount


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
