"""The journeys of a board over its market, of a vendor, and of a buyer who checks a card."""

from __future__ import annotations

import io
import json
import random
import re
import subprocess
import uuid
from datetime import date
from secrets import SystemRandom

import pytest
import zxingcpp
from PIL import Image
from sqlalchemy import update

from market40.accounts import service as accounts
from market40.accounts.tables import Person
from market40.core.ids import FixedIds
from market40.core.market_days import Daily, MarketCalendar
from market40.db.engine import read, transact
from market40.merchants import service, store
from market40.merchants.domain.registration import MarketRegistration, StallRegistration

MARKET = uuid.UUID(int=0xA)
OTHER = uuid.UUID(int=0xF0E)
VENDOR, BOARD = uuid.UUID(int=1), uuid.UUID(int=2)  # as conftest numbers its people
ACCOUNT = "00110011223388"
FORM = {
    "number": "a 12",
    "name": "Rau Cô Mẩy",
    "zone": "Khu rau",
    "goods": "Rau củ",
    "vendor_name": "Lò Thị Mẩy",
    "phone": "0987 654 321",
    "bank": "vietcombank",
    "account_number": "0011 0011 2233 88",
    "holder": "Lò Thị Mẩy",
    "usage": "dedicated",
    "confirmed": "yes",
    "login": "yes",
}
CSV = (
    "Số sạp;Tên sạp;Khu;Tiểu thương;Điện thoại;Ngân hàng;Số tài khoản;Chủ tài khoản\n"
    "A10;Rau Cô Mẩy;Khu rau;Lò Thị Mẩy;0987654321;Vietcombank;00110011223388;Lò Thị Mẩy\n"
    "A2;Thịt Anh Páo;Khu rau;Giàng Mí Páo;;MB Bank;0987654321987;Giàng Mí Páo\n"
    "B1;Hàng mã;Khu khác;Sùng A Pó;;;;\n"
)


def registration(number: str, **changed) -> StallRegistration:
    values = {
        "number": number, "name": "Thịt Anh Páo", "zone": None, "goods": None,
        "vendor_name": "Giàng Mí Páo", "phone": None, "household_name": None,
        "bank_bin": "970436", "account_number": "1234567890", "holder": "GIANG MI PAO",
    }  # fmt: skip
    return StallRegistration(**{**values, **changed})


@pytest.fixture
def markets(web_engine, clock):
    """The board's market and another one, each with a stall: their registered stalls."""

    def work(session):
        done = {}
        for at, market_id in enumerate((MARKET, OTHER)):
            market = MarketRegistration(
                f"Chợ số {at}", uuid.UUID(int=1), uuid.UUID(int=2),
                MarketCalendar((Daily(),)), date(2010, 1, 1),
            )  # fmt: skip
            now = clock.now()
            service.register_market(session, market, market_id=market_id, now=now)
            (done[market_id],) = service.register_stalls(
                session, market_id, [registration("Z9")], actor_id=BOARD, now=now,
                ids=FixedIds(at + 1), rng=random.Random(at), starts_on=date(2026, 11, 1),
            )  # fmt: skip
        return done

    return transact(web_engine, work)


def send(browser, path: str, page: str, **fields):
    return browser.client.post(path, data={"form_token": browser.token(page), **fields})


def payload_of(engine, stall) -> str:
    return read(engine, lambda s: service.payload_of(s, MARKET, stall.code_id))


def seen(image: Image.Image) -> list[str]:
    return [found.text for found in zxingcpp.read_barcodes(image.convert("L"))]


def drawn(svg: str) -> Image.Image:
    """Draw our SVG's path by its own grammar: `M x y h n v1 h-n z` is a dark run."""
    side = int(re.search(r'viewBox="0 0 (\d+) ', svg)[1])
    image = Image.new("L", (side, side), 255)
    for x, y, length in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\d+z", svg):
        for step in range(int(length)):
            image.putpixel((int(x) + step, int(y)), 0)
    return image.resize((side * 8, side * 8), Image.Resampling.NEAREST)


