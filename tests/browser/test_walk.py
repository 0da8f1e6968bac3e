"""The inspector's walk in a real Chromium whose camera shows drawn frames."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from fake_camera import card, film, filming, frame
from live_market import BOARD, DONG_VAN, PASSWORD
from measure import PHONE, is_bad
from playwright.sync_api import Page, expect

from market40.db.engine import read
from market40.merchants import store
from market40.vietqr.codec import VietQR, encode

pytestmark = pytest.mark.browser
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
