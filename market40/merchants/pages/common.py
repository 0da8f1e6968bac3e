"""What the pages of this package share: their blueprint, their filters and words."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from typing import Final

from flask import Blueprint, redirect, render_template, url_for
from markupsafe import Markup
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from market40.core.errors import InputFault
from market40.core.text import ascii_upper_name
from market40.db.engine import transact
from market40.merchants.domain import codes, states
from market40.merchants.domain.registration import FIELDS
from market40.vietqr import banks, selfcheck
from market40.web import forms
from market40.web.context import kit
from market40.web.i18n import _

blueprint = Blueprint("merchants", __name__)

CODE_PILLS: Final = {"live": "ok", "superseded": "wait", "revoked": "lost", "none": "wait"}
STALL_PILLS: Final = {"active": "ok", "pending": "wait", "suspended": "wait", "closed": "lost"}


@blueprint.app_template_filter("check_code")
def _check_code(code: str) -> str:
    return codes.check_code_display(code)


@blueprint.app_template_filter("serial")
def _serial(serial: int) -> str:
    return codes.serial_display(serial)


@blueprint.app_template_filter("bank_name")
def _bank_name(bank_bin: str) -> str:
    return banks.name_of(bank_bin)


@blueprint.app_template_filter("grouped")
def _grouped(number: str) -> str:
    return codes.account_display(number)


@blueprint.app_template_filter("as_bank_shows")
def _as_bank_shows(name: str) -> str:
    return ascii_upper_name(name[:120])


def page(name: str, **values: object) -> str:
    """Return a page of this package with the words that its templates use."""
    words: Mapping[str, object] = {
        "stall_words": states.STALL_STATE_WORDS,
        "code_words": states.CODE_STATE_WORDS,
        "event_words": states.STALL_EVENT_WORDS,
        "stall_pills": STALL_PILLS,
        "code_pills": CODE_PILLS,
        "field_words": FIELDS,
    }
    return render_template(f"merchants/{name}.html", **words, **values)


def act_on_stall(
    market_id: uuid.UUID, stall_id: uuid.UUID, work: Callable[[Session], object]
) -> Response:
    """Do once what a form of a stall's page asks, and lead back to the page.

    `work` may run again on a lost race. Raises Conflict `form_already_sent` for a form sent twice.
    """

    def once(session: Session) -> None:
        forms.spend(session)
        work(session)

    transact(kit().engine, once, retry_conflicts=True)
    return redirect(url_for("merchants.stall", market_id=market_id, stall_id=stall_id), 303)


def symbol(payload: str) -> Markup:
    """Return a code as SVG to stand in a page."""
    return Markup(selfcheck.svg(payload, title=_("Mã VietQR")))  # noqa: S704 - we draw it


def by_field(faults: tuple[InputFault, ...]) -> dict[str, str]:
    """Return the first message of each field of a form (`stalls[0].number` is `number`)."""
    messages: dict[str, str] = {}
    for fault in faults:
        messages.setdefault(fault.place.rpartition(".")[2], fault.message)
    return messages
