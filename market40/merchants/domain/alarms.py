"""What is due for inspection, and what a board may have done about an alarm."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias, get_args

from market40.core.clock import local_day
from market40.core.texts import say

Deed: TypeAlias = Literal["removed", "replaced", "police", "harmless"]
DEEDS: Final[tuple[Deed, ...]] = get_args(Deed)
DEED_WORDS: Final[Mapping[str, str]] = {
    "removed": say("Đã gỡ mã lạ"),
    "replaced": say("Đã thay thẻ mới"),
    "police": say("Đã báo công an"),
    "harmless": say("Đã xem, không có gì sai"),
}
EVERY: Final = dt.timedelta(days=7)
"""Between rounds a stall is due a week after it was last inspected (experience study, §3)."""


@dataclass(frozen=True, slots=True)
class Round:
    """A round of inspections: from when on, and by which day all stalls should be done."""

    begins_at: dt.datetime
    due_on: dt.date


def is_due(last: dt.datetime | None, round_: Round | None, now: dt.datetime) -> bool:
    """Tell whether a stall that was last inspected at `last` (None: never) is due.

    Once in a round, whose day may pass without that; until that day not again, and afterwards,
    or with no round at all, a week after it was done last.
    """
    if last is None:
        return True
    if round_ is None:
        return now - last > EVERY
    if last < round_.begins_at:
        return True
    return local_day(now) > round_.due_on and now - last > EVERY


def is_done(last: dt.datetime | None, round_: Round | None, now: dt.datetime) -> bool:
    """Tell whether a stall that was last inspected at `last` counts as done.

    In a round: inspected since it began, also where that is more than a week ago and the stall is
    due again. Without one: inspected within the week.
    """
    if round_ is None or last is None:
        return not is_due(last, None, now)
    return last >= round_.begins_at
