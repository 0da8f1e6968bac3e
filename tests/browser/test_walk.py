"""The inspector's walk in a real Chromium whose camera shows drawn frames."""

from __future__ import annotations

import datetime as dt
import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from io import BytesIO
from pathlib import Path

import pytest
from fake_camera import card, film, filming, frame
from live_market import ACTOR, BOARD, DONG_VAN, PASSWORD
from measure import PHONE, SIZES, check, is_bad, small_targets
from playwright.sync_api import Page, expect

from market40.db.engine import read, transact
from market40.merchants import service, store
from market40.vietqr.codec import VietQR, encode
from market40.vietqr.rules import crc

pytestmark = pytest.mark.browser
SHOTS = os.environ.get("MARKET40_SHOTS")  # a folder: pictures, to be looked at
WALK = f"/board/markets/{DONG_VAN}/inspections/walk"
MIDDLE = (640, 360)
FOREIGN = encode(VietQR(bin="970415", account="109876543210", purpose="CHUYEN TIEN"))


@pytest.fixture
def issued(shop) -> dict[str, str]:
    """What stands on each stall's card."""
    now = dt.datetime.now(dt.UTC)
    codes = read(shop.market.engine, lambda s: store.codes_of_market(s, DONG_VAN, now))
    stalls = {one.stall_id: number for number, one in shop.market.stalls.items()}
    return {stalls[one.stall_id]: one.payload for one in codes if one.live}


@pytest.fixture
def walking(driver, shop, tmp_path) -> Iterator[Callable[..., Page]]:
    """Open the walk as a board member, before a camera that shows frames."""
    said: list[str] = []
    with ExitStack() as stack:

        def opened(*frames, lang: str = "vi", size=PHONE) -> Page:
            path = film(tmp_path / f"film{len(said)}.mjpeg", frames)
            browser = stack.enter_context(filming(driver, path))
            page = browser.new_context(viewport=size, locale="vi-VN").new_page()
            page.set_default_timeout(15_000)
            page.on("pageerror", lambda error: said.append(str(error)))
            page.on("console", lambda line: said.append(line.text) if is_bad(line) else None)
            page.goto(f"{shop.url}/login?as=staff&next={WALK}")
            page.fill("#login", BOARD)
            page.fill("#secret", PASSWORD)
            page.click("form[action='/login'] button:not([type=button])")
            page.goto(f"{shop.url}{WALK}?lang={lang}")
            return page

        yield opened
    assert not said


def recorded(shop) -> list[tuple[str, str, str | None]]:
    """What the server has: stall, verdict, what the phone told; the oldest first."""

    def work(session):
        numbers = {row.id: row.number for row in store.stall_rows(session, DONG_VAN)}
        rows = store.inspections(session, DONG_VAN, limit=50)
        return [(numbers[one.stall_id], one.verdict, one.told) for one in reversed(rows)]

    return read(shop.market.engine, work)


def sent(shop, count: int) -> list[tuple[str, str, str | None]]:
    """What the server has, once it has so many."""
    for _ in range(100):
        if len(recorded(shop)) >= count:
            break
        time.sleep(0.1)
    return recorded(shop)


def choose(page: Page, number: str) -> None:
    page.click("#choose")
    page.fill("#find", number)
    page.click("#pick button")
    expect(page.locator("#choose [data-number]")).to_have_text(number)


def begin(page: Page, number: str | None = None) -> None:
    page.click("#begin:enabled")
    if number:
        choose(page, number)


def test_a_genuine_code_is_a_match_and_leads_on(shop, issued, walking):
    page = walking(frame((card(issued["A12"], 420), MIDDLE, 6)))
    expect(page.locator("#begin")).to_be_enabled()
    page.click("#begin")
    expect(page.locator("#result .screen.ok h1")).to_have_text("Đúng mã của sạp")
    expect(page.locator("#result")).to_be_hidden()  # by itself
    expect(page.locator("#choose [data-number]")).to_have_text("B7")
    expect(page.locator("#unsent")).to_be_hidden()
    assert recorded(shop) == [("A12", "match", "match")]


