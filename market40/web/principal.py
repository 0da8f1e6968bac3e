"""Who calls, as a value without Flask: role, scope, and how the caller was recognised."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias
from uuid import UUID

from sqlalchemy.orm import Session

from market40.core.errors import NotFound
from market40.core.texts import say

Role: TypeAlias = Literal["public", "vendor", "board", "official", "operator"]
Via: TypeAlias = Literal["none", "cookie", "key"]


@dataclass(frozen=True, slots=True)
class Principal:
    """The caller. `market_ids` and `unit_ids` are the scope; `everywhere` is the deployment.

    A vendor's `market_ids` is the home market, and only the vendor's own stalls in it are the
    vendor's to see. `person_id` is None for the public. `must_choose`: the secret was given by
    somebody else, and nothing opens before the person has chosen another.
    """

    person_id: UUID | None
    role: Role
    name: str
    vendor_id: UUID | None
    market_ids: frozenset[UUID]
    unit_ids: frozenset[UUID]
    everywhere: bool
    via: Via
    must_choose: bool = False


PUBLIC: Final = Principal(
    person_id=None,
    role="public",
    name="",
    vendor_id=None,
    market_ids=frozenset(),
    unit_ids=frozenset(),
    everywhere=False,
    via="none",
)
"""Somebody who is not logged in."""


@dataclass(frozen=True, slots=True)
class Recognised:
    """A principal, and whether its log-in's last sign of life is old enough to write anew."""

    principal: Principal
    stale: bool = False


@dataclass(frozen=True, slots=True)
class Identity:
    """How callers are recognised; `app` builds it from `accounts`, which lies above `web`.

    `by_cookie` and `by_key` read (token or key, now); `touch` writes a log-in's sign of life.
    """

    by_cookie: Callable[[Session, str, dt.datetime], Recognised | None]
    by_key: Callable[[Session, str, dt.datetime], Recognised | None]
    touch: Callable[[Session, str, dt.datetime], None]


def require_market(principal: Principal, market_id: UUID) -> None:
    """Raise NotFound unless the market is in the caller's scope: what is not yours is not there."""
    if not principal.everywhere and market_id not in principal.market_ids:
        raise NotFound(say("Không tìm thấy chợ này."), place="market_id")
