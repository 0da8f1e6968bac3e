"""Forms: a token against forgery, good for one submission; and fields read under limits."""

from __future__ import annotations

import base64
import hashlib
import hmac
import uuid
from dataclasses import dataclass
from typing import Final

from flask import g, request
from markupsafe import Markup
from sqlalchemy.orm import Session

from market40.core.errors import Conflict, Forbidden, InvalidInput, TooLarge
from market40.core.ids import new_token
from market40.core.text import nfc
from market40.core.texts import say
from market40.db.conflict import insert_if_absent
from market40.db.engine import vault_of
from market40.db.idempotency import IdempotencyKey
from market40.web import cookies
from market40.web.context import kit
from market40.web.guard import principal

FIELD: Final = "form_token"
HEADER: Final = "X-Form-Token"
LIFE_S: Final = 24 * 3600
_TOKEN_LIMIT: Final = 120
_SAFE_SITES: Final = ("same-origin", "none")


@dataclass(frozen=True, slots=True)
class _Sent:
    """A checked token: whose it is, and the number that is burnt."""

    binding: str
    nonce: str


def form_token() -> Markup:
    """Return the hidden input that every form contains; each call is one submission's."""
    return Markup('<input type="hidden" name="{}" value="{}">').format(FIELD, form_token_value())


def form_token_value() -> str:
    """Return a token for one submission by a script, in the header `X-Form-Token`.

    It is bound to the caller's log-in, or to a visitor's cookie that this response then sets.
    """
    shop = kit()
    bindings = _bindings()
    binding = bindings[0] if bindings else _new_visitor()
    issued = str(int(shop.clock.now().timestamp()))
    nonce = new_token(shop.rng)
    return f"{issued}.{nonce}.{_signature(binding, issued, nonce)}"


def check_form() -> None:
    """Raise Forbidden `form_token_invalid` unless the request carries a token of its caller's.

    A caller with an API key needs none: no browser sends a key by itself.
    """
    if principal().via == "key":
        return
    _check_origin()
    token = request.headers.get(HEADER) or request.form.get(FIELD, "")
    parts = token.split(".") if len(token) <= _TOKEN_LIMIT and token.isascii() else []
    if len(parts) != 3 or not parts[0].isdigit() or len(parts[0]) > 12:
        raise _invalid()
    issued, nonce, signature = parts
    binding = next(
        (b for b in _bindings() if hmac.compare_digest(signature, _signature(b, issued, nonce))),
        None,
    )
    if binding is None:
        raise _invalid()
    if not 0 <= int(kit().clock.now().timestamp()) - int(issued) <= LIFE_S:
        raise _invalid()
    g.form_sent = _Sent(binding, nonce)


def spend(session: Session) -> None:
    """Burn the request's form token, in the transaction of what the form does.

    Raises Conflict `form_already_sent` when the same form was sent before. Does nothing for a
    caller with an API key.
    """
    sent = g.get("form_sent")
    if sent is None:
        if principal().via != "key":
            raise RuntimeError("forms.spend needs a request whose form token was checked")
        return
    caller = uuid.UUID(bytes=hashlib.sha256(sent.binding.encode()).digest()[:16])
    row = {
        "caller_id": caller,
        "key": f"form:{sent.nonce}",
        "request_hash": bytes(32),
        "status": 303,
        "answer": b"",
        "made_at": kit().clock.now(),
    }
    if not insert_if_absent(session, IdempotencyKey, [row], keys=("caller_id", "key")):
        raise Conflict(
            say("Biểu mẫu này đã được gửi rồi, không ghi lần thứ hai."), code="form_already_sent"
        )


def field(name: str, *, limit: int = 200, required: bool = True) -> str:
    """Return a form's text field, in NFC and without spaces around it; "" where it may be absent.

    Raises InvalidInput `field_missing` or `field_too_long` at the field.
    """
    text = request.form.get(name, "")
    if len(text) > 4 * limit:
        raise _too_long(name, limit)
    text = nfc(text).strip()
    if len(text) > limit:
        raise _too_long(name, limit)
    if required and not text:
        raise InvalidInput(say("Chưa điền ô này."), place=name, code="field_missing")
    return text


def whole(name: str, *, low: int, high: int) -> int:
    """Return a form's whole number from `low` to `high`; raise InvalidInput `number_invalid`."""
    text = field(name, limit=20)
    if not (text.isascii() and text.isdigit() and low <= int(text) <= high):
        message = say("Cần một số nguyên từ %(low)s đến %(high)s.", low=low, high=high)
        raise InvalidInput(message, place=name, code="number_invalid", low=low, high=high)
    return int(text)


def upload(name: str, *, limit_bytes: int) -> bytes:
    """Return an uploaded file's bytes.

    Raises InvalidInput `file_missing` and TooLarge. The view also needs `guard.accepts_upload`.
    """
    file = request.files.get(name)
    if file is None or not file.filename:
        raise InvalidInput(say("Chưa chọn tệp."), place=name, code="file_missing")
    content = file.stream.read(limit_bytes + 1)
    if len(content) > limit_bytes:
        raise TooLarge(
            say("Tệp lớn quá %(n)s KB.", n=limit_bytes // 1024),
            place=name,
            limit=limit_bytes,
        )
    return content


def _bindings() -> list[str]:
    """Return whose forms they may be, the first for new ones: the log-in's, then the visitor's.

    A page that was shown before the log-in, in another tab or sent by a second tap, is still
    its visitor's: both cookies are shut to scripts and to other sites.
    """
    found = [f"session:{cookies.session_token()}"] if principal().via == "cookie" else []
    visitor = g.get("new_visitor") or cookies.visitor_token()
    return found if visitor is None else [*found, f"visitor:{visitor}"]


def _new_visitor() -> str:
    g.new_visitor = cookies.new_visitor_token()
    return f"visitor:{g.new_visitor}"


def _signature(binding: str, issued: str, nonce: str) -> str:
    signed = vault_of(kit().engine).sign("form", f"{binding}\0{issued}\0{nonce}".encode())
    return base64.urlsafe_b64encode(signed).decode()[:32]


def _check_origin() -> None:
    """Refuse what a browser says another site has sent; older browsers say nothing."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        if site not in _SAFE_SITES:
            raise _invalid()
        return
    origin = request.headers.get("Origin")
    ours = (request.host_url.rstrip("/"), kit().settings.public_url)
    if origin is not None and origin not in ours:
        raise _invalid()


def _invalid() -> Forbidden:
    return Forbidden(
        say("Biểu mẫu đã cũ hoặc không phải của trang này. Hãy tải lại trang rồi gửi lại."),
        code="form_token_invalid",
    )


def _too_long(name: str, limit: int) -> InvalidInput:
    message = say("Dài quá %(n)s ký tự.", n=limit)
    return InvalidInput(message, place=name, code="field_too_long", limit=limit)
