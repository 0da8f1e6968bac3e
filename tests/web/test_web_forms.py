"""Forms: one submission each, their owner's alone, and fields under limits."""

from __future__ import annotations

import unicodedata
from datetime import timedelta
from io import BytesIO

import pytest
from trial_views import jobs, trial_blueprint


@pytest.fixture
def app(app):
    app.register_blueprint(trial_blueprint())
    return app


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


def test_fields_are_composed_trimmed_and_limited(browser):
    decomposed = unicodedata.normalize("NFD", "  Mẩy ")
    answer = browser.post("/trial/fields", name=decomposed, count="7")
    assert answer.json == ["Mẩy", "", 7]


@pytest.mark.parametrize(
    ("fields", "place", "code"),
    [
        ({"count": "1"}, "name", "field_missing"),
        ({"name": " ", "count": "1"}, "name", "field_missing"),
        ({"name": "abcdef", "count": "1"}, "name", "field_too_long"),
        ({"name": "a", "note": "x" * 21, "count": "1"}, "note", "field_too_long"),
        ({"name": "a", "count": "0"}, "count", "number_invalid"),
        ({"name": "a", "count": "10"}, "count", "number_invalid"),
        ({"name": "a", "count": "-1"}, "count", "number_invalid"),
        ({"name": "a", "count": "1.5"}, "count", "number_invalid"),
        ({"name": "a", "count": "²"}, "count", "number_invalid"),
        ({"name": "a"}, "count", "field_missing"),
    ],
)
def test_a_field_that_breaks_its_limit_is_named(browser, fields, place, code):
    token = browser.token()
    answer = browser.client.post(
        "/trial/fields",
        data={"form_token": token, **fields},
        headers={"Accept": "application/json"},
    )
    assert (answer.status_code, answer.json["place"]) == (422, place)
    assert answer.json["code"] == code


def test_an_upload_without_a_file_is_said(browser):
    answer = browser.post("/trial/upload")
    assert answer.status_code == 422
    assert "Chưa chọn tệp" in answer.text
