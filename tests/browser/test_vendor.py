"""The vendor's journey in a real Chromium, against the real service and a signed webhook."""

from __future__ import annotations

import re
import time

import pytest
from live_market import VENDOR_PHONE

pytestmark = pytest.mark.browser


def test_from_keypad_to_green_within_a_second(shop, log_in):
    page = log_in(VENDOR_PHONE)
    for key in ("5", "0", "000"):
        page.click(f"[data-key='{key}']")
    assert page.inner_text("#ask [data-amount]") == "50.000\u00a0₫"
    assert page.inner_text("#ask [data-words]") == "năm mươi nghìn đồng"
    page.click("text=Cho khách quét mã")
    page.wait_for_selector(".code .qr svg")
    assert "LO THI MAY" in page.inner_text(".code")
    reference = _reference(page, shop)
    began = time.monotonic()
    shop.deliver(50_000, f"{reference} A12")
    page.wait_for_selector("#arrival[open].ok")
    assert time.monotonic() - began < 1.5
    said = page.inner_text("#arrival")
    assert "50.000" in said
    assert "năm mươi nghìn đồng" in said
    assert "3388" in said
    page.click("#arrival button[value=done]")
    page.wait_for_selector("#pad", state="visible")
    assert page.inner_text("[data-day-total]") == "50.000\u00a0₫"


def _reference(page, shop) -> str:
    href = page.get_attribute("[data-share]", "href")
    with page.context.new_page() as buyer:
        buyer.goto(href)
        found = re.search(r"ZJ[0-9A-Z]{8}", buyer.inner_text("main"))
    assert found
    return found[0]
