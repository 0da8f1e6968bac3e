"""Who may call what: every route × every role, against a table that people wrote.

A new route fails here until it has its row: write down who may call it, then look whether the
view's `@may` says the same. Objects of one's own and of others: test_foreign_objects.
"""

from __future__ import annotations

import uuid
from secrets import SystemRandom

import pytest
from flask import g
from sqlalchemy import create_engine

from market40.accounts.service import Attempt, open_session
from market40.app import create_app
from market40.config import Settings
from market40.db.engine import transact
from market40.web import forms

ROLES = ("public", "vendor", "board", "official", "operator")
ALL = frozenset(ROLES)
PEOPLE = ALL - {"public"}
BOARD = frozenset({"board", "operator"})
SIGNED = frozenset({"signed"})

EXPECTED: dict[str, frozenset[str]] = {
    "GET /": ALL,
    "GET /k": ALL,
    "GET /healthz": ALL,
    "GET /readyz": ALL,
    "GET /static/<digest>/<path:name>": ALL,
    "GET /login": ALL,
    "POST /login": ALL,
    "POST /logout": PEOPLE,
    "GET /account": PEOPLE,
    "POST /account/secret": PEOPLE,
    "GET /operator": frozenset({"operator"}),
    "GET /api/v1/openapi.json": ALL,
    # merchants: the board's pages and API, the vendor's card, the public check
    "GET /k/<check>": ALL,
    "POST /k/<check>": ALL,
    "GET /k/<check>/ma-vietqr.png": ALL,
    "GET /banks": ALL,
    "GET /banks/<bank_bin>": ALL,
    "GET /api/v1/banks": ALL,
    "GET /api/v1/banks/<string:bin>": ALL,
    "GET /vendor/stall": frozenset({"vendor"}),
    "GET /board/": BOARD,
    "GET /board/markets/new": frozenset({"operator"}),
    "POST /board/markets": frozenset({"operator"}),
    "GET /board/markets/<uuid:market_id>": BOARD,
    "GET /board/markets/<uuid:market_id>/stalls/new": BOARD,
    "POST /board/markets/<uuid:market_id>/stalls": BOARD,
    "GET /board/markets/<uuid:market_id>/import": BOARD,
    "POST /board/markets/<uuid:market_id>/import": BOARD,
    "POST /board/markets/<uuid:market_id>/import/confirm": BOARD,
    "GET /board/markets/<uuid:market_id>/template.csv": BOARD,
    "GET /board/markets/<uuid:market_id>/cards.pdf": BOARD,
    "GET /board/markets/<uuid:market_id>/pins": BOARD,
    "GET /board/markets/<uuid:market_id>/prints": BOARD,
    "POST /board/markets/<uuid:market_id>/prints": BOARD,
    "GET /board/markets/<uuid:market_id>/prints/<uuid:run_id>/cards.pdf": BOARD,
    "GET /board/markets/<uuid:market_id>/prints/<uuid:run_id>": BOARD,
    "POST /board/markets/<uuid:market_id>/prints/<uuid:run_id>/stop": BOARD,
    "POST /board/markets/<uuid:market_id>/prints/<uuid:run_id>/resume": BOARD,
    "POST /board/markets/<uuid:market_id>/pins": BOARD,
    "GET /board/markets/<uuid:market_id>/inspections": BOARD,
    "POST /board/markets/<uuid:market_id>/inspections/rounds": BOARD,
    "POST /board/markets/<uuid:market_id>/inspections/alarms/<uuid:subject_id>": BOARD,
    "GET /board/markets/<uuid:market_id>/stalls/<uuid:stall_id>/inspections": BOARD,
    "POST /board/markets/<uuid:market_id>/stalls/<uuid:stall_id>/inspections": BOARD,
    "GET /board/markets/<uuid:market_id>/inspections/walk": BOARD,
    "GET /board/markets/<uuid:market_id>/inspections/token": BOARD,
    "POST /board/markets/<uuid:market_id>/inspections/list": BOARD,
    "POST /board/markets/<uuid:market_id>/inspections/sync": BOARD,
    "GET /board/walk-worker.js": ALL,
    "GET /board/stalls/<uuid:market_id>/<uuid:stall_id>": BOARD,
    "GET /board/stalls/<uuid:market_id>/<uuid:stall_id>/code.png": BOARD,
    "GET /board/stalls/<uuid:market_id>/<uuid:stall_id>/code.svg": BOARD,
    "GET /board/stalls/<uuid:market_id>/<uuid:stall_id>/card.pdf": BOARD,
    "GET /board/stalls/<uuid:market_id>/<uuid:stall_id>/r58.png": BOARD,
    "GET /board/stalls/<uuid:market_id>/<uuid:stall_id>/r80.png": BOARD,
    "POST /board/stalls/<uuid:market_id>/<uuid:stall_id>/account": BOARD,
    "POST /board/stalls/<uuid:market_id>/<uuid:stall_id>/events": BOARD,
    "POST /board/stalls/<uuid:market_id>/<uuid:stall_id>/reissue": BOARD,
    "POST /board/stalls/<uuid:market_id>/<uuid:stall_id>/revoke": BOARD,
    "GET /board/vendors/<uuid:market_id>/<uuid:vendor_id>/pin": frozenset({"board"}),
    "POST /board/vendors/<uuid:market_id>/<uuid:vendor_id>/pin": frozenset({"board"}),
    "GET /api/v1/markets": BOARD | {"official"},
    "POST /api/v1/markets": frozenset({"operator"}),
    "GET /api/v1/markets/<uuid:market_id>/stalls": BOARD,
    "POST /api/v1/markets/<uuid:market_id>/stalls": BOARD,
    "POST /api/v1/markets/<uuid:market_id>/stalls/import": BOARD,
    "POST /api/v1/markets/<uuid:market_id>/prints": BOARD,
    "GET /api/v1/markets/<uuid:market_id>/prints/<uuid:run_id>/cards.pdf": BOARD,
    "POST /api/v1/markets/<uuid:market_id>/inspection-lists": BOARD,
    "POST /api/v1/markets/<uuid:market_id>/inspection-rounds": BOARD,
    "GET /api/v1/markets/<uuid:market_id>/inspections": BOARD,
    "POST /api/v1/markets/<uuid:market_id>/inspections": BOARD,
    "GET /api/v1/markets/<uuid:market_id>/alarms": BOARD,
    "POST /api/v1/markets/<uuid:market_id>/alarms/<uuid:alarm_id>/answer": BOARD,
    "POST /api/v1/stalls/<uuid:market_id>/<uuid:stall_id>/inspections": BOARD,
    "GET /api/v1/markets/<uuid:market_id>/prints/<uuid:run_id>": BOARD,
    "POST /api/v1/markets/<uuid:market_id>/prints/<uuid:run_id>/stop": BOARD,
    "POST /api/v1/markets/<uuid:market_id>/prints/<uuid:run_id>/resume": BOARD,
    "GET /api/v1/stalls/<uuid:market_id>/<uuid:stall_id>": BOARD,
    "GET /api/v1/stalls/<uuid:market_id>/<uuid:stall_id>/code": BOARD | {"vendor"},
    "GET /api/v1/stalls/<uuid:market_id>/<uuid:stall_id>/code.png": BOARD | {"vendor"},
    "GET /api/v1/stalls/<uuid:market_id>/<uuid:stall_id>/code.svg": BOARD | {"vendor"},
    "GET /api/v1/stalls/<uuid:market_id>/<uuid:stall_id>/code.pdf": BOARD | {"vendor"},
    "GET /api/v1/stalls/<uuid:market_id>/<uuid:stall_id>/code/strip.png": BOARD | {"vendor"},
    "POST /api/v1/stalls/<uuid:market_id>/<uuid:stall_id>/code/reissue": BOARD,
    "POST /api/v1/stalls/<uuid:market_id>/<uuid:stall_id>/code/revoke": BOARD,
    # reporting
    "GET /reports/": frozenset({"official", "operator"}),
    "GET /reports/adoption": frozenset({"official", "operator"}),
    "GET /reports/adoption.csv": frozenset({"official", "operator"}),
    "GET /reports/adoption.json": frozenset({"official", "operator"}),
    "GET /api/v1/reports/adoption": frozenset({"official", "operator"}),
    # payments: hooks and API
    "POST /hooks/<provider>/<uuid:source_id>": SIGNED,
    "POST /api/v1/stalls/<uuid:market_id>/<uuid:stall_id>/intents": frozenset(
        {"vendor", "operator"}
    ),
    "GET /api/v1/stalls/<uuid:market_id>/<uuid:stall_id>/intents": frozenset(
        {"vendor", "operator"}
    ),
    "GET /api/v1/stalls/<uuid:market_id>/<uuid:stall_id>/intents/<uuid:intent_id>": frozenset(
        {"vendor", "operator"}
    ),
    "POST /api/v1/stalls/<uuid:market_id>/<uuid:stall_id>/tallies": BOARD | {"vendor"},
    # payments: the vendor's phone, the buyer's page, the board's suspense
    "GET /vendor/": frozenset({"vendor"}),
    "GET /vendor/live": frozenset({"vendor"}),
    "GET /vendor/today": frozenset({"vendor"}),
    "GET /vendor/cash": frozenset({"vendor"}),
    "POST /vendor/cash": frozenset({"vendor"}),
    "POST /vendor/intents": frozenset({"vendor"}),
    "GET /vendor/intents/<uuid:intent_id>": frozenset({"vendor"}),
    "POST /vendor/intents/<uuid:intent_id>/cancel": frozenset({"vendor"}),
    "POST /vendor/credits/<uuid:credit_id>/classify": frozenset({"vendor"}),
    "GET /p/<token>": ALL,
    "GET /p/<token>/live": ALL,
    "GET /p/<token>/ma-vietqr.png": ALL,
    "GET /p/<token>/app/<app_id>": ALL,
    "GET /board/suspense": frozenset({"board"}),
    "POST /board/suspense/<uuid:market_id>/<uuid:credit_id>": frozenset({"board"}),
}

