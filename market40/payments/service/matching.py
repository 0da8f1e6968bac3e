"""Matching a batch of credits in one transaction: read the books, decide, write what follows."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from market40.core.clock import local_day
from market40.core.ids import Ids
from market40.core.references import kind_of
from market40.db import alerts
from market40.payments.domain.intent import after_payment, funding
from market40.payments.domain.matching import (
    Context,
    CreditSeen,
    Decision,
    IntentSeen,
    Named,
    StallSeen,
    decide,
)
from market40.payments.store import allocations, books, intents
from market40.payments.store.allocations import CreditToMatch
from market40.payments.store.books import AccountBook
from market40.payments.tables import Intent


def match_credits(
    session: Session,
    credit_keys: Collection[tuple[uuid.UUID, uuid.UUID]],
    *,
    now: datetime,
    ids: Ids | None = None,
) -> int:
    """Decide on credits, given as (market, credit), and write what follows; return how many.

    One that has been decided on, a debit, and one that does not exist are passed over, so that
    twice is harmless. Two workers on one stall collide on a key: `retry_conflicts=True`.
    """
    _ = ids  # nothing that is written here has an id of its own
    by_market: dict[uuid.UUID, list[uuid.UUID]] = {}
    for market_id, credit_id in credit_keys:
        by_market.setdefault(market_id, []).append(credit_id)
    matched = 0
    for market_id, credit_ids in sorted(by_market.items()):
        waiting = allocations.credits_to_match(session, market_id=market_id, credit_ids=credit_ids)
        match_waiting(session, market_id, waiting, now=now)
        matched += len(waiting)
    return matched


def match_waiting(
    session: Session,
    market_id: uuid.UUID,
    waiting: Sequence[CreditToMatch],
    *,
    now: datetime | None,
) -> None:
    """Decide on credits of one market in their order and write what follows.

    With `now` None each is decided on at the instant at which it was first seen: for a past that
    is loaded.
    """
    if not waiting:
        return
    work = _read(session, market_id, waiting)
    rows: list[dict[str, Any]] = []
    for credit in waiting:
        decision = decide(_seen(credit), work.context_of(credit))
        at = now or credit.first_seen_at
        rows.append(allocation_row(market_id, credit, decision, at))
        work.pay(credit, decision, at)
    allocations.ALLOCATIONS.write(session, rows)
    intents.move_intents(session, market_id=market_id, moves=work.moves.values())
    write_alerts(session, market_id, work.arrivals)
    for day in sorted({local_day(credit.occurred_at) for credit in waiting}):
        allocations.ask_roll_up(session, market_id, day, now or waiting[-1].first_seen_at)


@dataclass(frozen=True, slots=True)
class Arrival:
    """Money that has reached a stall: what its screen shows at `at`."""

    stall_id: uuid.UUID
    credit_id: uuid.UUID
    intent_id: uuid.UUID | None
    amount_vnd: int
    kind: str
    facts: dict[str, str]
    at: datetime


def write_alerts(session: Session, market_id: uuid.UUID, arrivals: Sequence[Arrival]) -> None:
    """Write an alert for each arrival, with the running number of its stall's local day."""
    screens: dict[tuple[uuid.UUID, date], list[int]] = allocations.last_alerts(
        session,
        market_id=market_id,
        screens={(one.stall_id, local_day(one.at)) for one in arrivals},
    )
    rows: list[dict[str, object]] = []
    for one in arrivals:
        day = local_day(one.at)
        last = screens[(one.stall_id, day)]
        last[0] += 1
        last[1] += 1
        rows.append(
            {
                "market_id": market_id,
                "topic": one.stall_id,
                "day": day,
                "seq": last[0],
                "number": last[1],
                "kind": one.kind,
                "credit_id": one.credit_id,
                "intent_id": one.intent_id,
                "amount_vnd": one.amount_vnd,
                "facts": one.facts,
                "at": one.at,
            }
        )
    alerts.append(session, rows)


def allocation_row(
    market_id: uuid.UUID, credit: CreditToMatch, decision: Decision, at: datetime
) -> dict[str, Any]:
    """Return the first allocation of a credit, as decided by the rules and by nobody's hand."""
    return {
        "market_id": market_id,
        "credit_id": credit.id,
        "step": 1,
        "target": decision.target,
        "reason": decision.reason,
        "stall_id": decision.stall_id,
        "intent_id": decision.intent_id,
        "amount_vnd": credit.amount_vnd,
        "reverses_step": None,
        "rule": decision.rule,
        "rule_version": decision.rule_version,
        "evidence": decision.evidence,
        "sentence": str(decision.sentence),  # a fact: stored without what it was made from
        "actor_id": None,
        "note": None,
        "day": local_day(credit.occurred_at),
        "made_at": at,
    }


