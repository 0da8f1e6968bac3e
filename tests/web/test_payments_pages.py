"""The vendor's, buyer's and board's pages through a client: scopes, tokens, ETags, amounts."""

from __future__ import annotations

import datetime as dt
import gzip
import re
import uuid
from pathlib import Path

import pytest
from live_market import (
    BOARD,
    DONG_VAN,
    DUNG,
    MAY,
    OTHER_BOARD,
    OTHER_PHONE,
    PASSWORD,
    PIN,
    SU,
    TWO_PHONE,
    VENDOR_PHONE,
    build,
    hashes,
)
from sqlalchemy import text

from market40.app import create_app
from market40.config import BadSettings, Settings
from market40.core.clock import FixedClock
from market40.core.ids import FixedIds
from market40.db.engine import read, transact
from market40.payments.store import screens
from market40.worker import Worker

NOW = dt.datetime(2026, 11, 22, 1, 0, tzinfo=dt.UTC)
STATIC = Path(__file__).parents[2] / "market40" / "static"


@pytest.fixture(scope="session")
def hashed():
    return hashes()


class Place:
    """The application over a market at work, at an hour that stands until it is moved."""

    def __init__(self, engine, hashed):
        self.engine = engine
        self.clock = FixedClock(NOW)
        self.market = build(engine, now=NOW, secrets=hashed)
        self.app = create_app(
            Settings(environment="test"), engine, clock=self.clock, ids=FixedIds(3, NOW)
        )
        self.worker = Worker(engine, self.clock, FixedIds(4, NOW), schedule=())

    def stall(self, number: str) -> uuid.UUID:
        return self.market.stalls[number].stall_id

    def log_in(self, login: str, secret: str = PIN) -> Caller:
        caller = Caller(self.app.test_client())
        assert caller.post("/login", page="/login", login=login, secret=secret).status_code == 303
        return caller

    def pay(self, amount_vnd: int, memo: str = "tien rau", **more) -> None:
        body, headers = self.market.notice(amount_vnd, memo, at=self.clock.now(), **more)
        address = f"/hooks/sepay/{self.market.source_id}"
        assert self.app.test_client().post(address, data=body, headers=headers).status_code == 200
        while self.worker.run_once():
            pass


class Caller:
    """Somebody with a browser without a script, and with one."""

    def __init__(self, client):
        self.client = client

    def get(self, path: str, **more):
        return self.client.get(path, **more)

    def token(self, page: str) -> str:
        found = re.search(r'name="form_token" value="([^"]+)"', self.client.get(page).text)
        assert found is not None
        return found[1]

    def post(self, path: str, *, page: str = "/vendor/", token: str = "", json=False, **fields):
        data = {"form_token": token or self.token(page), **fields}
        headers = {"Accept": "application/json"} if json else {}
        return self.client.post(path, data=data, headers=headers)

    def live(self, stall_id, day="2026-11-22", after=0, etag=""):
        headers = {"Accept": "application/json"} | ({"If-None-Match": etag} if etag else {})
        address = f"/vendor/live?stall={stall_id}&day={day}&after={after}"
        return self.client.get(address, headers=headers)

    def ask(self, stall_id, amount: str, **more):
        return self.post("/vendor/intents", stall=str(stall_id), amount=amount, **more)


@pytest.fixture
def place(sqlite_engine, hashed):
    return Place(sqlite_engine, hashed)


@pytest.fixture
def may(place):
    return place.log_in(VENDOR_PHONE)


def token_of(answer) -> str:
    found = re.search(r"/p/([0-9A-Z]{26})", answer.text)
    assert found is not None
    return found[1]


def reference_of(place, token: str) -> str:
    page = place.app.test_client().get(f"/p/{token}").text
    found = re.search(r'<dd class="num">(ZJ[0-9A-Z]{8})', page)
    assert found is not None
    return found[1]


def open_one(place, caller, amount: str = "50000", number: str = "A12") -> tuple[str, str]:
    """An intent that waits: the token of its buyer's page, and its reference."""
    answer = caller.ask(place.stall(number), amount)
    assert answer.status_code == 303, answer.text
    token = token_of(caller.get(answer.location))
    return token, reference_of(place, token)


# --- the live screen ---


