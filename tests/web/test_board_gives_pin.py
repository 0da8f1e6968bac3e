"""A board gives a vendor another PIN: what it opens, what it ends, who learns of it, who may."""

from __future__ import annotations

import datetime as dt
import random
import re
import uuid
from dataclasses import dataclass

import pytest
from flask.testing import FlaskClient
from live_market import (
    BOARD,
    DONG_VAN,
    MEO_VAC,
    OTHER_BOARD,
    PASSWORD,
    PIN,
    STALLS,
    VENDOR_PHONE,
    build,
    hashes,
)
from sqlalchemy import select, update

from market40.accounts import service as accounts
from market40.accounts.tables import Person, SecretReset
from market40.app import create_app
from market40.config import Settings
from market40.core.clock import FixedClock
from market40.core.ids import FixedIds
from market40.db.engine import read, transact, vault_of
from market40.merchants import service as merchants
from market40.merchants import store
from market40.merchants.tables import StallVendor

NOW = dt.datetime(2026, 11, 22, 1, 0, tzinfo=dt.UTC)
OWN = "730516"
REASON = "Quên mã, đã nhận mặt CANARY"


@pytest.fixture(scope="module")
def secrets():
    return hashes()


@pytest.fixture
def town(sqlite_engine, secrets):
    return build(sqlite_engine, now=NOW, secrets=secrets)


@pytest.fixture
def clock():
    return FixedClock(NOW)


@pytest.fixture
def app(town, clock):
    settings = Settings(environment="test", public_url="https://cho40.example")
    return create_app(settings, town.engine, clock=clock, ids=FixedIds(3, NOW))


@dataclass(frozen=True)
class Visitor:
    """A client that fills forms as a browser does, over https."""

    client: FlaskClient

    def get(self, path: str, **sent):
        return self.client.get(path, base_url="https://cho40.example", **sent)

    def token(self, page: str = "/login") -> str:
        found = re.search(r'name="form_token" value="([^"]+)"', self.get(page).text)
        assert found is not None, page
        return found[1]

    def post(self, path: str, *, page: str = "/login", **fields: str):
        data = {"form_token": self.token(page), **fields}
        return self.client.post(path, data=data, base_url="https://cho40.example")


@pytest.fixture
def enter(app):
    def log_in(login: str, secret: str, *, status: int = 303):
        visitor = Visitor(app.test_client())
        assert visitor.post("/login", login=login, secret=secret).status_code == status
        return visitor

    return log_in


def address(town, number: str = "A12") -> str:
    return f"/board/vendors/{DONG_VAN}/{town.stalls[number].vendor_id}/pin"


def reset(board, town, number: str = "A12", reason: str = REASON) -> str:
    """Give a new PIN as the board's page does; return it."""
    answer = board.post(address(town, number), page=address(town, number), reason=reason)
    assert answer.status_code == 200, answer.text
    (shown,) = re.findall(r'class="pin num">(\d{6})<', answer.text)
    return str(shown)


