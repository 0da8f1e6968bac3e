"""The hook and the API as callers see them."""

from __future__ import annotations

import datetime as dt
import json
import uuid

import pytest
from sqlalchemy import func, select

from market40.accounts import service as accounts
from market40.app import create_app
from market40.config import Settings
from market40.core.clock import FixedClock
from market40.core.ids import FixedIds
from market40.db.engine import vault_of
from market40.db.idempotency import IdempotencyKey
from market40.payments.feeds import sepay
from market40.payments.store.deliveries import refusals
from market40.payments.tables import CashTally, Credit, Delivery, Intent
from market40.vietqr.codec import decode

SECRET = b"a-secret-of-the-tests-0001"
DAY = dt.date(2026, 11, 22)


@pytest.fixture
def client(world):
    app = create_app(
        Settings(environment="test"),
        world.engine,
        clock=FixedClock(world.now),
        ids=FixedIds(3),
    )
    return app.test_client()


def deliver(world, client, body, *, headers=None, source_id=None, secret=SECRET, at=None):
    signed = sepay.sign(secret, body, at or world.now) if headers is None else headers
    return client.post(
        f"/hooks/sepay/{source_id or world.source_id}",
        data=body,
        headers={"Content-Type": "application/json"} | signed,
    )


def count(world, row_class) -> int:
    return world.read(lambda s: s.scalar(select(func.count()).select_from(row_class)))


def problem(answer, status: int, code: str) -> dict:
    assert answer.status_code == status
    assert answer.content_type == "application/problem+json"
    assert answer.json["code"] == code
    return answer.json


def test_a_notice_is_answered_after_its_commit_and_a_repeat_alike(world, client) -> None:
    body = sepay.write(world.notice("1", "0123456789", 45_000))
    for _time in range(3):
        answer = deliver(world, client, body)
        assert (answer.status_code, answer.json) == (200, {"success": True})
    assert count(world, Credit) == 1
    assert world.match_all() == 1


def test_a_wrong_signature_is_refused_counted_and_not_kept(world, client) -> None:
    body = sepay.write(world.notice("1", "0123456789", 45_000))
    problem(deliver(world, client, body, secret=b"wrong"), 401, "bad_signature")
    problem(deliver(world, client, body, secret=b"wrong"), 401, "bad_signature")
    problem(deliver(world, client, body, headers={}), 401, "bad_signature")
    counted = world.read(lambda s: refusals(s, world.source_id))
    assert counted == {(DAY, "bad_signature"): 2, (DAY, "no_signature"): 1}
    assert count(world, Delivery) == 0


def test_what_is_signed_and_no_money_is_answered_so_that_it_does_not_come_again(world, client):
    stale = world.now - dt.timedelta(seconds=301)
    body = sepay.write(world.notice("1", "0123456789", 45_000))
    assert deliver(world, client, body, at=stale).json == {"success": True}
    assert deliver(world, client, b"{broken").json == {"success": True}
    fraction = json.dumps(json.loads(body) | {"transferAmount": 0.5}).encode()
    assert deliver(world, client, fraction).json == {"success": True}
    verdicts = world.read(lambda s: sorted(s.scalars(select(Delivery.verdict))))
    assert verdicts == ["late", "unreadable", "unreadable"]
    assert count(world, Credit) == 0


def test_a_body_over_64_kb_and_an_unknown_source(world, client) -> None:
    large = b'{"x":"' + b"x" * 70_000 + b'"}'
    answer = deliver(world, client, large)
    assert answer.status_code == 413
    assert answer.content_type == "application/problem+json"
    body = sepay.write(world.notice("1", "0123456789", 45_000))
    unknown = deliver(world, client, body, source_id=uuid.UUID(int=404))
    problem(unknown, 404, "unknown_source")
    other = client.post(f"/hooks/casso/{world.source_id}", data=body)
    problem(other, 404, "unknown_source")
    assert client.get(f"/hooks/sepay/{world.source_id}").status_code == 405
    assert count(world, Delivery) == 0


@pytest.fixture
def key_of(world):
    """Make a person with a role, and return the headers of their API key."""
    vault = vault_of(world.engine)

    def made(role: str, **scope) -> dict[str, str]:
        person_id, key_id = world.ids.new(), world.ids.new()

        def work(s):
            vault.new_key(s, key_id=key_id, now=world.now)
            accounts.add_person(
                s,
                person_id=person_id,
                role=role,
                login=f"09{person_id.int % 10**8:08d}" if role == "vendor" else f"nguoi.{role}",
                secret=accounts.HashedSecret("$argon2id$none"),
                name="Người thử",
                key_id=key_id,
                now=world.now,
                **scope,
            )
            return accounts.add_api_key(
                s,
                key_id=world.ids.new(),
                person_id=person_id,
                label="thử",
                now=world.now,
                rng=world.rng,
            )

        return {"Authorization": f"Bearer {world.run(work)}"}

    return made


