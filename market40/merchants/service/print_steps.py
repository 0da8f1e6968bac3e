"""The steps in which a print run's file is made: a part is drawn, or read back when all are.

What may stand between two steps is all in the database, so that any worker does the next one.
"""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import astuple
from typing import Final

from sqlalchemy import update
from sqlalchemy.orm import Session

from market40.core.errors import Conflict, Market40Error
from market40.core.texts import say
from market40.db import outbox
from market40.db.base import rows_changed
from market40.db.engine import vault_of
from market40.db.rows import Rows
from market40.merchants import store
from market40.merchants.domain.prints import AT_ONCE, file_after
from market40.merchants.service.codes import printable
from market40.merchants.service.prints import face_of, outdated
from market40.merchants.tables import PrintPart, PrintWork
from market40.vietqr.sheets import SHEETS, Card, Sheet, Standing, draw_part, read_part

_STANDING: Final = "print_work.standing"
_PARTS: Final = Rows(PrintPart.__table__)


def plan_print_step(
    session: Session, market_id: uuid.UUID, asked: Mapping[str, str], *, now: dt.datetime
) -> Callable[[Session], None]:
    """Draw or read back one part of a file; what it returns writes that and asks for the next.

    `asked` is the job's payload: `run_id`, `public_url`, `demo`. Of a file that was stopped, or
    that somebody else has brought forward meanwhile, nothing is written.
    """
    file = store.print_file(session, market_id, uuid.UUID(asked["run_id"]))
    if file.state != "working":
        return lambda _session: None
    try:
        done = _drawn(session, market_id, file, asked)
    except Market40Error as error:
        code, page = error.code[:40], error.facts.get("page")
        return lambda writing: _fail(writing, market_id, file, code, page, now)
    values, part = done

    def write(writing: Session) -> None:
        if move_file(writing, market_id, file, values):
            _PARTS.write(writing, part)
            if values.get("state") is None:
                ask_step(writing, market_id, file.run_id, asked, now)

    return write


def file_part(session: Session, market_id: uuid.UUID, run_id: uuid.UUID, ordinal: int) -> bytes:
    """Return a part of a file in the clear. Raises Conflict `print_not_ready` for one gone."""
    sealed = store.part_sealed(session, market_id, run_id, ordinal)
    opened = sealed and vault_of(session).open_bytes(session, sealed, column=_content(ordinal))
    if not opened:
        raise Conflict(say("Tệp của lượt in này chưa sẵn sàng."), code="print_not_ready")
    return opened


def require_current(session: Session, cards: Sequence[store.CardNow]) -> None:
    """Raise Conflict `print_outdated` when one of a run's cards may not be printed as meant."""
    for card in cards:
        now = face_of(session, card.stall_number, card.stall_name, card.market_name)
        if not card.live or card.face not in (None, now):
            raise outdated()


def move_file(
    session: Session,
    market_id: uuid.UUID,
    file: store.PrintFile,
    values: Mapping[str, object],
    *,
    steps: bool = True,
) -> bool:
    """Change a file that is still as it was seen; with `steps` also no step further."""
    where = [PrintWork.state == file.state]
    if steps:
        where += [PrintWork.drawn == file.drawn, PrintWork.read_back == file.read_back]
        where += [PrintWork.key_id == file.key_id]
    moved = session.execute(
        update(PrintWork)
        .where(PrintWork.market_id == market_id, PrintWork.run_id == file.run_id, *where)
        .values(dict(values))
        .execution_options(synchronize_session=False)
    )
    return rows_changed(moved) == 1


def drop_file(
    session: Session, market_id: uuid.UUID, file: store.PrintFile, now: dt.datetime
) -> None:
    """Delete a file's parts and destroy its key."""
    store.drop_parts(session, market_id, file.run_id)
    if file.key_id is not None:
        vault_of(session).destroy(session, file.key_id, now=now)


