"""What forms answer, and pages that say no: read by axe and measured like every other page."""

from __future__ import annotations

import pytest
from live_market import BOARD, DONG_VAN, PASSWORD, VENDOR_PHONE
from measure import SIZES, check, small_targets

pytestmark = pytest.mark.browser
MARKET = f"/board/markets/{DONG_VAN}"
HEAD = "số sạp,tên tiểu thương,điện thoại,ngân hàng,số tài khoản,chủ tài khoản\n"
WRONG = HEAD + "Z1,Sùng Mí,,Vietcombank,12ab,SUNG MI\n,Lò Thị,,,,\nZ1,Vàng,,Lạ,123456789,VANG\n"
RIGHT = HEAD + "Z1,Sùng Thị Mí,0933221100,Vietcombank,1234567890,SUNG THI MI\nZ2,Lò Thị Xuân,,,,\n"


def send(page, text: str) -> None:
    file = {"name": "cho.csv", "mimeType": "text/csv", "buffer": text.encode()}
    page.set_input_files("input[type=file]", files=[file])
    page.click("text=Kiểm tra tệp")


@pytest.mark.parametrize("size", SIZES, ids=["phone", "office"])
def test_a_board_imports_a_market_and_gives_pins(shop, log_in, size):
    page = log_in(BOARD, secret=PASSWORD, staff=True, size=size)
    page.goto(f"{shop.url}{MARKET}/import")
    send(page, WRONG)
    page.wait_for_selector(".faulttable")
    check(page)
    send(page, RIGHT)
    page.wait_for_selector(".confirm")
    check(page)
    page.check("[name=confirmed]")
    page.click("form[action$=confirm] .btn")
    page.wait_for_selector("text=Cấp mã PIN cho tiểu thương")
    check(page)
    page.click("text=Cấp mã PIN cho tiểu thương")
    page.click("form[action$=pins] .btn")
    page.wait_for_selector(".slips .pin")
    check(page)


@pytest.mark.parametrize("size", SIZES, ids=["phone", "office"])
def test_a_board_registers_a_stall_and_is_told_what_is_wrong(shop, log_in, size):
    page = log_in(BOARD, secret=PASSWORD, staff=True, size=size)
    page.goto(f"{shop.url}{MARKET}/stalls/new")
    page.fill("[name=number]", "A12")
    page.fill("[name=vendor_name]", "Giàng Thị Súa")
    page.fill("[name=phone]", "12")
    page.click("form.narrowform .btn, .send .btn")
    page.wait_for_selector("[aria-invalid=true]")
    check(page)
    page.fill("[name=number]", "E5")
    page.fill("[name=phone]", "0944556677")
    page.click("form.narrowform .btn, .send .btn")
    page.wait_for_selector(".pinbox .pin")
    check(page)


@pytest.mark.parametrize("size", SIZES, ids=["phone", "office"])
def test_pages_that_say_no(shop, visit, log_in, size):
    page = visit("/login", size=size)
    page.fill("#login", VENDOR_PHONE)
    page.fill("#secret", "111111")
    page.click("form[action='/login'] button:not([type=button])")
    page.wait_for_selector("#wrong")
    check_all(page)
    for path, status in (("/nowhere", 404), ("/p/nobody", 404)):
        assert page.goto(shop.url + path).status == status
        check_all(page)
    while page.goto(f"{shop.url}/k/K7Q2ZM").status != 429:
        pass
    check_all(page)
    page = log_in(VENDOR_PHONE, size=size)
    assert page.goto(f"{shop.url}/board/").status == 403
    check_all(page)


def check_all(page) -> None:
    check(page)
    assert small_targets(page) == []
