"""Verdicts, fields and faults on every conformance vector, beside seven libraries.

The libraries' verdicts are those on record in `tests/fixtures/vietqr` (2026-11-22, the versions in
the table). None of them names a fault by a code. Which fields they read was not recorded; the
three of PyPI are run here for that, those of npm are not.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from decimal import Decimal, InvalidOperation

import qr_pay
import vietnam_qr_pay.qr_pay as vqp
import vietqr_emvco

from benchmarks.report import table
from market40.vietqr.codec import inspect
from market40.vietqr.request import payload_from
from tests.vectors import FILES, Vector, agree, emitted_by_npm, libraries, vectors

Said = tuple[object, object, object, object]
HEAD = ("good taken", "bad taken", "bad refused", "receiver, amount, memo", "all fields", "faults")


def run() -> None:
    """Print a table for each file and for both, then the count of npm's rows."""
    for name, which in (*((name, vectors(name)) for name in FILES), ("both files", vectors())):
        good = sum(vector["valid"] for vector in which)
        title = f"{name}: {good} good, {len(which) - good} bad"
        print(table((title, *HEAD), [_ours(which), *_theirs(which)]), end="\n\n")
    rows = emitted_by_npm()
    equal = sum(payload_from(_request(vector)) == vector["payload"] for vector in rows)
    print(f"written as npm vietnam-qr-pay 1.5.1 wrote them, to the octet: {equal} of {len(rows)}")
    assert equal == len(rows)


def _ours(which: Sequence[Vector]) -> tuple[object, ...]:
    good, bad = _split(which)
    readings = {vector["payload"]: inspect(vector["payload"]) for vector in which}
    taken = sum(readings[vector["payload"]].valid for vector in bad)
    fields = sum(dict(readings[vector["payload"]].fields) == vector["fields"] for vector in which)
    faults = sum(agree(readings[vector["payload"]].errors, vector["errors"]) for vector in bad)
    return (
        "market40",
        _of(sum(readings[vector["payload"]].valid for vector in good), good),
        _of(taken, bad),
        _of(len(bad) - taken, bad),
        _right(which, lambda text: _four(inspect(text).fields)),
        _of(fields, which),
        _of(faults, bad),
    )


def _theirs(which: Sequence[Vector]) -> list[tuple[object, ...]]:
    good, bad = _split(which)
    rows = []
    for key, name in libraries().items():
        taken = sum(key in vector["accepted_by"] for vector in bad)
        right = _right(which, LIVE[key]) if key in LIVE else "not on record"
        rows.append(
            (name, _of(sum(key in vector["accepted_by"] for vector in good), good),
             _of(taken, bad), _of(len(bad) - taken, bad), right, "–", "none named")
        )  # fmt: skip
    return rows


def _split(which: Sequence[Vector]) -> tuple[list[Vector], list[Vector]]:
    return [v for v in which if v["valid"]], [v for v in which if not v["valid"]]


def _of(count: int, all_of: Sequence[Vector]) -> str:
    return f"{count} of {len(all_of)}"


def _right(which: Sequence[Vector], read: Callable[[str], Said]) -> str:
    """Count the good VietQR codes whose BIN, account, amount and memo `read` tells right."""
    asked = [vector for vector in which if vector["valid"] and "bin" in vector["fields"]]
    right = 0
    for vector in asked:
        with contextlib.suppress(Exception):
            right += _plain(read(vector["payload"])) == _plain(_four(vector["fields"]))
    return _of(right, asked)


def _four(fields: object) -> Said:
    get = dict(fields).get  # type: ignore[call-overload]
    return get("bin"), get("account"), get("amount"), get("purpose")


def _plain(said: Said) -> Said:
    """Bring what libraries say in different ways to one: nothing is None, an amount a number."""
    bank, account, amount, memo = (part or None for part in said)
    with contextlib.suppress(InvalidOperation):
        amount = None if amount is None else Decimal(str(amount))
    return bank, account, amount, memo


def _vqp(payload: str) -> Said:
    found = vqp.QRPay(payload)
    return (
        found.consumer.bank_bin,
        found.consumer.bank_number,
        found.amount,
        found.additional_data.purpose,
    )


def _napas(payload: str) -> Said:
    get = qr_pay.decode(payload).get
    return (
        get("bin_id"),
        get("consumer_id"),
        get("transaction_amount"),
        get("purpose_of_transaction"),
    )


def _emvco(payload: str) -> Said:
    get = vietqr_emvco.VietQRParser.parse(payload).get
    return get("bank_bin"), get("account_number"), get("amount"), get("memo")


LIVE: dict[str, Callable[[str], Said]] = {"vqpy": _vqp, "napas": _napas, "emvco": _emvco}


def _request(vector: Vector) -> dict[str, str]:
    names = {"bin": "bin", "account": "account", "amount": "amount", "purpose": "memo"}
    return {
        ours: vector["fields"][name] for name, ours in names.items() if name in vector["fields"]
    }
