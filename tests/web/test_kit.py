"""The web kit on views of its own: guard, forms, idempotency, problems, limits, live answers."""

from __future__ import annotations

import uuid
from datetime import timedelta
from io import BytesIO

import pytest
from flask import Blueprint, jsonify, request
from sqlalchemy import func, select

from market40.accounts import service
from market40.app import create_app
from market40.config import Settings
from market40.core.errors import Fault, InvalidInput, RateLimited
from market40.core.ids import SystemIds
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

    @trial.post("/hooks/trial")
    @signed_hook
    def hook():
        body = request.get_data()
        assert "principal" not in guard.g
        return jsonify(size=len(body))

    @trial.get("/api/v1/trial/error")
    @may("public")
    def error():
        faults = [Fault("x_wrong", "dòng 2, cột a", "Sai.")]
        raise InvalidInput("Chưa đúng.", place="file", code="trial_wrong", faults=faults, limit=5)

    @trial.get("/trial/error")
    @may("public")
    def error_page():
        faults = [Fault("x_wrong", "<b>dòng 2</b>", "Sai.")]
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


@pytest.fixture
def app(app):
    app.register_blueprint(trial_blueprint())
    return app


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
            rng=SystemIds(clock)._rng,
            **more,
        )

    return {"Authorization": f"Bearer {transact(engine, work)}"}


def test_a_view_that_says_nothing_is_open_to_nobody(browser_as):
    assert browser_as("operator").client.get("/trial/undeclared").status_code == 403


def test_a_form_does_its_work_once(browser, web_engine):
    token = browser.token()
    first = browser.client.post("/trial/form", data={"form_token": token})
    again = browser.client.post("/trial/form", data={"form_token": token})
    assert (first.status_code, again.status_code) == (200, 409)
    assert "đã được gửi rồi" in again.text
    assert jobs(web_engine) == 1


def test_a_token_may_come_in_a_header(browser, web_engine):
    headers = {"X-Form-Token": browser.token()}
    assert browser.client.post("/trial/form", headers=headers).status_code == 200


@pytest.mark.parametrize("token", ["", "x", "1.2.3", "1.2", "9" * 500, "é.b.c", "..", "²².a.b"])
def test_a_form_without_a_good_token_does_nothing(browser, web_engine, token):
    browser.token()
    assert browser.client.post("/trial/form", data={"form_token": token}).status_code == 403
    assert jobs(web_engine) == 0


def test_a_token_is_its_owners_alone(browser, app, browser_as):
    token = browser.token()
    assert app.test_client().post("/trial/form", data={"form_token": token}).status_code == 403
    logged_in = browser_as("vendor").client
    assert logged_in.post("/trial/form", data={"form_token": token}).status_code == 403


def test_a_token_grows_old(browser, clock):
    token = browser.token()
    clock.advance(timedelta(hours=24, seconds=1))
    assert browser.client.post("/trial/form", data={"form_token": token}).status_code == 403


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Sec-Fetch-Site": "same-origin"}, 200),
        ({"Origin": "http://localhost"}, 200),
        ({}, 200),
    ],
)
def test_a_form_of_another_site_is_refused(browser, headers, status):
    token = browser.token()
    answer = browser.client.post("/trial/form", data={"form_token": token}, headers=headers)
    assert answer.status_code == status


def test_a_repeated_post_of_the_api_gets_the_first_answer(app, web_engine, clock):
    client, headers = app.test_client(), key_of(web_engine, clock)
    headers["Idempotency-Key"] = "k-1"
    for _ in range(3):
        answer = client.post("/api/v1/trial/once", json={"n": 7}, headers=headers)
        assert (answer.status_code, answer.json) == (201, {"got": 7})
    assert jobs(web_engine) == 1
    other = client.post("/api/v1/trial/once", json={"n": 8}, headers=headers)
    assert (other.status_code, other.json["code"]) == (422, "idempotency_mismatch")


def test_a_post_of_the_api_needs_its_key(app, web_engine, clock):
    headers = key_of(web_engine, clock)
    answer = app.test_client().post("/api/v1/trial/once", json={"n": 7}, headers=headers)
    assert (answer.status_code, answer.json["code"]) == (400, "idempotency_key_missing")


def test_an_api_key_ends_with_its_time_and_with_its_person(app, web_engine, clock):
    client = app.test_client()
    headers = key_of(web_engine, clock, 4, expires_at=clock.now() + timedelta(hours=1))
    assert client.get("/operator", headers=headers).status_code == 200
    clock.advance(timedelta(hours=1))
    headers["Accept"] = "application/json"
    answer = client.get("/operator", headers=headers)
    assert (answer.status_code, answer.json["code"]) == (401, "bad_api_key")
    assert answer.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize("sent", ["Bearer x", "Basic eDp5", "Bearer m40.AAAAAAAAAA.B", "Bearer "])
