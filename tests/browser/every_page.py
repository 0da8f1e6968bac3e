"""The town of the tests of every page: enough of everything that each page has what to show."""

from __future__ import annotations

import datetime as dt
import secrets
from dataclasses import dataclass, replace

from live_market import (
    ACTOR,
    BOARD,
    DONG_VAN,
    DUNG,
    MAY,
    STALLS,
    VENDOR_PHONE,
    LiveMarket,
    build,
    real_communes,
)
from sqlalchemy import Engine, bindparam, delete, select, update

from market40.accounts import service as accounts
from market40.accounts.service import Attempt, HashedSecret
from market40.app import create_app
from market40.config import Settings
from market40.core.clock import Clock
from market40.core.ids import SystemIds
from market40.db.engine import read, transact, vault_of
from market40.db.outbox import Job
from market40.merchants import service as merchants
from market40.merchants import store
from market40.merchants.tables import PrintRun, PrintWork, StallVendor
from market40.payments import service as payments
from market40.vietqr.codec import VietQR, encode
from market40.worker import Worker

_VENDOR = select(StallVendor.vendor_id).where(StallVendor.stall_id == bindparam("stall"))
SECRET = HashedSecret("$argon2id$none")  # who comes here comes with a cookie
# As long as a name may be, and one that would be markup anywhere that forgot to escape it.
LONG = "Tạp hóa, Bánh kẹo Nguyễn Thị Phương"
MARKUP = '"><svg onload=alert(1)>'
PERSON = "Ban quản lý Chợ trung tâm thành phố Hà Giang"  # stands at the head of office pages
STALLS_MORE = 120  # over one page of the board's list
RUNS = ("none", "working", "stopped", "ready", "failed", "gone")  # states of a run's file
LOGINS = {
    "vendor": VENDOR_PHONE, "board": BOARD, "official": "can.bo", "operator": "van.hanh"
}  # fmt: skip


@dataclass
class Town:
    """What the addresses of pages are filled with, and each role's cookie."""

    market: LiveMarket
    words: dict[str, str]
    cookies: dict[str, str]


def build_town(engine: Engine, clock: Clock) -> Town:
    """Markets with many stalls, an intent, money that came, money that waits, and a person each."""
    ids, now, rng = SystemIds(clock), clock.now(), secrets.SystemRandom()
    communes = transact(engine, real_communes)
    hashed = {"vendor": SECRET, "board": SECRET}
    market = build(engine, now=now, secrets=hashed, communes=communes, person=PERSON)
    pending = transact(engine, lambda s: _more_stalls(s, ids, rng, now))
    stall = market.stalls["A12"]
    vendor = read(engine, lambda s: s.scalars(_VENDOR, {"stall": stall.stall_id}).first())
    opened = transact(
        engine,
        lambda s: payments.open_intent(
            s, market_id=DONG_VAN, stall_id=stall.stall_id, amount_vnd=1_250_000, label=None,
            actor_id=ACTOR, now=now, ids=ids, rng=rng,
        ),
    )  # fmt: skip
    _pay(market, clock, ids)
    runs = _runs(engine, clock, ids)
    _inspected(market, clock, ids)
    words = {
        "market_id": str(DONG_VAN),
        "stall_id": str(stall.stall_id),
        "pending_id": str(pending),
        "vendor_id": str(vendor),
        "intent_id": str(opened.intent_id),
        "token": opened.token,
        "check": str(stall.check_code),
        **runs,
    }
    return Town(market, words, transact(engine, lambda s: _people(s, ids, rng, now)))


def _more_stalls(session, ids, rng, now: dt.datetime):
    """Stalls over more than one page of the list, without accounts; return the first one's id."""
    nobody = {"bank_bin": None, "account_number": None, "holder": None, "phone": None}
    more = [
        replace(
            STALLS[0], number=f"D{n:03}", name=(MARKUP, LONG)[n % 2], zone=f"Khu {n % 7}", **nobody
        )
        for n in range(STALLS_MORE)
    ]
    done = merchants.register_stalls(
        session, DONG_VAN, more,
        actor_id=ACTOR, now=now, ids=ids, rng=rng, starts_on=now.date(),
    )  # fmt: skip
    return done[0].stall_id


