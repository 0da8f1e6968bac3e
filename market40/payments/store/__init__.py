"""Queries of payments; each takes a Session and none commits.

`deliveries` is the hot path, `books` what matching knows, `allocations` and `intents` what it
writes, `figures` what reporting counts, `lists` what screens show.
"""

from __future__ import annotations

from market40.payments.store.allocations import ask_roll_up
from market40.payments.store.figures import (
    StallSales,
    SuspenseOfDay,
    TallyOfDay,
    covered_accounts,
    covered_stalls,
    sales_of_day,
    suspense_of_day,
    tallies_of_day,
)
from market40.payments.store.lists import (
    CreditLine,
    sales_of_stall,
    unclassified_on,
    waiting_in_suspense,
    which_stall,
)

__all__ = [
    "CreditLine",
    "StallSales",
    "SuspenseOfDay",
    "TallyOfDay",
    "ask_roll_up",
    "covered_accounts",
    "covered_stalls",
    "sales_of_day",
    "sales_of_stall",
    "suspense_of_day",
    "tallies_of_day",
    "unclassified_on",
    "waiting_in_suspense",
    "which_stall",
]