VALUES = {
    "UUIDConverter": uuid.UUID(int=0xC0FFEE),
    "IntegerConverter": 1,
    "UnicodeConverter": "K7Q2ZM",
    "PathConverter": "phone.css",
}


def routes():
    """Every route that the application answers, as (label, rule, method)."""
    app = create_app(Settings(environment="test"), create_engine("sqlite://"))
    for rule in app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield f"{method} {rule.rule}", rule, method


ROUTES = {label: (rule, method) for label, rule, method in routes()}


def address(rule) -> str:
    path = rule.rule
    for converter in rule._converters.values():
        choices = getattr(converter, "items", None)  # <any(png, svg):kind>
        value = sorted(choices)[0] if choices else VALUES[type(converter).__name__]
        start = path.index("<")
        path = path[:start] + str(value) + path[path.index(">") + 1 :]
    return path


@pytest.fixture
def client_as(app, web_engine, clock, hashes):
    """A client logged in as a role, without the slow comparison of the secret."""
    persons = {role: uuid.UUID(int=n) for n, role in enumerate(ROLES) if n}

    def made(role: str):
        client = app.test_client()
        if role != "public":
            attempt = Attempt(persons[role], role, hashes[role].text, b"l" * 16, b"a" * 16)
            rng = SystemRandom()
            outcome = transact(
                web_engine, lambda s: open_session(s, attempt, now=clock.now(), rng=rng)
            )
            client.set_cookie("market40-session", outcome.token)
        return client

    return made


