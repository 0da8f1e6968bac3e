"""Links that open a payer's bank app from a web page, by way of vietqr.io's `dl.vietqr.io`.

Source: https://www.vietqr.io/deeplink.md (an excerpt of a stored copy, read on 2026-11-24) and
vietqr.io's changelog to 2.18 of 2026-07-31. The payer names the app; no link lets the phone
choose ("vietqr://" is announced, not there). Five apps fill the transfer in (`Bank.fills_since`);
the others only open, so their links say nothing of the payment. A link is a convenience: the
bank's own screen says what will be paid.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final
from urllib.parse import quote

from market40.core.errors import NotFound
from market40.core.text import vietnamese_sort_key
from market40.core.texts import say
from market40.vietqr.banks import Bank, all_banks, bank, is_known
from market40.vietqr.codec import VietQR

HOST: Final = "https://dl.vietqr.io"
_TO_ACCOUNT: Final = "QRIBFTTA"
_AS_IT_IS: Final = ":/"  # the documentation wants the address to return to with its "://" as it is


class UnknownApp(NotFound):
    """No bank app in the directory has this id."""

    code = "unknown_app"


@dataclass(frozen=True, slots=True)
class Apps:
    """The apps that links open, each by its bank: those that fill the transfer in, and others."""

    filling: tuple[Bank, ...]
    opening: tuple[Bank, ...]


@cache
def apps() -> Apps:
    """Return the banks whose apps can be opened by a link, by short name as people look it up."""
    named = sorted(
        (entry for entry in all_banks() if entry.app_id),
        key=lambda entry: vietnamese_sort_key(entry.short_name),
    )
    return Apps(
        filling=tuple(entry for entry in named if entry.fills_since),
        opening=tuple(entry for entry in named if not entry.fills_since),
    )


def can_fill(code: VietQR) -> bool:
    """Return whether a link can name this code's receiver and amount.

    It needs an amount, a transfer to an account, and a bank that vietqr.io has a name for.
    """
    named = is_known(code.bin) and bank(code.bin).link_code is not None
    return named and code.amount is not None and code.service == _TO_ACCOUNT


def link(app_id: str, code: VietQR, *, holder: str, return_to: str) -> str:
    """Return the address that opens the app, with the transfer filled in where it does that.

    The account, amount and memo are the code's, so that a link never says anything else than the
    square beside it; `holder` is the account's name as banks show it, `return_to` the absolute
    address of our own that the app leads back to. An app that only opens, or a code that no link
    can name (`can_fill`), gets a link without any of them. Raises UnknownApp.
    """
    app = _by_app().get(app_id)
    if app is None:
        raise UnknownApp(say("Không có ứng dụng ngân hàng này trong danh sách."))
    address = f"{HOST}/pay?app={quote(app_id, safe='')}"
    if app.fills_since is None or not can_fill(code):
        return address
    receiver = f"{quote(code.account, safe='')}@{bank(code.bin).link_code}"  # "@" as it is, too
    said: Sequence[tuple[str, str]] = (
        ("ba", receiver),
        ("am", str(code.amount)),
        ("tn", quote(code.purpose or "", safe="")),
        ("bn", quote(holder, safe="")),
        ("url", quote(return_to, safe=_AS_IT_IS)),
    )
    return address + "".join(f"&{name}={value}" for name, value in said if value)


@cache
def _by_app() -> dict[str, Bank]:
    return {entry.app_id: entry for entry in all_banks() if entry.app_id}
