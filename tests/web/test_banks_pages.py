"""The directory of banks: its pages, its API, and how a bank is chosen at a registration."""

from __future__ import annotations

import json
import re
import uuid
from datetime import date
from html import unescape

import pytest

from market40.core.market_rules import Daily, MarketCalendar
from market40.db.engine import transact
from market40.merchants import service
from market40.merchants.domain.registration import MarketRegistration
from market40.merchants.pages import banks as bank_pages
from market40.vietqr import banks

MARKET = uuid.UUID(int=0xA)


def listed(text: str) -> list[str]:
    """The BINs that a page lists, in order."""
    return [part.split('"')[0] for part in text.split('href="/banks/')[1:]]


def test_the_list_shows_every_bank(browser):
    text = browser.client.get("/banks").text
    assert listed(text) == [entry.bin for entry in banks.all_banks()]
    assert "72 nơi nhận" in text
    assert "Danh sách lập ngày 22/11/2026" in text


@pytest.mark.parametrize(
    ("typed", "first"),
    [("vcb", "970436"), ("đông á", "970406"), ("dong a", "970406"), ("vietconbank", "970436"),
     ("Ocean Bank", "970414"), ("970422", "970422"), ("momo", "971025")],
)  # fmt: skip
def test_a_bank_is_found_by_any_name(browser, typed, first):
    text = browser.client.get("/banks", query_string={"q": typed}).text
    assert listed(text)[0] == first
    assert f'value="{typed}"' in text


def test_what_is_not_found_is_said_and_shown_as_text(browser):
    text = browser.client.get("/banks", query_string={"q": "<b>zzz"}).text
    assert listed(text) == []
    assert "<b>zzz" not in text
    assert "“<b>zzz”" in unescape(text)


def test_a_query_is_bounded(browser):
    answer = browser.client.get("/banks", query_string={"q": "x" * 101})
    assert answer.status_code == 422
    assert "Gõ nhiều nhất 100 ký tự." in answer.text
    assert browser.client.get("/banks", query_string={"q": "x" * 100}).status_code == 200


def test_a_banks_page_says_what_when_and_from_where(browser):
    text = unescape(browser.client.get("/banks/970414").text)
    for shown in ("MBV", "Ngân hàng TNHH MTV Việt Nam Hiện Đại", "Trước 06/06/2025", "Ocean Bank"):
        assert shown in text
    assert 'nhật ký thay đổi của vietqr.io, <span class="num">31/07/2026</span>' in text
    assert "Tên thường gọi, Tên đầy đủ, Tên trước đây" in text
    assert "từ 13/02/2026" in browser.client.get("/banks/970415").text
    assert "không, chỉ mở" in browser.client.get("/banks/970436").text
    assert "08/2026</span>" in browser.client.get("/banks/970436").text
    assert "ví điện tử" in browser.client.get("/banks/971025").text
    assert "chưa rõ" in browser.client.get("/banks/422589").text  # the sources disagree


@pytest.mark.parametrize("bin_", ["970488", "97043", "x", "%EF%BC%99%EF%BC%97"])
def test_a_bin_that_is_nobodys_is_not_there(browser, bin_):
    assert browser.client.get(f"/banks/{bin_}").status_code == 404


def test_look_ups_are_limited_for_each_address(browser):
    codes = [browser.client.get("/banks/970436").status_code for _ in range(121)]
    assert codes == [200] * 120 + [429]


def test_every_source_and_kind_has_its_words():
    keys = {one.key for entry in banks.all_banks()
            for found in banks.sources_of(entry).values() for one in found}  # fmt: skip
    keys |= {one.source.key for entry in banks.all_banks() for one in entry.former}
    assert keys == set(bank_pages.SOURCE_WORDS)
    assert set(bank_pages.FIELD_WORDS) == set(banks.SOURCED)
    assert {entry.kind for entry in banks.all_banks()} == set(bank_pages.KIND_WORDS)


# --- the API ---


def test_the_api_finds_a_bank_by_any_name(browser):
    answer = browser.client.get("/api/v1/banks", query_string={"q": "dong a", "limit": 1})
    (found,) = answer.json["banks"]
    assert (found["bin"], found["short_name"], found["scans"]) == ("970406", "Vikki", False)
    assert found["former"] == [
        {"name": "Đông Á Bank", "until": "2025-06-06", "source": "changelog"}
    ]
    assert answer.json["compiled_on"] == "2026-11-22"
    for key in {key for keys in found["sources"].values() for key in keys} | {"changelog"}:
        assert set(answer.json["sources"][key]) == {"title", "date"}
    assert len(browser.client.get("/api/v1/banks").json["banks"]) == 72


