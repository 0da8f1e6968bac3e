"""The bank's counter on this machine: a page for people and `POST /pay` for programs."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import HTTP
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from market40.sandbox import page
from market40.sandbox.emv import read
from market40.sandbox.errors import CodeRefused, SandboxError, SetupRefused, TransferRefused
from market40.sandbox.loopback import is_loopback
from market40.sandbox.mishaps import WAYS, Way, is_way
from market40.sandbox.phone import Payment, Phone, payload_at
from market40.sandbox.scan import MAX_PICTURE_BYTES, scan_png

MAX_BODY = MAX_PICTURE_BYTES + 100_000
SOCKET_SECONDS = 15
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'",
    "X-Content-Type-Options": "nosniff",
    # Not "no-referrer": browsers would then say `Origin: null` on our own forms.
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
}


class Counter(ThreadingHTTPServer):
    """The server. `phone` pays; SetupRefused unless `host` is this machine."""

    daemon_threads = True

    def __init__(self, host: str, port: int, phone: Phone) -> None:
        if not is_loopback(host):
            raise SetupRefused("not_loopback", "Quầy chỉ mở trên máy này (127.0.0.1).")
        self.phone = phone
        super().__init__((host, port), _Visit)


class _Visit(BaseHTTPRequestHandler):
    server: Counter
    timeout = SOCKET_SECONDS
    server_version = "market40-sandbox"
    sys_version = ""

    def do_GET(self) -> None:
        path = urlsplit(self.path).path
        if not self._from_here():
            self._send(403, "text/plain", "Chỉ dùng trên máy này.")
        elif path == "/":
            self._html(200, page.start_page())
        elif path == "/style.css":
            self._send(200, "text/css", page.STYLE)
        elif path == "/healthz":
            self._json(200, {"success": True})
        else:
            self._send(404, "text/plain", "Không có trang này.")

    def do_POST(self) -> None:
        path = urlsplit(self.path).path
        answers = {"/look": self._look, "/confirm": self._confirm, "/pay": self._pay}
        if not self._from_here():
            self._send(403, "text/plain", "Chỉ dùng trên máy này.")
        elif path not in answers:
            self._send(404, "text/plain", "Không có trang này.")
        else:
            answers[path]()

    def _look(self) -> None:
        try:
            payload = seen(form(self._body(), self.headers.get("Content-Type", "")))
            self._html(200, page.confirm_page(payload, read(payload)))
        except SandboxError as refused:
            self._html(422, page.start_page(str(refused)))

    def _confirm(self) -> None:
        try:
            fields = form(self._body(), self.headers.get("Content-Type", ""))
            payment = self.server.phone.pay(
                text(fields, "payload"),
                amount=typed_amount(text(fields, "amount")),
                memo=text(fields, "memo"),
                way=chosen_way(text(fields, "notice") or "now"),
            )
            self._html(200, page.done_page(payment))
        except SandboxError as refused:
            self._html(422, page.start_page(str(refused)))

    def _pay(self) -> None:
        try:
            if self.headers.get_content_type() != "application/json":
                raise CodeRefused("not_json", "Cần Content-Type: application/json.")
            self._json(201, answer(pay_asked(self.server.phone, self._body())))
        except SandboxError as refused:
            self._json(422, {"success": False, "code": refused.code, "message": str(refused)})

    def _body(self) -> bytes:
        raw = self.headers.get("Content-Length", "")
        if re.fullmatch(r"[0-9]{1,9}", raw) is None or int(raw) > MAX_BODY:
            self.close_connection = True
            raise CodeRefused("body_too_large", "Yêu cầu lớn hơn 5 MB hoặc không nói độ dài.")
        return self.rfile.read(int(raw))

    def _from_here(self) -> bool:
        """Whether page and host are this machine: keeps other sites' pages from paying here."""
        addressed = urlsplit("//" + self.headers.get("Host", "")).hostname or ""
        origin = self.headers.get("Origin")
        return is_loopback(addressed) and (
            origin is None or urlsplit(origin).netloc == self.headers.get("Host")
        )

    def _html(self, status: int, body: str) -> None:
        self._send(status, "text/html", body)

    def _json(self, status: int, body: Mapping[str, object]) -> None:
        self._send(status, "application/json", json.dumps(body, ensure_ascii=False))

    def _send(self, status: int, kind: str, body: str) -> None:
        data = body.encode()
        self.send_response(status)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(data)))
        for name, value in HEADERS.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name in the base class
        """Keep quiet: request lines may carry what the payer typed."""


