"""Use cases of printing: what goes on which sheet, its cards, and what was handed over.

A run's codes are fixed when it is made, so that its file can be had again and is the same. What
is "changed since the last print" is every live code that no delivered file held: a changed account
has a new code and serial (domain: stalls, accounts, codes).
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy.orm import Session

from market40.core.errors import Conflict, InvalidInput
from market40.core.ids import Ids
from market40.core.text import squeeze
from market40.core.texts import say
from market40.db.rows import Rows
from market40.merchants import store
from market40.merchants.service.codes import printable
from market40.merchants.tables import PrintDelivery, PrintedCode, PrintRun
from market40.vietqr.sheets import MAX_CARDS, SHEETS, Card, Sheet

WHICH: Final = ("all", "changed", "chosen")
CHOSEN_LIMIT: Final = 200

_RUNS = Rows(PrintRun.__table__)
_CODES = Rows(PrintedCode.__table__)
_DELIVERIES = Rows(PrintDelivery.__table__)


@dataclass(frozen=True, slots=True)
class PrintPlanned:
    """A print run that was just made."""

    id: uuid.UUID
    sheet: str
    cards: int


def plan_print(
    session: Session,
    market_id: uuid.UUID,
    *,
    sheet: str,
    which: str,
    numbers: Sequence[str] = (),
    actor_id: uuid.UUID | None,
    now: dt.datetime,
    ids: Ids,
) -> PrintPlanned:
    """Put cards together for a sheet, by zone and stall number as one walks the market.

    `which` is `all` live codes, those `changed` since the last print, or those of the `chosen`
    stalls (`numbers`, compared without blanks, marks and case). Raises NotFound for the market,
    InvalidInput for the sheet, the choice or a number that no live code has, and Conflict
    `nothing_to_print`.
    """
    if sheet not in SHEETS:
        raise InvalidInput(say("Không có khổ giấy này."), code="unknown_sheet", place="sheet")
    if which not in WHICH:
        raise InvalidInput(say("Chưa chọn in những thẻ nào."), place="which")
    store.market(session, market_id)
    cards = store.live_cards(session, market_id)
    if which == "changed":
        held = store.delivered_codes(session, market_id)
        cards = [card for card in cards if card.code.id not in held]
    elif which == "chosen":
        cards = _of_stalls(cards, numbers)
    if not cards:
        raise Conflict(say("Không có thẻ nào cần in."), code="nothing_to_print")
    if len(cards) > MAX_CARDS:
        raise Conflict(say("Quá nhiều thẻ cho một tệp."), code="too_many_cards")
    run_id = ids.new()
    run = {
        "market_id": market_id,
        "id": run_id,
        "sheet": sheet,
        "which": which,
        "cards": len(cards),
        "made_by": actor_id,
        "made_at": now,
    }
    _RUNS.write(session, [run])
    codes = [
        {"market_id": market_id, "run_id": run_id, "ordinal": ordinal, "code_id": card.code.id}
        for ordinal, card in enumerate(cards, 1)
    ]
    _CODES.write(session, codes)
    return PrintPlanned(run_id, sheet, len(cards))


def cards_of_run(
    session: Session, market_id: uuid.UUID, run_id: uuid.UUID, *, public_url: str, demo: bool
) -> tuple[Sheet, list[Card]]:
    """Return a run's sheet and its cards in order.

    Raises NotFound, and Conflict `print_outdated` when one of its codes is no longer live: an old
    code must not be printed again.
    """
    sheet = SHEETS[store.sheet_of_run(session, market_id, run_id)]
    live = {card.code.id: card for card in store.live_cards(session, market_id)}
    wanted = store.codes_of_run(session, market_id, run_id)
    if any(code_id not in live for code_id in wanted):
        raise Conflict(
            say("Có mã đã đổi từ khi lập lượt in này; hãy lập lượt in mới."), code="print_outdated"
        )
    return sheet, [printable(live[code_id], public_url=public_url, demo=demo) for code_id in wanted]


def note_delivery(
    session: Session,
    market_id: uuid.UUID,
    run_id: uuid.UUID,
    *,
    actor_id: uuid.UUID | None,
    now: dt.datetime,
    ids: Ids,
) -> None:
    """Note that a run's file was read back and is handed over; its codes count as printed."""
    row = {
        "market_id": market_id,
        "id": ids.new(),
        "run_id": run_id,
        "delivered_to": actor_id,
        "delivered_at": now,
    }
    _DELIVERIES.write(session, [row])


def _of_stalls(cards: Sequence[store.Printed], numbers: Sequence[str]) -> list[store.Printed]:
    wanted = {squeeze(number): number.strip() for number in numbers if squeeze(number)}
    if not wanted or len(wanted) > CHOSEN_LIMIT:
        raise InvalidInput(
            say("Cần từ 1 đến %(n)s số sạp.", n=CHOSEN_LIMIT), place="stalls", code="bad_stalls"
        )
    chosen = [card for card in cards if squeeze(card.stall_number) in wanted]
    missing = wanted.keys() - {squeeze(card.stall_number) for card in chosen}
    if missing:
        named = ", ".join(sorted(wanted[number] for number in missing))[:200]
        raise InvalidInput(
            say("Không có mã đang dùng ở sạp: %(numbers)s.", numbers=named),
            place="stalls",
            code="unknown_stalls",
        )
    return chosen
