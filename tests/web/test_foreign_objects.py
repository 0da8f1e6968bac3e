"""What is another's is not there: every route with an id × callers of other markets and stalls.

The routes come from the application. A new one with an id in its address fails here until BODIES
says what is sent to it; then whoever it belongs to must find it, and nobody else. A caller of
another market tries it twice: as it stands, and smuggled under the address of the own market.
"""

from __future__ import annotations

import datetime as dt
import shutil
import uuid
from dataclasses import dataclass
from secrets import SystemRandom

import pytest
from live_market import (
    ACTOR,
    BOARD,
    DONG_VAN,
    DUNG,
    MEO_VAC,
    OTHER_BOARD,
    STALLS,
    TWO_PHONE,
    VENDOR_PHONE,
    build,
    hashes,
)
from sqlalchemy import create_engine, select

from market40 import schema
from market40.accounts import service as accounts
from market40.accounts.service import HashedSecret
from market40.app import create_app
from market40.config import DEVELOPMENT_KEY, Settings
from market40.core.clock import FixedClock
from market40.core.ids import FixedIds
from market40.db.engine import close_engine, open_engine, read, transact, vault_of
from market40.merchants import service as merchants
from market40.merchants.domain.registration import StallRegistration
from market40.payments import service as payments
from market40.payments.store import screens
from market40.vietqr import selfcheck
from market40.web.guard import marks_of
from market40.worker import Worker

NOW = dt.datetime(2026, 11, 22, 1, 0, tzinfo=dt.UTC)
FAR_PHONE = "0977777777"
OWNERS = {"board": BOARD, "vendor": TWO_PHONE}
STRANGERS = {"board": (OTHER_BOARD,), "vendor": (VENDOR_PHONE, FAR_PHONE)}
HOME = {BOARD: DONG_VAN, TWO_PHONE: DONG_VAN, VENDOR_PHONE: DONG_VAN}
STALL_NUMBERS = {BOARD: "C1", TWO_PHONE: "C1", VENDOR_PHONE: "A12"}  # else "A1", of Mèo Vạc
REASON = {"reason": "In lại"}
TALLY = {"day": "2026-11-22", "answer": "zero"}
SEEN = {
    "id": "00000000-0000-4000-8000-000000000009",
    "stall_id": "00000000-0000-4000-8000-000000000008",
    "at": "2026-11-22T00:59:00Z",
}
_M, _S = "<uuid:market_id>", "<uuid:market_id>/<uuid:stall_id>"