@dataclass(slots=True)
class _Work:
    """What a batch knows, and what it has decided so far: each credit sees those before it."""

    books: dict[uuid.UUID, AccountBook]
    issued: set[str]
    intents: dict[uuid.UUID, IntentSeen]
    accounts: dict[uuid.UUID, uuid.UUID]  # of intents
    by_reference: dict[str, list[uuid.UUID]] = field(default_factory=dict)
    by_stall: dict[uuid.UUID, list[uuid.UUID]] = field(default_factory=dict)
    moves: dict[uuid.UUID, tuple[uuid.UUID, str, datetime]] = field(default_factory=dict)
    arrivals: list[Arrival] = field(default_factory=list)

    def context_of(self, credit: CreditToMatch) -> Context:
        """Return what the books say of a credit's account at its instant."""
        book = self.books.get(credit.account_id) if credit.account_id else None
        if book is None or credit.account_id is None:
            return Context(ours=False)
        stalls = book.stalls_at(credit.occurred_at)
        waiting = [
            self.intents[intent_id]
            for stall in stalls
            for intent_id in self.by_stall.get(stall.stall_id, ())
            if self.accounts[intent_id] == credit.account_id
        ]
        account_id = credit.account_id
        return Context(
            ours=True,
            dedicated=book.dedicated_at(credit.occurred_at),
            stalls=stalls,
            named=tuple(self._named(ref, account_id, stalls) for ref in credit.references),
            waiting=tuple(waiting),
        )

    def _named(self, reference: str, account_id: uuid.UUID, stalls: Sequence[StallSeen]) -> Named:
        found = self.by_reference.get(reference, [])
        for intent_id in found:
            if self.accounts[intent_id] == account_id:
                return Named(reference, intent=self.intents[intent_id])
        for stall in stalls:
            if stall.reference == reference:
                return Named(reference, stall=stall)
        return Named(reference, elsewhere=bool(found) or reference in self.issued)

    def pay(self, credit: CreditToMatch, decision: Decision, at: datetime) -> None:
        """Note that a stall has money, and what that makes of an intent."""
        if decision.stall_id is None:
            return
        facts = {"rule": decision.rule}
        if flags := decision.evidence.get("flags"):
            facts["flags"] = " ".join(str(flag) for flag in flags)  # type: ignore[attr-defined]
        if decision.intent_id is not None:
            intent = self.intents[decision.intent_id]
            funded_vnd = intent.funded_vnd + credit.amount_vnd
            state = after_payment(intent.state, intent.amount_vnd, funded_vnd)
            if state != intent.state:
                self.moves[intent.intent_id] = (intent.intent_id, state, at)
            self.intents[intent.intent_id] = replace(intent, state=state, funded_vnd=funded_vnd)
            facts |= {
                "funding": funding(intent.amount_vnd, funded_vnd),
                "expected_vnd": str(intent.amount_vnd),
                "funded_vnd": str(funded_vnd),
            }
        kind = "under" if facts.get("funding") == "under" else "received"
        self.arrivals.append(
            Arrival(
                decision.stall_id, credit.id, decision.intent_id, credit.amount_vnd, kind, facts, at
            )
        )


def _read(session: Session, market_id: uuid.UUID, waiting: Sequence[CreditToMatch]) -> _Work:
    """Read in a handful of queries whatever the batch's decisions may look at."""
    accounts = {credit.account_id for credit in waiting if credit.account_id}
    found = books.books_of(session, market_id=market_id, account_ids=accounts)
    references = {reference for credit in waiting for reference in credit.references}
    ours = {stall.reference for book in found.values() for _from, _to, stall in book.stalls}
    of_stalls = {ref for ref in references - ours if kind_of(ref) == "stall"}
    numbers = {s.stall_id: s.number for book in found.values() for _f, _t, s in book.stalls}
    named = intents.intents_by_reference(
        session,
        market_id=market_id,
        references={ref for ref in references if kind_of(ref) == "intent"},
    )
    silent = [credit for credit in waiting if not credit.references and credit.account_id]
    open_ones = intents.intents_waiting(
        session,
        market_id=market_id,
        stall_ids={
            stall.stall_id
            for credit in silent
            if credit.account_id
            for stall in found[credit.account_id].stalls_at(credit.occurred_at)
        },
        earliest=min((credit.occurred_at for credit in silent), default=waiting[0].occurred_at),
        latest=max((credit.occurred_at for credit in silent), default=waiting[0].occurred_at),
    )
    every = {intent.id: intent for intent in (*named, *open_ones)}
    sums = intents.funded(session, market_id=market_id, intent_ids=every)
    work = _Work(
        books=found,
        issued=books.issued_references(session, of_stalls),
        intents={i.id: _intent(i, numbers, sums) for i in every.values()},
        accounts={i.id: i.account_id for i in every.values()},
    )
    for intent in every.values():
        work.by_reference.setdefault(intent.reference, []).append(intent.id)
        work.by_stall.setdefault(intent.stall_id, []).append(intent.id)
    return work


def _intent(row: Intent, numbers: dict[uuid.UUID, str], sums: dict[uuid.UUID, int]) -> IntentSeen:
    return IntentSeen(
        intent_id=row.id,
        stall_id=row.stall_id,
        stall_number=numbers.get(row.stall_id, ""),
        reference=row.reference,
        amount_vnd=row.amount_vnd,
        state=row.state,  # type: ignore[arg-type]
        opened_at=row.opened_at,
        expires_at=row.expires_at,
        funded_vnd=sums[row.id],
    )


def _seen(credit: CreditToMatch) -> CreditSeen:
    return CreditSeen(credit.amount_vnd, credit.occurred_at, credit.references)
