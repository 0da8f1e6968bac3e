"""HTTP to this very machine and to nothing else: no proxy, no redirect, a limit on everything."""

from __future__ import annotations

import http.client
import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from market40.sandbox.errors import TargetRefused, Unreachable

MAX_ANSWER = 5_000_000
MAX_URL = 2_000


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: status and at most MAX_ANSWER bytes of body."""

    status: int
    body: bytes


def is_loopback(host: str) -> bool:
    """Whether a host name or address is this machine: 127.0.0.0/8, ::1 or `localhost`."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def check_target(url: str) -> SplitResult:
    """Return the parts of a loopback http address; TargetRefused for every other one."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError as broken:
        raise TargetRefused("bad_address", "Địa chỉ không đọc được.") from broken
    if len(url) > MAX_URL or parts.scheme != "http" or parts.username is not None:
        raise TargetRefused("bad_address", "Địa chỉ phải bắt đầu bằng http:// và không quá dài.")
    if not is_loopback(host):
        raise TargetRefused(
            "not_loopback", "Ngân hàng thử nghiệm chỉ nói chuyện với máy này (127.0.0.1)."
        )
    return parts


def get(url: str, *, timeout: float) -> Answer:
    """Fetch an address on this machine; TargetRefused, Unreachable."""
    return _ask("GET", url, None, {}, timeout)


def post(url: str, body: bytes, headers: Mapping[str, str], *, timeout: float) -> Answer:
    """Post bytes to an address on this machine; TargetRefused, Unreachable."""
    return _ask("POST", url, body, headers, timeout)


def _ask(
    method: str, url: str, body: bytes | None, headers: Mapping[str, str], timeout: float
) -> Answer:
    parts = check_target(url)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=timeout)
    try:
        connection.request(method, path, body, dict(headers))
        with connection.getresponse() as response:
            answer = response.read(MAX_ANSWER + 1)
            status = response.status
    except (OSError, http.client.HTTPException, ValueError) as gone:
        raise Unreachable("unreachable", "Không gọi được địa chỉ trên máy này.") from gone
    finally:
        connection.close()
    if len(answer) > MAX_ANSWER:
        raise Unreachable("answer_too_large", "Câu trả lời lớn hơn 5 MB.")
    return Answer(status, answer)