def test_a_stall_is_registered_through_the_page_and_shows_its_pin_once(
    browser_as, markets, web_engine
):
    board = browser_as("board")
    page = f"/board/markets/{MARKET}/stalls/new"
    answer = send(board, f"/board/markets/{MARKET}/stalls", page, **FORM)
    assert answer.status_code == 200, answer.text
    assert "LO THI MAY" in answer.text
    pin = re.search(r'class="pin num">(\d{6})<', answer.text)[1]
    rows = read(web_engine, lambda s: store.stall_rows(s, MARKET))
    stall = next(row for row in rows if row.number == "A 12")
    assert (stall.code_state, stall.zone) == ("live", "Khu rau")
    again = board.client.get(f"/board/stalls/{MARKET}/{stall.id}")
    assert pin not in again.text
    assert "0011 0011 2233 88" in again.text
    vendor = type(board)(board.client.application.test_client())
    assert vendor.post("/login", login="0987654321", secret=pin).status_code == 303
    card = vendor.client.get("/vendor/stall")
    assert "LO THI MAY" in card.text
    assert "3388" in card.text
    assert ACCOUNT not in card.text
    picture = re.search(r"<svg.*?</svg>", card.text, re.S)[0]
    code = read(web_engine, lambda s: store.live_code(s, MARKET, stall.id))
    assert seen(drawn(picture)) == [
        read(web_engine, lambda s: service.payload_of(s, MARKET, code.id))
    ]


def test_a_form_sent_twice_registers_once(browser_as, markets, web_engine):
    board = browser_as("board")
    token = board.token(f"/board/markets/{MARKET}/stalls/new")
    sent = {"form_token": token, **FORM}
    first = board.client.post(f"/board/markets/{MARKET}/stalls", data=sent)
    second = board.client.post(f"/board/markets/{MARKET}/stalls", data={**sent, "number": "A13"})
    assert (first.status_code, second.status_code) == (200, 409)
    assert len(read(web_engine, lambda s: store.stall_rows(s, MARKET))) == 2


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"confirmed": ""}, "Cần xác nhận tên chủ tài khoản"),
        ({"bank": "Ngân hàng Mây"}, "Không biết ngân hàng"),
        ({"account_number": "AB12345"}, "chỉ có chữ số"),
        ({"number": "Z9"}, "đã có ở chợ"),
        ({"number": ""}, "Chưa nhập số sạp"),
        ({"phone": "123"}, "Số điện thoại không đúng"),
        ({"holder": "=cmd"}, "công thức"),
    ],
)
def test_a_wrong_form_says_what_to_do_and_keeps_what_was_typed(
    browser_as, markets, web_engine, changed, said
):
    board = browser_as("board")
    page = f"/board/markets/{MARKET}/stalls/new"
    answer = send(board, f"/board/markets/{MARKET}/stalls", page, **{**FORM, **changed})
    assert answer.status_code == 422
    assert said in answer.text
    assert "Rau Cô Mẩy" in answer.text
    assert len(read(web_engine, lambda s: store.stall_rows(s, MARKET))) == 1


def upload(board, content: bytes):
    page = f"/board/markets/{MARKET}/import"
    # Written out, since the test client leaves its own temporary file open for a large body.
    parts = (
        f'--cho40\r\nContent-Disposition: form-data; name="form_token"\r\n\r\n{board.token(page)}',
        '\r\n--cho40\r\nContent-Disposition: form-data; name="file"; filename="cho.csv"',
        "\r\nContent-Type: text/csv\r\n\r\n",
    )
    body = "".join(parts).encode() + content + b"\r\n--cho40--\r\n"
    return board.client.post(page, data=body, content_type="multipart/form-data; boundary=cho40")


