"""The API's side of the kit: keys, Idempotency-Key, schemas, problems, pages."""

from __future__ import annotations

from datetime import timedelta

import flask_smorest
import marshmallow as ma
import pytest
from trial_views import jobs, key_of, trial_blueprint

from market40.app import create_app
from market40.config import Settings
from market40.web import paging
from market40.web.context import kit
from market40.web.guard import may
from market40.web.idempotency import idempotent, run_once


@pytest.fixture
def app(app):
    app.register_blueprint(trial_blueprint())
    return app


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


class Trial(ma.Schema):
    """What the trial of flask-smorest takes."""

    class Meta:
        """Refuse what nobody knows."""

        unknown = ma.RAISE

    n = ma.fields.Integer(required=True, strict=True, validate=ma.validate.Range(1, 499_999_999))
    word = ma.fields.String(validate=ma.validate.Length(max=3))
    kind = ma.fields.String(validate=ma.validate.OneOf(("cash", "other")))


@pytest.fixture
def api_app(web_engine, clock, monkeypatch):
    blueprint = flask_smorest.Blueprint("trial_api", "trial_api", url_prefix="/api/v1")

    @blueprint.post("/smorest")
    @blueprint.arguments(Trial)
    @blueprint.response(201)
    @idempotent
    @may("board")
    def made(data):
        return run_once(kit().engine, lambda _: ({"n": data["n"]}, 201))

    monkeypatch.setattr("market40.app.API", (blueprint,))
    return create_app(Settings(environment="test"), web_engine, clock=clock)


@pytest.mark.parametrize(
    ("sent", "status", "faults"),
    [
        ({"json": {"n": 7}}, 201, None),
        ({"json": {}}, 422, [("field_missing", "n")]),
        ({"json": {"n": "x", "z": 1}}, 422, [("number_invalid", "n"), ("field_unknown", "z")]),
        ({"json": [1]}, 422, [("field_invalid", "_schema")]),
        ({"data": "{", "content_type": "application/json"}, 400, []),
        ({"data": b"\xff", "content_type": "application/json"}, 400, []),
    ],
)
def test_what_a_schema_refuses_is_said_in_our_words(
    api_app, web_engine, clock, sent, status, faults
):
    headers = key_of(web_engine, clock) | {"Idempotency-Key": "k-1"}
    answer = api_app.test_client().post("/api/v1/smorest", headers=headers, **sent)
    assert answer.status_code == status
    if faults is None:
        assert answer.json == {"n": 7}
    else:
        assert answer.content_type == "application/problem+json"
        assert [(f["code"], f["place"]) for f in answer.json["faults"]] == faults


def test_a_stranger_learns_nothing_from_a_schema(api_app):
    answer = api_app.test_client().post("/api/v1/smorest", json={"n": "x"})
    assert (answer.status_code, answer.json["faults"]) == (401, [])
    document = api_app.test_client().get("/api/v1/openapi.json").json
    assert "/api/v1/smorest" in document["paths"]
    assert "Problem" in document["components"]["schemas"]


@pytest.mark.parametrize(
    ("sent", "fault"),
    [
        ({"n": 0}, ("number_out_of_range", "n", "Cần số từ 1 đến 499.999.999.")),
        ({"n": 500_000_000}, ("number_out_of_range", "n", "Cần số từ 1 đến 499.999.999.")),
        ({"n": 1, "word": "four"}, ("length_invalid", "word", "Dài nhất 3 ký tự hoặc dòng.")),
        ({"n": 1, "kind": "x"}, ("choice_invalid", "kind", "Cần một trong: cash, other.")),
    ],
)  # fmt: skip
def test_limits_are_said_in_vietnamese_with_their_numbers(api_app, web_engine, clock, sent, fault):
    headers = key_of(web_engine, clock) | {"Idempotency-Key": "k-2"}
    answer = api_app.test_client().post("/api/v1/smorest", headers=headers, json=sent)
    assert [(f["code"], f["place"], f["message"]) for f in answer.json["faults"]] == [fault]


def test_broken_json_has_a_code_of_its_own(api_app, web_engine, clock):
    headers = key_of(web_engine, clock) | {"Idempotency-Key": "k-3"}
    answer = api_app.test_client().post(
        "/api/v1/smorest", headers=headers, data="{", content_type="application/json"
    )
    assert (answer.status_code, answer.json["code"]) == (400, "json_invalid")
    assert "JSON" in answer.json["detail"]
