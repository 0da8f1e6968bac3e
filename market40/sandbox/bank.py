"""The bank itself: takes a payload and an amount, moves the money, and words the notice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from random import Random
from threading import Lock

from market40.sandbox import emv
from market40.sandbox.banks import BANKS
from market40.sandbox.errors import TransferRefused
from market40.sandbox.memo import USUAL, Habits, passage, rewrite, typed
from market40.sandbox.notice import VIETNAM, Notice, code_in

MAX_ID = 2**53 - 1
"""The largest integer that every JSON reader keeps whole."""

REFERENCES = {
    "Vietcombank": "MBVCB.{n:010d}",
    "VietinBank": "{d3}T{yy}{n:010d}",
    "MBBank": "FT{yy}{doy}{n:09d}",
    "Techcombank": "FT{yy}{doy}{n:09d}",
    "VPBank": "FT{yy}{doy}{n:09d}",
    "ACB": "{n:04d}",
    "BIDV": "{n:010d}-{d3}",
    "Agribank": "{ymd}{n:06d}",
}
"""The shape of each bank's own reference. ACB's is weak: four digits that come back."""
OTHER_REFERENCE = "FT{yy}{doy}{n:09d}"


@dataclass(frozen=True, slots=True)
class Transfer:
    """A payment that was made; `notice` tells the receiver, in his bank's words."""

    code: emv.ScannedCode
    amount: int
    memo: str
    """What the payer sent, before the receiving bank rewrote it."""
    notice: Notice


class Bank:
    """Balances, a running number, and the moment; safe to use from several threads.

    `first_id` must lie above every id of an earlier run, for receivers know a notice by its id.
    `code_prefix` is the payment code's prefix as set at SePay; None: no `code` is told.
    """

    def __init__(
        self,
        *,
        rng: Random,
        clock: Callable[[], datetime],
        first_id: int,
        habits: Habits = USUAL,
        code_prefix: str | None = None,
    ) -> None:
        self._rng = rng
        self._clock = clock
        self._next_id = first_id
        self._habits = habits
        self._code_prefix = code_prefix
        self._balances: Counter[tuple[str, str]] = Counter()
        self._lock = Lock()

    def balance(self, bin_: str, account: str) -> int:
        """Dong on a receiving account, counted from nothing at the start of the run."""
        with self._lock:
            return self._balances[bin_, account]

    def transfer(
        self,
        payload: str,
        *,
        amount: int | None = None,
        memo: str | None = None,
        edit_amount: bool = False,
        gateway: str | None = None,
        keep_memo: bool = False,
    ) -> Transfer:
        """Pay a code: CodeRefused for the code, TransferRefused for amount or memo.

        `amount` (dong) is needed where the code has none and refused where it has another, unless
        `edit_amount` says that this payer's app lets it be changed. `memo` replaces the code's.
        With `keep_memo` it is rewritten as usual, but never lost.
        """
        code = emv.read(payload)
        dong = _agreed_amount(code, amount, edit_amount=edit_amount)
        words = typed(code.memo if memo is None else memo)
        habits = replace(self._habits, drop=0) if keep_memo else self._habits
        with self._lock:
            now = self._clock()
            bank = gateway or code.bank
            via = passage(self._rng, to_account=code.account, at=now.astimezone(VIETNAM))
            content = rewrite(words, receiving_bank=bank, rng=self._rng, habits=habits, via=via)
            self._balances[code.bin, code.account] += dong
            notice = self._notice(bank, code.bin, code.account, content, dong, now)
        return Transfer(code=code, amount=dong, memo=words, notice=notice)

    def spend(self, bin_: str, account: str, amount: int, *, gateway: str | None = None) -> Notice:
        """Let the account's owner pay somebody else; TransferRefused when there is too little."""
        with self._lock:
            if not 0 < amount <= self._balances[bin_, account]:
                raise TransferRefused("not_enough", "Số dư không đủ.")
            self._balances[bin_, account] -= amount
            bank = gateway or BANKS[bin_]
            return self._notice(bank, bin_, account, "chuyen tien di cho", -amount, self._clock())

    def _notice(
        self, bank: str, bin_: str, account: str, content: str, change: int, now: datetime
    ) -> Notice:
        if self._next_id > MAX_ID:
            raise TransferRefused("no_more_ids", "Đã hết số giao dịch.")
        number, self._next_id = self._next_id, self._next_id + 1
        return Notice(
            id=number,
            gateway=bank,
            at=now,
            account=account,
            content=content,
            code=code_in(content, self._code_prefix) if self._code_prefix else None,
            description=f"BankAPINotify {content}",
            direction="in" if change > 0 else "out",
            amount=abs(change),
            accumulated=self._balances[bin_, account],
            reference=reference(bank, number, now),
        )


def reference(bank: str, number: int, now: datetime) -> str:
    """Return the reference of the transfer with this running number, as its bank writes it."""
    shape = REFERENCES.get(bank, OTHER_REFERENCE)
    local = now.astimezone(VIETNAM)
    width = int(shape.partition("{n:0")[2].partition("d")[0])
    return shape.format(
        n=number % 10**width,
        d3=f"{number % 1000:03d}",
        yy=f"{local:%y}",
        doy=f"{local:%j}",
        ymd=f"{local:%Y%m%d}",
    )


def _agreed_amount(code: emv.ScannedCode, asked: int | None, *, edit_amount: bool) -> int:
    if code.amount is not None and not edit_amount:
        if asked not in {None, code.amount}:
            raise TransferRefused("amount_locked", "Số tiền do mã định sẵn, không sửa được.")
        return code.amount
    dong = code.amount if asked is None else asked
    if dong is None:
        raise TransferRefused("amount_missing", "Mã không có số tiền: hãy nhập số tiền.")
    if not 0 < dong <= emv.MAX_AMOUNT:
        raise TransferRefused("amount_out_of_range", "Số tiền phải từ 1 đến 499.999.999 đồng.")
    return dong