def test_a_whole_market_goes_in_from_a_file_after_a_preview(browser_as, markets, web_engine):
    board = browser_as("board")
    preview = upload(board, CSV.encode("utf-16"))
    assert preview.status_code == 200
    assert "3 sạp sẵn sàng ghi" in preview.text
    assert len(read(web_engine, lambda s: store.stall_rows(s, MARKET))) == 1
    content = re.search(r'name="content" value="([^"]+)"', preview.text)[1]
    page = f"/board/markets/{MARKET}/import"
    unconfirmed = send(board, f"{page}/confirm", page, content=content)
    assert unconfirmed.status_code == 422
    done = send(board, f"{page}/confirm", page, content=content, confirmed="yes")
    assert "Đã ghi 3 sạp, 2 sạp có mã" in done.text
    rows = read(web_engine, lambda s: store.stall_rows(s, MARKET))
    assert [row.number for row in rows] == ["A2", "A10", "B1", "Z9"]
    again = upload(board, CSV.encode())
    assert again.status_code == 422
    assert "dòng 2, cột Số sạp" in again.text
    pins = board.client.get(f"/board/markets/{MARKET}/pins")
    assert "1 tiểu thương chưa có đăng nhập" in pins.text
    given = send(board, f"/board/markets/{MARKET}/pins", f"/board/markets/{MARKET}/pins")
    assert re.search(r'class="pin">\d{6}<', given.text)
    assert "0987654321" in given.text


def test_the_sample_file_says_its_letters_once(browser_as, markets):
    answer = browser_as("board").client.get(f"/board/markets/{MARKET}/template.csv")
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"


def test_a_file_with_faults_changes_nothing_and_names_each_cell(browser_as, markets, web_engine):
    board = browser_as("board")
    answer = upload(board, CSV.replace("MB Bank", "Ngân hàng Mây").encode())
    assert answer.status_code == 422
    assert "dòng 3, cột Ngân hàng" in answer.text
    assert upload(board, b"PK\x03\x04").status_code == 422
    for more in (10, 1024 * 1024):  # told by the page, and before anything is read
        answer = upload(board, b"a" * (2 * 1024 * 1024 + more))
        assert answer.status_code == 413
        assert "tối đa 2 MB và 2.000 sạp. Hãy chia" in answer.text
        assert f"/board/markets/{MARKET}/import" in answer.text
    reply = send(
        board,
        f"/board/markets/{MARKET}/stalls",
        f"/board/markets/{MARKET}/stalls/new",
        name="a" * 70_000,
    )
    assert (reply.status_code, "lớn quá 64 KB" in reply.text) == (413, True)
    assert len(read(web_engine, lambda s: store.stall_rows(s, MARKET))) == 1


def test_every_picture_of_a_code_decodes_to_its_payload(browser_as, markets, web_engine, tmp_path):
    board = browser_as("board")
    stall = markets[MARKET]
    payload = payload_of(web_engine, stall)
    page = f"/board/stalls/{MARKET}/{stall.stall_id}"
    api = f"/api/v1/stalls/{MARKET}/{stall.stall_id}"
    body = board.client.get(f"{api}/code").json
    assert (body["payload"], body["serial"]) == (payload, 1)
    for path in (f"{page}/code.png", f"{api}/code.png"):
        answer = board.client.get(path)
        assert answer.mimetype == "image/png"
        assert seen(Image.open(io.BytesIO(answer.data))) == [payload]
    for path in (f"{page}/code.svg", f"{api}/code.svg"):
        assert seen(drawn(board.client.get(path).text)) == [payload]
    for path in (f"{page}/card.pdf", f"{api}/code.pdf", f"/board/markets/{MARKET}/cards.pdf"):
        source = tmp_path / "card.pdf"
        source.write_bytes(board.client.get(path).data)
        run = ["pdftoppm", "-r", "150", "-gray", "-png", source, tmp_path / "card"]
        subprocess.run(run, check=True)
        (picture,) = tmp_path.glob("card*.png")
        assert seen(Image.open(picture)) == [payload]
        picture.unlink()


