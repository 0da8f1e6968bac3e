"""A payment intent's states, each edge with its event, and its funding, which is derived.

OPEN → SATISFIED (paid) | EXPIRED (time_ran_out) | CANCELLED (withdrawn);
EXPIRED → SATISFIED (paid_late), within 72 hours by the bank's time.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final, Literal, TypeAlias

from market40.core.errors import Conflict, InvalidInput
from market40.core.money import INTENT_MAX_VND
from market40.core.texts import say

IntentState: TypeAlias = Literal["open", "satisfied", "expired", "cancelled"]
Event: TypeAlias = Literal["paid", "paid_late", "time_ran_out", "withdrawn"]
Funding: TypeAlias = Literal["none", "under", "exact", "over"]

OPEN_FOR: Final = timedelta(minutes=15)
LATE_FOR: Final = timedelta(hours=72)

GRAPH: Final[dict[tuple[IntentState, Event], IntentState]] = {
    ("open", "paid"): "satisfied",
    ("open", "time_ran_out"): "expired",
    ("open", "withdrawn"): "cancelled",
    ("expired", "paid_late"): "satisfied",
}


def step(state: IntentState, event: Event) -> IntentState:
    """Return the state that the event leads to; raise Conflict `intent_state` for no such edge."""
    found = GRAPH.get((state, event))
    if found is None:
        raise Conflict(say("Yêu cầu thanh toán không còn ở trạng thái này."), code="intent_state")
    return found


def funding(amount_vnd: int, funded_vnd: int) -> Funding:
    """Return how far what was allocated reaches the amount: under is amber, never green."""
    if funded_vnd <= 0:
        return "none"
    if funded_vnd < amount_vnd:
        return "under"
    return "exact" if funded_vnd == amount_vnd else "over"


def after_payment(state: IntentState, amount_vnd: int, funded_vnd: int) -> IntentState:
    """Return the state once `funded_vnd` in all has been allocated.

    Paid in full it is satisfied, also from expired; in part it stays as it is. One that is
    satisfied stays so whatever more comes.
    """
    if state == "satisfied" or funded_vnd < amount_vnd:
        return state
    return step(state, "paid" if state == "open" else "paid_late")


def payable_at(expires_at: datetime, occurred_at: datetime) -> bool:
    """Return whether money of that bank's instant can still pay an intent."""
    return occurred_at <= expires_at + LATE_FOR


def check_amount(amount_vnd: object) -> int:
    """Return the amount; raise InvalidInput `amount_invalid` unless 1 to 499,999,999 whole dong."""
    if type(amount_vnd) is not int:
        raise InvalidInput(
            say("Số tiền phải là số đồng nguyên."), place="amount_vnd", code="amount_invalid"
        )
    if not 1 <= amount_vnd <= INTENT_MAX_VND:
        raise InvalidInput(
            say("Số tiền phải từ 1 đến 499.999.999 đồng."),
            place="amount_vnd",
            code="amount_invalid",
        )
    return amount_vnd
