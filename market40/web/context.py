"""What every view may use of the running service: engine, settings, clock, ids and randomness."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from flask import Flask, current_app
from sqlalchemy import Engine

from market40.config import Settings
from market40.core.clock import Clock
from market40.core.ids import Ids, RandomBits
from market40.web.principal import Identity

EXTENSION = "market40"


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
