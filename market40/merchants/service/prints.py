"""Use cases of printing: what goes on which sheet, its cards, and what was handed over.

A run's codes are fixed when it is made, so that its file can be had again and is the same. What
is "changed since the last print" is every live code that no delivered file held (a changed account
has a new code and serial; domain: stalls, accounts, codes), or that the last one held under
another face: a stall's number or name, or its market's, as they stand on the card.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy.orm import Session

from market40.core.errors import Conflict, InvalidInput
from market40.core.ids import Ids
from market40.core.texts import say
from market40.db.engine import vault_of
from market40.db.rows import Rows
from market40.merchants import store
from market40.merchants.domain.choosing import choose
from market40.merchants.service.codes import printable
from market40.merchants.tables import PrintDelivery, PrintedCode, PrintRun
from market40.vietqr.sheets import MAX_CARDS, SHEETS, Card, Sheet

WHICH: Final = ("all", "changed", "chosen")
CHOSEN_LIMIT: Final = 200
_MOST_NAMED, _SHOWN = 10, 20

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
    stalls (`numbers`, each as `domain.choosing` reads it). Raises NotFound for the market,
    InvalidInput for the sheet, the choice, a number that no live code has (`unknown_stalls`) or
    several may be (`unclear_stalls`), and Conflict `nothing_to_print`, `too_many_cards`.
    """
    if sheet not in SHEETS:
        raise InvalidInput(say("Không có khổ giấy này."), code="unknown_sheet", place="sheet")
    if which not in WHICH:
        raise InvalidInput(say("Chưa chọn in những thẻ nào."), place="which")
    faces = _wanted(session, market_id, which, numbers)
    run_id = ids.new()
    run = {
        "market_id": market_id,
        "id": run_id,
        "sheet": sheet,
        "which": which,
        "cards": len(faces),
        "made_by": actor_id,
        "made_at": now,
    }
    _RUNS.write(session, [run])
    codes = [
        {
            "market_id": market_id,
            "run_id": run_id,
            "ordinal": ordinal,
            "code_id": code_id,
            "face": face,
        }
        for ordinal, (code_id, face) in enumerate(faces.items(), 1)
    ]
    _CODES.write(session, codes)
    return PrintPlanned(run_id, sheet, len(faces))


def cards_of_run(
    session: Session, market_id: uuid.UUID, run_id: uuid.UUID, *, public_url: str, demo: bool
) -> tuple[Sheet, list[Card]]:
    """Return a run's sheet and its cards in order.

    Raises NotFound, and Conflict `print_outdated` when one of its codes is no longer live, for an
    old code must not be printed again, or when a card would say something else by now.
    """
    sheet = SHEETS[store.sheet_of_run(session, market_id, run_id)]
    live = {card.code.id: card for card in store.live_cards(session, market_id)}
    cards = []
    for code_id, face in store.cards_in_run(session, market_id, run_id):
        card = live.get(code_id)
        if card is None or face not in (None, _face_of(session, card)):
            raise outdated()
        cards.append(printable(card, public_url=public_url, demo=demo))
    return sheet, cards


def outdated() -> Conflict:
    """Return the refusal of a run that may not be printed any more as it was meant."""
    return Conflict(
        say("Có thẻ đã đổi từ khi lập lượt in này; hãy lập lượt in mới."), code="print_outdated"
    )


def to_print(session: Session, market_id: uuid.UUID) -> tuple[int, int]:
    """Return how many live codes a market has, and how many of them changed since the last print.

    Nothing sealed is opened for it. Raises NotFound.
    """
    name = store.market(session, market_id).name
    live = [
        row
        for row in store.stall_rows(session, market_id)
        if row.code_state == "live" and row.state != "closed" and row.code_id is not None
    ]
    faces = {
        row.code_id: face_of(session, row.number, row.name, name) for row in live if row.code_id
    }
    return len(faces), len(_changed(session, market_id, faces))


def face_of(session: Session, number: str, name: str, market_name: str) -> bytes:
    """Return a keyed hash of what may change on a code's card while the code lives.

    Account, holder, serial and check code never change, a bank's name and the public address are
    ours, and the day is the code's: a stall's number and name and its market's are left.
    """
    return vault_of(session).lookup("printed_code.face", "\0".join((number, name, market_name)))


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


def _wanted(
    session: Session, market_id: uuid.UUID, which: str, numbers: Sequence[str]
) -> dict[uuid.UUID, bytes]:
    """Return the faces of the cards that were asked for by their codes, in the order of a walk."""
    store.market(session, market_id)
    cards = store.live_cards(session, market_id)
    faces = {card.code.id: _face_of(session, card) for card in cards}
    if which == "changed":
        changed = _changed(session, market_id, faces)
        faces = {code: face for code, face in faces.items() if code in changed}
    elif which == "chosen":
        faces = {card.code.id: faces[card.code.id] for card in _of_stalls(cards, numbers)}
    if not faces:
        raise Conflict(say("Không có thẻ nào cần in."), code="nothing_to_print")
    if len(faces) > MAX_CARDS:
        raise Conflict(say("Quá nhiều thẻ cho một tệp."), code="too_many_cards")
    return faces


def _face_of(session: Session, card: store.Printed) -> bytes:
    return face_of(session, card.stall_number, card.stall_name, card.market_name)


def _changed(
    session: Session, market_id: uuid.UUID, faces: Mapping[uuid.UUID, bytes]
) -> set[uuid.UUID]:
    """Return the codes of which no card was handed over, or the last one with another face."""
    held = store.delivered_faces(session, market_id)
    return {code for code, face in faces.items() if held.get(code, b"") not in (None, face)}


def _of_stalls(cards: Sequence[store.Printed], numbers: Sequence[str]) -> list[store.Printed]:
    if not any(map(str.strip, numbers)) or len(numbers) > CHOSEN_LIMIT:
        raise InvalidInput(
            say("Cần từ 1 đến %(n)s số sạp.", n=CHOSEN_LIMIT), place="stalls", code="bad_stalls"
        )
    found = choose(numbers, [card.stall_number for card in cards])
    if found.unknown:
        raise InvalidInput(
            say("Không có mã đang dùng ở sạp: %(numbers)s.", numbers=_named(found.unknown)),
            place="stalls",
            code="unknown_stalls",
        )
    if found.unclear:
        raise InvalidInput(
            say(
                "Có nhiều sạp gần giống, hãy ghi đúng số: %(numbers)s.",
                numbers=_named(found.unclear),
            ),
            place="stalls",
            code="unclear_stalls",
        )
    return [card for card in cards if card.stall_number in found.numbers]


def _named(numbers: Sequence[str]) -> str:
    """Return the first numbers as a person can look through them, each cut to a stall's length."""
    shown = [number if len(number) <= _SHOWN else f"{number[:_SHOWN]}…" for number in numbers]
    return ", ".join(shown[:_MOST_NAMED]) + ("…" if len(shown) > _MOST_NAMED else "")
