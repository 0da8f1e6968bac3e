"""Money that comes while the vendor's fingers are on the screen."""

from __future__ import annotations

import pytest
from live_market import VENDOR_PHONE
from measure import check, small_targets
from test_vendor import _keys_in_sight, _top_is, ask, key_in

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("amount", [45_000, 123_456_000], ids=["short", "long"])
def test_money_that_comes_while_typing_leaves_the_keypad(shop, log_in, amount):
    page = log_in(VENDOR_PHONE)
    key_in(page, "5", "0")
    shop.deliver(amount, "tien rau")
    page.wait_for_selector("#banner.ok")
    assert page.locator("#arrival[open]").count() == 0
    said = page.inner_text("#banner")
    assert all(words in said for words in ("Đã nhận", "nghìn đồng", "khách thứ", "1"))
    assert _keys_in_sight(page) and _above_the_digits(page)
    check(page)
    assert small_targets(page) == []
    key_in(page, "000")
    assert page.inner_text("#ask [data-amount]") == "50.000\u00a0₫"
    page.click("text=Cho khách quét mã")
    page.wait_for_selector(".code .qr svg")
    assert page.locator("#arrival[open]").count() == 0  # nobody takes it for this code's money
    page.click("#banner")
    page.wait_for_selector("#arrival[open].ok")
    page.click("#arrival button[value=done]")
    assert page.locator("#banner").is_hidden()
    assert page.locator(".code .qr svg").is_visible()
    page.reload()
    page.wait_for_timeout(1_200)
    assert page.locator("#arrival[open], #came:not([hidden])").count() == 0


def _above_the_digits(page) -> bool:
    """Whether the banner ends where the digits that are being typed begin; they have air above."""
    banner, digits = (page.locator(at).bounding_box() for at in ("#banner", "#ask [data-amount]"))
    return banner["y"] + banner["height"] <= digits["y"] + 4


def test_the_banner_tells_of_what_is_missing_of_several_and_of_a_weak_network(shop, log_in):
    page = log_in(VENDOR_PHONE)
    reference = ask(page, "9", "000")
    page.click("[data-leave]")
    key_in(page, "5")
    shop.deliver(4_000, f"{reference} A12")
    page.wait_for_selector("#banner.wait")
    assert "Chưa đủ, còn thiếu 5.000" in page.inner_text("#banner")
    shop.deliver(7_000, "tien rau")
    shop.deliver(123_456_000, "tien rau")
    page.locator("#banner", has_text="3 khoản vừa vào").wait_for()
    assert page.inner_text("#banner [data-number]") == "1–3"
    assert _above_the_digits(page)
    page.context.set_offline(True)
    page.wait_for_selector("#banner .sign.wait", timeout=20_000)
    page.wait_for_selector("#lost", timeout=30_000)
    assert _top_is(page, "#lost .bar")


def test_an_amount_left_standing_is_not_being_typed(shop, log_in):
    page = log_in(VENDOR_PHONE)
    key_in(page, "5")
    page.evaluate("() => { const now = Date.now; Date.now = () => now() + 30_000 }")
    shop.deliver(45_000, "tien rau")
    page.wait_for_selector("#arrival[open].ok")


def test_a_tap_aimed_at_what_lay_below_presses_nothing(shop, log_in):
    page = log_in(VENDOR_PHONE)
    page.evaluate(
        """() => new MutationObserver((_all, seen) => {
          if (!document.getElementById("arrival").open) return;
          seen.disconnect();
          window.missed = document.querySelector("#arrival [value=done]");
          missed.click();
          const escape = new Event("cancel", { cancelable: true });
          window.held = !document.getElementById("arrival").dispatchEvent(escape);
        }).observe(document.getElementById("arrival"), { attributeFilter: ["open"] })"""
    )
    shop.deliver(45_000, "tien rau")
    page.wait_for_selector("#arrival[open].ok")
    assert page.evaluate("() => window.held && missed.disabled")
    page.wait_for_selector("#arrival [value=done]:enabled:focus")  # then it is there, for keys too
    page.keyboard.press("Enter")
    page.wait_for_selector("#arrival", state="hidden")
