"""Threats of the whole surface, over every route: a new one is under them without being named."""

from __future__ import annotations

import datetime as dt
import json
import random
import re
from dataclasses import replace
from pathlib import Path

import pytest
from flask import g
from live_market import ACTOR, BOARD, DONG_VAN, DUNG, STALLS, build
from sqlalchemy import event
from test_matrix import ROUTES, address, client_as, cookie_header  # noqa: F401 - a fixture

from market40.accounts import service as accounts
from market40.accounts.service import HashedSecret
from market40.app import create_app
from market40.config import Settings
from market40.core.clock import FixedClock
from market40.core.ids import FixedIds
from market40.db.engine import transact
from market40.merchants import service as merchants
from market40.merchants.tables import StallVendor
from market40.web import forms
from market40.web.gate import BODY_LIMIT
from market40.web.guard import marks_of
from market40.worker import Worker

PACKAGE = Path(__file__).parents[2] / "market40"
NOW = dt.datetime(2026, 11, 22, 1, 0, tzinfo=dt.UTC)
NOBODY = HashedSecret("$argon2id$none")
DOCUMENT = json.loads((Path(__file__).parents[2] / "docs/openapi.json").read_text())
POSTS = sorted(label for label in ROUTES if label.startswith("POST "))
JSON = [label for label in POSTS if label.startswith(("POST /api/", "POST /hooks/"))]
FORMS = [label for label in POSTS if label not in JSON]


def open_as_allowed(app, client_as, label, *, token: bool, **sent):  # noqa: F811
    """Call a route as somebody who may, with or without the token of a form."""
    rule, method = ROUTES[label]
    marks = marks_of(app.view_functions[rule.endpoint], method)
    client = client_as(sorted(marks.roles or {"public"})[0])
    headers = {"Idempotency-Key": "k-1", "Accept": "application/json"}
    if token:
        with app.test_request_context(headers={"Cookie": cookie_header(client)}):
            headers["X-Form-Token"] = forms.form_token_value()
            visitor = g.get("new_visitor")
        if visitor:
            client.set_cookie("market40-visitor", visitor)
    return client.open(address(rule), method=method, headers=headers, **sent)


@pytest.mark.parametrize("label", FORMS)
def test_a_form_without_its_token_is_refused(app, client_as, label):  # noqa: F811
    answer = open_as_allowed(app, client_as, label, token=False, data={"reason": "x"})
    assert (answer.status_code, answer.json["code"]) == (403, "form_token_invalid")


@pytest.mark.parametrize("label", POSTS)
def test_a_body_over_its_limit_is_refused(app, client_as, label):  # noqa: F811
    rule, method = ROUTES[label]
    limit = marks_of(app.view_functions[rule.endpoint], method).body_limit or BODY_LIMIT
    kind = "application/json" if label in JSON else "application/x-www-form-urlencoded"
    answer = open_as_allowed(
        app, client_as, label, token=True, data=b"a" * (limit + 1), content_type=kind
    )
    assert answer.status_code == 413, answer.text


def test_no_body_of_the_api_takes_a_field_that_it_does_not_know():
    schemas = DOCUMENT["components"]["schemas"]
    for path, operations in DOCUMENT["paths"].items():
        body = operations.get("post", {}).get("requestBody", {}).get("content", {})
        waiting = [body["application/json"]["schema"]] if "application/json" in body else []
        while waiting:
            schema = waiting.pop()
            if "$ref" in schema:
                schema = schemas[schema["$ref"].rpartition("/")[2]]
                assert schema["additionalProperties"] is False, path
                waiting += schema["properties"].values()
            if "items" in schema:
                waiting.append(schema["items"])


def test_a_reference_opens_nothing(app, client_as):  # noqa: F811
    """It stands in memos for everybody to read: it names, and lets nobody in (threat 17)."""
    for path in ("/p/{}", "/p/{}/live", "/p/{}/ma-vietqr.png", "/k/{}", "/k/{}/ma-vietqr.png"):
        for reference in ("ZJABCDEFQN", "ZJ7KQ2ZMN7"):
            assert client_as("public").get(path.format(reference)).status_code == 404