def test_a_wrong_key_is_not_mended_by_a_cookie(browser_as, sent):
    headers = {"Authorization": sent, "Accept": "application/json"}
    answer = browser_as("operator").client.get("/operator", headers=headers)
    assert answer.status_code == 401


def test_a_hook_is_let_through_to_its_own_check(app):
    client = app.test_client()
    assert client.post("/hooks/trial", data=b"x" * 65_536).json == {"size": 65_536}
    answer = client.post("/hooks/trial", data=b"x" * 65_537)
    assert (answer.status_code, answer.json["code"]) == (413, "too_large")


def test_a_form_over_the_limit_is_refused(browser):
    fields = {"form_token": browser.token(), "x": "x" * 70_000}
    assert browser.client.post("/trial/form", data=fields).status_code == 413


def test_an_upload_may_be_larger_where_the_view_says_so(browser):
    def send(size):
        fields = {"form_token": browser.token(), "file": (BytesIO(b"x" * size), "a.csv")}
        return browser.client.post("/trial/upload", data=fields)

    assert send(150_000).text == "150000"
    assert send(150_001).status_code == 413
    assert send(300_000).status_code == 413


def test_a_problem_of_the_api_says_what_where_and_why(app):
    answer = app.test_client().get("/api/v1/trial/error")
    assert answer.status_code == 422
    assert answer.content_type == "application/problem+json"
    body = answer.json
    assert body.pop("request_id") == answer.headers["X-Request-Id"]
    assert body == {
        "type": "urn:market40:problem:trial_wrong",
        "title": "Dữ liệu chưa đúng",
        "status": 422,
        "code": "trial_wrong",
        "detail": "Chưa đúng.",
        "place": "file",
        "faults": [{"code": "x_wrong", "place": "dòng 2, cột a", "message": "Sai."}],
        "facts": {"limit": 5},
    }


def test_a_problem_page_says_the_same_and_escapes_it(app):
    answer = app.test_client().get("/trial/error")
    assert answer.status_code == 422
    assert "&lt;b&gt;dòng 2&lt;/b&gt;" in answer.text
    assert "<script>" not in answer.text


def test_too_often_says_when_to_come_again(app):
    assert app.test_client().get("/trial/slow").headers["Retry-After"] == "7"


def test_a_bug_tells_nobody_what_it_held(web_engine, clock, caplog):
    production = Settings(environment="production")
    app = create_app(production, web_engine, clock=clock)
    app.register_blueprint(trial_blueprint())
    answer = app.test_client().get("/trial/bug")
    assert answer.status_code == 500
    assert answer.headers["X-Request-Id"] in answer.text
    assert "0011223344" not in answer.text + caplog.text
    assert caplog.records[0].facts["error"] == "RuntimeError"


def test_a_look_up_is_limited_by_address_and_minute(app, clock):
    client = app.test_client()
    assert [client.get("/trial/limited").status_code for _ in range(4)] == [200, 200, 200, 429]
    other = {"REMOTE_ADDR": "10.0.0.9"}
    assert client.get("/trial/limited", environ_base=other).status_code == 200
    clock.advance(timedelta(minutes=1))
    assert client.get("/trial/limited").status_code == 200


def test_a_live_answer_is_sent_only_when_it_changed(app):
    client = app.test_client()
    first = client.get("/trial/live")
    assert (first.status_code, first.json, first.headers["ETag"]) == (200, {"n": 1}, '"v1"')
    again = client.get("/trial/live", headers={"If-None-Match": '"v1"'})
    assert (again.status_code, again.data) == (304, b"")
    assert client.get("/trial/live", headers={"If-None-Match": '"v0"'}).status_code == 200


def test_a_market_outside_the_scope_is_not_there(browser_as):
    board = browser_as("board").client
    assert board.get(f"/trial/market/{MARKET}").text == "yours"
    assert board.get(f"/trial/market/{uuid.uuid4()}").status_code == 404
    assert browser_as("operator").client.get(f"/trial/market/{uuid.uuid4()}").status_code == 200


def test_a_cursor_comes_back_as_it_was_given(app):
    client = app.test_client()
    cursor = paging.cursor_after(["chợ Đồng Văn", "7"])
    answer = client.get("/trial/page", query_string={"cursor": cursor, "limit": "200"})
    assert answer.json == {"limit": 200, "after": ["chợ Đồng Văn", "7"]}
    assert client.get("/trial/page").json == {"limit": 50, "after": None}


@pytest.mark.parametrize(
    "query",
    [
        *("limit=0", "limit=201", "limit=-1", "limit=x", "limit=²", "limit="),
        *("cursor=!", "cursor=W10", "cursor=é", "cursor=WzEsMl0", "cursor=" + "A" * 700),
        "cursor=" + paging.cursor_after(["a"]),
    ],
)
def test_a_page_that_is_none_is_refused(app, query):
    answer = app.test_client().get(f"/trial/page?{query}", headers={"Accept": "application/json"})
    assert (answer.status_code, answer.json["place"]) == (422, query.partition("=")[0])