def test_a_given_pin_opens_the_choice_of_an_own_one_and_nothing_else(enter, town):
    board = enter(BOARD, PASSWORD)
    stall = f"/board/stalls/{DONG_VAN}/{town.stalls['A12'].stall_id}"
    assert address(town) in board.get(stall).text
    given = reset(board, town)
    assert given not in board.get(address(town)).text, "it is shown once"
    enter(VENDOR_PHONE, PIN, status=401)
    vendor = enter(VENDOR_PHONE, given)
    for path in ("/vendor/", "/vendor/today", "/vendor/cash", "/vendor/stall", "/vendor/live"):
        answer = vendor.get(path)
        assert (answer.status_code, answer.location) == (303, "/account"), path
    refused = vendor.get("/vendor/live", headers={"Accept": "application/json"})
    assert (refused.status_code, refused.json["code"]) == (403, "secret_to_choose")
    api = f"/api/v1/stalls/{DONG_VAN}/{town.stalls['A12'].stall_id}/code"
    answer = vendor.get(api)
    assert (answer.status_code, answer.json["code"]) == (403, "secret_to_choose")
    shown = vendor.get("/account").text
    assert "Mã PIN được ban quản lý đặt lại lúc 08:00 ngày 22/11/2026 bởi Người board." in shown
    assert REASON not in shown
    same = vendor.post("/account/secret", page="/account", present=given, secret=given)
    assert "số khác với mã cũ" in same.text
    weak = vendor.post("/account/secret", page="/account", present=given, secret="912345")
    assert "quá dễ đoán" in weak.text
    assert vendor.get("/vendor/").status_code == 303
    done = vendor.post("/account/secret", page="/account", present=given, secret=OWN)
    assert done.location == "/account?done=1"
    assert vendor.get("/vendor/").status_code == 200
    enter(VENDOR_PHONE, given, status=401)
    assert enter(VENDOR_PHONE, OWN).get("/vendor/").status_code == 200


def test_who_is_led_to_the_choice_may_leave(enter, town):
    vendor = enter(VENDOR_PHONE, reset(enter(BOARD, PASSWORD), town))
    assert vendor.post("/logout", page="/account").status_code == 303
    assert vendor.get("/account").location == "/login?next=/account"


def test_every_log_in_ends_and_a_lock_out_too(enter, town):
    phone, tablet = enter(VENDOR_PHONE, PIN), enter(VENDOR_PHONE, PIN)
    for _ in range(5):
        enter(VENDOR_PHONE, "111222", status=401)
    enter(VENDOR_PHONE, PIN, status=429)
    given = reset(enter(BOARD, PASSWORD), town)
    assert phone.get("/vendor/").location.startswith("/login")
    assert tablet.get("/vendor/").location.startswith("/login")
    enter(VENDOR_PHONE, given)


def test_the_account_page_tells_of_it_for_thirty_days(enter, town, clock):
    given = reset(enter(BOARD, PASSWORD), town)
    vendor = enter(VENDOR_PHONE, given)
    vendor.post("/account/secret", page="/account", present=given, secret=OWN)
    for days, told in ((30, True), (1, False)):
        clock.advance(dt.timedelta(days=days) - dt.timedelta(seconds=1))
        assert ("đặt lại lúc" in enter(VENDOR_PHONE, OWN).get("/account").text) is told
    assert "đặt lại lúc" not in enter("0987654321", PIN).get("/account").text


def test_it_is_written_down_who_for_whom_when_and_sealed_why(enter, town):
    reset(enter(BOARD, PASSWORD), town)

    def found(session):
        (row,) = session.scalars(select(SecretReset)).all()
        board, vendor = (accounts.find_person(session, at) for at in (BOARD, VENDOR_PHONE))
        assert (row.market_id, row.actor_id, row.person_id, row.made_at) == (
            DONG_VAN, board.person_id, vendor.person_id, NOW,
        )  # fmt: skip
        assert b"CANARY" not in row.reason
        return vault_of(session).open_text(session, row.reason, column="secret_reset.reason")

    assert read(town.engine, found) == REASON


@pytest.mark.parametrize("reason", ["", "   ", "x" * 201])
def test_without_a_reason_nothing_happens(enter, town, reason):
    board = enter(BOARD, PASSWORD)
    answer = board.post(address(town), page=address(town), reason=reason)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    enter(VENDOR_PHONE, PIN)


def test_a_form_sent_twice_gives_one_pin(enter, town):
    board = enter(BOARD, PASSWORD)
    fields = {"form_token": board.token(address(town)), "reason": REASON}
    answers = [
        board.client.post(address(town), data=fields, base_url="https://cho40.example")
        for _ in range(2)
    ]
    assert [answer.status_code for answer in answers] == [200, 409]
    assert len(read(town.engine, lambda s: s.scalars(select(SecretReset)).all())) == 1


