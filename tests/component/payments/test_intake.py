"""The short way of a delivery, in front of Flask, answers as the view of the address does."""

from __future__ import annotations

import datetime as dt
import io
import uuid

import pytest
from sqlalchemy import func, select, text
from werkzeug.test import Client

from market40.app import create_app
from market40.config import Settings
from market40.core.clock import FixedClock
from market40.core.ids import FixedIds
from market40.payments.feeds import sepay
from market40.payments.store.deliveries import refusals
from market40.payments.tables import Credit, Delivery
from market40.web.intake import Intake

SECRET = b"a-secret-of-the-tests-0001"
DAY = dt.date(2026, 11, 22)


@pytest.fixture
def app(world):
    return create_app(
        Settings(environment="test"), world.engine, clock=FixedClock(world.now), ids=FixedIds(3)
    )


@pytest.fixture
def ways(app):
    """The application as it is served, and the same without the short way."""
    assert isinstance(app.wsgi_app, Intake)
    return {"short": Client(app.wsgi_app), "view": Client(app.wsgi_app._app)}


def post(world, client, body, *, secret=SECRET, at=None, source=None, provider="sepay", **more):
    headers = {"Content-Type": "application/json", **sepay.sign(secret, body, at or world.now)}
    headers |= more.pop("headers", {})
    path = f"/hooks/{provider}/{source or world.source_id}"
    return client.post(path, data=body, headers=headers, **more)


def count(world, row_class) -> int:
    return world.read(lambda s: s.scalar(select(func.count()).select_from(row_class)))


def body_of(world, number: str) -> bytes:
    return sepay.write(world.notice(number, "0123456789", 45_000 + int(number)))


def shown(answer):
    headers = {name: value for name, value in answer.headers if name != "X-Request-Id"}
    said = answer.get_data()
    if answer.content_type == "application/problem+json":
        said = {name: value for name, value in answer.json.items() if name != "request_id"}
        headers.pop("Content-Length")
    return answer.status_code, headers, said


def test_both_ways_give_the_same_answer_and_record_the_same(world, ways) -> None:
    short = post(world, ways["short"], body_of(world, "1"))
    view = post(world, ways["view"], body_of(world, "2"))
    assert shown(short) == shown(view)
    assert short.status_code == 200
    assert len(short.headers["X-Request-Id"]) == len(view.headers["X-Request-Id"]) == 32
    assert (count(world, Delivery), count(world, Credit)) == (2, 2)
    assert shown(post(world, ways["view"], body_of(world, "1"))) == shown(short)
    assert shown(post(world, ways["short"], body_of(world, "2"))) == shown(short)
    assert (count(world, Delivery), count(world, Credit)) == (2, 2)


def test_the_short_way_does_not_call_flask(world, app, ways, monkeypatch) -> None:
    def called(*_):
        raise AssertionError("Flask was asked")

    monkeypatch.setattr(app.wsgi_app, "_app", called)
    assert post(world, ways["short"], body_of(world, "1")).status_code == 200
    with pytest.raises(AssertionError, match="Flask was asked"):
        post(world, ways["short"], body_of(world, "2"), secret=b"wrong")


@pytest.mark.parametrize(
    "wrong",
    [
        {"secret": b"wrong"},
        {"source": uuid.UUID(int=5)},
        {"source": "not-an-id"},
        {"provider": "casso"},
        {"provider": "SEPAY"},
        {"at": dt.datetime(2026, 11, 22, tzinfo=dt.UTC)},
        {"headers": {"X-SePay-Signature": ""}},
        {"headers": {"X-SePay-Timestamp": "soon"}},
        {"headers": {"Content-Length": "junk"}},
        {"headers": {"Content-Length": "99999"}},
        {"query_string": {"a": "b"}},
        {"method": "PUT"},
    ],
    ids=str,
)
def test_whatever_is_wrong_is_answered_alike(world, ways, wrong) -> None:
    def ask(client):
        more = dict(wrong)
        method = more.pop("method", None)
        body = body_of(world, "7")
        if method is None:
            return post(world, client, body, **more)
        return client.open(f"/hooks/sepay/{world.source_id}", method=method, data=body)

    assert shown(ask(ways["short"])) == shown(ask(ways["view"]))


@pytest.mark.parametrize("body", [b"", b"{", b"[1]", b"x" * (64 * 1024 + 1), b"{}"], ids=len)
def test_bodies_that_say_nothing_are_answered_alike(world, ways, body: bytes) -> None:
    assert shown(post(world, ways["short"], body)) == shown(post(world, ways["view"], body))


def test_a_refusal_is_counted_once(world, ways) -> None:
    for _ in range(3):
        assert post(world, ways["short"], body_of(world, "1"), secret=b"wrong").status_code == 401
    assert world.read(lambda s: refusals(s, world.source_id)) == {(DAY, "bad_signature"): 3}


def test_a_body_in_chunks_goes_to_the_view(world, ways) -> None:
    body = body_of(world, "1")
    answer = ways["short"].post(
        f"/hooks/sepay/{world.source_id}",
        input_stream=io.BytesIO(body),
        headers={"Transfer-Encoding": "chunked", **sepay.sign(SECRET, body, world.now)},
        environ_overrides={"wsgi.input_terminated": True},
    )
    assert answer.status_code == 200
    assert count(world, Credit) == 1


def test_a_proxy_s_number_is_kept_where_one_is_trusted(world) -> None:
    for proxies, kept in ((0, False), (1, True)):
        settings = Settings(environment="test", trusted_proxies=proxies)
        app = create_app(settings, world.engine, clock=FixedClock(world.now), ids=FixedIds(3))
        given = {"X-Request-Id": "from-the-proxy-1"}
        answer = post(world, Client(app.wsgi_app), body_of(world, "1"), headers=given)
        assert answer.status_code == 200
        assert (answer.headers["X-Request-Id"] == "from-the-proxy-1") is kept


def test_an_error_that_nobody_foresaw_is_the_view_s_to_tell(world, ways, monkeypatch) -> None:
    def broken(*_):
        raise KeyError("a feed of somebody else's package")

    monkeypatch.setattr(sepay.SePay, "parse", broken)
    answer = post(world, ways["short"], body_of(world, "1"))
    assert answer.status_code == 500
    assert answer.json["request_id"]
    assert count(world, Delivery) == 0


def test_a_database_that_fails_is_the_view_s_to_tell(world, ways) -> None:
    world.run(lambda s: s.execute(text("ALTER TABLE delivery RENAME TO elsewhere")))
    answer = post(world, ways["short"], body_of(world, "1"))
    assert answer.status_code in (500, 503)
    assert answer.content_type == "application/problem+json"
    world.run(lambda s: s.execute(text("ALTER TABLE elsewhere RENAME TO delivery")))
    assert post(world, ways["short"], body_of(world, "1")).status_code == 200
    assert count(world, Credit) == 1
