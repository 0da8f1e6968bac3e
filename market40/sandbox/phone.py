"""The payer's phone: looks at a code, shows what it says, pays it, and sets the notice going."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from market40.sandbox.accounts import Accounts
from market40.sandbox.bank import Bank, Transfer
from market40.sandbox.deliver import Attempt, Courier
from market40.sandbox.emv import read
from market40.sandbox.errors import CodeRefused
from market40.sandbox.loopback import get
from market40.sandbox.mishaps import Way
from market40.sandbox.scan import MAX_PICTURE_BYTES, scan_png

FETCH_TIMEOUT = 10.0


@dataclass(frozen=True, slots=True)
class Payment:
    """A transfer that was made, whether anybody was there to be told, and how.

    `attempts` are the sendings that came to an end while the payer waited.
    """

    transfer: Transfer
    told: bool
    way: Way | None = None
    attempts: tuple[Attempt, ...] = ()


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
        way: Way | None = "now",
    ) -> Payment:
        """Pay a payload: CodeRefused, TransferRefused; a hook elsewhere is TargetRefused.

        The notice goes in the `way` that a person chose; None is the background traffic's, which
        mishaps meet as they come: notices late or twice, memos lost.
        """
        listener = self.accounts.listener(read(payload).account)
        transfer = self.bank.transfer(
            payload,
            amount=amount,
            memo=memo,
            edit_amount=edit_amount,
            gateway=listener.gateway if listener else None,
            keep_memo=way is not None,
        )
        if listener is None:
            return Payment(transfer, told=False, way=way)
        if way is None:
            self.courier.take(transfer.notice, listener)
            return Payment(transfer, told=True)
        attempts = self.courier.hand_over(transfer.notice, listener, way)
        return Payment(transfer, told=True, way=way, attempts=attempts)

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
