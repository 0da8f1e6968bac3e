"""The list of a market's codes that an inspector takes along where there is no network.

It holds no account number and no name: a code and an account stand in it as marks, salted for
this list alone, so that a lost phone tells nobody which accounts a market is paid into. It is
signed, and a phone that keeps it checks the signature before each use.
"""

from __future__ import annotations

import base64
import datetime as dt
import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy.orm import Session

from market40.core.ids import Ids
from market40.db.engine import vault_of
from market40.merchants import store
from market40.merchants.domain.inspection import KnownCode, mark_of_account, mark_of_code
from market40.merchants.service.inspecting import list_salt
from market40.merchants.service.walk import stalls_to_walk
from market40.merchants.tables import InspectionList

PURPOSE: Final = "inspection-list"
KEPT: Final = dt.timedelta(days=7)


@dataclass(frozen=True, slots=True)
class SignedList:
    """A list as it goes out: `text` is JSON, the signature (base64) over its UTF-8 bytes.

    ECDSA over P-256 and SHA-256 over `inspection-list`, a zero byte and the text; the key is
    `Vault.published_key`.
    """

    text: str
    signature: str
    key: str


def take_list(
    session: Session, market_id: uuid.UUID, *, actor_id: uuid.UUID, now: dt.datetime, ids: Ids
) -> SignedList:
    """Make a market's list for somebody and note who took it. Raises NotFound for the market.

    The text: `id`, `market` (`id`, `name`), `made_at`, `expires_at` (after a week), `salt` (hex),
    and `stalls` in the order in which one walks: `id`, `number`, `name`, `zone`, `state`, `due`,
    `last` (`verdict`, `at`, or null), and the marks of its `live` and `ended` codes and of its
    `accounts`.
    """
    market = store.market(session, market_id)
    known = store.codes_of_market(session, market_id, now)
    list_id = ids.new()
    salt = list_salt(session, list_id)
    told = {
        "id": str(list_id),
        "market": {"id": str(market.id), "name": market.name},
        "made_at": stamp(now),
        "expires_at": stamp(now + KEPT),
        "salt": salt.hex(),
        "stalls": _stalls(session, market_id, known, salt, now),
    }
    session.add(
        InspectionList(
            market_id=market_id, id=list_id, made_at=now, made_for=actor_id, codes=len(known)
        )
    )
    session.flush()
    text = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
    vault = vault_of(session)
    signature = base64.b64encode(vault.publish(PURPOSE, text.encode())).decode()
    return SignedList(text, signature, base64.b64encode(vault.published_key()).decode())


def _stalls(
    session: Session,
    market_id: uuid.UUID,
    known: Sequence[KnownCode],
    salt: bytes,
    now: dt.datetime,
) -> list[dict[str, object]]:
    of_stall: dict[uuid.UUID, list[KnownCode]] = {}
    for code in known:
        of_stall.setdefault(code.stall_id, []).append(code)
    stalls: list[dict[str, object]] = []
    for one in stalls_to_walk(session, market_id, now)[1]:
        row, last = one.stall, one.last
        stalls.append(
            {
                "id": str(row.id),
                "number": row.number,
                "name": row.name,
                "zone": row.zone,
                "state": row.state,
                "due": one.due,
                "last": {"verdict": last.verdict, "at": stamp(last.inspected_at)} if last else None,
                **_marks(salt, of_stall.get(row.id, [])),
            }
        )
    return stalls


def stamp(instant: dt.datetime) -> str:
    """Return an instant as JSON has it: UTC to the second, ending in Z."""
    return instant.strftime("%Y-%m-%dT%H:%M:%SZ")


def _marks(salt: bytes, codes: list[KnownCode]) -> dict[str, list[str]]:
    live = {mark_of_code(salt, code.payload) for code in codes if code.live}
    ended = {mark_of_code(salt, code.payload) for code in codes} - live
    accounts = {mark_of_account(salt, code.account) for code in codes}
    return {"live": sorted(live), "ended": sorted(ended), "accounts": sorted(accounts)}