def ask_step(
    session: Session,
    market_id: uuid.UUID,
    run_id: uuid.UUID,
    asked: Mapping[str, str],
    now: dt.datetime,
) -> None:
    """Ask for the file's next step, once however often it is asked for."""
    outbox.enqueue_once(
        session,
        market_id=market_id,
        job_id=uuid.uuid5(run_id, "print_part"),
        kind="print_part",
        payload={**asked, "run_id": str(run_id)},
        due_at=now,
    )


def _drawn(
    session: Session, market_id: uuid.UUID, file: store.PrintFile, asked: Mapping[str, str]
) -> tuple[dict[str, object], list[dict[str, object]]]:
    """Do the file's next step; return what changes of it, and the part that was drawn if any."""
    sheet = SHEETS[file.sheet]
    if file.drawn == file.cards:
        read_back = _read(session, market_id, file, sheet, asked)
        ready = {"state": file_after("working", "finish")} if read_back == file.cards else {}
        return {"read_back": read_back, **ready}, []
    cards = _cards(session, market_id, file.run_id, file.drawn, asked)
    drawn = file.drawn + len(cards)
    places = store.part_places(session, market_id, file.run_id) if drawn == file.cards else None
    part = draw_part(cards, sheet, _standing(session, file), close_with=places)
    vault, key_id = vault_of(session), file.key_id
    assert key_id is not None
    standing = json.dumps(astuple(part.standing))
    ordinal = file.drawn // AT_ONCE
    row = {
        "market_id": market_id,
        "run_id": file.run_id,
        "ordinal": ordinal,
        "content": vault.seal(session, key_id, part.content, column=_content(ordinal)),
        "octets": len(part.content),
        "places": part.places,
    }
    sealed = vault.seal(session, key_id, standing, column=_STANDING)
    return {"drawn": drawn, "standing": sealed}, [row]


def _read(
    session: Session,
    market_id: uuid.UUID,
    file: store.PrintFile,
    sheet: Sheet,
    asked: Mapping[str, str],
) -> int:
    """Read the next cards back in the finished file; return how many are read by then."""
    cards = _cards(session, market_id, file.run_id, file.read_back, asked)
    read_part(
        store.part_sizes(session, market_id, file.run_id),
        lambda ordinal: file_part(session, market_id, file.run_id, ordinal),
        [card.payload for card in cards],
        sheet,
        first=file.read_back // sheet.to_a_page,
        pages=-(-file.cards // sheet.to_a_page),
    )
    return file.read_back + len(cards)


def _cards(
    session: Session, market_id: uuid.UUID, run_id: uuid.UUID, after: int, asked: Mapping[str, str]
) -> list[Card]:
    """Return the cards of the next step. Raises Conflict `print_outdated`."""
    now = store.cards_now(session, market_id, run_id, after=after, limit=AT_ONCE)
    require_current(session, now)
    found = store.cards_of_codes(session, market_id, [card.code_id for card in now])
    if len(found) < len(now):
        raise outdated()  # of somebody whose data were erased
    demo = bool(asked["demo"])
    return [
        printable(found[card.code_id], public_url=asked["public_url"], demo=demo) for card in now
    ]


def _content(ordinal: int) -> str:
    """Return what a part is sealed for: its own place in the file, and no other."""
    return f"print_part.content/{ordinal}"


def _standing(session: Session, file: store.PrintFile) -> Standing | None:
    plain = vault_of(session).open_text(session, file.standing, column=_STANDING)
    if plain is None:
        return None
    at, pages, letters = json.loads(plain)
    return Standing(at, pages, tuple(letters))


def _fail(
    session: Session,
    market_id: uuid.UUID,
    file: store.PrintFile,
    code: str,
    page: object,
    now: dt.datetime,
) -> None:
    values = {"state": file_after("working", "fail"), "fault": code, "fault_page": page}
    if move_file(session, market_id, file, {**values, "standing": None}):
        drop_file(session, market_id, file, now)