def test_the_board_prints_and_what_was_printed_is_noted(browser_as, markets, web_engine):
    board = browser_as("board")
    page = f"/board/markets/{MARKET}/prints"
    assert "1 thẻ chưa in hoặc đã đổi" in board.client.get(page).text
    wrong = send(board, page, page, sheet="a6", which="chosen", stalls="Z9; Q7")
    assert (wrong.status_code, "Không có mã đang dùng ở sạp: Q7." in wrong.text) == (422, True)
    assert 'value="Z9; Q7"' in wrong.text and 'value="chosen" checked' in wrong.text
    long = send(board, page, page, sheet="a6", which="chosen", stalls="A1," * 3_334)
    assert (long.status_code, "2000" in long.text) == (422, True)
    assert send(board, page, page, sheet="a4x4", which="changed").status_code == 303
    shown = board.client.get(page).text
    assert "A4, 4 thẻ A6" in shown and "1 thẻ chưa in" in shown
    (file,) = re.findall(r'href="(/board/markets/[^"]+/cards\.pdf)"', shown)
    answer = board.client.get(file)
    assert answer.headers["Content-Disposition"] == 'attachment; filename="in-a4x4-2026-11-22.pdf"'
    assert answer.data.startswith(b"%PDF-")
    assert "Mọi thẻ đang dùng đã được in" in board.client.get(page).text
    nothing = send(board, page, page, sheet="a6", which="changed")
    assert (nothing.status_code, "Không có thẻ nào cần in" in nothing.text) == (409, True)
    stall = markets[MARKET]
    card = f"/board/stalls/{MARKET}/{stall.stall_id}"
    assert send(board, f"{card}/reissue", card, reason="Thẻ rách").status_code == 303
    assert board.client.get(file).status_code == 409
    assert "1 thẻ chưa in hoặc đã đổi" in board.client.get(page).text


@pytest.mark.parametrize(("name", "dots"), [("r58", 384), ("r80", 576)])
def test_a_card_for_a_thermal_printer(browser_as, markets, web_engine, name, dots):
    stall = markets[MARKET]
    answer = browser_as("board").client.get(f"/board/stalls/{MARKET}/{stall.stall_id}/{name}.png")
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{name}-Z9.png"'
    picture = Image.open(io.BytesIO(answer.data))
    assert (picture.mode, picture.width) == ("1", dots)
    assert seen(picture) == [payload_of(web_engine, stall)]


def test_the_api_prints_as_the_page_does(browser, markets, web_engine, clock):
    key = transact(
        web_engine,
        lambda s: accounts.add_api_key(
            s, key_id=uuid.UUID(int=0xAB), person_id=BOARD, label="in", now=clock.now(),
            rng=SystemRandom(),
        ),
    )  # fmt: skip
    browser.client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {key}"
    board = browser
    api = f"/api/v1/markets/{MARKET}/prints"
    headers = {"Idempotency-Key": "print-1"}
    asked = {"sheet": "r58", "which": "chosen", "stalls": ["Z9"]}
    made = board.client.post(api, json=asked, headers=headers)
    assert (made.status_code, made.json["cards"], made.json["sheet"]) == (201, 1, "r58")
    assert board.client.post(api, json=asked, headers=headers).json == made.json
    file = board.client.get(f"{api}/{made.json['id']}/cards.pdf")
    assert (file.status_code, file.mimetype) == (200, "application/pdf")
    unknown = board.client.post(api, json={"sheet": "a0"}, headers={"Idempotency-Key": "print-2"})
    assert unknown.status_code == 422
    assert board.client.get(f"{api}/{uuid.UUID(int=5)}/cards.pdf").status_code == 404