def test_live_says_nothing_until_something_comes(place, may):
    stall = place.stall("A12")
    first = may.live(stall)
    assert first.json["alerts"] == []
    etag = first.headers["ETag"]
    assert may.live(stall, etag=etag).status_code == 304
    place.pay(50_000)
    second = may.live(stall, etag=etag)
    assert second.status_code == 200
    (alert,) = second.json["alerts"]
    assert (alert["kind"], alert["number"], alert["amount_vnd"]) == ("received", 1, 50_000)
    assert second.json["total_vnd"] == 50_000
    again = may.live(stall, after=second.json["seq"])
    assert again.json["alerts"] == []
    assert may.live(stall, after=1, etag=again.headers["ETag"]).status_code == 304


def test_missed_arrivals_come_in_order_each_number_once(place, may):
    for n in range(1, 54):
        place.pay(1_000 * n)
    first = may.live(place.stall("A12")).json
    assert first["more"] is True
    second = may.live(place.stall("A12"), day=first["day"], after=first["seq"]).json
    assert second["more"] is False
    numbers = [alert["number"] for alert in (*first["alerts"], *second["alerts"])]
    assert numbers == list(range(1, 54))


def test_a_page_left_open_over_midnight_loses_nothing(place, may):
    place.pay(10_000)
    before = may.live(place.stall("A12"))
    place.pay(20_000)
    place.clock.advance(dt.timedelta(hours=17))  # 01:00 of the next day in Việt Nam
    place.pay(30_000)
    mark = {"day": before.json["day"], "after": before.json["seq"]}
    answer = may.live(place.stall("A12"), **mark, etag=before.headers["ETag"]).json
    told = [(a["day_words"], a["number"], a["amount_vnd"]) for a in answer["alerts"]]
    assert told == [("hôm qua", 2, 20_000), ("hôm nay", 1, 30_000)]
    assert (answer["day"], answer["seq"]) == ("2026-11-23", 1)
    assert answer["total_vnd"] == 30_000


def test_less_than_asked_is_never_called_received(place, may):
    _token, reference = open_one(place, may)
    place.pay(30_000, f"{reference} A12")
    (alert,) = may.live(place.stall("A12")).json["alerts"]
    assert (alert["kind"], alert["missing_vnd"]) == ("under", 20_000)
    place.pay(20_000, f"{reference} A12")
    rest = may.live(place.stall("A12"), after=1).json["alerts"]
    assert [(a["kind"], a["note"]) for a in rest] == [("received", "Đã đủ 50.000\u00a0₫.")]


@pytest.mark.parametrize("path", ["/vendor/live", "/vendor/today", "/vendor/cash", "/vendor/"])
def test_a_stall_of_somebody_else_is_not_there(place, path):
    other = place.log_in(OTHER_PHONE)
    place.pay(50_000)
    for stall in (place.stall("A12"), uuid.UUID(int=7), "none"):
        assert other.get(f"{path}?stall={stall}").status_code == 404


@pytest.mark.parametrize(("day", "after"), [("2026-11-22", "x"), ("2026-11-23", "0"), ("x", "0")])
def test_live_refuses_what_is_no_place_in_time(place, may, day, after):
    assert may.live(place.stall("A12"), day=day, after=after).status_code in (404, 422)


def test_a_board_member_has_no_vendor_screen(place):
    board = place.log_in(BOARD, PASSWORD)
    assert board.live(place.stall("A12")).status_code == 403


# --- the keypad's form ---


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("", "Hãy nhập số tiền trước"),
        ("0", "từ 1 đến 499.999.999"),
        ("-5000", "không được âm"),
        ("50000,5", "không có phần lẻ"),
        ("1.5", "không có phần lẻ"),
        ("500000000", "từ 1 đến 499.999.999"),
        ("9" * 30, "15 chữ số"),
        ("năm mươi", "chỉ gồm chữ số"),
        ("<b>1", "chỉ gồm chữ số"),
    ],
)
def test_an_amount_that_cannot_be_is_told_at_the_field(place, may, typed, says):
    stall = place.stall("A12")
    page = may.ask(stall, typed)
    assert page.status_code == 422
    assert says in page.text
    assert "<b>1" not in page.text
    problem = may.ask(stall, typed, json=True)
    assert problem.status_code == 422
    assert problem.json["code"] == "amount_invalid"
    assert says in problem.json["detail"]
    assert waiting(place) == []


def waiting(place):
    return read(
        place.engine,
        lambda s: screens.waiting_at_stall(
            s, market_id=DONG_VAN, stall_id=place.stall("A12"), now=place.clock.now()
        ),
    )