def test_whoever_an_operator_has_shut_out_stays_out(enter, town):
    def shut(session):
        found = accounts.find_person(session, VENDOR_PHONE)
        accounts.set_state(session, found.person_id, active=False, now=NOW)

    transact(town.engine, shut)
    board = enter(BOARD, PASSWORD)
    answer = board.post(address(town), page=address(town), reason=REASON)
    assert answer.status_code == 409
    assert "đang bị người vận hành khóa" in answer.text


def register(town, market_id: uuid.UUID, phone: str) -> uuid.UUID:
    """Put a stall on in a market whose vendor left this phone; return the vendor."""
    values = {name: getattr(STALLS[0], name) for name in STALLS[0].__slots__}
    entry = type(STALLS[0])(
        **{**values, "number": "Z9", "phone": phone, "account_number": "778899"}
    )

    def work(session):
        (done,) = merchants.register_stalls(
            session, market_id, [entry], actor_id=uuid.UUID(int=1), now=NOW, ids=FixedIds(70, NOW),
            rng=random.Random(4), starts_on=NOW.date(),
        )  # fmt: skip
        return done.vendor_id

    return transact(town.engine, work)


def test_a_board_that_writes_a_phone_down_gets_no_hold_of_its_log_in(enter, town):
    theirs = register(town, MEO_VAC, VENDOR_PHONE)
    board = enter(OTHER_BOARD, PASSWORD)
    path = f"/board/vendors/{MEO_VAC}/{theirs}/pin"
    assert board.get(path).status_code == 404
    form = {"form_token": board.token("/account"), "reason": REASON}
    assert board.client.post(path, data=form, base_url="https://cho40.example").status_code == 404
    assert board.get(address(town)).status_code == 404
    enter(VENDOR_PHONE, PIN)

    def grant(session):
        found = accounts.find_person(session, VENDOR_PHONE)
        accounts.grant(session, found.person_id, scope="market", scope_id=MEO_VAC, now=NOW)

    transact(town.engine, grant)  # an operator: the vendor sells in both markets
    assert board.get(path).status_code == 200
    assert board.post(path, page=path, reason=REASON).status_code == 200
    enter(VENDOR_PHONE, PIN, status=401)


def test_who_sells_there_no_more_is_no_vendor_of_this_board(enter, town):
    vendor_id = town.stalls["A12"].vendor_id
    transact(
        town.engine,
        lambda s: (
            s.execute(
                update(StallVendor)
                .where(StallVendor.vendor_id == vendor_id)
                .values(ends_on=NOW.date())
            )
            and None
        ),
    )
    board = enter(BOARD, PASSWORD)
    assert board.get(address(town)).status_code == 404
    assert (
        read(town.engine, lambda s: store.stalls_of_vendor(s, DONG_VAN, vendor_id, NOW.date()))
        == []
    )


def test_a_pin_that_a_person_chose_is_nobodys_to_choose_again(enter, town):
    reset(enter(BOARD, PASSWORD), town)
    hashed = accounts.hash_secret("vendor", OWN)

    def by_command(session):
        found = accounts.find_person(session, VENDOR_PHONE)
        accounts.change_secret(session, found.person_id, hashed, now=NOW)
        return session.get(Person, found.person_id).secret_given_at

    assert transact(town.engine, by_command) is None
    assert enter(VENDOR_PHONE, OWN).get("/vendor/").status_code == 200


def test_a_password_is_no_number(enter, town):
    board = enter(BOARD, PASSWORD)
    tries = ((PASSWORD, "Hãy chọn mật khẩu khác với"), ("x", "Mật khẩu hiện tại không đúng."))
    for present, said in tries:
        answer = board.post("/account/secret", page="/account", present=present, secret=PASSWORD)
        assert (answer.status_code, said in answer.text) == (422, True)
        assert "chọn số khác" not in answer.text
