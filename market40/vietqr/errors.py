"""What can be wrong with a payload: one fault, and the one error that carries it."""

from __future__ import annotations

from typing import NamedTuple

from market40.core.errors import Market40Error


class PayloadFault(NamedTuple):
    """One thing found in a payload.

    `code` is stable (`CRC_MISMATCH`); `path` names the tag (`54`, `38.01.00`) or the template
    in which the reading stopped (`root`, `62`); `offset` counts characters from the start of
    the payload, and is None for a value that was never in one (a fault of `encode`).
    `message` is a Vietnamese sentence for people; it holds no account, name or memo.
    """

    code: str
    path: str
    offset: int | None
    message: str


class VietQRError(Market40Error):
    """A payload that cannot be read, or a value that may not be written into one."""

    code = "vietqr"
    http_status = 422

    def __init__(self, fault: PayloadFault) -> None:
        super().__init__(fault.message)
        self.code = fault.code
        self.path = self.place = fault.path
        self.offset = fault.offset
        self.message = fault.message

    def __str__(self) -> str:
        return f"{self.code} [{self.path}]: {self.message}"