@pytest.mark.parametrize("typed", ["499999999", "50.000", "50k", "1"])
def test_an_amount_that_can_be_opens_an_intent(place, may, typed):
    assert may.ask(place.stall("A12"), typed).status_code == 303
    assert len(waiting(place)) == 1


def test_a_form_is_good_for_one_intent(place, may):
    stall, token = place.stall("A12"), may.token("/vendor/")
    first = may.ask(stall, "50000", token=token, json=True)
    assert first.status_code == 201
    again = may.ask(stall, "50000", token=token, json=True)
    assert (again.status_code, again.json["code"]) == (409, "form_already_sent")
    assert len(waiting(place)) == 1
    assert may.ask(stall, "60000", token=first.json["form_token"], json=True).status_code == 201


def test_a_wrong_amount_does_not_burn_the_form(place, may):
    stall, token = place.stall("A12"), may.token("/vendor/")
    assert may.ask(stall, "0", token=token, json=True).status_code == 422
    assert may.ask(stall, "50000", token=token, json=True).status_code == 201


def test_without_a_token_nothing_is_opened(place, may):
    answer = may.ask(place.stall("A12"), "50000", token="x", json=True)
    assert (answer.status_code, answer.json["code"]) == (403, "form_token_invalid")
    assert waiting(place) == []


def test_nobody_opens_or_cancels_at_somebody_elses_stall(place, may):
    other = place.log_in(OTHER_PHONE)
    assert other.ask(place.stall("A12"), "50000").status_code == 404
    where = may.ask(place.stall("A12"), "50000").location
    assert other.get(where).status_code == 404
    cancel = where.split("?")[0] + "/cancel"
    assert other.post(cancel).status_code == 404
    assert len(waiting(place)) == 1
    assert may.post(cancel).status_code == 303
    assert waiting(place) == []


def test_the_code_shows_one_square_and_who_is_paid(place, may):
    where = may.ask(place.stall("A12"), "50000").location
    page = may.get(where).text
    body = page.split('<section class="code"')[1].split("</section>")[0]
    assert body.count("<svg") == 1
    assert "LO THI MAY" in body
    assert "••••3388" in body
    assert MAY not in page
    assert "/p/" not in may.get(where.split("?")[0]).text  # the token is kept nowhere


# --- the day, its unclassified credits, the cash ---


def test_the_day_lists_what_came_and_why(place, may):
    _token, reference = open_one(place, may)
    place.pay(50_000, f"{reference} A12")
    place.pay(70_000)
    page = may.get("/vendor/today").text
    assert "120.000" in page
    assert page.index("70.000") < page.index("50.000\u00a0₫</b>")
    assert "Khách ghi đúng mã" in page
    other_day = may.get("/vendor/today?day=2026-11-21").text
    assert "Chưa có tiền vào" in other_day
    assert may.get("/vendor/today?day=2026-11-23").status_code == 422
    assert may.get("/vendor/today?day=hôm+qua").status_code == 422


def test_only_the_vendor_sees_and_settles_what_is_unclassified(place, may):
    place.pay(70_000, "MAI CHUYEN TIEN", account=SU)
    su = place.log_in(OTHER_PHONE)
    assert "Là tiền bán hàng?" in su.get("/vendor/today").text
    assert "Là tiền bán hàng?" not in may.get("/vendor/today").text
    board = place.log_in(BOARD, PASSWORD)
    assert "70.000" not in board.get("/board/suspense").text
    page = su.get("/vendor/today").text
    action = re.search(r'action="(/vendor/credits/[^"]+)"', page)[1]
    token = re.search(r'name="form_token" value="([^"]+)"', page)[1]
    mine = may.post(action, stall=str(place.stall("B7")), sale="yes")
    assert mine.status_code == 404
    stall = str(place.stall("B7"))
    assert su.post(action, stall=stall, sale="maybe").status_code == 422
    assert su.post(action, token=token, stall=stall, sale="yes").status_code == 303
    assert su.post(action, token=token, stall=stall, sale="yes").status_code == 409
    after = su.get("/vendor/today").text
    assert "Là tiền bán hàng?" not in after
    assert "70.000" in after


def test_a_stall_without_a_name_of_its_own_is_named_once(place, may):
    assert "Sạp A12 · Rau Cô Mẩy" in may.get("/vendor/").text
    transact(place.engine, lambda s: s.execute(text("UPDATE stall SET name = 'Sạp A12'")))
    for path in ("/vendor/", "/vendor/today"):
        page = may.get(path).text
        assert "<b>Sạp A12</b>" in page
        assert "Sạp A12 · Sạp A12" not in page


