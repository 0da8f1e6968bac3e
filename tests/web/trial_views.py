"""Views of the web tests' own, one for each thing that the kit does, and what reads them."""

from __future__ import annotations

import uuid
from secrets import SystemRandom

from flask import Blueprint, jsonify, request
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from market40.accounts import service
from market40.core.errors import InputFault, InvalidInput, RateLimited
from market40.db.engine import read, transact
from market40.db.outbox import Job, enqueue
from market40.web import forms, guard, live, paging
from market40.web.context import kit
from market40.web.guard import accepts_upload, limited, may, principal, signed_hook
from market40.web.idempotency import idempotent, run_once

MARKET = uuid.UUID(int=0xA)


def write_job(session):
    enqueue(
        session,
        market_id=MARKET,
        job_id=kit().ids.new(),
        kind="test",
        payload={},
        due_at=kit().clock.now(),
    )


def trial_blueprint() -> Blueprint:
    trial = Blueprint("trial", __name__)

    @trial.route("/trial/undeclared")
    def undeclared():
        return "never"

    @trial.post("/trial/form")
    @may("public")
    def form():
        def work(session):
            forms.spend(session)
            write_job(session)

        transact(kit().engine, work)
        return "done"

    @trial.post("/api/v1/trial/once")
    @idempotent
    @may("board")
    def once():
        def work(session):
            write_job(session)
            return {"got": request.get_json()["n"]}, 201

        return run_once(kit().engine, work)

    @trial.post("/trial/fields")
    @may("public")
    def fields():
        return [
            forms.field("name", limit=5),
            forms.field("note", limit=5, required=False),
            forms.whole("count", low=1, high=9),
        ]

    @trial.post("/trial/away")
    @may("board")
    def away():
        transact(kit().engine, forms.spend)
        raise OperationalError("SELECT 0011223344", {}, Exception("gone"))

    @trial.post("/hooks/trial")
    @signed_hook
    def hook():
        body = request.get_data()
        assert "principal" not in guard.g
        return jsonify(size=len(body))

    @trial.get("/api/v1/trial/error")
    @may("public")
    def error():
        faults = [InputFault("x_wrong", "dòng 2, cột a", "Sai.")]
        raise InvalidInput("Chưa đúng.", place="file", code="trial_wrong", faults=faults, limit=5)

    @trial.get("/trial/error")
    @may("public")
    def error_page():
        faults = [InputFault("x_wrong", "<b>dòng 2</b>", "Sai.")]
        raise InvalidInput("Chưa đúng <script>.", faults=faults)

    @trial.get("/trial/slow")
    @may("public")
    def slow():
        raise RateLimited("Chậm lại.", retry_after_s=7)

    @trial.get("/trial/bug")
    @may("public")
    def bug():
        raise RuntimeError("account 0011223344 of Lò Thị Mẩy")

    @trial.get("/trial/limited")
    @limited(per_minute=3)
    @may("public")
    def lookup():
        return "ok"

    @trial.post("/trial/upload")
    @accepts_upload(200_000)
    @may("public")
    def upload():
        return str(len(forms.upload("file", limit_bytes=150_000)))

    @trial.get("/trial/live")
    @may("public")
    def live_answer():
        return live.respond_with_etag({"n": 1}, "v1")

    @trial.get("/trial/page")
    @may("public")
    def page():
        asked = paging.page_asked(parts=2)
        return jsonify(limit=asked.limit, after=asked.after)

    @trial.get("/trial/market/<uuid:market_id>")
    @may("board", "operator")
    def market(market_id):
        guard.require_market(principal(), market_id)
        return "yours"

    return trial


def jobs(engine) -> int:
    return read(engine, lambda s: s.scalar(select(func.count()).select_from(Job)))


def key_of(engine, clock, role_id=2, **more):
    def work(session):
        return service.add_api_key(
            session,
            key_id=uuid.uuid4(),
            person_id=uuid.UUID(int=role_id),
            label="máy",
            now=clock.now(),
            rng=SystemRandom(),
            **more,
        )

    return {"Authorization": f"Bearer {transact(engine, work)}"}
