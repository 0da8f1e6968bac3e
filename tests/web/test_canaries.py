"""Names, phones, accounts and memos that are run through and must lie nowhere in the clear."""

from __future__ import annotations

import datetime as dt
import io
import logging
import random
import re
import uuid

import pytest
from live_market import (
    BOARD,
    DONG_VAN,
    DUNG,
    MAY,
    PASSWORD,
    SECRET,
    SU,
    VENDOR_PHONE,
    build,
    hashes,
)

from market40 import schema
from market40.accounts import service as accounts
from market40.app import create_app
from market40.config import DEVELOPMENT_KEY, Settings
from market40.core.clock import FixedClock
from market40.core.ids import FixedIds
from market40.db.engine import close_engine, open_engine, transact
from market40.payments.feeds import sepay
from market40.web.logs import JsonLines
from market40.worker import Worker

NOW = dt.datetime(2026, 11, 22, 1, 0, tzinfo=dt.UTC)
STRANGER = "7777000011112222"
CANARIES = (
    "CANARY", "0922222222", "0911111111", "0933333333", "6666111122223", STRANGER, MAY, SU, DUNG,
    "0912345678", "Lò Thị Mẩy", "LO THI MAY", "Vàng Mí Sử", "VANG MI SU", "Đặng Kẻ Trả", SECRET,
)  # fmt: skip
MARKUP = {"number": "Q1", "name": '"><svg onload=alert(1)>', "zone": "<i>z", "goods": "<u>g"}
STALL = MARKUP | {
    "vendor_name": "CANARY <img src=x>", "phone": "0922222222", "household_name": "CANARY <s>",
    "bank": "MB", "account_number": "6666111122223", "holder": "CANARY HOLDER",
    "usage": "dedicated", "confirmed": "yes", "login": "yes",
}  # fmt: skip
SHEET = (
    "số sạp,tên tiểu thương,số điện thoại,ngân hàng,số tài khoản,tên chủ tài khoản\r\n"
    "=1+1,CANARY MOT,0933333333,MB,6666111122223,CANARY\r\n"
)


class Site:
    """The application over a file, with a board member logged in."""

    def __init__(self, engine):
        self.engine = engine
        self.market = build(engine, now=NOW, secrets=hashes())
        app = create_app(
            Settings(environment="production", public_url="http://localhost"), engine,
            clock=FixedClock(NOW), ids=FixedIds(3, NOW),
        )  # fmt: skip
        self.client = app.test_client()
        self.worker = Worker(engine, FixedClock(NOW), FixedIds(5, NOW), schedule=())
        assert self.post("/login", "/login", login=BOARD, secret=PASSWORD).status_code == 303

    def post(self, path, page, **fields):
        text = self.client.get(page).text
        token = re.search(r'name="form_token" value="([^"]+)"', text)[1]
        return self.client.post(path, data={"form_token": token, **fields})

    def open_intent(self, label):
        """Expect an amount as the API's machine does, for a key whose label names a person."""

        def key(session):
            person = accounts.find_person(session, VENDOR_PHONE).person_id
            return accounts.add_api_key(
                session, key_id=uuid.UUID(int=7), person_id=person, label="CANARY máy",
                now=NOW, rng=random.Random(1),
            )  # fmt: skip

        stall = self.market.stalls["A12"].stall_id
        answer = self.client.post(
            f"/api/v1/stalls/{DONG_VAN}/{stall}/intents",
            json={"amount_vnd": 5_000, "label": label},
            headers={
                "Authorization": f"Bearer {transact(self.engine, key)}",
                "Idempotency-Key": "k-1",
            },
        )
        assert answer.status_code == 201, answer.text

    def deliver(self, body, headers):
        path = f"/hooks/sepay/{self.market.source_id}"
        assert self.client.post(path, data=body, headers=headers).status_code == 200


@pytest.fixture
def engine(tmp_path):
    engine = open_engine(f"sqlite:///{tmp_path}/canary.sqlite", master_key=DEVELOPMENT_KEY)
    schema.metadata().create_all(engine)
    yield engine
    close_engine(engine)


def run_through(site: Site) -> list[str]:
    """Deliver, register, place and mistype; return the pages that show what was typed."""
    memo = "CANARY Đặng Kẻ Trả 0911111111"
    for account in (MAY, SU, DUNG, STRANGER):
        site.deliver(*site.market.notice(9_000, memo, at=NOW, account=account))
    site.deliver(*site.market.notice(9_000, memo, at=NOW - dt.timedelta(hours=1)))
    twice = '{"CANARY Đặng":1,"CANARY Đặng":2}'.encode()
    site.deliver(twice, sepay.sign(SECRET.encode(), twice, NOW))
    while site.worker.run_once():
        pass
    board = f"/board/markets/{DONG_VAN}"
    done = site.post(f"{board}/stalls", f"{board}/stalls/new", **STALL)
    assert done.status_code == 200, done.text
    stall = re.search(r"/board/stalls/[0-9a-f-]+/[0-9a-f-]+", done.text)[0]
    why = "CANARY: anh Đặng Kẻ Trả dán đè, gọi 0911111111"
    for event in ("reissue", "revoke"):
        assert site.post(f"{stall}/{event}", stall, reason=why).status_code == 303
    site.open_intent(label="CANARY cô Lò Thị Mẩy")
    file = (io.BytesIO(SHEET.encode()), "=CANARY.csv")
    refused = site.post(f"{board}/import", f"{board}/import", file=file)
    assert refused.status_code == 422
    suspense = site.client.get("/board/suspense").text
    note = "CANARY của anh Đặng Kẻ Trả 0911111111"
    placed = [
        site.post(address, "/board/suspense", stall=number, note=note).status_code
        for address in re.findall(r'action="(/board/suspense/[^"]+)"', suspense)
        for number in ("CANARY", "C1")
    ]
    assert 303 in placed
    site.client.get("/p/CANARY")
    site.client.get("/board/suspense?market=CANARY")
    pages = [board, stall, f"{board}/pins", "/board/suspense", "/board/"]
    return [done.text, refused.text, *(site.client.get(page).text for page in pages)]


def test_nothing_personal_lies_in_the_clear_or_in_a_log(engine, tmp_path, caplog):
    caplog.set_level(logging.INFO, "market40")
    run_through(Site(engine))
    stored = b"".join(path.read_bytes() for path in tmp_path.glob("canary.sqlite*"))
    assert len(stored) > 100_000
    assert [canary for canary in CANARIES if canary.encode() in stored] == []
    lines = "\n".join(JsonLines().format(record) for record in caplog.records)
    assert "merchants.board" in lines  # a hook that goes well writes no line
    assert [canary for canary in CANARIES if canary in lines] == []


def test_what_somebody_typed_is_never_markup(engine):
    shown = "".join(run_through(Site(engine)))
    assert "&lt;i&gt;z" in shown
    assert re.findall(r"<(?:svg onload|img src=x|b>q1|i>z|u>g|s>)", shown, re.IGNORECASE) == []


def test_the_api_gives_a_board_nothing_personal(engine):
    site = Site(engine)
    run_through(site)
    for path in ("/api/v1/markets", f"/api/v1/markets/{DONG_VAN}/stalls"):
        answer = site.client.get(path)
        assert answer.status_code == 200
        assert [canary for canary in CANARIES if canary in answer.text] == []
