"""Draws references and check codes that the deployment's directories do not hold yet."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute, Session

from market40.merchants.store.markets import chunks


def fresh(
    session: Session, column: InstrumentedAttribute[str], count: int, make: Callable[[], str]
) -> list[str]:
    """Return `count` distinct values that the directory's column does not hold yet.

    Of 28.6 million stall references two of 2,300 are equal in one try of eleven, so looking is
    not optional; a race that remains violates the directory's key and runs again.
    """
    found: dict[str, None] = {}
    while len(found) < count:
        made = {make(): None for _ in range(count - len(found))}
        for part in chunks(made):
            for taken in session.scalars(select(column).where(column.in_(part))):
                made.pop(taken, None)
        found.update(made)
    return list(found)[:count]