def test_many_questions_fold_so_that_the_day_stays_in_reach(place, may):
    for n in range(5):
        place.pay(70_000 + n, "MAI CHUYEN TIEN", account=SU)
    page = place.log_in(OTHER_PHONE).get("/vendor/today").text
    assert page.count("Là tiền bán hàng?") == 5
    assert page.index("Còn 2 khoản chưa rõ") > page.rindex("70.002")
    assert page.index("Còn 2 khoản chưa rõ") < page.index("70.001")


def test_the_vendor_says_which_of_two_stalls_was_paid(place, may):
    place.pay(80_000, "tien vai", account=DUNG)
    dung = place.log_in(TWO_PHONE)
    page = dung.get("/vendor/today").text
    assert "Sạp nào?" in page
    assert "Sạp nào?" not in may.get("/vendor/today").text
    action = re.search(r'action="(/vendor/credits/[^"]+)"', page)[1]
    second = str(place.stall("C2"))
    assert f'value="{second}">C2</button>' in page
    assert dung.post(action, stall=second, sale="yes").status_code == 303
    (alert,) = dung.live(second).json["alerts"]
    assert (alert["amount_vnd"], alert["quiet"]) == (80_000, True)
    assert "Sạp nào?" not in dung.get("/vendor/today").text


def cash(place, caller, **fields):
    given = {"stall": str(place.stall("A12")), "day": "2026-11-22", "answer": "counted"}
    return caller.post("/vendor/cash", page="/vendor/cash", **(given | fields))


def newest(place):
    return read(
        place.engine,
        lambda s: screens.newest_tally(
            s, market_id=DONG_VAN, stall_id=place.stall("A12"), day=NOW.date()
        ),
    )


def test_cash_is_recorded_and_shown(place, may):
    answer = cash(place, may, cash_vnd="1.250k", cash_count="23")
    assert answer.status_code == 422  # a dot and a k: read in two ways
    answer = cash(
        place, may, cash_vnd="1.250.000", cash_count="23", other_vnd="50k", other_count="1"
    )
    assert answer.status_code == 303
    said = newest(place)
    assert (said.cash_vnd, said.cash_count, said.other_vnd, said.other_count) == (
        1_250_000, 23, 50_000, 1,
    )  # fmt: skip
    assert "1.250.000" in may.get("/vendor/cash").text
    assert cash(place, may, answer="closed").status_code == 303
    assert newest(place).answer == "closed"
    assert "Nghỉ bán</b>" in may.get("/vendor/cash").text


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({}, "Điền số tiền"),
        ({"cash_vnd": "-1", "cash_count": "1"}, "Không được âm"),
        ({"cash_vnd": "0,5", "cash_count": "1"}, "không có phần lẻ"),
        ({"cash_vnd": "50000"}, "phải đi cùng nhau"),
        ({"cash_vnd": "50000", "cash_count": "10001"}, "Số quá lớn"),
        ({"cash_vnd": "50000", "cash_count": "1", "day": "2026-08-01"}, "Chỉ ghi được"),
        ({"cash_vnd": "50000", "cash_count": "1", "day": "2026-11-23"}, "Chưa đến ngày"),
    ],
)
def test_cash_that_cannot_be_is_told(place, may, fields, says):
    answer = cash(place, may, **fields)
    assert answer.status_code == 422
    assert says in answer.text
    assert newest(place) is None


def test_nobody_writes_somebody_elses_cash(place):
    other = place.log_in(OTHER_PHONE)
    assert cash(place, other, cash_vnd="1000", cash_count="1").status_code == 404
    assert newest(place) is None


# --- the buyer's page ---


def test_the_buyer_sees_the_state_change_by_etag(place, may):
    token, reference = open_one(place, may)
    buyer = Caller(place.app.test_client())
    first = buyer.get(f"/p/{token}/live")
    assert (first.json["title"], first.json["tone"]) == ("Chưa nhận được", "wait")
    etag = {"If-None-Match": first.headers["ETag"]}
    assert buyer.get(f"/p/{token}/live", headers=etag).status_code == 304
    place.pay(30_000, f"{reference} A12")
    under = buyer.get(f"/p/{token}/live", headers=etag).json
    assert (under["tone"], under["closed"]) == ("wait", True)
    assert "Còn thiếu 20.000" in under["title"]
    place.pay(25_000, f"{reference} A12")
    paid = buyer.get(f"/p/{token}/live").json
    assert (paid["tone"], paid["closed"], paid["done"]) == ("ok", True, True)
    assert "thừa 5.000" in paid["words"]
    assert "<svg" not in buyer.get(f"/p/{token}").text


