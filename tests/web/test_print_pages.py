"""A board follows, stops and goes on with a large print run, on its page and through the API."""

from __future__ import annotations

import io
import random
import re
import uuid
from datetime import date
from secrets import SystemRandom

import pytest
import zxingcpp
from PIL import Image
from test_merchants_pages import BOARD, MARKET, OTHER, markets, payload_of, registration, send

from market40.accounts import service as accounts
from market40.core.ids import FixedIds
from market40.db.engine import read, transact
from market40.merchants import service, store
from market40.merchants.domain.prints import AT_ONCE
from market40.vietqr.sheets import cards_pdf
from market40.worker import Worker

assert markets  # a fixture
MORE = AT_ONCE + 5
PAGE = f"/board/markets/{MARKET}/prints"
API = f"/api/v1/markets/{MARKET}/prints"


@pytest.fixture
def many(markets, web_engine, clock):
    """The board's market with more stalls than are printed at once."""
    transact(
        web_engine,
        lambda s: service.register_stalls(
            s, MARKET, [registration(f"B{n}", account_number=f"77{n:08}") for n in range(MORE)],
            actor_id=BOARD, now=clock.now(), ids=FixedIds(40), rng=random.Random(40),
            starts_on=date(2026, 11, 1),
        ),
    )  # fmt: skip
    return markets


@pytest.fixture
def steps(web_engine, clock):
    """Run so many of the steps that are due."""
    worker = Worker(web_engine, clock, FixedIds(41), schedule=())
    return lambda count=99: [worker.run_once() for _ in range(count)]


@pytest.fixture
def machine(browser, web_engine, clock):
    """A board's API client."""
    key = transact(
        web_engine,
        lambda s: accounts.add_api_key(
            s, key_id=uuid.UUID(int=0xAB), person_id=BOARD, label="in", now=clock.now(),
            rng=SystemRandom(),
        ),
    )  # fmt: skip
    browser.client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {key}"
    return browser.client


def runs(engine):
    return read(engine, lambda s: store.print_runs(s, MARKET, limit=9))


def test_the_page_shows_progress_stops_and_goes_on(browser_as, many, web_engine, steps):
    board = browser_as("board")
    planned = send(board, PAGE, PAGE, sheet="a6", which="all")
    assert planned.status_code == 303
    run = planned.location
    assert re.fullmatch(rf"{PAGE}/[0-9a-f-]+", run)
    shown = board.client.get(run).text
    assert "Đang làm tệp" in shown and "print_run.js" in shown
    assert '<noscript><meta http-equiv="refresh"' in shown
    assert "đang làm tệp" in board.client.get(PAGE).text
    assert board.client.get(f"{run}/cards.pdf").status_code == 409
    steps(1)
    assert re.search(r"data-drawn>64<", board.client.get(run).text)
    assert send(board, f"{run}/stop", run).location == run
    stopped = board.client.get(run).text
    assert "Đã dừng ở" in stopped and "Làm tiếp" in stopped and "print_run.js" not in stopped
    steps(3)
    assert "data-drawn>64<" in board.client.get(run).text
    assert send(board, f"{run}/resume", run).status_code == 303
    steps()
    ready = board.client.get(run).text
    assert "Tệp đã sẵn sàng" in ready and "KB)" in ready
    late = send(board, f"{run}/resume", run)
    assert (late.status_code, "không làm được việc này" in late.text) == (409, True)
    assert f"{MORE + 1} thẻ chưa in" in board.client.get(PAGE).text


