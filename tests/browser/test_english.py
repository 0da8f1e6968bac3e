"""The vendor's and the buyer's journey in English, on a small phone: nothing said in Vietnamese."""

from __future__ import annotations

import pytest
from live_market import BOARD, PASSWORD, PIN, VENDOR_PHONE

pytestmark = pytest.mark.browser
OFFICE = {"width": 1280, "height": 800}


def enter(page, login: str, secret: str) -> None:
    page.fill("#login", login)
    page.fill("#secret", secret)
    page.click("form[action='/login'] button:not([type=button])")
    page.wait_for_url(lambda url: "/login" not in url)


def check(page) -> None:
    assert page.get_attribute("html", "lang") == "en"
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth"), page.url
    assert page.locator(".langs a[lang=vi]").is_visible()


def test_a_sale_in_english(shop, visit):
    page = visit("/login?lang=en")
    enter(page, VENDOR_PHONE, PIN)
    page.wait_for_selector(".js")
    check(page)
    button = page.locator("text=Show the code").bounding_box()
    tabs = page.locator("nav.tabs").bounding_box()
    assert button["y"] + button["height"] <= tabs["y"]
    page.click(".go .btn")
    assert page.inner_text("#ask-error") == "Enter the amount first."
    page.click("[data-note='50000']")
    assert page.inner_text("#ask [data-words]") == "fifty thousand dong"
    page.click("text=Show the code")
    page.wait_for_selector(".code .qr svg")
    assert page.inner_text(".code h1") == "50,000\u00a0₫"
    buyer = page.context.new_page()
    buyer.goto(page.get_attribute("[data-share]", "href"))
    check(buyer)
    assert buyer.inner_text("#state b") == "Not received yet"
    memo = buyer.inner_text(".who dd.num")
    shop.deliver(20_000, memo)
    page.wait_for_selector("#arrival[open].wait")
    assert page.inner_text("#arrival-one [data-title]") == "Not paid in full"
    assert page.inner_text("#arrival-one [data-missing]") == "30,000\u00a0₫ missing"
    buyer.wait_for_selector("text=30,000\u00a0₫ missing")
    shop.deliver(30_000, memo)
    page.wait_for_selector("#arrival[open].several")
    assert page.inner_text("#arrival-many [data-title]") == "2 payments have come"
    buyer.wait_for_selector("#state.ok")
    assert buyer.inner_text("#state b") == "Received"
    page.click("#arrival button[value=done]")
    page.goto(f"{shop.url}/vendor/today")
    check(page)
    page.click("ol.came summary >> nth=0")
    said = page.inner_text("ol.came details p >> nth=0")
    assert said.startswith(f"The buyer gave the reference {memo} of the intent for 50,000\u00a0₫")
    page.click(".langs a[lang=vi]")
    page.wait_for_selector("text=Các lượt đã nhận")


def test_an_office_in_english(shop, visit):
    page = visit("/login?as=staff&lang=en", size=OFFICE)
    enter(page, BOARD, PASSWORD)
    check(page)
    assert "stalls have a code" in page.inner_text("h1")
    page.click("table a.strong")
    page.wait_for_selector("text=Register a stall")
    check(page)
