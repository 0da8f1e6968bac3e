"""A market's payers: random codes, lifelike amounts, for as long as the demonstration runs."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random
from threading import Event

from market40.sandbox.emv import read
from market40.sandbox.errors import SandboxError, SetupRefused
from market40.sandbox.phone import Payment, Phone, payload_at

MAX_CODES = 100_000
MAX_LINE = 5_000
MAX_PAUSE = 60.0
"""Seconds that a payer waits at most, when nothing answers and tries grow rarer."""

RETYPED = ("tien hang", "tra tien rau", "mua thit", "tien an sang")

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Code:
    """A code that payers come across; exactly one of `png_url` and `payload` is set."""

    png_url: str | None
    payload: str | None
    weight: float

    def look(self) -> str:
        """Return the payload, from the picture where there is one."""
        if self.payload is not None:
            return self.payload
        return payload_at(self.png_url or "")


@dataclass(frozen=True, slots=True)
class Pace:
    """How the market pays: payments a minute, and the shares that do something else as well."""

    per_minute: float
    retyped: float = 0.03
    """Payers who write a memo of their own over the code's."""
    spent: float = 0.02
    """Payments after which the vendor pays somebody from the same account: a debit."""


def read_codes(lines: Sequence[str]) -> list[Code]:
    """Parse a codes file, one JSON object a line; SetupRefused names the line at fault."""
    if len(lines) > MAX_CODES:
        raise SetupRefused("too_many_codes", f"Tệp mã có hơn {MAX_CODES} dòng.")
    codes = [_code(line, at) for at, line in enumerate(lines, start=1) if line.strip()]
    if not codes:
        raise SetupRefused("no_codes", "Tệp mã không có mã nào.")
    return codes


def _code(line: str, at: int) -> Code:
    try:
        data = json.loads(line) if len(line) <= MAX_LINE else None
    except (ValueError, RecursionError):
        data = None
    fields = data if isinstance(data, dict) else {}
    url, payload, weight = fields.get("png_url"), fields.get("payload"), fields.get("weight", 1)
    good_weight = isinstance(weight, int | float) and 0 < weight < 1e9
    texts = [text for text in (url, payload) if isinstance(text, str)]
    if len(texts) != 1 or not good_weight:
        raise SetupRefused("bad_code_line", f"Tệp mã, dòng {at}: cần png_url hoặc payload.")
    return Code(
        png_url=url if isinstance(url, str) else None,
        payload=payload if isinstance(payload, str) else None,
        weight=float(weight),
    )


def amount(rng: Random) -> int:
    """Draw what a market purchase costs, in dong: 10,000 to 300,000, mostly round thousands."""
    dong = min(300_000.0, max(10_000.0, rng.lognormvariate(10.7, 0.7)))
    step = rng.choices((5_000, 1_000, 10_000, 500, 1), (40, 30, 24, 5, 1))[0]
    return min(300_000, max(10_000, round(dong / step) * step))


def pay_on(
    phone: Phone,
    codes: Sequence[Code],
    *,
    pace: Pace,
    rng: Random,
    stop: Event,
    wait: Callable[[Event, float], object] = Event.wait,
    at_most: int | None = None,
) -> int:
    """Pay random codes until `stop` is set or `at_most` payers came; return how many paid.

    Nothing that fails ends it: a service that is down makes the payers wait, ever longer up to
    MAX_PAUSE, and come back.
    """
    weights = [code.weight for code in codes]
    paid = failures = payers = 0
    while not stop.is_set() and (at_most is None or payers < at_most):
        payers += 1
        try:
            _one(phone, rng.choices(codes, weights)[0], pace, rng)
            paid += 1
            failures = 0
        except SandboxError as refused:
            failures += 1
            _log.warning("not paid: %s", refused.code)
        gap = rng.expovariate(pace.per_minute / 60)
        backoff = 2.0 ** min(failures, 6) - 1 if failures else 0.0
        wait(stop, min(MAX_PAUSE, max(gap, backoff)))
    return paid


def _one(phone: Phone, code: Code, pace: Pace, rng: Random) -> Payment:
    payload = code.look()
    memo = rng.choice(RETYPED) if rng.random() < pace.retyped else None
    wish = amount(rng)
    dong = wish if read(payload).amount is None else None
    payment = phone.pay(payload, amount=dong, memo=memo, way=None)
    if rng.random() < pace.spent:
        phone.spend(payment, max(1, payment.transfer.amount // 2))
    return payment