def test_a_code_is_revoked_and_issued_again_and_the_check_page_says_so(
    browser_as, browser, markets, web_engine
):
    board = browser_as("board")
    stall = markets[MARKET]
    page = f"/board/stalls/{MARKET}/{stall.stall_id}"
    old = stall.check_code
    printed = f"{old[:3]}-{old[3:]}".lower()
    assert browser.client.get(f"/k/{printed}").location == f"/k/{old}"
    live = browser.client.get(f"/k/{old}")
    assert "Mã này đang dùng" in live.text
    for shown in ("Thịt Anh Páo", "Z9", "Chợ số 0", "GIANG MI PAO", "7890", "00001", "22/11/2026"):
        assert shown in live.text
    for hidden in ("1234567890", "Giàng Mí Páo", stall.reference, str(stall.stall_id)):
        assert hidden not in live.text
    assert send(board, f"{page}/reissue", page, reason="Thẻ rách").status_code == 303
    assert "đã được thay" in browser.client.get(f"/k/{old}").text
    (new, _) = read(web_engine, lambda s: store.codes_of_stall(s, MARKET, stall.stall_id))
    assert send(board, f"{page}/revoke", page, reason="Bị dán đè").status_code == 303
    assert "đã bị thu hồi" in browser.client.get(f"/k/{new.check_code}").text
    first = browser.client.get(f"/k/{old}").text  # whose successor is live no longer
    assert "đã bị thu hồi" in first and "thẻ mới" not in first
    none = board.client.get(f"/board/markets/{MARKET}/cards.pdf", follow_redirects=True)
    assert "Chợ chưa có mã nào để in." in none.text
    assert board.client.get(f"{page}/code.png").status_code == 404
    unknown = browser.client.get("/k/AAAAAA")
    assert (unknown.status_code, "Không có mã" in unknown.text) == (404, True)
    assert browser.client.get("/k/<script>").status_code == 404


def test_the_check_page_is_limited_for_each_address(browser, markets):
    codes = {browser.client.get("/k/AAAAAA").status_code for _ in range(31)}
    assert codes == {404, 429}


def test_a_stall_is_suspended_and_closed(browser_as, markets, web_engine):
    board = browser_as("board")
    stall = markets[MARKET]
    page = f"/board/stalls/{MARKET}/{stall.stall_id}"
    assert send(board, f"{page}/events", page, event="suspend").status_code == 303
    assert "tạm dừng" in board.client.get(page).text
    assert send(board, f"{page}/events", page, event="suspend").status_code == 409
    assert send(board, f"{page}/events", page, event="fly").status_code == 422
    assert send(board, f"{page}/events", page, event="close").status_code == 303
    assert read(web_engine, lambda s: store.stall_row(s, MARKET, stall.stall_id)).state == "closed"


def test_what_is_of_another_market_is_not_there(browser_as, markets):
    board = browser_as("board")
    stall = markets[OTHER].stall_id
    paths = [
        f"/board/markets/{OTHER}", f"/board/markets/{OTHER}/stalls/new",
        f"/board/markets/{OTHER}/import", f"/board/markets/{OTHER}/cards.pdf",
        f"/board/markets/{OTHER}/pins", f"/board/stalls/{OTHER}/{stall}",
        f"/board/stalls/{MARKET}/{stall}", f"/board/stalls/{OTHER}/{stall}/card.pdf",
        f"/api/v1/markets/{OTHER}/stalls", f"/api/v1/stalls/{OTHER}/{stall}",
        f"/api/v1/stalls/{OTHER}/{stall}/code", f"/api/v1/stalls/{OTHER}/{stall}/code.png",
        f"/api/v1/stalls/{MARKET}/{stall}/code.svg",
    ]  # fmt: skip
    assert {path: board.client.get(path).status_code for path in paths} == dict.fromkeys(paths, 404)
    posts = {
        f"/board/markets/{OTHER}/stalls": FORM,
        f"/board/markets/{OTHER}/import/confirm": {"content": "", "confirmed": "yes"},
        f"/board/markets/{OTHER}/pins": {},
        f"/board/stalls/{OTHER}/{stall}/events": {"event": "close"},
        f"/board/stalls/{OTHER}/{stall}/revoke": {"reason": "x"},
        f"/board/stalls/{MARKET}/{stall}/reissue": {"reason": "x"},
        f"/board/stalls/{OTHER}/{stall}/account": FORM,
    }
    for path, fields in posts.items():
        assert send(board, path, "/board/", **fields).status_code == 404, path