# What is sent; {stall} is the caller's own stall, {number} its number. Forms or JSON by address.
BODIES: dict[str, dict[str, object]] = {
    f"GET /board/markets/{_M}": {},
    f"GET /board/markets/{_M}/cards.pdf": {},
    f"GET /board/markets/{_M}/import": {},
    f"GET /board/markets/{_M}/pins": {},
    f"GET /board/markets/{_M}/prints": {},
    f"POST /board/markets/{_M}/prints": {"sheet": "a6", "which": "all"},
    f"GET /board/markets/{_M}/prints/<uuid:run_id>/cards.pdf": {},
    f"GET /board/markets/{_M}/prints/<uuid:run_id>": {},
    f"POST /board/markets/{_M}/prints/<uuid:run_id>/stop": {},
    f"POST /board/markets/{_M}/prints/<uuid:run_id>/resume": {},
    f"POST /api/v1/markets/{_M}/prints": {"sheet": "a6"},
    f"GET /api/v1/markets/{_M}/prints/<uuid:run_id>": {},
    f"POST /api/v1/markets/{_M}/prints/<uuid:run_id>/stop": {},
    f"POST /api/v1/markets/{_M}/prints/<uuid:run_id>/resume": {},
    f"GET /api/v1/markets/{_M}/prints/<uuid:run_id>/cards.pdf": {},
    f"GET /board/markets/{_M}/inspections": {},
    f"POST /board/markets/{_M}/inspections/rounds": {"due_on": "2026-11-30"},
    f"POST /board/markets/{_M}/inspections/alarms/<uuid:subject_id>": {"did": "harmless"},
    f"GET /board/markets/{_M}/inspections/walk": {},
    f"GET /board/markets/{_M}/inspections/token": {},
    f"POST /board/markets/{_M}/inspections/list": {},
    f"POST /board/markets/{_M}/inspections/sync": {},
    f"GET /board/markets/{_M}/stalls/<uuid:stall_id>/inspections": {},
    f"POST /board/markets/{_M}/stalls/<uuid:stall_id>/inspections": {},
    f"GET /board/markets/{_M}/stalls/new": {},
    f"GET /board/markets/{_M}/template.csv": {},
    f"POST /board/markets/{_M}/import": {},
    f"POST /board/markets/{_M}/import/confirm": {"content": ""},
    f"POST /board/markets/{_M}/pins": {},
    f"POST /board/markets/{_M}/stalls": {"number": "Z1"},
    f"GET /board/stalls/{_S}": {},
    f"GET /board/stalls/{_S}/card.pdf": {},
    f"GET /board/stalls/{_S}/code.png": {},
    f"GET /board/stalls/{_S}/r58.png": {},
    f"GET /board/stalls/{_S}/r80.png": {},
    f"GET /board/stalls/{_S}/code.svg": {},
    f"POST /board/stalls/{_S}/account": {},
    f"POST /board/stalls/{_S}/events": {"event": "suspend"},
    f"POST /board/stalls/{_S}/reissue": REASON,
    f"POST /board/stalls/{_S}/revoke": REASON,
    "GET /board/vendors/<uuid:market_id>/<uuid:vendor_id>/pin": {},
    "POST /board/vendors/<uuid:market_id>/<uuid:vendor_id>/pin": {"reason": "Quên mã"},
    "POST /board/suspense/<uuid:market_id>/<uuid:credit_id>": {
        "note": "Khách",
        "stall": "{number}",
    },
    f"GET /api/v1/markets/{_M}/stalls": {},
    f"POST /api/v1/markets/{_M}/stalls": {"stalls": [{"number": "Z1", "vendor_name": "Sùng Mí"}]},
    f"POST /api/v1/markets/{_M}/stalls/import": {"csv": "số sạp,tên tiểu thương\r\nZ1,Sùng Mí\r\n"},
    f"POST /api/v1/markets/{_M}/inspection-lists": {},
    f"POST /api/v1/markets/{_M}/inspection-rounds": {"due_on": "2026-11-30"},
    f"GET /api/v1/markets/{_M}/inspections": {},
    f"POST /api/v1/markets/{_M}/inspections": {"inspections": [SEEN]},
    f"GET /api/v1/markets/{_M}/alarms": {},
    f"POST /api/v1/markets/{_M}/alarms/<uuid:alarm_id>/answer": {"did": "removed"},
    f"POST /api/v1/stalls/{_S}/inspections": {"photo": "A12"},
    f"GET /api/v1/stalls/{_S}": {},
    f"GET /api/v1/stalls/{_S}/code": {},
    f"GET /api/v1/stalls/{_S}/code.pdf": {},
    f"GET /api/v1/stalls/{_S}/code.png": {},
    f"GET /api/v1/stalls/{_S}/code.svg": {},
    f"GET /api/v1/stalls/{_S}/code/strip.png": {},
    f"POST /api/v1/stalls/{_S}/code/reissue": REASON,
    f"POST /api/v1/stalls/{_S}/code/revoke": REASON,
    f"GET /api/v1/stalls/{_S}/intents": {},
    f"POST /api/v1/stalls/{_S}/intents": {"amount_vnd": 1_000},
    f"GET /api/v1/stalls/{_S}/intents/<uuid:intent_id>": {},
    f"POST /api/v1/stalls/{_S}/tallies": TALLY,
    "GET /vendor/intents/<uuid:intent_id>": {},
    "POST /vendor/intents/<uuid:intent_id>/cancel": {},
    "POST /vendor/credits/<uuid:credit_id>/classify": {"stall": "{stall}", "sale": "yes"},
}
# A hook's source is no secret: its signature is (tests/component/payments).
PUBLIC_IDS = {"POST /hooks/<provider>/<uuid:source_id>"}