def ask(world, client, what, number, body, headers, key="k-1"):
    return client.post(
        f"/api/v1/stalls/{world.market_id}/{world.stalls[number].id}/{what}",
        json=body,
        headers={**headers, **({"Idempotency-Key": key} if key else {})},
    )


def test_a_vendor_opens_an_intent_once_and_sees_it_paid(world, client, key_of) -> None:
    vendor = key_of("vendor", vendor_id=world.stalls["A12"].vendor_id, markets=[world.market_id])
    made = ask(world, client, "intents", "A12", {"amount_vnd": 50_000, "label": "2 kg cam"}, vendor)
    assert made.status_code == 201
    again = ask(
        world, client, "intents", "A12", {"amount_vnd": 50_000, "label": "2 kg cam"}, vendor
    )
    assert again.json == made.json
    (kept,) = world.read(lambda s: s.scalars(select(IdempotencyKey.answer)).all())
    for private in (made.json["token"], "0123456789"):  # the account stands in the payload
        assert private.encode() not in bytes(kept)
    assert count(world, Intent) == 1
    assert decode(made.json["payload"]).amount == 50_000
    world.send(world.notice("1", "0123456789", 50_000, made.json["reference"]))
    world.match_all()
    path = f"/api/v1/stalls/{world.market_id}/{world.stalls['A12'].id}/intents"
    (listed,) = client.get(path, headers=vendor).json["intents"]
    one = client.get(f"{path}/{made.json['id']}", headers=vendor).json
    assert one == listed
    assert (one["state"], one["funding"], one["label"]) == ("satisfied", "exact", "2 kg cam")
    other = f"/api/v1/stalls/{world.market_id}/{world.stalls['B1'].id}/intents"
    assert client.get(other, headers=vendor).status_code == 404
    assert client.get(f"{other}/{made.json['id']}", headers=vendor).status_code == 404


@pytest.mark.parametrize(
    "body",
    [
        {"amount_vnd": 0},
        {"amount_vnd": -5},
        {"amount_vnd": 1.5},
        {"amount_vnd": "5"},
        {"amount_vnd": True},
        {"amount_vnd": 500_000_000},
        {},
        {"amount_vnd": 5, "more": 1},
        {"amount_vnd": 5, "label": "x" * 61},
    ],
)
def test_an_intent_that_is_none_is_refused_and_nothing_is_made(world, client, key_of, body) -> None:
    operator = key_of("operator", everywhere=True)
    answer = ask(world, client, "intents", "A12", body, operator)
    assert answer.status_code == 422
    assert answer.content_type == "application/problem+json"
    assert count(world, Intent) == 0


def test_who_may_not_open_an_intent(world, client, key_of) -> None:
    body = {"amount_vnd": 5}
    assert ask(world, client, "intents", "A12", body, {}).status_code == 401
    official = key_of("official", everywhere=True)
    assert ask(world, client, "intents", "A12", body, official).status_code == 403
    stranger = key_of("vendor", vendor_id=uuid.UUID(int=404), markets=[world.market_id])
    assert ask(world, client, "intents", "A12", body, stranger).status_code == 404
    operator = key_of("operator", everywhere=True)
    problem(
        ask(world, client, "intents", "A12", body, operator, key=None),
        400,
        "idempotency_key_missing",
    )
    assert count(world, Intent) == 0


def test_a_tally_is_written_with_all_that_is_wrong_named(world, client, key_of) -> None:
    board = key_of("board", markets=[world.market_id])
    good = {"day": "2026-11-22", "answer": "counted", "cash_count": 3, "cash_vnd": 90_000}
    assert ask(world, client, "tallies", "A12", good, board).status_code == 201
    for at, wrong in enumerate(
        [
            good | {"cash_vnd": -1},
            good | {"cash_vnd": 0},
            good | {"cash_vnd": 1.5},
            good | {"day": "2026-11-23"},
            good | {"answer": "closed"},
            good | {"answer": "perhaps"},
        ]
    ):
        answer = ask(world, client, "tallies", "A12", wrong, board, key=f"w-{at}")
        assert (answer.status_code, answer.content_type) == (422, "application/problem+json"), wrong
        assert answer.json["faults"], wrong
    stranger = key_of("vendor", vendor_id=uuid.UUID(int=5), markets=[uuid.UUID(int=77)])
    assert ask(world, client, "tallies", "A12", good, stranger, key="s").status_code == 404
    assert count(world, CashTally) == 1
