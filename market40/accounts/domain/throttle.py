"""How many failed log-ins a login or an address may have, and how long it then waits."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final

WINDOW: Final = dt.timedelta(minutes=15)
LOCK: Final = dt.timedelta(minutes=15)
LOGIN_FAILURES: Final = 5
ADDRESS_FAILURES: Final = 60  # a whole market shares the address of its Wi-Fi


@dataclass(frozen=True, slots=True)
class Count:
    """Failures within the window that began at `since`; locked until `locked_until`."""

    failures: int
    since: dt.datetime
    locked_until: dt.datetime | None

    def wait_s(self, now: dt.datetime) -> int:
        """Return the whole seconds still to wait, 0 when not locked."""
        if self.locked_until is None or self.locked_until <= now:
            return 0
        return -int((now - self.locked_until).total_seconds() // 1)

    def tried(self, now: dt.datetime, *, limit: int) -> Count:
        """Return the count with one more try, locked when that reaches the limit.

        A try counts as failed until it succeeds, so that tries at the same time cannot slip
        through together.
        """
        over = self.locked_until is not None and self.locked_until <= now
        fresh = over or now - self.since >= WINDOW
        failures, since = (1, now) if fresh else (self.failures + 1, self.since)
        locked = now + LOCK if failures >= limit else None
        return Count(failures, since, locked)

    def succeeded(self) -> Count:
        """Return the count without the try that turned out well."""
        return Count(max(0, self.failures - 1), self.since, None)
