"""What every view may use of the running service: engine, settings, clock, ids and randomness."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar, cast

from flask import Flask, current_app
from sqlalchemy import Engine

from market40.config import Settings
from market40.core.clock import Clock
from market40.core.ids import Ids, RandomBits
from market40.web.principal import Identity

EXTENSION = "market40"
T = TypeVar("T")


class Memory:
    """What features remember while the application runs: one value a kind, made when first asked.

    For what the database knows too and may be forgotten at any time; never for a request's own.
    """

    def __init__(self) -> None:
        self._values: dict[Callable[[], object], object] = {}

    def of(self, kind: Callable[[], T]) -> T:
        """Return this application's value of a kind, the same for every thread."""
        found = self._values.get(kind)
        return cast("T", self._values.setdefault(kind, kind()) if found is None else found)


@dataclass(frozen=True, slots=True)
class Kit:
    """The running service's parts, made once by the composition root.

    The worker is none of them: who starts the application decides whether one runs beside it.
    """

    engine: Engine
    settings: Settings
    clock: Clock
    ids: Ids
    rng: RandomBits
    memory: Memory = field(default_factory=Memory)


@dataclass(frozen=True, slots=True)
class Wiring:
    """What the composition root hands to the web layer and views have no use for."""

    kit: Kit
    identity: Identity
    schema_head: str | None


def attach(app: Flask, wiring: Wiring) -> None:
    """Give the application its parts."""
    app.extensions[EXTENSION] = wiring


def kit() -> Kit:
    """Return the parts of the application that serves this request."""
    return wiring().kit


def wiring() -> Wiring:
    """Return the kit with what only the web layer needs."""
    return cast("Wiring", current_app.extensions[EXTENSION])
