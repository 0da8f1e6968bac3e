"""What the sandbox bank's command line takes, each with its limits."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

from market40.sandbox.memo import Habits
from market40.sandbox.mishaps import WAYS, Mishaps

_ASTRAY = ("twice", "late", "out_of_order", "stale")
Run = Callable[[argparse.Namespace], int]


def parser(*, serve: Run, pay: Run, traffic: Run) -> argparse.ArgumentParser:
    """Return the parser; each subcommand's function stands in `run`."""
    whole = argparse.ArgumentParser(
        prog="python -m market40.sandbox",
        description="Ngân hàng thử nghiệm: không phải ngân hàng thật, không có tiền thật.",
    )
    commands = whole.add_subparsers(required=True, metavar="serve | pay | traffic")
    server = commands.add_parser("serve", help="mở trang và POST /pay trên máy này")
    server.add_argument("--host", default="127.0.0.1")
    server.add_argument("--port", type=_port, default=8041)
    server.add_argument("--codes", type=Path, help="tệp mã: vừa mở trang vừa trả tiền liên tục")
    server.add_argument("--rate", type=_rate, default=6.0, help="số lần trả mỗi phút")
    server.set_defaults(run=serve)
    payer = commands.add_parser("pay", help="trả một mã rồi thôi")
    payer.add_argument("--png", required=True, help="địa chỉ http trên máy này, hoặc tệp ảnh")
    payer.add_argument("--amount", type=int, help="đồng; bỏ trống nếu mã đã có số tiền")
    payer.add_argument("--memo", help="nội dung thay cho nội dung của mã")
    payer.add_argument("--edit-amount", action="store_true", help="ứng dụng cho sửa số tiền")
    payer.add_argument("--wait", type=_seconds, default=60.0, help="giây đợi báo có tới nơi")
    payer.add_argument("--notice", choices=WAYS, default="now", help="báo có gửi đi thế nào")
    payer.set_defaults(run=pay, drop=Habits().drop, **dict.fromkeys(_ASTRAY, 0.0))
    market = commands.add_parser("traffic", help="trả ngẫu nhiên các mã trong tệp, liên tục")
    market.add_argument("--codes", type=Path, required=True, help="JSONL: png_url|payload, weight")
    market.add_argument("--rate", type=_rate, default=6.0, help="số lần trả mỗi phút, vd 30/min")
    market.add_argument("--at-most", type=int, help="dừng sau chừng này lần")
    market.add_argument("--wait", type=_seconds, default=60.0, help="giây đợi khi đã đủ lần")
    market.set_defaults(run=traffic)
    for each in (server, payer, market):
        _shared(each)
    for each in (server, market):
        _mishaps(each)
    return whole


def _shared(command: argparse.ArgumentParser) -> None:
    add = command.add_argument
    add("--accounts", type=Path, help='tệp JSON: {"số tài khoản": {"gateway","hook","secret"}}')
    add("--hook", help="nơi nhận báo có của mọi tài khoản khác; {account} là số tài khoản")
    add("--secret", help="khóa ký HMAC đi với --hook")
    add("--environment", help="mặc định lấy ở MARKET40_ENVIRONMENT; production thì không chạy")
    add("--seed", help="chạy lại y như cũ")
    add("--minute", type=_seconds, default=60.0, help="một phút của lịch gửi lại dài mấy giây")
    add("--plain", action="store_true", help="không viết lại nội dung, không trục trặc")
    add("--code-prefix", help="tiền tố mã thanh toán cài ở SePay, vd ZJ; bỏ trống: code là null")


def _mishaps(command: argparse.ArgumentParser) -> None:
    """Take the shares of what goes wrong in the background; what a person pays meets none."""
    add = command.add_argument
    usual = Mishaps()
    add("--drop", type=_share, default=Habits().drop, help="phần mất nội dung")
    add("--twice", type=_share, default=usual.twice, help="phần gửi hai lần")
    add("--late", type=_share, default=usual.late, help="phần gửi trễ")
    add("--out-of-order", type=_share, default=usual.out_of_order, help="phần gửi lộn thứ tự")
    add("--stale", type=_share, default=usual.stale, help="phần ký từ lâu mới gửi")


def _share(text: str) -> float:
    value = float(text)
    if not 0 <= value <= 1:
        raise ValueError(text)
    return value


def _seconds(text: str) -> float:
    value = float(text)
    if not 0 < value <= 86_400:
        raise ValueError(text)
    return value


def _rate(text: str) -> float:
    value = float(text.removesuffix("/min"))
    if not 0 < value <= 60_000:
        raise ValueError(text)
    return value


def _port(text: str) -> int:
    value = int(text)
    if not 0 <= value <= 65_535:
        raise ValueError(text)
    return value
