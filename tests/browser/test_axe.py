"""Accessibility of what comes and goes on the pages of payments; every_page has the rest."""

from __future__ import annotations

import pytest
from live_market import BOARD, DUNG, PASSWORD, SU, TWO_PHONE, VENDOR_PHONE
from measure import SIZES, check, small_targets

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("size", SIZES, ids=["phone", "office"])
def test_vendor_pages(shop, log_in, size):
    page = log_in(VENDOR_PHONE, size=size)
    page.wait_for_selector(".js")
    check(page)
    assert small_targets(page) == []
    page.click("[data-note='50000']")
    page.click("text=Cho khách quét mã")
    page.wait_for_selector(".code .qr svg")
    check(page)
    assert small_targets(page) == []
    buyer = page.get_attribute("[data-share]", "href")
    shop.deliver(123_456_000, "tien rau")
    page.wait_for_selector("#arrival[open].ok")
    check(page)
    shop.deliver(1_000, "tien rau")
    page.wait_for_selector("#arrival[open].several")
    check(page)
    page.click("#arrival button[value=done]")
    for path in ("/vendor/today", "/vendor/cash"):
        page.goto(shop.url + path)
        page.wait_for_selector(".js")
        check(page)
        assert small_targets(page) == []
    page.goto(buyer)
    check(page)
    assert small_targets(page) == []


@pytest.mark.parametrize("size", SIZES, ids=["phone", "office"])
def test_a_vendors_question_and_a_second_stall(shop, log_in, size):
    shop.deliver(70_000, "MAI CHUYEN TIEN", account=SU)
    page = log_in(TWO_PHONE, size=size)
    check(page)
    other = log_in("0987654321", size=size)
    other.goto(f"{shop.url}/vendor/today")
    other.wait_for_selector("text=Là tiền bán hàng?")
    check(other)


@pytest.mark.parametrize("size", SIZES, ids=["phone", "office"])
def test_suspense(shop, log_in, size):
    shop.deliver(80_000, "tien vai", account=DUNG)
    page = log_in(BOARD, secret=PASSWORD, staff=True, size=size)
    page.goto(f"{shop.url}/board/suspense")
    page.wait_for_selector("input[name=stall]")
    check(page)
    page.fill("input[name=stall]", "Z9")
    page.fill("input[name=note]", "đã hỏi")
    page.click("form.card .btn")
    page.wait_for_selector(".wrong")
    check(page)
