"""The adoption report on the web: one number everywhere, own scope only, nothing hidden leaks."""

from __future__ import annotations

import csv
import datetime as dt
import html
import io
import random
import re
import uuid

import pytest
from reporting_town import found_market, live, pay, tally

from market40.accounts import service as accounts
from market40.app import create_app
from market40.config import Settings
from market40.core.ids import FixedIds
from market40.db.engine import transact
from market40.places.service import load_units
from market40.places.store import find_unit
from market40.reporting import service
from market40.reporting.indicators import INDICATORS

DAY = dt.date(2026, 10, 30)
NOW = dt.datetime(2026, 11, 22, 1, tzinfo=dt.UTC)
SHOWN_IN_TABLE = [
    one.id for one in INDICATORS if one.id not in ("posted", "inspected", "share_by_value_small")
]
OCTOBER = "period=2026-10"


@pytest.fixture
def app(web_engine, clock):
    settings = Settings(environment="test", scope="gso2004:province:02", demo=True)
    return create_app(settings, web_engine, clock=clock, ids=FixedIds())


@pytest.fixture
def facts(web_engine):
    """Three districts: Đồng Văn 10 of 20 paid, Mèo Vạc 3 of 12, the city 25 of 30 with tallies."""

    def work(session):
        load_units(session)
        places = {
            "Chợ Đồng Văn": ("00721", "00721", 20, 10),
            "Chợ Mèo Vạc": ("00769", "00769", 12, 3),
            "Chợ Hà Giang": ("00691", "00691", 30, 25),
        }
        for name, (legacy, present, stalls, paid) in places.items():
            town = found_market(session, name, legacy=legacy, present=present, stalls=stalls)
            live(session, town, [DAY])
            for stall in range(paid):
                pay(session, town, stall, DAY, 40_000)
            for stall in range(6 if stalls == 30 else 0):
                tally(session, town, stall, DAY, cash_vnd=60_000)
            service.roll_up_days(session, town.market_id, [DAY], now=NOW)

    transact(web_engine, work)


@pytest.fixture
def official_of(web_engine, facts, browser_as):
    """A browser of an official with one legacy district, by its code."""

    def made(district: str):
        def grant(session):
            day = dt.date(2025, 6, 30)
            unit = find_unit(
                session, code_system="gso2004", code=district, on=day, level="district"
            )
            official = uuid.UUID(int=3)
            accounts.grant(session, official, scope="place", scope_id=unit.id, now=NOW)

        transact(web_engine, grant)
        return browser_as("official").client

    return made


@pytest.fixture
def operator(facts, browser_as):
    return browser_as("operator").client


def text_of(fragment: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", fragment)).split())


def page_cells(page: str) -> list[list[str]]:
    """The table's rows: the unit's cell, then one text for each column."""
    table = page[page.index("<tbody>") : page.index("</table>")]
    rows = re.findall(r"<tr>(.*?)</tr>", table, re.S)
    return [
        [text_of(c) for c in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.S)] for row in rows
    ]


def test_page_json_and_csv_show_the_same_cells(operator):
    page = operator.get(f"/reports/adoption?{OCTOBER}").text
    body = operator.get(f"/reports/adoption.json?{OCTOBER}").json
    answer = operator.get(f"/reports/adoption.csv?{OCTOBER}")
    table = list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))
    units = [*body["rows"], body["total"]]
    cells = page_cells(page)
    assert len(cells) == len(units) == 4
    for shown, unit in zip(cells, units, strict=True):
        figures = {f["indicator"]: f for f in unit["figures"]}
        for cell, name in zip(shown[1:], SHOWN_IN_TABLE, strict=True):
            figure = figures[name]
            assert cell.startswith(" ".join(figure["shown"].split())), (unit["name"], name)
            if figure["numerator"] is not None and figure["denominator"] is not None:
                pair = f"{figure['numerator']:,} / {figure['denominator']:,}".replace(",", ".")
                assert cell.removesuffix(" ₫").endswith(pair)
            if figure["status"] == "unrepresentative":
                assert "không đại diện" in cell
            row = next(r for r in table if r["unit"] == unit["unit"] and r["indicator"] == name)
            assert row["shown"] == figure["shown"]
    assert answer.headers["Content-Disposition"].endswith('"adoption-2026-10-district.csv"')


def test_a_hidden_cell_is_hidden_in_all_three(operator):
    body = operator.get(f"/reports/adoption.json?{OCTOBER}").json
    by_name = {unit["name"]: {f["indicator"]: f for f in unit["figures"]} for unit in body["rows"]}
    for name in ("Huyện Mèo Vạc", "Huyện Đồng Văn"):  # 3 households, and the next smallest
        hidden = by_name[name]["active_28"]
        assert (hidden["value"], hidden["numerator"], hidden["status"]) == (None, None, "hidden")
    page = operator.get(f"/reports/adoption?{OCTOBER}").text
    row = next(r for r in page_cells(page) if r[0].startswith("Huyện Mèo Vạc"))
    at = 1 + SHOWN_IN_TABLE.index("active_28")
    assert row[at] == "ẩn (ít sạp) … / 12"
    assert "Huyện Mèo Vạc: ẩn (ít sạp)" in page
    assert "25,0" not in " ".join(row)