def alarm(page: Page, words: str) -> None:
    expect(page.locator("#result .screen.lost h1")).to_have_text(words)


def test_a_code_pasted_beside_the_genuine_one_raises_an_alarm(shop, issued, walking):
    page = walking(
        frame((card(issued["A12"], 460), (460, 340), 4), (card(FOREIGN, 250), (930, 430), -9))
    )
    begin(page, "A12")
    alarm(page, "Có nhiều mã trong khung")
    lines = page.locator("#result [data-each] li")
    assert sorted(lines.all_inner_texts()) == ["Tài khoản lạ.", "Đúng mã của sạp."]
    assert recorded(shop) == []  # it waits for a person
    page.click("#result [data-yes]")
    expect(page.locator("#choose [data-number]")).to_have_text("B7")
    assert sent(shop, 1) == [("A12", "several_codes", "several_codes")]
    page.goto(f"{shop.url}/board/markets/{DONG_VAN}/inspections")
    expect(page.locator("h1")).to_have_text("1 báo động chưa xử lý")


def test_a_small_light_on_dark_code_over_the_genuine_one_is_seen(shop, issued, walking):
    over = frame(
        (card(issued["A12"], 560), (560, 360), 0),
        (card(FOREIGN, 300, inverted=True), (930, 500), 5),
    )
    page = walking(over)
    begin(page, "A12")
    alarm(page, "Có nhiều mã trong khung")


def test_a_code_pasted_over_the_genuine_one_pays_a_stranger(shop, issued, walking):
    page = walking(
        frame((card(issued["B7"], 440), MIDDLE, 0), (card(FOREIGN, 450, level="M"), MIDDLE, 3))
    )
    begin(page, "B7")
    alarm(page, "Tài khoản lạ")
    expect(page.locator("#result [data-why]")).to_contain_text("tài khoản lạ")
    page.click("#result [data-again]")  # what was judged stays unheard while it is in the picture
    expect(page.locator("#result")).to_be_hidden()
    assert recorded(shop) == []


def test_another_stalls_code_says_whose_it_is(shop, issued, walking):
    page = walking(frame((card(issued["B7"], 420), MIDDLE, -12)))
    begin(page, "C1")
    alarm(page, "Mã của sạp khác")
    expect(page.locator("#result [data-why]")).to_have_text("Mã của sạp B7.")
    page.click("#result [data-yes]")
    assert sent(shop, 1) == [("C1", "another_stall", "another_stall")]


def test_an_added_amount_is_named_and_the_fields_come_from_the_server(shop, issued, walking):
    mine = issued["A12"]
    at = mine.index("5802VN")
    body = mine[:at] + "540550000" + mine[at:-4]
    page = walking(frame((card(body + crc(body.encode()), 420), MIDDLE, 0)))
    begin(page, "A12")
    alarm(page, "Mã đã bị sửa")
    expect(page.locator("#result [data-why]")).to_contain_text("thêm số tiền")
    page.click("#result [data-yes]")
    expect(page.locator("#said")).to_contain_text("số tiền")


def test_what_is_found_offline_is_sent_once_after_a_reload_offline(shop, issued, walking):
    foreign = frame((card(FOREIGN, 420), MIDDLE, 0))
    page = walking(foreign)
    expect(page.locator("#begin")).to_be_enabled()
    page.evaluate("navigator.serviceWorker.ready")
    page.context.set_offline(True)
    begin(page, "A12")
    alarm(page, "Tài khoản lạ")
    page.click("#result [data-yes]")
    for number in ("B7", "C1"):  # the camera still shows what was judged
        expect(page.locator("#choose [data-number]")).to_have_text(number)
        page.click("#unreadable")
        expect(page.locator("#result .screen.wait h1")).to_be_visible()
        page.click("#result [data-yes]")
    expect(page.locator("#choose [data-number]")).to_have_text("C2")
    page.reload()
    expect(page.locator("#unsent")).to_have_text("3 lượt chưa gửi")
    expect(page.locator("#begin")).to_have_text("Tiếp tục ở sạp C2")
    begin(page)
    alarm(page, "Tài khoản lạ")
    page.click("#result [data-yes]")
    expect(page.locator("#unsent")).to_have_text("4 lượt chưa gửi")
    assert recorded(shop) == []
    other = page.context.new_page()  # a second tab sends the same queue
    other.goto(shop.url + WALK)
    page.context.set_offline(False)
    expect(page.locator("#unsent")).to_be_hidden()
    expect(other.locator("#unsent")).to_be_hidden()
    assert sorted(recorded(shop)) == [
        ("A12", "unknown_account", "unknown_account"),
        ("B7", "unreadable", "unreadable"),
        ("C1", "unreadable", "unreadable"),
        ("C2", "unknown_account", "unknown_account"),
    ]
    left = page.evaluate(KEPT)
    assert left["queue"] == []
    assert "109876543210" not in json.dumps(left)


