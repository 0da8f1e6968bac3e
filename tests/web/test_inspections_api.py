"""Inspections through the API and the buyer's check page: photos, batches, alarms, reports."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from hashlib import sha256
from io import BytesIO

import pytest
from PIL import Image
from sqlalchemy import event, select
from test_merchants_pages import MARKET, OTHER, markets, send

from market40.db.engine import read
from market40.db.idempotency import IdempotencyKey
from market40.merchants import inspecting, service, store
from market40.merchants.domain.inspection import Found, Frame
from market40.vietqr import selfcheck
from market40.vietqr.codec import VietQR, encode

assert markets  # a fixture
STRANGE = encode(VietQR(bin="970418", account="555566667777", purpose="ZJSABCDEFQN"))


def post(browser, path: str, body: object, key: str, kind: str = "image/png"):
    headers = {"Idempotency-Key": key, "X-Form-Token": browser.token("/account")}
    if isinstance(body, bytes):
        return browser.client.post(path, data=body, headers=headers, content_type=kind)
    return browser.client.post(path, json=body, headers=headers)


@pytest.fixture
def board(browser_as, markets):
    return browser_as("board")


@pytest.fixture
def stall(markets):
    return markets[MARKET]


@pytest.fixture
def genuine(web_engine, stall) -> str:
    return read(web_engine, lambda s: service.payload_of(s, MARKET, stall.code_id))


def photo(board, stall, content: bytes, key="p1", kind="image/png"):
    return post(board, f"/api/v1/stalls/{MARKET}/{stall.stall_id}/inspections", content, key, kind)


def test_a_photo_of_the_stalls_own_code_is_a_match(board, stall, genuine):
    answer = photo(board, stall, selfcheck.png(genuine))
    assert (answer.status_code, answer.json["verdict"]) == (200, "match")
    again = photo(board, stall, selfcheck.png(genuine))
    assert again.json == answer.json
    state = board.client.get(f"/api/v1/markets/{MARKET}/inspections").json
    (one,) = [s for s in state["stalls"] if s["stall_id"] == str(stall.stall_id)]
    assert (one["due"], one["alarm"], one["verdict"]) == (False, False, "match")


def test_a_strange_code_below_many_others_is_not_left_out(board, stall, genuine):
    square = Image.new("L", (1500, 1300), 255)
    texts = [genuine, *(f"https://a.vn/{n}" for n in range(20)), STRANGE]
    for at, text in enumerate(texts):
        with Image.open(BytesIO(selfcheck.png(text))) as drawn:
            small = drawn.convert("L").resize((240, 240), Image.Resampling.NEAREST)
        square.paste(small, (at % 6 * 245, at // 6 * 245))
    out = BytesIO()
    square.save(out, "PNG")
    answer = photo(board, stall, out.getvalue(), key="many")
    assert (answer.status_code, answer.json.get("code")) == (422, "too_many")


def test_a_strangers_code_is_an_alarm_until_it_is_answered(board, stall, web_engine):
    answer = photo(board, stall, selfcheck.png(STRANGE))
    (code,) = answer.json["codes"]
    assert (answer.json["verdict"], code["bank"], code["last4"]) == (
        "unknown_account", "BIDV", "7777",
    )  # fmt: skip
    assert "555566667777" not in answer.text
    (alarm,) = board.client.get(f"/api/v1/markets/{MARKET}/alarms").json["alarms"]
    assert (alarm["kind"], alarm["stall_id"]) == ("inspection", str(stall.stall_id))
    path = f"/api/v1/markets/{MARKET}/alarms/{alarm['id']}/answer"
    assert post(board, path, {"did": "removed", "note": "Đã gỡ"}, "a1").status_code == 200
    assert post(board, path, {"did": "removed"}, "a2").json["code"] == "alarm_answered"
    assert board.client.get(f"/api/v1/markets/{MARKET}/alarms").json["alarms"] == []


@pytest.mark.parametrize(
    ("content", "kind", "status", "code"),
    [
        (b"", "image/png", 422, "not_a_photo"),
        (b"GIF89a" + bytes(50), "image/png", 422, "not_a_photo"),
        (b"\x89PNG\r\n\x1a\n" + bytes(40), "image/png", 422, "photo_broken"),
        (b"x", "text/plain", 422, "not_a_photo"),
        (bytes(12_000_001), "image/jpeg", 413, "too_large"),
    ],
)
def test_what_is_no_photo_is_refused(board, stall, content, kind, status, code):
    answer = photo(board, stall, content, kind=kind)
    assert (answer.status_code, answer.json["code"]) == (status, code)


def test_results_that_come_later_are_there_once_and_a_fault_stops_no_other(
    board, stall, genuine, web_engine
):
    at = board.client.get(f"/api/v1/stalls/{MARKET}/{stall.stall_id}/code").json["issued_at"]
    good = {"id": str(uuid.uuid4()), "stall_id": str(stall.stall_id), "at": at, "texts": [genuine]}
    lost = {**good, "id": str(uuid.uuid4()), "stall_id": str(uuid.uuid4())}
    path = f"/api/v1/markets/{MARKET}/inspections"
    first = post(board, path, {"inspections": [good, lost]}, "b1").json["inspections"]
    second = post(board, path, {"inspections": [good]}, "b2").json["inspections"]
    assert [one["verdict"] for one in first] == ["match", None]
    assert first[1]["fault"]["code"] == "not_found"
    assert (second[0]["verdict"], second[0]["again"]) == ("match", True)
    kept = read(web_engine, lambda s: store.inspections(s, MARKET, limit=9))
    assert len(kept) == 1


def test_naming_the_stalls_of_many_codes_is_one_question(web_engine, stall, genuine):
    found = Found(genuine, "another_stall", stall.code_id, account=("970436", "1000000001"))
    strange = Found(STRANGE, "unknown_account", uuid.uuid4())
    frame = Frame("several_codes", (found, strange))
    done = [service.Recorded(uuid.UUID(int=n), frame.verdict, frame) for n in range(100)]
    asked: list[str] = []
    reader = web_engine.get_execution_options().get("reader", web_engine)
    event.listen(reader, "before_cursor_execute", lambda *said: asked.append(said[2]))
    told = read(web_engine, lambda s: inspecting.bodies(s, MARKET, done))
    assert len([said for said in asked if "issued_code" in said]) == 1
    assert [[code["stall"] for code in one["codes"]] for one in told] == [["Z9", None]] * 100


@pytest.mark.parametrize(
    "wrong",
    [
        {"id": "x"},
        {"at": "2026-11-22T01:00:00"},  # without a zone
        {"at": "gestern"},
        {"texts": ["x"] * 21},
        {"texts": ["9" * 7090]},
        {"marks": ["nope"]},
        {"told": "fine"},
        {"way": "mind"},
        {"more": 1},
    ],
)
def test_an_inspection_of_another_shape_is_refused_with_its_place(board, stall, wrong):
    sent = {
        "id": str(uuid.uuid4()),
        "stall_id": str(stall.stall_id),
        "at": "2026-11-22T01:00:00Z",
    }
    path = f"/api/v1/markets/{MARKET}/inspections"
    answer = post(board, path, {"inspections": [{**sent, **wrong}]}, "w1")
    assert answer.status_code == 422
    (name,) = wrong
    assert answer.json["faults"][0]["place"].startswith(f"inspections.0.{name}")


def test_the_list_to_take_along_is_signed(board, stall):
    answer = post(board, f"/api/v1/markets/{MARKET}/inspection-lists", {}, "l1")
    assert answer.status_code == 201
    assert set(answer.json) == {"text", "signature", "key"}


def test_a_round_begins_with_a_day_that_can_be_kept(board, stall):
    today = dt.date.fromisoformat(
        board.client.get(f"/api/v1/stalls/{MARKET}/{stall.stall_id}/code").json["issued_at"][:10]
    )
    due_on = (today + dt.timedelta(days=7)).isoformat()
    path = f"/api/v1/markets/{MARKET}/inspection-rounds"
    begun = post(board, path, {"due_on": due_on}, "r1")
    assert (begun.status_code, begun.json["due_on"]) == (201, due_on)
    assert post(board, path, {"due_on": "2020-01-01"}, "r2").json["code"] == "bad_day"
    state = board.client.get(f"/api/v1/markets/{MARKET}/inspections").json
    assert state["round"]["due_on"] == due_on


def test_page_list_and_api_say_alike_what_is_due(board, stall, genuine):
    def due(key: str) -> list[str]:
        state = board.client.get(f"/api/v1/markets/{MARKET}/inspections").json
        found = [one["number"] for one in state["stalls"] if one["due"]]
        made = post(board, f"/api/v1/markets/{MARKET}/inspection-lists", {}, key).json["text"]
        assert [one["number"] for one in json.loads(made)["stalls"] if one["due"]] == found
        shown = board.client.get(f"/board/markets/{MARKET}/inspections").text
        assert [number for number in found if f">{number}</a></th>" in shown] == found
        headline = f"{len(found)} sạp cần kiểm tra mã" if found else "Mọi sạp đã được kiểm tra"
        assert headline in shown
        return found

    assert due("l1") == ["Z9"]
    photo(board, stall, selfcheck.png(genuine))
    assert due("l2") == []


def test_a_buyer_reads_when_the_code_was_inspected_and_of_an_alarm(board, browser, stall, genuine):
    path = f"/k/{stall.check_code}"
    assert "chưa lần nào" in browser.client.get(path).text
    photo(board, stall, selfcheck.png(genuine), "g1")
    assert "chưa lần nào" not in browser.client.get(path).text
    assert "đang xem lại" not in browser.client.get(path).text
    photo(board, stall, selfcheck.png(STRANGE), "g2")
    assert "đang xem lại" in browser.client.get(path).text


def test_a_buyer_reports_another_name(board, browser, stall, web_engine):
    path = f"/k/{stall.check_code}"
    told = send(browser, path, path, said="Trần Văn Lừa")
    assert "Đã báo ban quản lý chợ" in told.text
    assert "Tên đó đúng là tên trên thẻ" in send(browser, path, path, said="Giàng Mí Páo").text
    (report,) = read(web_engine, lambda s: store.open_reports(s, MARKET))
    assert report.said == "Trần Văn Lừa"
    assert "Trần Văn Lừa" in board.client.get(f"/board/markets/{MARKET}/inspections").text
    (alarm,) = board.client.get(f"/api/v1/markets/{MARKET}/alarms").json["alarms"]
    assert alarm["kind"] == "name_report"
    assert send(browser, path, path, said="X" * 61).status_code == 422
    assert send(browser, "/k/AAAAAA", path, said="X").status_code == 404
    assert send(browser, "/k/<b>", path, said="X").status_code == 404


def test_another_markets_alarms_are_not_there(board):
    for name in ("alarms", "inspections"):
        assert board.client.get(f"/api/v1/markets/{OTHER}/{name}").status_code == 404


def test_what_is_kept_of_a_request_cannot_be_tried_out(board, stall, web_engine):
    content = selfcheck.png(STRANGE)
    assert photo(board, stall, content, key="kept").status_code == 200
    assert photo(board, stall, content, key="kept").status_code == 200
    path = f"/api/v1/stalls/{MARKET}/{stall.stall_id}/inspections"
    plain = [sha256(f"POST {path}{end}\0".encode() + content).digest() for end in ("", "?")]
    kept = read(web_engine, lambda s: s.scalars(select(IdempotencyKey.request_hash)).all())
    assert kept
    assert not set(plain) & set(kept)
