"""Use cases of a print run's file that is made in parts: begin, stop, go on, fetch, forget.

The parts lie sealed in the database under a key of the file's own, until a week after somebody
last began or went on; then the key is destroyed with them. What one step has done is never done
again, and nothing is handed out before the finished file was read back to its last page.
"""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Final

from sqlalchemy.orm import Session

from market40.core.errors import Conflict
from market40.core.ids import Ids
from market40.core.texts import say
from market40.db.engine import vault_of
from market40.db.rows import Rows
from market40.merchants import store
from market40.merchants.domain.prints import KEPT, file_after, going_on
from market40.merchants.service.print_steps import (
    ask_step,
    drop_file,
    move_file,
    require_current,
)
from market40.merchants.tables import PrintWork
from market40.vietqr.sheets import SHEETS, Sheet

_WORKS: Final = Rows(PrintWork.__table__)


@dataclass(frozen=True, slots=True)
class FinishedFile:
    """A file that may be handed over: its sheet, and the octets of its parts."""

    sheet: Sheet
    sizes: list[int]


def go_on_printing(
    session: Session,
    market_id: uuid.UUID,
    run_id: uuid.UUID,
    *,
    public_url: str,
    demo: bool,
    now: dt.datetime,
    ids: Ids,
) -> None:
    """Begin the file of a run, or go on with one that was stopped.

    Run it in `transact(..., retry_conflicts=True)`. Raises NotFound, Conflict `print_state` for a
    file that is under way or ready, and `print_outdated` as `cards_of_run` does.
    """
    file = store.print_file(session, market_id, run_id)
    event = going_on(file.state)
    after = file_after(file.state, event)
    require_current(session, store.cards_now(session, market_id, run_id))
    values: dict[str, object] = {"state": after, "ends_at": now + KEPT}
    if event == "start":
        key_id = vault_of(session).new_key(session, key_id=ids.new(), now=now)
        blank = {"standing": None, "fault": None, "fault_page": None}
        values |= {"key_id": key_id, "drawn": 0, "read_back": 0, **blank}
    if file.state == "none":
        _WORKS.write(session, [{"market_id": market_id, "run_id": run_id, **values}])
    elif not move_file(session, market_id, file, values):
        raise _changed_meanwhile()
    ask_step(
        session, market_id, run_id, {"public_url": public_url, "demo": "1" if demo else ""}, now
    )


def stop_printing(session: Session, market_id: uuid.UUID, run_id: uuid.UUID) -> None:
    """Stop the making of a file: what is done stays. Raises NotFound, Conflict `print_state`."""
    file = store.print_file(session, market_id, run_id)
    values = {"state": file_after(file.state, "stop")}
    if not move_file(session, market_id, file, values, steps=False):
        raise _changed_meanwhile()


def finished_file(session: Session, market_id: uuid.UUID, run_id: uuid.UUID) -> FinishedFile:
    """Return a file that is ready. Raises NotFound, Conflict `print_not_ready`, `print_outdated`.

    Outdated is what `cards_of_run` calls so: also a file that was finished may not be printed.
    """
    file = store.print_file(session, market_id, run_id)
    if file.state != "ready":
        raise Conflict(
            say("Tệp của lượt in này chưa sẵn sàng."), code="print_not_ready", state=file.state
        )
    require_current(session, store.cards_now(session, market_id, run_id))
    return FinishedFile(SHEETS[file.sheet], store.part_sizes(session, market_id, run_id))


def forget_prints(session: Session, *, now: dt.datetime) -> int:
    """Delete the files whose time is over, and destroy their keys; return how many."""
    ended = store.ended_files(session, now)
    for market_id, run_id in ended:
        file = store.print_file(session, market_id, run_id)
        blank = {"drawn": 0, "read_back": 0, "standing": None}
        gone = {"state": file_after(file.state, "expire"), **blank}
        if move_file(session, market_id, file, gone, steps=False):
            drop_file(session, market_id, file, now)
    return len(ended)


def _changed_meanwhile() -> Conflict:
    return Conflict(say("Lượt in vừa được người khác thay đổi."), code="print_state")