def test_a_vendor_sees_own_stalls_alone(browser_as, markets, web_engine):
    vendor = browser_as("vendor")
    assert "Bạn chưa có sạp nào" in vendor.client.get("/vendor/stall").text
    stall = markets[MARKET]
    api = f"/api/v1/stalls/{MARKET}/{stall.stall_id}/code"
    assert vendor.client.get(api).status_code == 404

    def own(session):
        session.execute(update(Person).where(Person.id == VENDOR).values(vendor_id=stall.vendor_id))

    transact(web_engine, own)
    assert vendor.client.get(api).json["serial"] == 1
    assert "GIANG MI PAO" in vendor.client.get("/vendor/stall").text
    foreign = f"/api/v1/stalls/{OTHER}/{markets[OTHER].stall_id}/code"
    assert vendor.client.get(foreign).status_code == 404


def api_post(browser, path: str, body: object, key: str = "k1"):
    headers = {"Idempotency-Key": key, "X-Form-Token": browser.token("/account")}
    if isinstance(body, bytes):
        return browser.client.post(path, data=body, headers=headers, content_type="text/csv")
    return browser.client.post(path, json=body, headers=headers)


def test_stalls_go_in_through_the_api_once(browser_as, markets, web_engine):
    board = browser_as("board")
    path = f"/api/v1/markets/{MARKET}/stalls"
    stall = {name: FORM[name] for name in FORM if name not in ("confirmed", "login")}
    body = {"stalls": [stall], "holders_confirmed": True}
    first, again = api_post(board, path, body), api_post(board, path, body)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json == again.json
    assert set(first.json["stalls"][0]) == {"id", "number", "reference", "serial", "check_code"}
    assert api_post(board, path, {**body, "x": 1}, "k2").status_code == 422
    assert api_post(board, path, {"stalls": [stall]}, "k3").json["code"] == "holders_unconfirmed"
    faulty = {**body, "stalls": [{**stall, "number": "B1"}, {**stall, "bank": "Mây"}]}
    refused = api_post(board, path, faulty, "k4")
    assert refused.status_code == 422
    assert [(f["code"], f["place"]) for f in refused.json["faults"]] == [
        ("unknown_bank", "stalls[1].bank")
    ]
    listed = board.client.get(f"{path}?limit=1").json
    rest = board.client.get(f"{path}?limit=1&cursor={listed['next']}").json
    assert [s["number"] for s in listed["stalls"] + rest["stalls"]] == ["A 12", "Z9"]
    assert rest["next"] is None
    said = json.dumps([listed, rest, first.json], ensure_ascii=False)
    for secret in (ACCOUNT, "0987654321", "LO THI MAY", "Lò Thị Mẩy"):
        assert secret not in said


def test_a_csv_goes_in_through_the_api(browser_as, markets, web_engine):
    board = browser_as("board")
    path = f"/api/v1/markets/{MARKET}/stalls/import"
    assert api_post(board, path, CSV.encode()).json["code"] == "holders_unconfirmed"
    done = api_post(board, f"{path}?holders_confirmed=true", CSV.encode(), "k2")
    assert (done.status_code, len(done.json["stalls"])) == (201, 3)
    twice = api_post(board, f"{path}?holders_confirmed=true", CSV.encode(), "k3")
    assert (twice.status_code, twice.json["code"]) == (422, "sheet_faults")
    assert twice.json["faults"][0]["place"] == "dòng 2, cột Số sạp"
    code = f"/api/v1/stalls/{MARKET}/{done.json['stalls'][0]['id']}/code"
    made = api_post(board, f"{code}/reissue", {"reason": "Thẻ rách"}, "k4")
    assert (made.status_code, made.json["serial"]) == (201, 4)
    ended = api_post(board, f"{code}/revoke", {"reason": "Dán đè"}, "k5")
    assert (ended.status_code, ended.json) == (200, {"state": "revoked"})


