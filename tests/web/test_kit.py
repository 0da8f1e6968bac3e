"""The web kit on views of its own: guard, hooks, problem pages, limits, live answers."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from trial_views import MARKET, key_of, trial_blueprint

from market40.app import create_app
from market40.config import Settings
from market40.web.context import kit


@pytest.fixture
def app(app):
    app.register_blueprint(trial_blueprint())
    return app


def test_a_view_that_says_nothing_is_open_to_nobody(browser_as):
    assert browser_as("operator").client.get("/trial/undeclared").status_code == 403


def test_a_hook_is_let_through_to_its_own_check(app):
    client = app.test_client()
    assert client.post("/hooks/trial", data=b"x" * 65_536).json == {"size": 65_536}
    answer = client.post("/hooks/trial", data=b"x" * 65_537)
    assert (answer.status_code, answer.json["code"]) == (413, "too_large")


def test_each_application_remembers_for_itself(app, web_engine):
    other = create_app(Settings(environment="test"), web_engine)
    with app.app_context():
        remembered = kit().memory.of(dict)
        assert kit().memory.of(dict) is remembered
        assert kit().memory.of(list) == []
    with other.app_context():
        assert kit().memory.of(dict) is not remembered


# What servers say of a body that comes in chunks.
IN_CHUNKS = {
    "headers": {"Transfer-Encoding": "chunked"},
    "environ_overrides": {"wsgi.input_terminated": True},
}


@pytest.mark.parametrize("size", [0, 5, 65_536, 65_537, 500_000])
def test_a_body_in_chunks_is_whole_or_refused(app, size):
    answer = app.test_client().post("/hooks/trial", data=b"x" * size, **IN_CHUNKS)
    assert answer.request.content_length is None
    if size <= 65_536:
        assert answer.json == {"size": size}
    else:
        assert (answer.status_code, answer.json["code"]) == (413, "too_large")


def test_a_form_in_chunks_is_read(browser):
    data = f"form_token={browser.token()}&login=nobody&secret=123456"
    answer = browser.client.post(
        "/login",
        data=data,
        content_type="application/x-www-form-urlencoded",
        **IN_CHUNKS,
    )
    assert answer.status_code == 401


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
    for n, status in enumerate((200, 200, 200, 429)):
        neighbour = {"REMOTE_ADDR": f"2001:db8:1:2::{n}"}
        assert client.get("/trial/limited", environ_base=neighbour).status_code == status


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


def test_a_database_that_is_away_is_no_bug_and_a_key_spends_no_form(app, web_engine, clock):
    headers = key_of(web_engine, clock) | {"Accept": "application/json"}
    answer = app.test_client().post("/trial/away", headers=headers)
    assert (answer.status_code, answer.json["code"]) == (503, "unavailable")
    assert "0011223344" not in answer.text


def test_a_wrong_method_says_which_are_right(app):
    answer = app.test_client().post("/api/v1/trial/error")
    assert (answer.status_code, answer.headers["Allow"]) == (405, "GET, HEAD, OPTIONS")
    assert answer.json["code"] == "method_not_allowed"
