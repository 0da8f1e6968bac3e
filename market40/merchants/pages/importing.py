"""A whole market as a file: the upload, the preview with its faults, and the taking over."""

from __future__ import annotations

import base64
import binascii
import uuid
from typing import Final

from flask import Response, request
from sqlalchemy.orm import Session

from market40.core.clock import local_day
from market40.core.errors import InvalidInput, TooLarge
from market40.core.texts import say
from market40.db.engine import read, transact
from market40.merchants import service, store
from market40.merchants.delivery import actor, file_answer, rng
from market40.merchants.domain.csv_text import BYTES_LIMIT
from market40.merchants.domain.sheet import Sheet, read_csv, template_csv
from market40.merchants.pages.common import blueprint, page
from market40.web import forms
from market40.web.context import kit
from market40.web.guard import accepts_upload, may, principal, require_market

UPLOAD_LIMIT: Final = BYTES_LIMIT + 64 * 1024
CONFIRM_LIMIT: Final = 2 * BYTES_LIMIT  # the same file in base64, as a form encodes it
_TOO_LARGE: Final = say(
    "Tệp lớn quá: một tệp nhận tối đa 2 MB và 2.000 sạp. Hãy chia thành nhiều tệp nhỏ hơn."
)
_BACK: Final = "merchants.import_form"
_PREVIEW_ROWS: Final = 20


@blueprint.get("/board/markets/<uuid:market_id>/import")
@may("board", "operator")
def import_form(market_id: uuid.UUID) -> str:
    """Show how a whole market is put on from a file."""
    require_market(principal(), market_id)
    return _page(market_id)


@blueprint.get("/board/markets/<uuid:market_id>/template.csv")
@may("board", "operator")
def import_template(market_id: uuid.UUID) -> Response:
    """Give the file to fill in."""
    require_market(principal(), market_id)
    return file_answer(template_csv(), "text/csv", "mau-danh-sach-sap.csv")


@blueprint.post("/board/markets/<uuid:market_id>/import")
@accepts_upload(UPLOAD_LIMIT, _TOO_LARGE, _BACK)
@may("board", "operator")
def import_preview(market_id: uuid.UUID) -> str | tuple[str, int]:
    """Read the file and show what would go in, or each fault at its row and column."""
    require_market(principal(), market_id)
    try:
        content = forms.upload("file", limit_bytes=BYTES_LIMIT)
        sheet = _checked(market_id, content)
    except (InvalidInput, TooLarge) as error:
        said = _TOO_LARGE if isinstance(error, TooLarge) else error.detail
        return _page(market_id, error=said), error.http_status
    packed = base64.b64encode(content).decode() if not sheet.faults else ""
    return _page(market_id, sheet=sheet, packed=packed), 422 if sheet.faults else 200


@blueprint.post("/board/markets/<uuid:market_id>/import/confirm")
@accepts_upload(CONFIRM_LIMIT, _TOO_LARGE, _BACK)
@may("board", "operator")
def import_confirm(market_id: uuid.UUID) -> str | tuple[str, int]:
    """Take the previewed file over, whole or not at all."""
    require_market(principal(), market_id)
    shop, who = kit(), actor()
    now = shop.clock.now()
    try:
        content = base64.b64decode(request.form.get("content", ""), validate=True)
    except (binascii.Error, ValueError):
        return _page(market_id, error=say("Tệp gửi lên bị hỏng; hãy chọn lại tệp.")), 422
    sheet = read_csv(content)
    if request.form.get("confirmed") != "yes" and any(r.has_account for r in sheet.registrations):
        packed = request.form["content"]
        return _page(market_id, sheet=sheet, packed=packed, unconfirmed=True), 422
    if not sheet.faults:

        def work(session: Session) -> list[service.RegisteredStall]:
            forms.spend(session)
            return service.register_stalls(
                session,
                market_id,
                sheet.registrations,
                actor_id=who,
                now=now,
                ids=shop.ids,
                rng=rng(),
                starts_on=local_day(now),
            )

        try:
            done = transact(shop.engine, work, retry_conflicts=True)
        except InvalidInput:
            sheet = _checked(market_id, content)  # somebody else was faster: say where
        else:
            return _page(market_id, done=done)
    return _page(market_id, sheet=sheet), 422


def _checked(market_id: uuid.UUID, content: bytes) -> Sheet:
    """Read a file and hold it against the market as it stands."""
    sheet = read_csv(content)
    if not sheet.registrations:
        return sheet
    today = local_day(kit().clock.now())
    return read(
        kit().engine, lambda session: service.against_market(session, market_id, sheet, day=today)
    )


def _page(  # each state of the one page has its own argument
    market_id: uuid.UUID,
    *,
    sheet: Sheet | None = None,
    packed: str = "",
    error: str = "",
    unconfirmed: bool = False,
    done: list[service.RegisteredStall] | None = None,
) -> str:
    found = read(kit().engine, lambda session: store.market(session, market_id))
    return page(
        "import",
        market=found,
        sheet=sheet,
        packed=packed,
        error=error,
        unconfirmed=unconfirmed,
        done=done,
        preview_rows=_PREVIEW_ROWS,
    )
