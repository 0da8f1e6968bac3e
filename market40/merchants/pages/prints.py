"""The board prints: which cards on which sheet, the file, and what was printed before."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Final

from flask import Response, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from market40.core.errors import Conflict, InvalidInput
from market40.db.engine import read, transact
from market40.merchants import service, store
from market40.merchants.delivery import actor, begin_file, run_file
from market40.merchants.domain.choosing import typed_numbers
from market40.merchants.domain.prints import AT_ONCE, FAULT_WORDS, FILE_STATE_WORDS
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

        def work(session: Session) -> service.PrintPlanned:
            forms.spend(session)
            made = service.plan_print(
                session,
                market_id,
                sheet=sheet,
                which=which,
                numbers=typed_numbers(typed),
                actor_id=who,
                now=shop.clock.now(),
                ids=shop.ids,
            )
            if made.cards > AT_ONCE:
                begin_file(session, market_id, made.id)
            return made

        made = transact(shop.engine, work)
    except (InvalidInput, Conflict) as error:
        return _page(market_id, error=error), error.http_status
    if made.cards > AT_ONCE:
        return redirect(url_for("merchants.print_run", market_id=market_id, run_id=made.id), 303)
    return redirect(url_for("merchants.prints", market_id=market_id), 303)


@blueprint.get("/board/markets/<uuid:market_id>/prints/<uuid:run_id>")
@may("board", "operator")
def print_run(market_id: uuid.UUID, run_id: uuid.UUID) -> str:
    """Show how far a run's file is, with what can be done about it."""
    require_market(principal(), market_id)
    return _run_page(market_id, run_id)


@blueprint.post("/board/markets/<uuid:market_id>/prints/<uuid:run_id>/stop")
@may("board", "operator")
def stop_print(market_id: uuid.UUID, run_id: uuid.UUID) -> AnyResponse | tuple[str, int]:
    """Stop the making of a run's file; what is done is kept."""
    require_market(principal(), market_id)
    return _act(
        market_id, run_id, lambda session: service.stop_printing(session, market_id, run_id)
    )


@blueprint.post("/board/markets/<uuid:market_id>/prints/<uuid:run_id>/resume")
@may("board", "operator")
def resume_print(market_id: uuid.UUID, run_id: uuid.UUID) -> AnyResponse | tuple[str, int]:
    """Begin a run's file, or go on with it."""
    require_market(principal(), market_id)
    return _act(market_id, run_id, lambda session: begin_file(session, market_id, run_id))


@blueprint.get("/board/markets/<uuid:market_id>/prints/<uuid:run_id>/cards.pdf")
@may("board", "operator")
def print_file(market_id: uuid.UUID, run_id: uuid.UUID) -> Response:
    """Give a run's file, every page read back, and note that it was handed over."""
    require_market(principal(), market_id)
    return run_file(market_id, run_id)


def _act(
    market_id: uuid.UUID, run_id: uuid.UUID, act: Callable[[Session], None]
) -> AnyResponse | tuple[str, int]:
    """Do once what a button of a run's page asks, and lead back to the page."""

    def work(session: Session) -> None:
        forms.spend(session)
        act(session)

    try:
        transact(kit().engine, work, retry_conflicts=True)
    except Conflict as error:
        return _run_page(market_id, run_id, error=error), error.http_status
    return redirect(url_for("merchants.print_run", market_id=market_id, run_id=run_id), 303)


def _run_page(market_id: uuid.UUID, run_id: uuid.UUID, *, error: Conflict | None = None) -> str:
    def work(session: Session) -> dict[str, object]:
        file = store.print_file(session, market_id, run_id)
        sheet = SHEETS[file.sheet]
        blamed: list[store.CardNow] = []
        if file.fault_page:
            first, each = (file.fault_page - 1) * sheet.to_a_page, sheet.to_a_page
            blamed = store.cards_now(session, market_id, run_id, after=first, limit=each)
        return {
            "market": store.market(session, market_id),
            "file": file,
            "sheet": sheet,
            "kilobytes": sum(store.part_sizes(session, market_id, run_id)) // 1_000,
            "blamed": [card.stall_number for card in blamed],
        }

    return page(
        "print_run",
        **read(kit().engine, work),
        error=error,
        at_once=AT_ONCE,
        state_words=FILE_STATE_WORDS,
        fault_words=FAULT_WORDS,
    )


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
    return page(
        "prints",
        **read(kit().engine, work),
        sheets=SHEETS,
        error=error,
        typed=typed,
        at_once=AT_ONCE,
        state_words=FILE_STATE_WORDS,
    )
