"""The boards that count cash also walk their markets and inspect the codes, in two rounds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from market40.core.clock import VN, as_utc
from market40.core.ids import SystemIds
from market40.demo.plan import MarketPlan
from market40.merchants import service as merchants
from market40.merchants import store
from market40.vietqr.codec import VietQR, encode

ROUNDS: Final = (55, 12)
"""How many days ago each began."""
_SEEN: Final = 0.88
_STRANGE: Final = encode(VietQR(bin="970418", account="999055555999999"))
"""The code of whoever pastes codes over: 15 digits from 9990, which no bank gives out."""


@dataclass(frozen=True, slots=True)
class Visit:
    """A stall that an inspector came to; `pasted`: a strange code hung there."""

    number: str
    at: datetime
    pasted: bool = False


@dataclass(frozen=True, slots=True)
class RoundPlan:
    """A round: when it began, and whom the inspector came to on the first market day in it."""

    begins_at: datetime
    visits: Sequence[Visit]


def rounds(market: MarketPlan, *, seed: int, now: datetime) -> Iterator[RoundPlan]:
    """Yield the rounds of a market whose board counts cash, each with its visits in order.

    In the first round one stall has a strange code on it; in the last one of the first market
    another has, and nobody has answered that yet.
    """
    if not market.spec.tallied:
        return
    rng = market.rng(seed, "inspections")
    for nth, ago in enumerate(ROUNDS):
        begins_at = now - timedelta(days=ago)
        first = as_utc(begins_at).astimezone(VN).date() + timedelta(days=1)
        days = [day for day in market.market_days if day >= first]
        if not days:
            continue
        start = as_utc(datetime.combine(days[0], time(8, 0), VN))
        coded = [
            stall.number
            for stall in market.stalls
            if stall.code_day is not None
            and market.start + timedelta(days=stall.code_day) < days[0]
            and rng.random() < _SEEN
        ]
        strange = rng.choice(coded) if coded and (nth == 0 or market.at == 0) else None
        visits = [
            Visit(number, start + timedelta(seconds=20 * n), number == strange)
            for n, number in enumerate(coded)
        ]
        yield RoundPlan(begins_at, [visit for visit in visits if visit.at < now])


def inspect(
    session: Session,
    market_id: UUID,
    market: MarketPlan,
    stalls: dict[str, UUID],
    *,
    actor_id: UUID,
    seed: int,
    now: datetime,
    ids: SystemIds,
) -> None:
    """Begin the rounds, record the visits, answer the alarms of the first; through the service."""
    cards = {
        card.stall_number: merchants.payload_of_card(card)
        for card in store.live_cards(session, market_id)
    }
    for nth, plan in enumerate(rounds(market, seed=seed, now=now)):
        due_on = as_utc(plan.begins_at).astimezone(VN).date() + timedelta(days=14)
        merchants.begin_round(
            session, market_id, due_on=due_on, actor_id=actor_id, now=plan.begins_at, ids=ids
        )
        for visit in plan.visits:
            text = _STRANGE if visit.pasted else cards[visit.number]
            seen = merchants.Observation(
                ids.new(), stalls[visit.number], visit.at, "camera", (text,)
            )
            merchants.record(session, market_id, [seen], actor_id=actor_id, now=visit.at)
            if visit.pasted and nth == 0:
                merchants.answer_alarm(
                    session,
                    market_id,
                    seen.id,
                    did="removed",
                    note="Gỡ tờ giấy dán đè, báo công an xã.",
                    actor_id=actor_id,
                    now=visit.at + timedelta(hours=1),
                )