def test_every_route_has_a_row_and_every_row_a_route():
    assert sorted(ROUTES) == sorted(EXPECTED)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("label", sorted(ROUTES))
def test_who_may_call_it(app, client_as, label, role):
    rule, method = ROUTES[label]
    expected = EXPECTED.get(label, frozenset())
    client = client_as(role)
    headers = {}
    if method != "GET":
        with app.test_request_context(headers={"Cookie": cookie_header(client)}):
            headers["X-Form-Token"] = forms.form_token_value()
            visitor = g.get("new_visitor")
        if visitor:
            client.set_cookie("market40-visitor", visitor)
    answer = client.open(address(rule), method=method, headers=headers)
    to_login = answer.status_code == 303 and (answer.location or "").startswith("/login")
    refused = answer.status_code in (401, 403) or to_login
    if expected == SIGNED:
        assert answer.status_code in (401, 404, 415, 422)
    elif role in expected:
        # POST /login answers 422 to an empty form, a foreign object is not there: 404.
        assert not refused, answer.text
        assert answer.status_code < 500
    elif role == "public":
        assert answer.status_code == 401 or to_login
    else:
        assert answer.status_code == 403


def cookie_header(client) -> str:
    found = client.get_cookie("market40-session")
    return f"market40-session={found.value}" if found else ""
