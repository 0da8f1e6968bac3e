"""`encode` and `decode` beside the PyPI libraries.

Distinct inputs, no memo of results, turn about in one run; ours with every check there is.
"""

from __future__ import annotations

import gc
import random
import time
from collections.abc import Callable, Sequence
from typing import Any

import qr_pay
import vietnam_qr_pay.qr_pay as vqp
import vietqr_emvco
import vnqr

from benchmarks.report import median, table
from market40.vietqr.codec import VietQR, decode, encode

ROUNDS, INPUTS = 7, 3_000
LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
Item = tuple[str, str, int, str]


def _emvco_decode(payload: str) -> object:
    if not vietqr_emvco.VietQRParser.verify_checksum(payload):
        raise ValueError("checksum")
    return vietqr_emvco.VietQRParser.parse(payload)


def _vqp_decode(payload: str) -> object:
    found = vqp.QRPay(payload)
    if not found.is_valid:
        raise ValueError("invalid")
    return found


ENCODERS: dict[str, Callable[[Item], object]] = {
    "market40": lambda i: encode(VietQR(i[0], i[1], amount=i[2], purpose=i[3])),
    "vietnam-qr-pay 1.0.0": lambda i: vqp.QRPay.init_viet_qr(
        bank_bin=i[0], bank_number=i[1], amount=str(i[2]), purpose=i[3]
    ).build(),
    "napas-qr-python 0.2.0": lambda i: (
        qr_pay.QRPay(i[0], i[1], transaction_amount=i[2], purpose_of_transaction=i[3]).code
    ),
    "vietqr-emvco 1.0.0": lambda i: vietqr_emvco.VietQRGenerator(i[0], i[1]).generate(i[2], i[3]),
    "vnqr 0.1.2": lambda i: vnqr.generate_vietqr_string(*i),
}
DECODERS: dict[str, Callable[[str], object]] = {
    "market40": decode,
    "vietnam-qr-pay 1.0.0": _vqp_decode,
    "napas-qr-python 0.2.0": qr_pay.decode,
    "vietqr-emvco 1.0.0, with its CRC": _emvco_decode,
    "vietqr-emvco 1.0.0, no CRC": vietqr_emvco.VietQRParser.parse,
}


def run() -> None:
    """Print the rates."""
    chance = random.Random(40)
    items = [_item(chance) for _ in range(INPUTS)]
    payloads = [encode(VietQR(b, a, amount=m, purpose=p)) for b, a, m, p in items]
    _rates("encode", ENCODERS, items)
    print("(at least 5)")
    _rates("decode", DECODERS, payloads)
    print("(at least 2)")


def _item(chance: random.Random) -> Item:
    account = "".join(chance.choices("0123456789", k=chance.randint(8, 16)))
    memo = "ZJ" + "".join(chance.choices(LETTERS, k=8))
    return f"9704{chance.randrange(100):02d}", account, chance.randint(1_000, 9_999_999), memo


def _rates(what: str, ways: dict[str, Callable[[Any], object]], inputs: Sequence[Any]) -> None:
    spent: dict[str, list[float]] = {name: [] for name in ways}
    gc.disable()
    for _ in range(ROUNDS):
        for name, way in ways.items():
            began = time.process_time()
            for one in inputs:
                way(one)
            spent[name].append(1e6 * (time.process_time() - began) / len(inputs))
    gc.enable()
    ours = median(spent["market40"])
    rows = [
        (name, f"{median(times):.2f}", f"{min(times):.2f}", f"{median(times) / ours:.2f}")
        for name, times in spent.items()
    ]
    print()
    print(table((f"{what}, {INPUTS} distinct × {ROUNDS}", "CPU µs", "least", "times ours"), rows))
