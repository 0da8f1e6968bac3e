"""How often one address may look something up: counted in this process, a minute at a time."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import Final

from flask import current_app

from market40.core.addresses import network_of
from market40.core.errors import RateLimited
from market40.core.texts import say
from market40.web.context import kit

_ADDRESSES_MAX: Final = 50_000
_WINDOW_S: Final = 60
_EXTENSION: Final = "market40.limits"


@dataclass(slots=True)
class _Minute:
    """The counts of the running minute. Forgotten whole, so that memory stays bounded."""

    number: int = 0
    counts: dict[tuple[str, str], int] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)


def check(what: str, address: str, per_minute: int) -> None:
    """Count a call; raise RateLimited when the address has had its share of this minute.

    The count is this process's alone: a bound against guessing, not an account of use.
    """
    minute: _Minute = current_app.extensions.setdefault(_EXTENSION, _Minute())
    number, second = divmod(int(kit().clock.now().timestamp()), _WINDOW_S)
    with minute.lock:
        if minute.number != number or len(minute.counts) >= _ADDRESSES_MAX:
            minute.number, minute.counts = number, {}
        key = (what, network_of(address))
        count = minute.counts.get(key, 0) + 1
        minute.counts[key] = count
    if count > per_minute:
        raise RateLimited(
            say("Bạn tra cứu quá nhanh. Hãy đợi một phút."), retry_after_s=_WINDOW_S - second
        )
