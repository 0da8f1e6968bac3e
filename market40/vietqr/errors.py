"""What can be wrong with a payload: one fault, and the one error that carries it."""

from __future__ import annotations

from typing import NamedTuple

from market40.core.errors import Market40Error


class Fault(NamedTuple):
    """One thing found in a payload.

    `code` is stable (`CRC_MISMATCH`); `path` names the tag (`54`, `38.01.00`) or the template
    in which the reading stopped (`root`, `62`); `offset` counts characters from the start of
    the payload, and is None for a value that was never in one (a fault of `encode`).
    """

    code: str
    path: str
    offset: int | None
    message: str


class VietQRError(Market40Error):
    """A payload that cannot be read, or a value that may not be written into one."""

    code = "vietqr"
    http_status = 422

    def __init__(self, fault: Fault) -> None:
        super().__init__(f"{fault.code} at {fault.path}: {fault.message}")
        self.code = fault.code
        self.path = fault.path
        self.offset = fault.offset
        self.message = fault.message
