"""Health: does the process answer, can it serve, and what waits. The operator's page shows it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final

from flask import Blueprint, Response, jsonify, render_template
from sqlalchemy import func, select, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from market40.db.engine import read, transact
from market40.db.outbox import Job, backlog
from market40.web.context import kit, wiring
from market40.web.guard import limited, may

blueprint = Blueprint("health", __name__)
BACKLOG_LONG: Final = 1_000
KINDS_SHOWN: Final = 50
_TOUCH = text("UPDATE job SET attempts = attempts WHERE 1 = 0")
_HEAD = text("SELECT version_num FROM alembic_version")


@dataclass(frozen=True, slots=True)
class GivenUp:
    """Jobs of one kind that nobody tries any more, and since when the oldest of them waits."""

    kind: str
    count: int
    since: dt.datetime | None


@dataclass(frozen=True, slots=True)
class Readiness:
    """Whether the service can serve. `waiting` and `dead` are jobs; None where not known.

    `schema_current` is None where nobody told the application which migration is the head.
    """

    writable: bool
    schema_current: bool | None
    waiting: int | None
    dead: int | None

    @property
    def ready(self) -> bool:
        """Whether requests should come here: dead jobs and a long queue do not stop that."""
        return self.writable and self.schema_current is not False


def readiness() -> Readiness:
    """Ask the database; raises nothing, since a broken database is what it reports."""
    engine = kit().engine
    try:
        waiting, dead = read(engine, lambda session: backlog(session, now=kit().clock.now()))
        current = _schema_current()
    except SQLAlchemyError:
        return Readiness(writable=False, schema_current=None, waiting=None, dead=None)
    try:
        transact(engine, _write_nothing)
    except SQLAlchemyError:
        return Readiness(False, current, waiting, dead)
    return Readiness(True, current, waiting, dead)


@blueprint.get("/healthz")
@may("public")
def healthz() -> Response:
    """Say that the process answers."""
    return jsonify(status="ok")


@blueprint.get("/readyz")
@limited(per_minute=120)
@may("public")
def readyz() -> tuple[Response, int]:
    """Say whether the service can serve: 200 or 503, with the counts of jobs."""
    found = readiness()
    body = {
        "status": "ready" if found.ready else "not_ready",
        "writable": found.writable,
        "schema_current": found.schema_current,
        "jobs_waiting": found.waiting,
        "jobs_dead": found.dead,
    }
    return jsonify(body), 200 if found.ready else 503


@blueprint.get("/operator")
@may("operator")
def operator() -> str:
    """Show the operator what waits and what has been given up."""
    found = readiness()
    return render_template(
        "web/operator.html",
        health=found,
        given_up=read(kit().engine, _given_up) if found.dead else [],
        long_from=BACKLOG_LONG,
        settings=kit().settings,
    )


def _given_up(session: Session) -> list[GivenUp]:
    """Return dead jobs by kind; what they failed with stays in the log, for it may be personal."""
    query = (
        select(Job.kind, func.count(), func.min(Job.dead_at))
        .where(Job.dead_at.is_not(None))
        .group_by(Job.kind)
        .order_by(Job.kind)
        .limit(KINDS_SHOWN)
    )
    return [GivenUp(*row) for row in session.execute(query)]


def _write_nothing(session: Session) -> None:
    """Take the way of a write without changing anything: fails on a read-only database."""
    session.execute(_TOUCH)


def _schema_current() -> bool | None:
    head = wiring().schema_head
    if head is None:
        return None
    found = read(kit().engine, lambda session: session.scalar(_HEAD))
    return bool(found == head)
