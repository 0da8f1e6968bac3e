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
    ],
)
def test_a_mistyped_word_is_refused(app, web_engine, clock, path, code, place):
    answer = app.test_client().get(path, headers=key_of(web_engine, clock, 4))
    assert (answer.status_code, answer.json["code"]) == (422, code)
    assert answer.json["place"] == place


@pytest.mark.parametrize("word", ["yes", "TRUE", "1", "null"])
def test_yes_is_said_one_way(app, web_engine, clock, word):
    headers = key_of(web_engine, clock) | {"Idempotency-Key": "k-1", "Content-Type": "text/csv"}
    address = f"{STALLS}/import?holders_confirmed={word}"
    answer = app.test_client().post(address, headers=headers, data="x")
    assert (answer.status_code, answer.json["place"]) == (422, "holders_confirmed")