def pay_asked(phone: Phone, body: bytes) -> Payment:
    """Pay what a JSON body asks: `png_url` or `payload`, `amount`, `memo`, `edit_amount`.

    `notice` is one of `mishaps.WAYS`, "now" unless said. Raises SandboxError with the code of
    what is wrong.
    """
    try:
        asked = json.loads(body)
    except (ValueError, RecursionError) as broken:
        raise CodeRefused("not_json", "Nội dung không phải JSON.") from broken
    if not isinstance(asked, dict):
        raise CodeRefused("not_json", "Nội dung phải là một đối tượng JSON.")
    amount, memo, edit = asked.get("amount"), asked.get("memo"), asked.get("edit_amount", False)
    if not (amount is None or (isinstance(amount, int) and not isinstance(amount, bool))):
        raise TransferRefused("amount_not_integer", "Số tiền phải là số nguyên đồng.")
    if not (memo is None or isinstance(memo, str)) or not isinstance(edit, bool):
        raise TransferRefused("bad_field", "memo phải là chữ, edit_amount là true hoặc false.")
    way = chosen_way(asked.get("notice", "now"))
    return phone.pay(seen(asked), amount=amount, memo=memo, edit_amount=edit, way=way)


def chosen_way(named: object) -> Way:
    """Return the way in which the notice is to go; TransferRefused for one that is none."""
    if not is_way(named):
        message = f"notice phải là một trong: {', '.join(WAYS)}."
        raise TransferRefused("unknown_notice", message)
    return named


def answer(payment: Payment) -> dict[str, object]:
    """Return the JSON answer to a payment that was made."""
    transfer = payment.transfer
    answers = [{"status": each.status, "accepted": each.accepted} for each in payment.attempts]
    return {
        "success": True,
        "id": transfer.notice.id,
        "bank": transfer.code.bank,
        "account": transfer.code.account,
        "amount": transfer.amount,
        "memo": transfer.memo,
        "content": transfer.notice.content,
        "reference": transfer.notice.reference,
        "told": payment.told,
        "notice": payment.way,
        "answers": answers,
    }


def seen(fields: Mapping[str, object]) -> str:
    """Return the payload of the one code given: picture, address of a picture, or payload."""
    picture, url, payload = (fields.get(name) for name in ("picture", "png_url", "payload"))
    if isinstance(picture, bytes) and picture:
        return scan_png(picture)
    if isinstance(url, str) and url.strip():
        return payload_at(url.strip())
    if isinstance(payload, str) and payload.strip():
        return payload.strip()
    raise CodeRefused("no_code", "Chưa có mã: cho địa chỉ ảnh, tải ảnh lên hoặc dán nội dung mã.")


def typed_amount(raw: str) -> int | None:
    """Read an amount as a person types it, `25000` or `25.000`; None when the field is empty."""
    digits = re.sub(r"[. ]", "", raw)
    if not digits:
        return None
    if re.fullmatch(r"[0-9]{1,12}", digits) is None:
        raise TransferRefused("amount_not_integer", "Số tiền phải là số nguyên đồng.")
    return int(digits)


def text(fields: Mapping[str, object], name: str) -> str:
    """Return a form's text field; empty when it was not sent."""
    value = fields.get(name, "")
    return value if isinstance(value, str) else ""


def form(body: bytes, content_type: str) -> dict[str, object]:
    """Read a form, urlencoded or multipart: text as str, a file as bytes; CodeRefused."""
    if not content_type.startswith("multipart/form-data"):
        try:
            pairs = parse_qs(body.decode(), keep_blank_values=True, max_num_fields=20)
        except ValueError as broken:
            raise CodeRefused("bad_form", "Biểu mẫu không đọc được.") from broken
        return {name: values[0] for name, values in pairs.items()}
    head = f"Content-Type: {content_type}\r\n\r\n".encode()
    message = BytesParser(EmailMessage, policy=HTTP).parsebytes(head + body)
    fields: dict[str, object] = {}
    for part in message.iter_parts():
        name = part.get_param("name", header="content-disposition")
        content = part.get_payload(decode=True)
        if isinstance(name, str) and isinstance(content, bytes):
            is_file = part.get_filename() is not None
            fields[name] = content if is_file else content.decode(errors="replace").strip()
    return fields
