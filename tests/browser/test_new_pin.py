"""A vendor who forgot the PIN: the board's slip, the choice of an own PIN, and what is told."""

from __future__ import annotations

import pytest
from live_market import BOARD, DONG_VAN, PASSWORD, VENDOR_PHONE
from test_axe import SIZES, check, small_targets

pytestmark = pytest.mark.browser
OWN = "730516"


@pytest.mark.parametrize("size", SIZES, ids=["phone", "office"])
def test_from_the_boards_slip_to_the_vendors_own_pin(shop, log_in, size):
    board = log_in(BOARD, secret=PASSWORD, staff=True, size=size)
    board.goto(f"{shop.url}/board/stalls/{DONG_VAN}/{shop.market.stalls['A12'].stall_id}")
    check(board)
    board.click("text=Cấp mã PIN mới")
    board.wait_for_selector("#reason")
    check(board)
    board.fill("#reason", "Quên mã, đã nhận mặt")
    board.click("form.card .btn")
    board.wait_for_selector(".slip")
    check(board)
    board.emulate_media(media="print")
    assert not board.is_visible(".crumb")
    given = board.inner_text(".slip .pin")
    vendor = log_in(VENDOR_PHONE, secret=given, size=size)
    assert vendor.url == f"{shop.url}/account"
    check(vendor)
    assert small_targets(vendor) == []
    vendor.fill("#present", given)
    vendor.fill("#secret", OWN)
    vendor.click("form[action='/account/secret'] .btn")
    vendor.wait_for_url("**/account?done=1")
    check(vendor)
    vendor.click("text=Trở lại")
    vendor.wait_for_selector("[data-key]")
