"""How a form's bank is chosen: any name is typed, and what it may mean is offered, without script.

A name that is no bank's own is never guessed at: money goes where this says.
"""

from __future__ import annotations

from typing import Final

from flask import request

from market40.vietqr import banks
from market40.vietqr.bank_search import QUERY_LIMIT, search
from market40.vietqr.codec import BIN_DIGITS
from market40.web import forms

OFFERED_MOST: Final = 6


def bank_named() -> str:
    """Return the bank that the form names: the BIN ticked of those offered, else what was typed.

    A tick counts only for the name that it was offered for: who has typed another since means
    that one. Raises InvalidInput `field_too_long`.
    """
    typed = forms.field("bank", limit=QUERY_LIMIT, required=False)
    ticked = forms.field("bank_bin", limit=BIN_DIGITS, required=False)
    offered_for = forms.field("bank_for", limit=QUERY_LIMIT, required=False)
    return ticked if typed == offered_for and banks.is_known(ticked) else typed


def banks_offered() -> tuple[banks.Bank, ...]:
    """Return the banks that the typed name may mean, where it is no bank's own."""
    named = bank_named()
    return search(named, limit=OFFERED_MOST) if named and banks.find(named) is None else ()


def typed_again() -> dict[str, str]:
    """Return the form's values to be shown again: its bank, once known, by its usual name."""
    values = dict(request.form.items())
    if found := banks.find(bank_named()):
        values["bank"] = found.short_name
    return values