def test_the_buyer_is_told_when_it_is_over(place, may):
    token, _reference = open_one(place, may)
    buyer = Caller(place.app.test_client())
    place.clock.advance(dt.timedelta(minutes=16))
    assert buyer.get(f"/p/{token}/live").json["title"] == "Đã hết hạn"
    assert buyer.get(f"/p/{token}/ma-vietqr.png").status_code == 404
    where = may.ask(place.stall("A12"), "60000").location
    second = token_of(may.get(where))
    may.post(where.split("?")[0] + "/cancel")
    shown = buyer.get(f"/p/{second}/live").json
    assert (shown["title"], shown["closed"]) == ("Đã hủy", True)


def test_the_buyers_page_holds_no_account_number_and_little_weight(place, may):
    token, _reference = open_one(place, may)
    client = place.app.test_client()
    answer = client.get(f"/p/{token}")
    assert MAY not in answer.text
    assert "••••3388" in answer.text
    assert "LO THI MAY" in answer.text
    asked = re.findall(r'(?:src|href)="(/[^"]+)"', answer.text)
    files = [path for path in asked if path.startswith("/static/")]
    assert len(files) == 1  # the page and one script: two requests
    script = client.get(files[0]).data
    weight = len(gzip.compress(answer.data)) + len(gzip.compress(script))
    assert weight < 30_000
    (policy,) = answer.headers.getlist("Content-Security-Policy")
    assert "unsafe" not in policy
    assert "'sha256-" in policy
    assert '<meta http-equiv="refresh"' in answer.text
    picture = client.get(f"/p/{token}/ma-vietqr.png")
    assert picture.data.startswith(b"\x89PNG")


def test_wrong_tokens_are_not_there_and_soon_not_answered(place, may):
    token, _reference = open_one(place, may)
    client = place.app.test_client()
    codes = [client.get(f"/p/{n:026d}").status_code for n in range(22)]
    assert codes == [404] * 20 + [429] * 2
    assert client.get(f"/p/{'x' * 500}").status_code == 429
    assert client.get(f"/p/{token}").status_code == 200  # who has the address is not held up


FILLING = ("acb", "bidv", "mb", "ocb", "icb")


def apps_of(text: str, token: str) -> list[str]:
    return re.findall(rf'href="/p/{token}/app/([a-z]+)"', text)


def test_the_buyer_may_open_a_bank_app_with_the_payment_in_it(place, may):
    token, reference = open_one(place, may)
    client = place.app.test_client()
    text = client.get(f"/p/{token}").text
    offered = apps_of(text, token)
    assert tuple(offered[:5]) == FILLING
    assert len(offered) == 15
    assert "từ 31/07/2026" in text  # since when MB's app does it
    assert "vietqr.io, dịch vụ của bên khác" in text
    assert "dl.vietqr.io" not in text  # the address is made when it is tapped
    first, second = text.index("Lưu ảnh mã QR"), text.index("Mở ứng dụng ngân hàng")
    assert first < second
    answer = client.get(f"/p/{token}/app/mb?am=9&ba=1@vcb&bn=X&url=https://evil.example")
    assert answer.status_code == 303
    assert answer.location == (
        f"https://dl.vietqr.io/pay?app=mb&ba={MAY}@vcb&am=50000&tn={reference}%20A12"
        f"&bn=LO%20THI%20MAY&url=http://127.0.0.1:8040/p/{token}"
    )
    assert client.get(f"/p/{token}/app/vcb").location == "https://dl.vietqr.io/pay?app=vcb"
    assert client.get(f"/p/{token}/app/momo").status_code == 404
    assert client.get(f"/p/{'0' * 26}/app/mb").status_code == 404


def test_a_link_leads_nowhere_once_there_is_nothing_to_pay(place, may):
    token, reference = open_one(place, may)
    client = place.app.test_client()
    place.pay(20_000, f"{reference} A12")  # a part: the whole is not to be asked again
    assert client.get(f"/p/{token}/app/mb").location == f"/p/{token}"
    assert apps_of(client.get(f"/p/{token}").text, token) == []
    place.pay(30_000, f"{reference} A12")
    assert client.get(f"/p/{token}/app/mb").location == f"/p/{token}"
    late, _reference = open_one(place, may)
    place.clock.advance(dt.timedelta(minutes=16))
    assert client.get(f"/p/{late}/app/mb").location == f"/p/{late}"


