"""The sandbox bank's command line: `serve`, `pay` and `traffic`. Here clock and seed are chosen."""

from __future__ import annotations

import argparse
import json
import logging
import os
import signal
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from threading import Event, Thread

from market40.sandbox import memo, mishaps
from market40.sandbox.accounts import Accounts, Listener
from market40.sandbox.arguments import parser
from market40.sandbox.bank import Bank
from market40.sandbox.deliver import Courier
from market40.sandbox.errors import SandboxError, SetupRefused
from market40.sandbox.phone import Payment, Phone, payload_at, payload_in
from market40.sandbox.server import Counter, answer
from market40.sandbox.traffic import Code, Pace, pay_on, read_codes

MAX_CODES_FILE = 50_000_000
STOP_SECONDS = 2.0


def main(argv: Sequence[str] | None = None) -> int:
    """Run a subcommand; 0 when it did its work, 1 when the bank refused, 2 for a bad set-up."""
    options = parser(serve=_serve, pay=_pay, traffic=_traffic).parse_args(argv)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s sandbox %(message)s")
    named = (options.environment or "", os.environ.get("MARKET40_ENVIRONMENT", ""))
    if "production" in {name.strip().lower() for name in named}:
        _say("Ngân hàng thử nghiệm không chạy ở môi trường production: đây không phải tiền thật.")
        return 2
    try:
        return int(options.run(options))
    except SetupRefused as refused:
        _say(f"{refused} [{refused.code}]")
        return 2
    except SandboxError as refused:
        _say(f"Không chuyển được: {refused} [{refused.code}]")
        return 1


def _serve(options: argparse.Namespace) -> int:
    phone = _phone(options)
    codes = _codes(options.codes) if options.codes else []
    try:
        counter = Counter(options.host, options.port, phone)
    except OSError as taken:
        raise SetupRefused("port_taken", f"Không mở được cổng {options.port}.") from taken
    stop = _stop_on_signal()
    threads = [*phone.courier.start(), Thread(target=counter.serve_forever, daemon=True)]
    threads[-1].start()
    _say(f"Ngân hàng thử nghiệm: http://{options.host}:{counter.server_port}/")
    if codes:
        pay_on(phone, codes, pace=Pace(options.rate), rng=_rng(options, "traffic"), stop=stop)
    stop.wait()
    counter.shutdown()
    counter.server_close()
    phone.courier.stop()
    for thread in threads:
        thread.join(STOP_SECONDS)
    return 0


def _traffic(options: argparse.Namespace) -> int:
    phone, codes = _phone(options), _codes(options.codes)
    stop = _stop_on_signal()
    phone.courier.start()
    pay_on(
        phone,
        codes,
        pace=Pace(options.rate),
        rng=_rng(options, "traffic"),
        stop=stop,
        at_most=options.at_most,
    )
    if not stop.is_set():
        phone.courier.wait_empty(options.wait)
    phone.courier.stop()
    return 0


def _pay(options: argparse.Namespace) -> int:
    phone = _phone(options)
    where: str = options.png
    payload = payload_at(where) if where.startswith("http") else payload_in(Path(where))
    payment: Payment = phone.pay(
        payload,
        amount=options.amount,
        memo=options.memo,
        edit_amount=options.edit_amount,
        way=options.notice,
    )
    sys.stdout.write(json.dumps(answer(payment), ensure_ascii=False) + "\n")
    if not payment.told:
        return 0
    phone.courier.start(workers=1)
    told = phone.courier.wait_empty(options.wait)
    phone.courier.stop()
    return 0 if told and phone.courier.given_up == 0 else 1


def _phone(options: argparse.Namespace) -> Phone:
    if not options.accounts and not options.hook:
        raise SetupRefused("no_listener", "Cần --accounts TỆP hoặc --hook ĐỊA-CHỈ với --secret.")
    if options.hook and not options.secret:
        raise SetupRefused("no_secret", "--hook cần --secret.")
    everyone = Listener(options.hook, options.secret) if options.hook else None
    habits, whims = _whims(options)
    return Phone(
        bank=Bank(
            rng=_rng(options, "bank"),
            clock=_now,
            # Microseconds: above every id of an earlier run, and far from one that runs beside.
            first_id=time.time_ns() // 1000,
            habits=habits,
            code_prefix=options.code_prefix,
        ),
        courier=Courier(
            rng=_rng(options, "courier"), clock=_now, mishaps=whims, minute=options.minute
        ),
        accounts=Accounts(options.accounts, everyone),
    )


def _whims(options: argparse.Namespace) -> tuple[memo.Habits, mishaps.Mishaps]:
    """Return what becomes of memos and notices."""
    if options.plain:
        return memo.UNTOUCHED, mishaps.NONE
    return memo.Habits(drop=options.drop), mishaps.Mishaps(
        twice=options.twice,
        late=options.late,
        out_of_order=options.out_of_order,
        stale=options.stale,
    )


def _rng(options: argparse.Namespace, part: str) -> Random:
    """Return a stream of its own for each part, so that threads do not disturb each other's."""
    seed = None if options.seed is None else f"{options.seed}/{part}"
    return Random(seed)  # noqa: S311 - a market's whims, not a secret


def _now() -> datetime:
    return datetime.now(UTC)


def _codes(path: Path) -> list[Code]:
    try:
        if path.stat().st_size > MAX_CODES_FILE:
            raise SetupRefused("codes_too_large", "Tệp mã lớn hơn 50 MB.")
        return read_codes(path.read_text(encoding="utf-8").split("\n"))
    except (OSError, UnicodeDecodeError) as gone:
        raise SetupRefused("codes_unreadable", "Không đọc được tệp mã.") from gone


def _stop_on_signal() -> Event:
    stop = Event()
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, lambda *_: stop.set())
    return stop


def _say(line: str) -> None:
    sys.stderr.write(line + "\n")
    sys.stderr.flush()