def test_a_photo_is_judged_by_the_server(shop, issued, walking):
    wall = frame()
    page = walking(wall)
    begin(page, "A12")
    picture = BytesIO()
    frame((card(issued["A12"], 420), MIDDLE, 3)).save(picture, "PNG")
    page.set_input_files(
        "#file", {"name": "a.png", "mimeType": "image/png", "buffer": picture.getvalue()}
    )
    expect(page.locator("#result .screen.ok h1")).to_have_text("Đúng mã của sạp")
    assert recorded(shop) == [("A12", "match", None)]
    page.context.set_offline(True)
    page.set_input_files(
        "#file", {"name": "a.png", "mimeType": "image/png", "buffer": picture.getvalue()}
    )
    expect(page.locator("#said")).to_contain_text("cần có mạng")


def test_without_a_camera_the_photo_and_the_words_remain(shop, issued, visit):
    page = visit(f"/login?as=staff&next={WALK}")
    page.fill("#login", BOARD)
    page.fill("#secret", PASSWORD)
    page.click("form[action='/login'] button:not([type=button])")
    page.wait_for_url(f"**{WALK}")
    begin(page)
    expect(page.locator("#aim")).to_contain_text("Không mở được máy ảnh")
    expect(page.locator("#photo")).to_be_visible()


def test_without_scripts_the_page_leads_to_the_photo_form(shop, visit):
    page = visit(f"/login?as=staff&next={WALK}", java_script_enabled=False)
    page.fill("#login", BOARD)
    page.fill("#secret", PASSWORD)
    page.click("form[action='/login'] button:not([type=button])")
    expect(page.locator("#start")).to_be_hidden()
    page.click("noscript a, section a.btn")
    expect(page.locator("h1")).to_have_text("4 sạp cần kiểm tra mã")
    page.click("tbody a")
    expect(page.locator("input[type=file]")).to_be_visible()


KEPT = """() => new Promise((done) => {
  const asked = indexedDB.open("market40-walk");
  asked.onsuccess = async () => {
    const all = {};
    for (const name of asked.result.objectStoreNames) {
      all[name] = await new Promise((got) => {
        const rows = asked.result.transaction(name).objectStore(name).getAll();
        rows.onsuccess = () => got(rows.result);
      });
    }
    done(all);
  };
})"""
CHANGE = """([store, change]) => new Promise((done) => {
  const asked = indexedDB.open("market40-walk");
  asked.onsuccess = () => {
    const work = asked.result.transaction(store, "readwrite");
    const rows = work.objectStore(store).getAll();
    rows.onsuccess = () => {
      for (const row of rows.result) {
        const from = JSON.stringify(row);
        work.objectStore(store).put(JSON.parse(from.replaceAll(change[0], change[1])));
      }
    };
    work.oncomplete = () => done();
  };
})"""


def test_a_changed_list_is_refused(shop, issued, walking):
    page = walking(frame((card(issued["A12"], 420), MIDDLE, 0)))
    expect(page.locator("#begin")).to_be_enabled()
    page.evaluate("navigator.serviceWorker.ready")
    page.context.set_offline(True)
    page.evaluate(CHANGE, ["lists", ["Rau Cô Mẩy", "Rau Cô Mẫy"]])
    page.reload()
    expect(page.locator("#trouble")).to_contain_text("đã bị sửa")
    expect(page.locator("#begin")).to_be_disabled()