# Ids that stand in a query or a form, which no list of routes shows.
ELSEWHERE = (
    ("GET", "/vendor/?stall={theirs}", {}),
    ("GET", "/vendor/today?stall={theirs}", {}),
    ("GET", "/vendor/cash?stall={theirs}", {}),
    ("GET", "/vendor/live?stall={theirs}", {}),
    ("POST", "/vendor/intents", {"stall": "{theirs}", "amount": "1000"}),
    ("POST", "/vendor/cash", TALLY | {"stall": "{theirs}", "cash_count": "1", "cash_vnd": "1000"}),
    ("GET", "/board/suspense?market={market}", {}),
)


def routes():
    app = create_app(Settings(environment="test"), create_engine("sqlite://"))
    for rule in app.url_map.iter_rules():
        if "UUIDConverter" in {type(c).__name__ for c in rule._converters.values()}:
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                view = app.view_functions[rule.endpoint]
                yield f"{method} {rule.rule}", marks_of(view, method).roles or frozenset()


ROUTES = dict(routes())
CASES = [
    (label, role)
    for label, roles in sorted(ROUTES.items())
    for role in sorted(roles & OWNERS.keys())
]


@dataclass
class Town:
    """Two markets, of one of which there are objects, and a key for each caller."""

    engine: object
    objects: dict[str, uuid.UUID]
    stalls: dict[str, uuid.UUID]
    keys: dict[str, str]

    def call(self, login: str, method: str, path: str, body: dict[str, object]):
        app = create_app(
            Settings(environment="test"), self.engine, clock=FixedClock(NOW), ids=FixedIds(8, NOW)
        )
        number = STALL_NUMBERS.get(login, "A1")
        words = {"stall": self.stalls[number], "number": number, "theirs": self.objects["stall_id"]}
        words["market"] = DONG_VAN
        for name, value in self.objects.items():
            path = path.replace(f"<uuid:{name}>", str(value))
        sent = {k: v.format(**words) if isinstance(v, str) else v for k, v in body.items()}
        headers = {"Authorization": f"Bearer {self.keys[login]}", "Idempotency-Key": "k-1"}
        more: dict[str, object] = {"data": sent}
        if path.startswith("/api/"):
            more = {"json": sent}
        if "csv" in sent:
            more = {"data": str(sent["csv"]).encode(), "content_type": "text/csv"}
        if "photo" in sent:
            more = {"data": selfcheck.png("0002010102"), "content_type": "image/png"}
        path = path.format(**words)
        return app.test_client().open(path, method=method, headers=headers, **more)

    def rows(self) -> str:
        """Everything that is stored, but that somebody tried."""
        tables = schema.metadata().sorted_tables
        return read(self.engine, lambda s: repr([s.execute(select(t)).all() for t in tables]))


