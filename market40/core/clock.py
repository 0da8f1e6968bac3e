"""Time: aware UTC instants from a clock that is handed in, and Vietnamese days."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone
from functools import lru_cache
from typing import Final, Protocol

# A fixed offset and not zoneinfo: Vietnam has kept +7 the year round since 1975, nothing here is
# older, and a small server or a container without tzdata must not fail or disagree.
VN: Final = timezone(timedelta(hours=7), "Asia/Ho_Chi_Minh")
"""Asia/Ho_Chi_Minh."""


class Clock(Protocol):
    """Whatever says what time it is."""

    def now(self) -> datetime:
        """Return the present instant, aware, in UTC."""
        ...


class SystemClock:
    """The machine's clock; only the composition root makes one."""

    def now(self) -> datetime:
        """Return the machine's present instant, aware, in UTC."""
        return datetime.now(UTC)


class FixedClock:
    """A clock that stands until it is moved: for tests and for the demonstration."""

    def __init__(self, instant: datetime) -> None:
        self._instant = as_utc(instant)

    def now(self) -> datetime:
        """Return the instant that it stands at."""
        return self._instant

    def advance(self, step: timedelta) -> None:
        """Move by `step`; a negative one moves back, as a real clock may."""
        self._instant += step

    def set(self, instant: datetime) -> None:
        """Stand at `instant`, which must be aware."""
        self._instant = as_utc(instant)


def as_utc(instant: datetime) -> datetime:
    """Return the same instant in UTC; raise ValueError for a naive one, which names none."""
    if instant.utcoffset() is None:
        raise ValueError("an instant without a zone names no instant")
    return instant.astimezone(UTC)


@lru_cache(maxsize=4096)  # a payment asks eight times for the days of two instants
def local_day(instant: datetime) -> date:
    """Return the Vietnamese date of an aware instant: a sale's business day."""
    return as_utc(instant).astimezone(VN).date()


def day_bounds(day: date) -> tuple[datetime, datetime]:
    """Return the half-open span [start, end) of a Vietnamese day as aware UTC instants."""
    start = datetime.combine(day, time.min, VN).astimezone(UTC)
    return start, start + timedelta(days=1)