def test_only_who_has_had_the_whole_file_has_it(browser_as, many, web_engine, steps):
    board = browser_as("board")
    run = send(board, PAGE, PAGE, sheet="a4x4", which="all").location
    steps()
    head = board.client.head(f"{run}/cards.pdf")
    assert (head.status_code, head.data) == (200, b"")
    broken = board.client.get(f"{run}/cards.pdf", buffered=False)
    next(iter(broken.response))
    broken.close()
    assert [each.delivered_at for each in runs(web_engine)] == [None]
    whole = board.client.get(f"{run}/cards.pdf")
    assert whole.headers["Content-Length"] == str(len(whole.data))
    assert 'filename="in-a4x4-' in whole.headers["Content-Disposition"]
    run_id = uuid.UUID(run.rpartition("/")[2])
    sheet, cards = read(
        web_engine,
        lambda s: service.cards_of_run(
            s, MARKET, run_id, public_url="http://127.0.0.1:8040", demo=False
        ),
    )
    assert len(whole.data) == len(cards_pdf(cards, sheet))
    assert runs(web_engine)[0].delivered_at is not None
    assert "Mọi thẻ đang dùng đã được in" in board.client.get(PAGE).text
    whole_market = board.client.get(f"/board/markets/{MARKET}/cards.pdf")
    assert (whole_market.status_code, whole_market.location) == (303, PAGE)


def test_what_failed_says_which_stalls(browser_as, many, web_engine, steps):
    board = browser_as("board")
    run = send(board, PAGE, PAGE, sheet="a6", which="all").location
    stall = many[MARKET].stall_id
    reissue = f"/board/stalls/{MARKET}/{stall}"
    assert send(board, f"{reissue}/reissue", reissue, reason="Thẻ rách").status_code == 303
    steps()
    failed = board.client.get(run).text
    assert "Không làm được tệp" in failed and "hãy lập lượt in mới" in failed
    assert f'href="{PAGE}">Lập lượt in' in failed and "Làm tệp" not in failed
    again = send(board, f"{run}/resume", PAGE)
    assert (again.status_code, 'role="alert"' in again.text) == (409, True)
    other = run.replace(str(MARKET), str(OTHER))
    assert board.client.get(other).status_code == 404


def test_the_api_starts_follows_stops_resumes_and_fetches(many, machine, steps):
    def post(path, key, **body):
        return machine.post(path, json=body, headers={"Idempotency-Key": key})

    made = post(API, "p-1", sheet="a6", which="all")
    assert (made.status_code, made.json["state"], made.json["cards"]) == (201, "working", MORE + 1)
    run = f"{API}/{made.json['id']}"
    steps(1)
    seen = machine.get(run).json
    assert (seen["state"], seen["drawn"], seen["read_back"]) == ("working", 64, 0)
    assert seen["percent"] == 30
    early = machine.get(f"{run}/cards.pdf")
    assert (early.status_code, early.json["code"]) == (409, "print_not_ready")
    stopped = post(f"{run}/stop", "p-2")
    assert (stopped.status_code, stopped.json["state"]) == (200, "stopped")
    assert post(f"{run}/stop", "p-2").json == stopped.json
    assert post(f"{run}/stop", "p-3").json["code"] == "print_state"
    assert post(f"{run}/resume", "p-4").json["state"] == "working"
    steps()
    assert machine.get(run).json["state"] == "ready"
    assert machine.get(f"{run}/cards.pdf").data.startswith(b"%PDF-")
    small = post(API, "p-5", sheet="a6", which="chosen", stalls=["B1-B4"]).json
    assert (small["cards"], small["state"]) == (4, "none")
    assert machine.get(f"{API}/{small['id']}/cards.pdf").status_code == 200


@pytest.mark.parametrize(("query", "dots"), [("", 576), ("?paper=80", 576), ("?paper=58", 384)])
def test_the_api_gives_a_strip_for_a_thermal_printer(markets, machine, web_engine, query, dots):
    stall = markets[MARKET]
    address = f"/api/v1/stalls/{MARKET}/{stall.stall_id}/code/strip.png"
    answer = machine.get(address + query)
    picture = Image.open(io.BytesIO(answer.data))
    assert (answer.mimetype, picture.mode, picture.width) == ("image/png", "1", dots)
    (code,) = zxingcpp.read_barcodes(picture.convert("L"))
    assert code.text == payload_of(web_engine, stall)
    for wrong in ("?paper=6", "?paper=", "?width=58", "?paper=58&paper=80"):
        assert machine.get(address + wrong).status_code == 422