def test_no_tally_is_unknown_everywhere(operator):
    body = operator.get(f"/reports/adoption.json?{OCTOBER}").json
    unit = next(u for u in body["rows"] if u["name"] == "Huyện Đồng Văn")
    share = next(f for f in unit["figures"] if f["indicator"] == "share_by_value")
    assert (share["value"], share["status"]) == (None, "unknown")
    page = operator.get(f"/reports/adoption?{OCTOBER}").text
    row = next(r for r in page_cells(page) if r[0].startswith("Huyện Đồng Văn"))
    assert row[-1] == row[-2] == "chưa xác định"


def test_the_page_says_what_it_stands_on(operator):
    page = operator.get(f"/reports/adoption?{OCTOBER}").text
    words = text_of(page)
    assert "Sáu trong mười sạp có khách trả qua mã trong 7 ngày cuối kỳ" in words  # 38 of 62
    for said in (
        "Tỉnh Hà Giang (trước 01/7/2025), nay thuộc tỉnh Tuyên Quang",
        "Tháng 10/2026 · 3 chợ · theo huyện (cũ)",
        "đến hết ngày 31/10/2026",
        "DỮ LIỆU TRÌNH DIỄN",
        "chưa đo",
        "không đại diện",
    ):
        assert said in words
    for one in INDICATORS:
        assert one.definition in words
    assert not re.search(r"<[^>]+\s(style|on[a-z]+)=|<script|<style", page)
    assert words.count("chưa có chợ") >= 8  # the districts without a market, on the map


def test_a_running_period_is_provisional(operator):
    words = text_of(operator.get("/reports/adoption").text)
    assert "tính đến hết ngày 21/11/2026, số tạm tính" in words
    assert operator.get("/reports/adoption.json").json["period_status"] == "provisional"


def test_a_row_leads_to_its_markets(operator):
    page = operator.get(f"/reports/adoption?{OCTOBER}").text
    link = re.search(r'<a href="([^"]+)">Huyện Đồng Văn</a>', page)
    assert link is not None
    answer = operator.get(html.unescape(link[1]))
    assert [row[0] for row in page_cells(answer.text)] == ["Chợ Đồng Văn 1 chợ", "Cộng 1 chợ"]
    assert "3 chợ" not in text_of(answer.text)


@pytest.mark.parametrize("by", ["district", "commune", "market"])
def test_every_basis_has_a_page(operator, by):
    answer = operator.get(f"/reports/adoption?{OCTOBER}&by={by}")
    assert answer.status_code == 200
    assert len(page_cells(answer.text)) == 4
    assert (f'class="tiles {by}"' in answer.text) == (by != "market")


def test_an_official_sees_the_own_units_only(official_of):
    client = official_of("026")
    body = client.get(f"/reports/adoption.json?{OCTOBER}").json
    assert [unit["name"] for unit in body["rows"]] == ["Huyện Đồng Văn"]
    assert body["total"]["name"] == "Trong phạm vi của bạn"
    assert "Mèo Vạc" not in text_of(client.get(f"/reports/adoption?{OCTOBER}&by=market").text)
    for path in ("adoption", "adoption.csv", "adoption.json"):
        outside = client.get(f"/reports/{path}?{OCTOBER}&unit=gso2004:district:027")
        assert outside.status_code == 404
        missing = client.get(f"/reports/{path}?{OCTOBER}&unit=gso2004:district:999")
        assert missing.status_code == 404


def test_an_official_without_markets_gets_nothing(facts, browser_as):
    assert browser_as("official").client.get("/reports/adoption").status_code == 404


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("period=2026-13", "period_invalid"),
        ("period=2026-02-30", "period_invalid"),
        ("period=" + "9" * 5000, "period_invalid"),
        ("period=2027-01", "period_not_begun"),
        ("by=street", "by_invalid"),
        ("unit=00691", "place_invalid"),
        ("unit=qd19-2025:commune:00691", "unit_of_another_time"),
    ],
)
def test_what_cannot_be_reported_says_why(operator, query, code):
    page = operator.get(f"/reports/adoption?{query}")
    assert page.status_code == 422
    assert code in page.text
    answer = operator.get(f"/api/v1/reports/adoption?{query}")
    assert (answer.status_code, answer.json["code"]) == (422, code)


def test_the_api_answers_a_key_and_its_own_etag(app, web_engine, clock, facts):
    def key(session):
        return accounts.add_api_key(
            session, key_id=uuid.UUID(int=9), person_id=uuid.UUID(int=4), label="LGSP",
            now=clock.now(), rng=random.Random(1),
        )  # fmt: skip

    text = transact(web_engine, key)
    client = app.test_client()
    headers = {"Authorization": f"Bearer {text}"}
    answer = client.get(f"/api/v1/reports/adoption?{OCTOBER}", headers=headers)
    assert answer.status_code == 200
    assert answer.json["total"]["markets"] == 3
    again = client.get(
        f"/api/v1/reports/adoption?{OCTOBER}",
        headers={**headers, "If-None-Match": answer.headers["ETag"]},
    )
    assert again.status_code == 304
    assert client.get(f"/api/v1/reports/adoption?{OCTOBER}").status_code == 401


def test_reports_lead_to_the_report(operator):
    answer = operator.get("/reports/")
    assert (answer.status_code, answer.location) == (303, "/reports/adoption")