def test_logged_out_in_between_loses_nothing(shop, issued, walking):
    page = walking(frame((card(issued["A12"], 420), MIDDLE, 0)))
    expect(page.locator("#begin")).to_be_enabled()
    page.context.clear_cookies(name="market40-session")
    page.click("#begin")
    expect(page.locator("#unsent")).to_have_text("1 lượt chưa gửi")
    page.click("#unsent")
    assert "next=" in page.locator("#outbox [data-login]").get_attribute("href")
    page.click("#outbox [data-login]")
    page.fill("#login", BOARD)
    page.fill("#secret", PASSWORD)
    page.click("form[action='/login'] button:not([type=button])")
    page.wait_for_url(f"**{WALK}")
    assert ("A12", "match", "match") in sent(shop, 1)
    expect(page.locator("#unsent")).to_be_hidden()


def test_what_the_server_judges_otherwise_is_said(shop, issued, walking):
    page = walking(frame((card(issued["A12"], 420), MIDDLE, 0)))
    expect(page.locator("#begin")).to_be_enabled()
    code = next(
        one
        for one in read(
            shop.market.engine,
            lambda s: store.codes_of_market(s, DONG_VAN, dt.datetime.now(dt.UTC)),
        )
        if one.payload == issued["A12"]
    )
    transact(
        shop.market.engine,
        lambda s: service.revoke_code(
            s, DONG_VAN, code.code_id, reason="Mất thẻ", actor_id=ACTOR,
            now=dt.datetime.now(dt.UTC),
        ),
    )  # fmt: skip
    page.click("#begin")
    expect(page.locator("#said")).to_contain_text("máy chủ kết luận")
    page.click("#choose")
    expect(page.locator("#pick li").first).to_contain_text("A12")  # to be inspected again
    assert recorded(shop)[0] == ("A12", "superseded", "match")


def test_what_the_server_refuses_stays_until_a_person_discards_it(shop, issued, walking):
    page = walking(frame((card(FOREIGN, 420), MIDDLE, 0)))
    expect(page.locator("#begin")).to_be_enabled()
    page.evaluate("navigator.serviceWorker.ready")
    page.context.set_offline(True)
    begin(page, "B7")
    alarm(page, "Tài khoản lạ")
    page.click("#result [data-yes]")
    expect(page.locator("#unsent")).to_have_text("1 lượt chưa gửi")
    page.evaluate(CHANGE, ["queue", ['"at":"202', '"at":"201']])  # the phone's clock was wrong
    page.context.set_offline(False)
    expect(page.locator("#unsent")).to_have_text("1 lượt bị từ chối")
    page.click("#unsent")
    expect(page.locator("#outbox li")).to_contain_text("Giờ kiểm tra sai")
    page.click("#outbox li button")
    page.click("#outbox li button")
    expect(page.locator("#unsent")).to_be_hidden()
    assert recorded(shop) == []


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("size", SIZES, ids=["phone", "office"])
def test_axe_finds_nothing_and_all_can_be_hit(shop, issued, walking, tmp_path, lang, size):
    page = walking(frame((card(FOREIGN, 420), MIDDLE, 0)), lang=lang, size=size)

    def looked_at(name: str) -> None:
        if SHOTS:
            page.screenshot(path=Path(SHOTS) / f"walk-{name}-{lang}-{size['width']}.png")
        check(page)
        assert small_targets(page) == []

    expect(page.locator("#begin")).to_be_enabled()
    looked_at("start")
    page.click("#begin")
    expect(page.locator("#result .screen.lost")).to_be_visible()
    looked_at("alarm")
    page.click("#result [data-again]")
    looked_at("scan")
    page.click("#choose")
    looked_at("stalls")
    page.click("#stalls [data-close]")
    page.click("#unreadable")
    looked_at("unreadable")
    page.click("#result [data-again]")
    page.context.set_offline(True)
    page.click("#unreadable")
    page.click("#result [data-yes]")
    page.click("#unsent")
    looked_at("outbox")