def test_a_deployment_may_have_no_links(place, may):
    token, _reference = open_one(place, may)
    settings = Settings.from_env({"MARKET40_BANK_APP_LINKS": "0"})
    client = create_app(settings, place.engine, clock=place.clock).test_client()
    text = client.get(f"/p/{token}").text
    assert apps_of(text, token) == []
    assert "vietqr.io" not in text
    assert "Lưu ảnh mã QR" in text
    assert client.get(f"/p/{token}/app/mb").status_code == 404
    assert Settings.from_env({}).bank_app_links
    with pytest.raises(BadSettings, match="MARKET40_BANK_APP_LINKS"):
        Settings.from_env({"MARKET40_BANK_APP_LINKS": "no"})


def test_without_a_script_the_list_of_apps_may_stay_open(place, may):
    token, _reference = open_one(place, may)
    client = place.app.test_client()
    assert '<details class="open" id="apps">' in client.get(f"/p/{token}").text
    pinned = client.get(f"/p/{token}?apps=1").text
    assert '<details class="open" id="apps" open>' in pinned
    assert 'http-equiv="refresh" content="20"' in pinned


# --- the board's suspense ---


def suspended(place, caller) -> tuple[str, str]:
    page = caller.get("/board/suspense").text
    action = re.search(r'action="(/board/suspense/[^"]+)"', page)[1]
    return action, re.search(rf'{action}.*?name="form_token" value="([^"]+)"', page, re.S)[1]


def test_the_board_places_what_waits_and_the_next_is_told(place, may):
    place.pay(80_000, "tien vai", account=DUNG)
    board, second = (place.log_in(BOARD, PASSWORD) for _ in range(2))
    page = board.get("/board/suspense").text
    assert "80.000" in page
    assert "Nhiều sạp dùng chung tài khoản này" in page
    assert "tien vai" in page
    assert "C1, C2" in page
    action, token = suspended(place, board)
    other_action, other_token = suspended(place, second)
    assert action == other_action
    missing = board.post(action, token=token, stall="C1", note=" ")
    assert missing.status_code == 422
    unknown = board.post(action, token=token, stall="Z9", note="đã hỏi")
    assert (unknown.status_code, "Không có sạp số này" in unknown.text) == (422, True)
    done = board.post(action, token=token, stall="c1 · Vải Chị Dung", note="đã hỏi chị Dung")
    assert done.status_code == 303
    late = second.post(action, token=other_token, stall="C2", note="nhầm")
    assert late.status_code == 409
    assert "Người khác đã xếp khoản này trước bạn" in late.text
    dung = place.log_in(TWO_PHONE)
    (alert,) = dung.live(place.stall("C1")).json["alerts"]
    assert (alert["kind"], alert["amount_vnd"]) == ("received", 80_000)
    assert "Ban quản lý" in alert["note"]
    assert dung.live(place.stall("C2")).json["alerts"] == []


def test_a_board_reads_and_places_nothing_of_another_market(place):
    place.pay(80_000, "tien vai", account=DUNG)
    home = place.log_in(BOARD, PASSWORD)
    action, _token = suspended(place, home)
    other = place.log_in(OTHER_BOARD, PASSWORD)
    assert "80.000" not in other.get("/board/suspense").text
    assert other.get(f"/board/suspense?market={DONG_VAN}").status_code == 404
    answer = other.post(action, page="/board/suspense", stall="C1", note="x")
    assert answer.status_code in (403, 404)
    assert "80.000" in home.get("/board/suspense").text


def test_scripts_and_styles_keep_their_budgets():
    for name in ("vendor", "keypad", "live", "arrivals", "sound", "words", "buyer"):
        assert (STATIC / f"{name}.js").stat().st_size <= 8_192, name
    styles = b"".join((STATIC / name).read_bytes() for name in ("phone.css", "pay.css"))
    assert len(gzip.compress(styles)) <= 12_288


def test_a_vendors_first_load_stays_within_its_budget(place, may):
    page = may.get("/vendor/")
    scripts = b"".join(
        gzip.compress((STATIC / f"{name}.js").read_bytes())
        for name in ("vendor", "keypad", "live", "arrivals", "sound", "words")
    )
    styles = sum(
        len(gzip.compress((STATIC / name).read_bytes())) for name in ("phone.css", "pay.css")
    )
    assert len(gzip.compress(page.data)) + len(scripts) + styles < 60_000
