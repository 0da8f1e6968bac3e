"""Pages in English: the switch, the figures, what rules say, and the language of what is sent."""

from __future__ import annotations

import datetime as dt
import re
from fractions import Fraction

import pytest

from market40.core.money import format_vnd
from market40.core.texts import joined, lowered, quantity, say, say_n
from market40.merchants.domain.sheet import read_csv
from market40.web import i18n


@pytest.fixture
def english(app):
    with app.test_request_context("/login?lang=en"):
        yield


def test_a_page_is_vietnamese_unless_asked(browser):
    page = browser.client.get("/login").text
    assert '<html lang="vi">' in page
    assert "Đăng nhập" in page


def test_a_page_in_english_says_so_and_is_remembered(browser):
    page = browser.client.get("/login?lang=en").text
    assert '<html lang="en">' in page
    assert "<h1>Log in</h1>" in page
    assert "<h1>Log in</h1>" in browser.client.get("/login").text
    assert "<h1>Đăng nhập</h1>" in browser.client.get("/login?lang=vi").text
    assert "<h1>Đăng nhập</h1>" in browser.client.get("/login").text


def test_a_language_that_is_not_there_is_vietnamese(browser):
    assert '<html lang="vi">' in browser.client.get("/login?lang=xx").text


@pytest.mark.parametrize(
    ("role", "path"),
    [("public", "/"), ("public", "/login"), ("public", "/nowhere"), ("public", "/k?code=K7Q-2ZM"),
     ("board", "/board/"), ("official", "/reports/adoption"), ("operator", "/operator"),
     ("operator", "/account")],
)  # fmt: skip
def test_every_page_has_the_switch(browser, browser_as, role, path):
    client = (browser if role == "public" else browser_as(role)).client
    page = client.get(path, follow_redirects=True).text
    assert re.search(r'<a href="\?[^"]*lang=en" lang="en" hreflang="en">English</a>', page)
    assert '<span lang="vi" aria-current="true">Tiếng Việt</span>' in page


def test_the_switch_keeps_what_was_asked(browser):
    page = browser.client.get("/login?as=staff&next=/board/&lang=en").text
    assert "?as=staff&amp;next=%2Fboard%2F&amp;lang=vi" in page


def test_what_was_sent_leads_to_the_first_page(browser):
    page = browser.post("/login", login="0912345678", secret="111111").text
    assert 'href="/?lang=en"' in page


def test_an_errors_words_are_the_readers(browser):
    browser.client.get("/?lang=en")
    page = browser.post("/login", login="0912345678", secret="111111").text
    assert "The phone number, name or code is not right." in page
    problem = browser.client.get("/nowhere", headers={"Accept": "application/json"}).json
    assert (problem["title"], problem["detail"]) == ("Not found", "There is no such page.")


def test_a_rules_sentence_is_told(app, english):
    said = say("Khách trả thừa %(over)s.", over=format_vnd(50_000))
    assert i18n.told(said) == "The buyer paid 50,000\u00a0₫ too much."
    assert i18n.told(joined(say("hôm nay"), "A12", mark=": ")) == "today: A12"
    assert i18n.told(quantity(-2300)) == "\u22122,300"
    assert i18n.told("as it is") == "as it is"
    assert i18n.told(None) is None
    inner = say("Tài khoản này ghi tên chủ khác ở %(where)s.", where=say("dòng %(row)s", row=5))
    assert i18n.told(inner) == "This account has another holder's name in row 5."


def test_a_value_may_have_any_name(app, english):
    """Also those that gettext's own parameters have."""
    for name in ("string", "num", "n", "source", "plural", "singular", "self"):
        assert i18n.told(say(f"x %({name})s", **{name: say("hôm nay")})) == "x today"


def test_a_value_that_is_a_text_is_told_too(app, english):
    inner = say("dòng %(row)s", row=5)
    assert i18n._("Sạp %(n)s", n=inner) == "Stall row 5"
    assert i18n.counted("%(n)s chợ", 2, x=inner) == "2 markets"
    template = app.jinja_env.from_string(
        "{{ _('Sạp %(n)s', n=inner) }} {{ _('Sạp %(n)s', n='<b>') }} {{ _('hôm nay') }} {{ inner }}"
    )
    assert template.render(inner=inner) == "Stall row 5 Stall &lt;b&gt; today row 5"
    assert i18n.told(lowered(inner)) == "row 5"
    assert i18n.told(lowered(say_n("%(n)s chợ", 1))) == "1 market"


@pytest.mark.parametrize(
    ("file", "said"),
    [
        ("Số sạp,Ngành hàng\n", ("row 1", "The header lacks the column Tiểu thương.")),
        (
            "Số sạp,Tiểu thương,Mã sạp\nA1,Mẩy,B\n",
            ("row 1, column Mã sạp", "Two columns are both “Số sạp”."),
        ),
        (
            "Số sạp,Tiểu thương,Ngân hàng\nA1,Mẩy,MB\n",
            ("row 2, column Chủ tài khoản", "Missing: Account holder's name."),
        ),
    ],
)
def test_the_columns_of_a_file_stay_as_they_stand_in_it(app, english, file, said):
    fault = read_csv(file.encode()).faults[0]
    assert (i18n.told(fault.place), i18n.told(fault.message)) == said


def test_one_and_several(app, english):
    assert i18n.counted("%(n)s chợ", 1) == "1 market"
    assert i18n.counted("%(n)s chợ", 2300) == "2,300 markets"
    assert i18n.told(say_n("%(n)s sạp không quan sát được", 1)) == "1 stall not observed"
    assert i18n.forms_of("%(n)s lượt") == ["%(n)s payment", "%(n)s payments"]


def test_figures_in_english(app, english):
    assert i18n.vnd(50_000) == "50,000\u00a0₫"
    assert i18n.words(50_000) == "fifty thousand dong"
    assert i18n.percent(Fraction(1863, 2300)) == "81.0%"
    assert i18n.day(dt.date(2026, 11, 2)) == "2 Nov 2026"
    assert i18n.day(dt.datetime(2026, 12, 31, 18, tzinfo=dt.UTC)) == "1 Jan 2027"


def test_figures_in_vietnamese(app):
    with app.test_request_context("/login"):
        assert i18n.vnd(50_000) == "50.000\u00a0₫"
        assert i18n.words(50_000) == "năm mươi nghìn đồng"
        assert i18n.counted("%(n)s chợ", 2300) == "2.300 chợ"
        assert i18n.forms_of("%(n)s lượt") == ["%(n)s lượt", "%(n)s lượt"]


def test_the_api_stays_vietnamese(browser):
    problem = browser.client.get("/api/v1/nowhere").json
    assert problem["title"] == "Không tìm thấy"


def test_the_report_in_english(browser_as):
    page = browser_as("operator").client.get("/reports/adoption?lang=en").text
    assert "No stalls to count in this period" in page
    assert "Active in 28 days" in page
    assert "100%. “Not representative”" in page