def people(session, town_stalls):
    """Give Mèo Vạc a stall with a vendor, and every caller a key."""
    ids, rng = FixedIds(21, NOW), SystemRandom()
    far = StallRegistration(**{
        **{n: getattr(STALLS[0], n) for n in STALLS[0].__slots__},
        "number": "A1", "vendor_name": "Sùng Thị Xa", "phone": FAR_PHONE,
        "account_number": "5566778899", "holder": "SUNG THI XA",
    })  # fmt: skip
    (stall,) = merchants.register_stalls(
        session, MEO_VAC, [far],
        actor_id=ACTOR, now=NOW, ids=ids, rng=rng, starts_on=NOW.date(),
    )  # fmt: skip
    key = vault_of(session).new_key(session, key_id=ids.new(), now=NOW)
    accounts.add_person(
        session, person_id=ids.new(), role="vendor", login=FAR_PHONE,
        secret=HashedSecret("$argon2id$none"), name="Người xa", vendor_id=stall.vendor_id,
        markets=(MEO_VAC,), key_id=key, now=NOW,
    )  # fmt: skip
    keys = {}
    for login in (BOARD, OTHER_BOARD, TWO_PHONE, VENDOR_PHONE, FAR_PHONE):
        person_id = accounts.find_person(session, login).person_id
        keys[login] = accounts.add_api_key(
            session, key_id=ids.new(), person_id=person_id, label="thử", now=NOW, rng=rng
        )
    return keys, town_stalls | {"A1": stall.stall_id}


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    """The town as a file, to be copied: building it takes its time."""
    path = tmp_path_factory.mktemp("foreign") / "town.sqlite"
    engine = open_engine(f"sqlite:///{path}", master_key=DEVELOPMENT_KEY)
    schema.metadata().create_all(engine)
    market = build(engine, now=NOW, secrets=hashes())
    stalls = {number: stall.stall_id for number, stall in market.stalls.items()}
    keys, stalls = transact(engine, lambda s: people(s, stalls))
    opened = transact(
        engine,
        lambda s: payments.open_intent(
            s, market_id=DONG_VAN, stall_id=stalls["C1"], amount_vnd=9_000, label=None,
            actor_id=ACTOR, now=NOW, ids=FixedIds(31, NOW), rng=SystemRandom(),
        ),
    )  # fmt: skip
    app = create_app(Settings(environment="test"), engine, clock=FixedClock(NOW))
    body, headers = market.notice(7_000, "tien vai", at=NOW, account=DUNG)
    address = f"/hooks/sepay/{market.source_id}"
    assert app.test_client().post(address, data=body, headers=headers).status_code == 200
    while Worker(engine, FixedClock(NOW), FixedIds(4, NOW), schedule=()).run_once():
        pass
    (waits,) = read(
        engine,
        lambda s: screens.suspense_of_market(s, market_id=DONG_VAN, since=dt.date(2026, 1, 1)),
    )
    run = transact(
        engine,
        lambda s: merchants.plan_print(
            s, DONG_VAN, sheet="a6", which="all", actor_id=ACTOR, now=NOW, ids=FixedIds(41, NOW)
        ),
    )
    alarm = merchants.Observation(uuid.UUID(int=77), stalls["C1"], NOW, "camera", ("0002010102",))
    transact(engine, lambda s: merchants.record(s, DONG_VAN, [alarm], actor_id=ACTOR, now=NOW))
    objects = {
        "market_id": DONG_VAN,
        "alarm_id": alarm.id,
        "subject_id": alarm.id,
        "stall_id": stalls["C1"],
        "vendor_id": market.stalls["C1"].vendor_id,
        "intent_id": opened.intent_id,
        "credit_id": waits.credit_id,
        "run_id": run.id,
    }
    close_engine(engine)
    return path, objects, stalls, keys


@pytest.fixture
def town(template, tmp_path):
    path, objects, stalls, keys = template
    copy = shutil.copy(path, tmp_path / "town.sqlite")
    engine = open_engine(f"sqlite:///{copy}", master_key=DEVELOPMENT_KEY)
    yield Town(engine, objects, stalls, keys)
    close_engine(engine)


def test_every_route_with_an_id_says_what_is_sent_to_it():
    assert sorted(BODIES) == sorted(set(ROUTES) - PUBLIC_IDS)


@pytest.mark.parametrize(("label", "role"), CASES)
def test_whose_it_is_finds_it(town, label, role):
    method, path = label.split(" ")
    answer = town.call(OWNERS[role], method, path, BODIES[label])
    assert answer.status_code not in (400, 401, 403, 404), answer.text
    assert answer.status_code < 500


@pytest.mark.parametrize(("label", "role"), CASES)
def test_nobody_else_does(town, label, role):
    method, path = label.split(" ")
    before = town.rows()
    for login in STRANGERS[role]:
        answer = town.call(login, method, path, BODIES[label])
        assert answer.status_code == 404, (login, answer.text)
        if "market_id" in path and path.count("<uuid:") > 1 and login not in HOME:
            smuggled = path.replace("<uuid:market_id>", str(MEO_VAC))
            answer = town.call(login, method, smuggled, BODIES[label])
            assert answer.status_code == 404, (login, answer.text)
    assert town.rows() == before


@pytest.mark.parametrize(("method", "path", "body"), ELSEWHERE)
def test_ids_in_queries_and_forms_are_looked_at_as_well(town, method, path, body):
    role = "board" if path.startswith("/board") else "vendor"
    before = town.rows()
    for login in STRANGERS[role]:
        assert town.call(login, method, path, body).status_code == 404, login
    assert town.rows() == before
    assert town.call(OWNERS[role], method, path, body).status_code < 400