def test_the_api_gives_one_bank(browser):
    answer = browser.client.get("/api/v1/banks/970448").json
    assert answer["bank"]["fills_since"] == "2024-05-28"
    assert answer["bank"]["sources"]["fills_since"] == ["changelog"]
    unknown = browser.client.get("/api/v1/banks/970488")
    assert (unknown.status_code, unknown.json["code"]) == (404, "unknown_bank")


def test_the_api_sends_nothing_again_that_is_there(browser):
    first = browser.client.get("/api/v1/banks?q=mb")
    assert first.headers["Cache-Control"] == "public, max-age=3600"
    again = browser.client.get(
        "/api/v1/banks?q=mb", headers={"If-None-Match": first.headers["ETag"]}
    )
    assert (again.status_code, again.data) == (304, b"")
    other = browser.client.get("/api/v1/banks?q=acb")
    assert other.headers["ETag"] != first.headers["ETag"]


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("q=" + "x" * 101, "query_too_long"),
        ("limit=0", "limit_invalid"),
        ("limit=201", "limit_invalid"),
        ("cursor=x", "parameter_unknown"),
        ("q=", "parameter_invalid"),
        ("q=a&q=b", "parameter_invalid"),
    ],
)
def test_the_api_refuses_what_it_does_not_take(browser, query, code):
    answer = browser.client.get(f"/api/v1/banks?{query}")
    assert answer.status_code == 422
    told = [answer.json["code"], *(fault["code"] for fault in answer.json["faults"])]
    assert code in told, json.dumps(answer.json)


# --- a bank chosen at a registration ---

FORM = {
    "number": "A 12", "name": "Rau Cô Mẩy", "zone": "", "goods": "", "vendor_name": "Lò Thị Mẩy",
    "phone": "", "household_name": "", "account_number": "0011001122", "holder": "LO THI MAY",
    "usage": "mixed", "confirmed": "yes",
}  # fmt: skip


@pytest.fixture
def ask(browser_as, web_engine, clock):
    """Send the registration of a stall whose account is at a bank of some name."""
    market = MarketRegistration(
        "Chợ số 0", uuid.UUID(int=1), uuid.UUID(int=2), MarketCalendar((Daily(),)), date(2010, 1, 1)
    )  # fmt: skip
    transact(
        web_engine,
        lambda s: service.register_market(s, market, market_id=MARKET, now=clock.now()),
    )
    board, page = browser_as("board"), f"/board/markets/{MARKET}/stalls"
    return lambda **more: board.post(page, page=f"{page}/new", **{**FORM, **more})


def offered(text: str) -> list[str]:
    return re.findall(r'name="bank_bin" value="(\d{6})"', text)


def test_a_banks_own_name_is_taken_at_once(ask):
    answer = ask(bank="ocean bank")
    assert answer.status_code == 200
    assert "MBV" in answer.text


def test_a_name_that_may_be_several_is_asked_about(ask):
    answer = ask(bank="việt")
    assert answer.status_code == 422
    assert "“việt” là ngân hàng nào?" in answer.text
    assert offered(answer.text)[:2] == ["970427", "970433"]
    assert len(offered(answer.text)) == 6
    assert 'name="bank_bin" value="970427" checked' not in answer.text
    assert "Rau Cô Mẩy" in answer.text
    chosen = ask(bank="việt", bank_for="việt", bank_bin="970433")
    assert chosen.status_code == 200
    assert "VietBank" in chosen.text


def test_one_letter_off_is_asked_about_not_taken(ask):
    answer = ask(bank="vietconbank")
    assert answer.status_code == 422
    assert offered(answer.text) == ["970436"]
    assert 'value="970436" checked' in answer.text  # seen, and sent again by hand
    assert "Gần giống: Vietcombank." in answer.text


def test_a_tick_is_for_the_name_that_it_was_offered_for(ask):
    answer = ask(bank="ACB", bank_for="vietconbank", bank_bin="970436", number="A 13")
    assert answer.status_code == 200
    assert "ACB" in answer.text
    assert "Vietcombank" not in answer.text
    unknown = ask(bank="việt", bank_for="việt", bank_bin="970488")
    assert unknown.status_code == 422
    assert ask(bank="việt", bank_for="việt", bank_bin="9704360").status_code == 422


def test_a_bank_that_was_chosen_stays_chosen_beside_another_fault(ask):
    answer = ask(bank="vietconbank", bank_for="vietconbank", bank_bin="970436", holder="")
    assert answer.status_code == 422
    assert 'name="bank" type="text" value="Vietcombank"' in answer.text
    assert offered(answer.text) == []


def test_what_is_like_no_bank_offers_none(ask):
    answer = ask(bank="Mây Trắng")
    assert answer.status_code == 422
    assert offered(answer.text) == []
    assert "Không biết ngân hàng “Mây Trắng”: hãy chọn" in unescape(answer.text)
