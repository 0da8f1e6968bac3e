"""The board prints: which cards on which sheet, the file, and what was printed before."""

from __future__ import annotations

import uuid
from typing import Final

from flask import Response, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from market40.core.errors import Conflict, InvalidInput
from market40.db.engine import read, transact
from market40.merchants import service, store
from market40.merchants.delivery import actor, run_file
from market40.merchants.domain.choosing import typed_numbers
from market40.merchants.pages.common import blueprint, page
from market40.vietqr.sheets import SHEETS
from market40.web import forms
from market40.web.context import kit
from market40.web.guard import may, principal, require_market

RUNS_SHOWN: Final = 20
STALLS_TYPED: Final = 2_000  # characters of stall numbers


@blueprint.get("/board/markets/<uuid:market_id>/prints")
@may("board", "operator")
def prints(market_id: uuid.UUID) -> str:
    """Show what can be printed, on which sheets, and what was."""
    require_market(principal(), market_id)
    return _page(market_id)


@blueprint.post("/board/markets/<uuid:market_id>/prints")
@may("board", "operator")
def plan_print(market_id: uuid.UUID) -> AnyResponse | tuple[str, int]:
    """Put a print run together; its file is then in the list."""
    require_market(principal(), market_id)
    shop, who = kit(), actor()
    try:
        sheet = forms.field("sheet", limit=10)
        which = forms.field("which", limit=10)
        typed = forms.field("stalls", limit=STALLS_TYPED, required=False)

        def work(session: Session) -> None:
            forms.spend(session)
            service.plan_print(
                session,
                market_id,
                sheet=sheet,
                which=which,
                numbers=typed_numbers(typed),
                actor_id=who,
                now=shop.clock.now(),
                ids=shop.ids,
            )

        transact(shop.engine, work)
    except (InvalidInput, Conflict) as error:
        return _page(market_id, error=error), error.http_status
    return redirect(url_for("merchants.prints", market_id=market_id), 303)


@blueprint.get("/board/markets/<uuid:market_id>/prints/<uuid:run_id>/cards.pdf")
@may("board", "operator")
def print_file(market_id: uuid.UUID, run_id: uuid.UUID) -> Response:
    """Give a run's file, every page read back, and note that it was handed over."""
    require_market(principal(), market_id)
    return run_file(market_id, run_id)


def _page(market_id: uuid.UUID, *, error: InvalidInput | Conflict | None = None) -> str:
    def work(session: Session) -> dict[str, object]:
        live, changed = service.to_print(session, market_id)
        return {
            "market": store.market(session, market_id),
            "live": live,
            "changed": changed,
            "runs": store.print_runs(session, market_id, limit=RUNS_SHOWN),
        }

    typed = request.form if error else {}
    return page("prints", **read(kit().engine, work), sheets=SHEETS, error=error, typed=typed)
