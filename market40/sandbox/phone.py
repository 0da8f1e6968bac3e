"""The payer's phone: looks at a code, shows what it says, pays it, and sets the notice going."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from market40.sandbox.accounts import Accounts
from market40.sandbox.bank import Bank, Transfer
from market40.sandbox.deliver import Courier
from market40.sandbox.emv import read
from market40.sandbox.errors import CodeRefused
from market40.sandbox.loopback import get
from market40.sandbox.scan import MAX_PICTURE_BYTES, scan_png

FETCH_TIMEOUT = 10.0


@dataclass(frozen=True, slots=True)
class Payment:
    """A transfer that was made, and whether anybody was there to be told."""

    transfer: Transfer
    told: bool


@dataclass(frozen=True, slots=True)
class Phone:
    """One phone with one bank's app; the bank, the courier and the listeners behind it."""

    bank: Bank
    courier: Courier
    accounts: Accounts

    def pay(
        self,
        payload: str,
        *,
        amount: int | None = None,
        memo: str | None = None,
        edit_amount: bool = False,
    ) -> Payment:
        """Pay a payload: CodeRefused, TransferRefused; a hook elsewhere is TargetRefused."""
        listener = self.accounts.listener(read(payload).account)
        transfer = self.bank.transfer(
            payload,
            amount=amount,
            memo=memo,
            edit_amount=edit_amount,
            gateway=listener.gateway if listener else None,
        )
        if listener is not None:
            self.courier.take(transfer.notice, listener)
        return Payment(transfer, told=listener is not None)

    def spend(self, payment: Payment, amount: int) -> None:
        """Let the receiver of a payment pay somebody else, and tell the account's listener."""
        code = payment.transfer.code
        listener = self.accounts.listener(code.account)
        gateway = listener.gateway if listener else None
        notice = self.bank.spend(code.bin, code.account, amount, gateway=gateway)
        if listener is not None:
            self.courier.take(notice, listener)


def payload_at(url: str) -> str:
    """Fetch a code's picture from the service on this machine and return the payload in it.

    TargetRefused, Unreachable, CodeRefused.
    """
    answer = get(url, timeout=FETCH_TIMEOUT)
    if answer.status != 200:
        raise CodeRefused("no_picture", f"Địa chỉ ảnh trả lời {answer.status}.")
    return scan_png(answer.body)


def payload_in(path: Path) -> str:
    """Read a code's picture from a file and return the payload in it; CodeRefused."""
    try:
        with path.open("rb") as picture:
            data = picture.read(MAX_PICTURE_BYTES + 1)
    except OSError as gone:
        raise CodeRefused("no_picture", "Không đọc được tệp ảnh.") from gone
    return scan_png(data)
