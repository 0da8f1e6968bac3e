"""Every route declares who may call it, once and in words that the guard knows."""

from __future__ import annotations

import pytest
from sqlalchemy import create_engine

from market40.app import create_app
from market40.config import Settings
from market40.web.guard import marks_of

ROLES = {"public", "vendor", "board", "official", "operator"}


@pytest.fixture(scope="module")
def views():
    """Every view with its rule and method."""
    app = create_app(Settings(environment="test"), create_engine("sqlite://"))
    return [
        (rule, method, marks_of(app.view_functions[rule.endpoint], method))
        for rule in app.url_map.iter_rules()
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
    ]


def test_every_route_says_who_may_call_it(views):
    silent = [f"{m} {rule.rule}" for rule, m, marks in views if not (marks.roles or marks.signed)]
    assert silent == [], "put @may(...) from market40.web.guard right above the view's def"


def test_roles_are_roles(views):
    wrong = [rule.rule for rule, _, marks in views if (marks.roles or set()) - ROLES]
    assert wrong == []


def test_only_hooks_check_their_own_signature_and_do_so_alone(views):
    for rule, method, marks in views:
        assert marks.signed == rule.rule.startswith("/hooks/"), rule.rule
        if marks.signed:
            assert (method, marks.roles) == ("POST", None), rule.rule


def test_only_the_choice_of_a_secret_and_the_way_out_open_before_it(views):
    early = {f"{method} {rule.rule}" for rule, method, marks in views if marks.before_choice}
    assert early == {"GET /account", "POST /account/secret", "POST /logout"}


def test_every_post_of_the_api_takes_an_idempotency_key(views):
    wrong = [
        rule.rule
        for rule, method, marks in views
        if rule.rule.startswith("/api/") and method == "POST" and not marks.idempotent
    ]
    assert wrong == [], "put @idempotent from market40.web.idempotency above @may, use run_once"