def _inspected(market: LiveMarket, clock: Clock, ids: SystemIds) -> None:
    """A round under way, two alarms, a stall that was well, and a buyer who saw another name."""
    now = clock.now()
    begun = now - dt.timedelta(days=2)
    codes = read(market.engine, lambda s: store.codes_of_market(s, DONG_VAN, now))
    payloads = {one.stall_id: one.payload for one in codes}
    number = {name: one.stall_id for name, one in market.stalls.items()}
    foreign = encode(VietQR("970415", "109876543210"))
    seen = (
        ("B7", 30, (payloads[number["B7"]],)),
        ("A12", 20, (payloads[number["A12"]], foreign)),
        ("C2", 10, ()),
        ("C1", 5, (payloads[number["A12"]],)),
    )

    def work(session):
        merchants.begin_round(
            session, DONG_VAN, due_on=now.date() + dt.timedelta(days=5),
            actor_id=ACTOR, now=begun, ids=ids,
        )  # fmt: skip
        observed = [
            merchants.Observation(
                ids.new(), number[name], now - dt.timedelta(minutes=minutes), "camera",
                texts, told="match" if name == "C1" else None,
            )
            for name, minutes, texts in seen
        ]  # fmt: skip
        merchants.record(session, DONG_VAN, observed, actor_id=ACTOR, now=now)

    transact(market.engine, work)


def _pay(market: LiveMarket, clock: Clock, ids: SystemIds) -> None:
    """Two that come to A12, one that waits in suspense."""
    app = create_app(Settings(environment="test"), market.engine, clock=clock)
    for amount, account in ((45_000, MAY), (123_456_000, MAY), (80_000, DUNG)):
        body, headers = market.notice(
            amount, f"<img src=x onerror=alert(2)> {MARKUP}", at=clock.now(), account=account
        )
        address = f"/hooks/sepay/{market.source_id}"
        assert app.test_client().post(address, data=body, headers=headers).status_code == 200
    worker = Worker(market.engine, clock, ids, schedule=())
    while worker.run_once():
        pass


def _runs(engine: Engine, clock: Clock, ids: SystemIds) -> dict[str, str]:
    """A small print run, and one with a file in each state; no worker touches them any more."""
    now, words = clock.now(), {}
    for name in ("id", *RUNS):
        made = transact(
            engine,
            lambda s: merchants.plan_print(
                s, DONG_VAN, sheet="a4x8", which="all", actor_id=ACTOR, now=now, ids=ids
            ),
        )
        words[f"run_{name}"] = str(made.id)
        if name != "id":
            transact(engine, lambda s, made=made, name=name: _file(s, made.id, name, now, ids))
    return words


def _file(session, run_id, state: str, now: dt.datetime, ids: SystemIds) -> None:
    """Leave a run's file in a state, as if it were of 1,300 cards."""
    session.execute(update(PrintRun).where(PrintRun.id == run_id).values(cards=1_300))
    if state == "none":
        return
    merchants.go_on_printing(
        session, DONG_VAN, run_id, public_url="https://cho.example", demo=True,
        now=now + dt.timedelta(days=400), ids=ids,
    )  # fmt: skip
    session.execute(delete(Job).where(Job.kind == "print_part"))
    fault = {"fault": "bad_layout", "fault_page": 1} if state == "failed" else {}
    done = {"drawn": 1_300, "read_back": 512} | fault
    session.execute(update(PrintWork).where(PrintWork.run_id == run_id).values(state=state, **done))


def _people(session, ids: SystemIds, rng, now: dt.datetime) -> dict[str, str]:
    """Add whom the market lacks; log everybody in and return their cookies."""
    key = vault_of(session).new_key(session, key_id=ids.new(), now=now)
    for role in ("official", "operator"):
        accounts.add_person(
            session, person_id=ids.new(), role=role, login=LOGINS[role], secret=SECRET,
            name=PERSON, everywhere=True, key_id=key, now=now,
        )  # fmt: skip
    cookies = {}
    for role, login in LOGINS.items():
        person_id = accounts.find_person(session, login).person_id
        attempt = Attempt(person_id, role, SECRET.text, b"l" * 16, b"a" * 16)
        cookies[role] = accounts.open_session(session, attempt, now=now, rng=rng).token
    return cookies
