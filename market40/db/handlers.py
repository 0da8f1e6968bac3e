"""What does the jobs of one kind: `outbox` keeps them, the worker runs them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from sqlalchemy.orm import Session

from market40.core.clock import Clock
from market40.core.ids import Ids
from market40.db.outbox import Claimed

BatchHandler: TypeAlias = Callable[[Session, Sequence[Claimed], Clock, Ids], None]
"""Does a batch of one kind inside the transaction in which the worker then finishes it.

It may take running numbers: the worker runs it with `retry_conflicts=True`.
"""

BatchPlan: TypeAlias = Callable[[Session, Sequence[Claimed], Clock, Ids], Callable[[Session], None]]
"""Reads what a batch of one kind needs, outside the transaction, and returns what writes it.

What has changed since it read must have asked for the job again: then its writing may stand.
"""


@dataclass(frozen=True, slots=True)
class Handler:
    """How the jobs of one kind are done, at most `at_once` of them in one transaction.

    `plan` reads outside the transaction and returns what is done inside: for kinds that read
    much and write little, since on SQLite everybody who writes waits for a batch. A kind that
    does all of it inside is made by `inside`. Of a `long` kind the worker takes one job a round,
    behind all others, so that however many wait, money waits for no more than one of them.
    """

    plan: BatchPlan
    at_once: int = 100
    long: bool = False


def inside(work: BatchHandler, *, at_once: int = 100) -> Handler:
    """Return the handler that does all of a batch inside its transaction."""

    def plan(
        session: Session, jobs: Sequence[Claimed], clock: Clock, ids: Ids
    ) -> Callable[[Session], None]:
        _ = session
        return lambda writing: work(writing, jobs, clock, ids)

    return Handler(plan, at_once)