def test_the_service_asks_nobody():
    """Nothing in it fetches an address that somebody typed (threat 10): only the demonstration,
    which waits for its own server, and the sandbox bank know how to ask.
    """
    asking = re.compile(
        r"^\s*(?:import|from) (?:socket|http\.client|urllib\.request|requests|httpx|aiohttp)", re.M
    )
    found = {
        path.relative_to(PACKAGE).as_posix()
        for path in PACKAGE.rglob("*.py")
        if asking.search(path.read_text()) and "sandbox" not in path.parts
    }
    assert found == {"cli/demonstration.py"}


def board_key(session) -> str:
    person_id = accounts.find_person(session, BOARD).person_id
    more = {"key_id": FixedIds(3, NOW).new(), "label": "thử", "rng": random.Random(3)}
    return accounts.add_api_key(session, person_id=person_id, now=NOW, **more)


def pay(market, app) -> None:
    """A payment that nobody knows whose it is."""
    body, headers = market.notice(8_000, "tien vai", at=NOW, account=DUNG)
    app.test_client().post(f"/hooks/sepay/{market.source_id}", data=body, headers=headers)
    ids = FixedIds(100 + market.sent, NOW)
    while Worker(market.engine, FixedClock(NOW), ids, schedule=()).run_once():
        pass


def fill(market, app) -> None:
    """Twenty more stalls, five more payments that nobody knows whose they are, and at A12 two more
    vendors and codes.
    """
    nobody = {"bank_bin": None, "account_number": None, "holder": None, "phone": None}
    more = [replace(STALLS[0], number=f"E{n}", name=f"Sạp {n}", **nobody) for n in range(20)]
    ids, rng = FixedIds(77, NOW), random.Random(77)
    given = {"actor_id": ACTOR, "now": NOW, "ids": ids, "rng": rng}
    stall_id = market.stalls["A12"].stall_id

    def register(session):
        merchants.register_stalls(session, DONG_VAN, more, starts_on=NOW.date(), **given)
        for number in ("B7", "C1"):
            vendor_id = market.stalls[number].vendor_id
            keeps = {"stall_id": stall_id, "vendor_id": vendor_id, "starts_on": NOW.date()}
            session.add(StallVendor(market_id=DONG_VAN, ends_on=None, **keeps))
            merchants.reissue_code(session, DONG_VAN, stall_id, reason="ướt", **given)

    transact(market.engine, register)
    for _ in range(5):
        pay(market, app)


PAGES = ["/board/", "/board/markets/{market}", "/board/suspense", "/board/stalls/{market}/{stall}"]


@pytest.mark.parametrize("page", PAGES)
def test_more_rows_are_no_more_questions(sqlite_engine, page):
    """What a page asks the database does not grow with what is on it (threat 20).

    But for the keys of households, each of which is read once a minute.
    """
    clock = FixedClock(NOW)
    market = build(sqlite_engine, now=NOW, secrets={"vendor": NOBODY, "board": NOBODY})
    app = create_app(Settings(environment="test"), sqlite_engine, clock=clock)
    key = transact(sqlite_engine, board_key)
    asked: list[str] = []
    reader = sqlite_engine.get_execution_options()["reader"]
    event.listen(reader, "before_cursor_execute", lambda *said: asked.append(said[2]))
    path = page.format(market=DONG_VAN, stall=market.stalls["A12"].stall_id)

    def questions() -> int:
        app.test_client().get(path, headers={"Authorization": f"Bearer {key}"})
        asked.clear()  # what is kept from request to request is filled
        answer = app.test_client().get(path, headers={"Authorization": f"Bearer {key}"})
        assert answer.status_code == 200, answer.text
        return len(asked)

    pay(market, app)
    before = questions()
    assert before > 0
    fill(market, app)
    assert questions() == before
