"""Check codes, payloads, order of stalls, state graphs and calendars."""

import random
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from market40.core.errors import Conflict, InvalidInput
from market40.core.market_days import Dates, EveryNDays, MarketCalendar
from market40.core.references import new_reference
from market40.merchants.domain import codes, states
from market40.merchants.domain.calendars import calendar_words, read_calendar
from market40.merchants.domain.ordering import name_sort_key, number_sort_key
from market40.vietqr.codec import decode


@pytest.mark.parametrize("typed", ["K7Q2ZM", "k7q-2zm", " K7Q–2ZM ", "k7q 2zm"])
def test_a_check_code_is_read_however_it_is_typed(typed):
    assert codes.read_check_code(typed) == "K7Q2ZM"


@pytest.mark.parametrize("typed", ["", "K7Q2Z", "K7Q2ZMM", "K0Q2ZM", "KIQ2ZM", "K7Q2Z'", "K" * 500])
def test_what_is_no_check_code_is_none(typed):
    assert codes.read_check_code(typed) is None


@given(st.integers())
def test_every_new_check_code_reads_back_as_it_is_printed(seed):
    code = codes.new_check_code(random.Random(seed))
    assert codes.read_check_code(codes.check_code_display(code).lower()) == code


@pytest.mark.parametrize(
    ("number", "label"),
    [("A12", "A12"), ("A 12", "A 12"), ("K1-12", None), ("ĐÔNG 1", None), ("A" * 20, None)],
)
def test_a_payload_names_the_stall_where_it_fits(number, label):
    reference = new_reference("stall", random.Random(5))
    payload = codes.static_payload(
        bank_bin="970436", account="0011001122", reference=reference, stall_number=number
    )
    code = decode(payload)
    assert (code.purpose, code.store_label, code.amount) == (reference, label, None)


def test_stalls_stand_as_people_count_them():
    numbers = ["B1", "A10", "A2", "A1", "10", "9", "A02B", "Đ1", "D1", "A2 B", "A100"]
    assert sorted(numbers, key=number_sort_key) == [
        "9", "10", "A1", "A2", "A2 B", "A02B", "A10", "A100", "B1", "D1", "Đ1",
    ]  # fmt: skip


@given(st.text(max_size=20))
def test_a_sort_key_is_hex_and_fits_its_column(number):
    for key, limit in ((number_sort_key(number), 120), (name_sort_key(number * 4), 200)):
        assert len(key) <= limit
        assert set(key) <= set("0123456789abcdef")


def test_names_sort_as_in_a_vietnamese_dictionary():
    names = ["Chợ Đồng Văn", "Chợ Du Già", "Chợ Mèo Vạc", "Chợ Á", "Chợ An"]
    assert sorted(names, key=name_sort_key) == [
        "Chợ Á", "Chợ An", "Chợ Du Già", "Chợ Đồng Văn", "Chợ Mèo Vạc",
    ]  # fmt: skip


def test_a_stall_goes_only_along_named_edges():
    words = set(states.STALL_STATE_WORDS)
    events = {event for _, event in states.STALL_EDGES}
    for state in words:
        assert set(states.stall_events(state)) <= events
        for event in events:
            if (state, event) in states.STALL_EDGES:
                assert states.stall_after(state, event) in words
            else:
                with pytest.raises(Conflict):
                    states.stall_after(state, event)
    assert states.stall_events("closed") == ()


def test_a_code_that_ended_never_changes():
    assert states.code_after("live", "reissue") == "superseded"
    assert states.code_after("live", "revoke") == "revoked"
    for state in ("superseded", "revoked"):
        for event in ("reissue", "revoke"):
            with pytest.raises(Conflict):
                states.code_after(state, event)


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("daily", "họp hằng ngày"),
        ("weekdays", "họp thứ Hai, Chủ nhật"),
        ("lunar", "họp ngày 1, 15 âm lịch"),
        ("solar", "họp ngày 1, 15 dương lịch"),
        ("back", "họp 6 ngày một phiên, lùi một ngày mỗi tuần (mốc 22/11/2026)"),
    ],
)
def test_market_days_are_said_in_words(kind, words):
    calendar = read_calendar(
        kind, weekdays=["7", "1", "x"], listed="1; 15", anchor=date(2026, 11, 22).isoformat()
    )
    assert calendar_words(calendar) == words


@pytest.mark.parametrize("kind", ["weekdays", "lunar", "solar", "back", "never"])
def test_market_days_that_say_nothing_are_refused(kind):
    with pytest.raises(InvalidInput):
        read_calendar(kind, weekdays=[], listed="", anchor="hôm nọ")


def test_a_serial_and_an_account_are_printed_in_groups():
    assert codes.serial_display(412) == "00412"
    assert codes.account_display("00110011223388") == "0011 0011 2233 88"
    assert codes.account_display("") == ""


def test_explicit_market_dates_are_said_in_words():
    calendar = MarketCalendar((Dates(frozenset({date(2026, 2, 10), date(2026, 2, 9)})),))
    assert calendar_words(calendar) == "họp 09/02/2026, 10/02/2026"
    assert calendar_words(MarketCalendar(())) == "chưa có lịch họp"


def test_a_market_of_another_step_moves_back_by_no_day_a_week():
    calendar = MarketCalendar((EveryNDays(5, date(2026, 11, 22)),))
    assert calendar_words(calendar) == "họp 5 ngày một phiên (mốc 22/11/2026)"
