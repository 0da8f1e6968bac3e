"""The API's query words: unknown, empty, repeated and mistyped ones are refused by name."""

from __future__ import annotations

import pytest
from trial_views import MARKET, key_of

STALLS = f"/api/v1/markets/{MARKET}/stalls"


@pytest.mark.parametrize(
    ("path", "code", "place"),
    [
        (f"{STALLS}?limt=5", "parameter_unknown", "limt"),
        (f"{STALLS}?limit=5&limit=6", "parameter_invalid", "limit"),
        (f"{STALLS}?cursor=", "parameter_invalid", "cursor"),
        ("/api/v1/reports/adoption?unti=gso2004:district:026", "parameter_unknown", "unti"),
        ("/api/v1/reports/adoption?by=", "parameter_invalid", "by"),
        ("/api/v1/markets?limit=5", "parameter_unknown", "limit"),
        ("/api/v1/openapi.json?x=1", "parameter_unknown", "x"),
        ("/api/v1/markets?lang=xx", "parameter_invalid", "lang"),
    ],
)
def test_a_mistyped_word_is_refused(app, web_engine, clock, path, code, place):
    answer = app.test_client().get(path, headers=key_of(web_engine, clock, 4))
    assert (answer.status_code, answer.json["code"]) == (422, code)
    assert answer.json["place"] == place


@pytest.mark.parametrize(
    "path",
    [STALLS, "/api/v1/markets", "/api/v1/reports/adoption", "/reports/adoption.json",
     "/reports/adoption.csv", "/reports/adoption"],
)  # fmt: skip
def test_every_answer_takes_a_language(app, web_engine, clock, path):
    answer = app.test_client().get(f"{path}?lang=en", headers=key_of(web_engine, clock, 4))
    assert answer.status_code == (404 if path == STALLS else 200), answer.text


def test_a_refusal_is_told_in_the_language_that_is_asked_for(app, web_engine, clock):
    path = "/api/v1/reports/adoption?period=x&lang=en"
    answer = app.test_client().get(path, headers=key_of(web_engine, clock, 4))
    assert (answer.status_code, answer.json["title"]) == (422, "The data are not right")


@pytest.mark.parametrize("word", ["yes", "TRUE", "1", "null"])
def test_yes_is_said_one_way(app, web_engine, clock, word):
    headers = key_of(web_engine, clock) | {"Idempotency-Key": "k-1", "Content-Type": "text/csv"}
    address = f"{STALLS}/import?holders_confirmed={word}"
    answer = app.test_client().post(address, headers=headers, data="x")
    assert (answer.status_code, answer.json["place"]) == (422, "holders_confirmed")
