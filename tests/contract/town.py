"""A market at work with a key for each role: what schemathesis calls, and as whom."""

from __future__ import annotations

import datetime as dt
import random
import uuid
from dataclasses import dataclass, field

from flask import Flask
from live_market import ACTOR, BOARD, DONG_VAN, MAY, VENDOR_PHONE, LiveMarket, build, real_communes
from sqlalchemy import Engine

from market40.accounts import service as accounts
from market40.accounts.service import HashedSecret
from market40.app import create_app
from market40.config import Settings
from market40.core.clock import FixedClock
from market40.core.ids import FixedIds
from market40.db.engine import transact, vault_of
from market40.merchants import service as merchants
from market40.payments import service as payments
from market40.worker import Worker

NOW = dt.datetime(2026, 11, 22, 1, 0, tzinfo=dt.UTC)
ROLES = ("vendor", "board", "official", "operator")
# Nobody logs in here with a secret, only with a key.
SECRET = HashedSecret("$argon2id$none")


@dataclass
class Town:
    """The application, each role's key, and the ids of what is there."""

    app: Flask
    keys: dict[str, str]
    objects: dict[str, uuid.UUID]
    sent: int = 0
    answered: set[tuple[str, int]] = field(default_factory=set)

    def headers(self, role: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.keys[role]}"}

    def another(self) -> str:
        """An Idempotency-Key that was not there before."""
        self.sent += 1
        return f"contract-{self.sent}"


def build_town(engine: Engine) -> Town:
    """Stalls, codes, an intent, money that came and figures of it, at one fixed moment."""
    clock, ids, rng = FixedClock(NOW), FixedIds(40, NOW), random.Random(40)
    communes = transact(engine, real_communes)
    secrets = {"vendor": SECRET, "board": SECRET}
    market = build(engine, now=NOW, secrets=secrets, communes=communes)
    app = create_app(Settings(environment="test"), engine, clock=clock, ids=ids, rng=rng)
    stall_id = market.stalls["A12"].stall_id
    opened = transact(
        engine,
        lambda s: payments.open_intent(
            s, market_id=DONG_VAN, stall_id=stall_id, amount_vnd=9_000, label="rau",
            actor_id=ACTOR, now=NOW, ids=ids, rng=rng,
        ),
    )  # fmt: skip
    run = transact(
        engine,
        lambda s: merchants.plan_print(  # of a stall whose code is never issued again here
            s, DONG_VAN, sheet="a6", which="chosen", numbers=["C1"],
            actor_id=ACTOR, now=NOW, ids=ids,
        ),
    )  # fmt: skip
    alarm = merchants.Observation(ids.new(), stall_id, NOW, "camera", ("0002010102",))
    transact(engine, lambda s: merchants.record(s, DONG_VAN, [alarm], actor_id=ACTOR, now=NOW))
    _pay(market, app, clock, ids)
    transact(  # no worker runs behind it: it can be stopped, and gone on with, again and again
        engine,
        lambda s: merchants.go_on_printing(
            s, DONG_VAN, run.id, public_url="https://cho.example", demo=True, now=NOW, ids=ids
        ),
    )  # fmt: skip
    keys = transact(engine, lambda s: _keys(s, ids, rng))
    objects = {
        "market_id": DONG_VAN,
        "stall_id": stall_id,
        "intent_id": opened.intent_id,
        "run_id": run.id,
        "alarm_id": alarm.id,
        "commune_id": communes[0],
        "legacy_commune_id": communes[1],
    }
    return Town(app, keys, objects)


def _pay(market: LiveMarket, app: Flask, clock: FixedClock, ids: FixedIds) -> None:
    body, headers = market.notice(7_000, "tien rau", at=NOW, account=MAY)
    address = f"/hooks/sepay/{market.source_id}"
    assert app.test_client().post(address, data=body, headers=headers).status_code == 200
    worker = Worker(market.engine, clock, ids, schedule=())
    while worker.run_once():
        pass


def _keys(session, ids: FixedIds, rng: random.Random) -> dict[str, str]:
    sealing = vault_of(session).new_key(session, key_id=ids.new(), now=NOW)
    for role, login in (("official", "can.bo"), ("operator", "van.hanh")):
        accounts.add_person(
            session, person_id=ids.new(), role=role, login=login, secret=SECRET, name="Người máy",
            everywhere=True, key_id=sealing, now=NOW,
        )  # fmt: skip
    logins = {
        "vendor": VENDOR_PHONE, "board": BOARD, "official": "can.bo", "operator": "van.hanh"
    }  # fmt: skip
    return {
        role: accounts.add_api_key(
            session, key_id=ids.new(), person_id=accounts.find_person(session, login).person_id,
            label="thử", now=NOW, rng=rng,
        )
        for role, login in logins.items()
    }  # fmt: skip