def test_officials_see_markets_in_their_scope_and_nobody(browser_as, markets):
    official = browser_as("official")
    body = official.client.get("/api/v1/markets").json
    assert [(m["name"], m["stalls"], m["with_code"]) for m in body["markets"]] == [
        ("Chợ số 0", 1, 1)
    ]
    assert official.client.get(f"/api/v1/markets/{MARKET}/stalls").status_code == 403


def test_a_stall_without_account_gets_its_first_one_on_its_page(browser_as, markets, web_engine):
    board = browser_as("board")
    bare = {**FORM, "bank": "", "account_number": "", "holder": "", "confirmed": "", "login": ""}
    page = f"/board/markets/{MARKET}/stalls/new"
    assert send(board, f"/board/markets/{MARKET}/stalls", page, **bare).status_code == 200
    rows = read(web_engine, lambda s: store.stall_rows(s, MARKET))
    stall = next(row for row in rows if row.number == "A 12")
    assert stall.state == "pending"
    path = f"/board/stalls/{MARKET}/{stall.id}"
    wrong = send(board, f"{path}/account", path, **{**FORM, "confirmed": ""})
    assert wrong.status_code == 422
    assert send(board, f"{path}/account", path, **FORM).status_code == 303
    assert "LO THI MAY" in board.client.get(path).text
    other = {**FORM, "account_number": "999999999"}
    assert send(board, f"{path}/account", path, **other).status_code == 409
    seen_now = read(web_engine, lambda s: store.live_code(s, MARKET, stall.id))
    assert seen_now.serial == 2


def test_an_operator_puts_a_market_on(browser_as, web_engine, clock):
    from market40.places import service as places_service
    from market40.places import store as places

    transact(web_engine, places_service.load_units)
    today = clock.now().date()
    (commune, *_) = read(
        web_engine, lambda s: places.search(s, "Đồng Văn", level="commune", on=today)
    )
    operator = browser_as("operator")
    found = operator.client.get("/board/markets/new?q=dong van")
    assert str(commune.id) in found.text
    page = f"/board/markets/new?commune_id={commune.id}"
    legacy = re.search(r'<option value="([^"]+)"', operator.client.get(page).text)[1]
    fields = {
        "commune_id": str(commune.id), "legacy_commune_id": legacy, "name": "Chợ phiên Đồng Văn",
        "days": "weekdays", "weekday": "7", "opened_on": "2010-01-01",
    }  # fmt: skip
    refused = send(operator, "/board/markets", page, **{**fields, "days": ""})
    assert refused.status_code == 422
    done = send(operator, "/board/markets", page, **fields)
    assert done.status_code == 303, done.text
    assert "họp Chủ nhật" in operator.client.get(done.location).text


def test_a_board_finds_a_stall_by_what_it_remembers(browser_as, markets):
    board = browser_as("board")
    upload_done = upload(board, CSV.encode())
    content = re.search(r'name="content" value="([^"]+)"', upload_done.text)[1]
    page = f"/board/markets/{MARKET}"
    send(board, f"{page}/import/confirm", f"{page}/import", content=content, confirmed="yes")

    def shown(query: str) -> list[str]:
        text = board.client.get(f"{page}?{query}").text
        return re.findall(r'<a class="strong" href="[^"]+">([^<]+)</a>', text)

    assert shown("") == ["A2", "A10", "B1", "Z9"]
    assert shown("q=thit+anh") == ["A2", "Z9"]
    assert shown("q=a10") == ["A10"]
    assert shown("zone=Khu+rau") == ["A2", "A10"]
    assert shown("code=none") == ["B1"]
    assert shown("q=kh%C3%B4ng+c%C3%B3&page=99999999") == []
    home = board.client.get("/board/").text
    assert "3 trong 4 sạp đã có mã" in home
    assert "/board/suspense" in home
    assert "Chợ số 1" not in home
