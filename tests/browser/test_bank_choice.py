"""A bank is chosen at a registration by any name, on a phone, with and without a script."""

from __future__ import annotations

import pytest
from live_market import BOARD, DONG_VAN, PASSWORD
from measure import check

pytestmark = pytest.mark.browser
FIELDS = {
    "number": "E1", "vendor_name": "Vàng Thị Sua", "bank": "ngoai thuong", "holder": "VANG THI SUA",
    "account_number": "0099001122",
}  # fmt: skip


def filled(page, **more) -> None:
    for name, value in {**FIELDS, **more}.items():
        page.fill(f"#f-{name}", value)
    page.check("[name=confirmed]")


@pytest.fixture
def form(log_in):
    def opened(**more):
        page = log_in(BOARD, secret=PASSWORD, staff=True, **more)
        page.goto(page.url.split("/board")[0] + f"/board/markets/{DONG_VAN}/stalls/new")
        return page

    return opened


def test_banks_are_offered_while_a_name_is_typed(form):
    page = form()
    page.locator("#f-bank").press_sequentially("ocean")
    page.wait_for_selector(".found button")
    assert page.locator(".found button").all_inner_texts() == [
        "MBV 970414\nNgân hàng TNHH MTV Việt Nam Hiện Đại · trước là Ocean Bank"
    ]
    check(page)
    page.click(".found button")
    assert page.input_value("#f-bank") == "MBV"
    assert page.locator(".found").is_hidden()
    filled(page, bank="MBV")
    page.click(".send .btn")
    page.wait_for_selector("text=Đã đăng ký sạp E1")
    assert page.locator("dd", has_text="MBV").is_visible()


def test_a_page_without_a_script_asks_which_bank(form):
    page = form(java_script_enabled=False)
    filled(page, bank="viet")
    page.click(".send .btn")
    page.wait_for_selector(".offered")
    assert page.locator(".offered [type=radio]").count() == 6
    assert page.locator(".offered :checked").count() == 0
    page.check(".offered label:has-text('Vietcombank') input")
    page.click(".send .btn")
    page.wait_for_selector("text=Đã đăng ký sạp E1")
    assert page.locator("dd", has_text="Vietcombank").is_visible()


def test_what_was_offered_goes_when_another_name_is_typed(form):
    page = form()
    filled(page, bank="vietconbank")
    page.click(".send .btn")
    page.wait_for_selector(".offered")
    check(page)
    assert page.locator(".offered :checked").count() == 1
    page.fill("#f-bank", "acb")
    assert page.locator(".offered").count() == 0
    page.click(".send .btn")
    page.wait_for_selector("text=Đã đăng ký sạp E1")
    assert page.locator("dd", has_text="ACB").is_visible()
