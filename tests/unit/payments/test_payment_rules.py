"""Intents' states and funding, banks' references, tallies."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from market40.core.errors import Conflict, InvalidInput
from market40.payments.domain import sentences
from market40.payments.domain.bank_references import bin_of_gateway, normalise
from market40.payments.domain.intent import (
    GRAPH,
    after_payment,
    check_amount,
    funding,
    payable_at,
    step,
)
from market40.payments.domain.tally import Tally, read_tally

TODAY = dt.date(2026, 11, 22)
STATES = ("open", "satisfied", "expired", "cancelled")
EVENTS = ("paid", "paid_late", "time_ran_out", "withdrawn")


def test_only_the_edges_of_the_graph_lead_anywhere() -> None:
    for state in STATES:
        for event in EVENTS:
            if (state, event) in GRAPH:
                assert step(state, event) == GRAPH[(state, event)]
            else:
                with pytest.raises(Conflict):
                    step(state, event)


def test_satisfied_and_cancelled_are_the_end() -> None:
    assert {state for state, _event in GRAPH} == {"open", "expired"}


@given(st.integers(1, 499_999_999), st.integers(0, 10**9))
def test_funding_says_how_far_the_money_reaches(amount_vnd, funded_vnd) -> None:
    got = funding(amount_vnd, funded_vnd)
    assert (got == "none") == (funded_vnd == 0)
    assert (got == "under") == (0 < funded_vnd < amount_vnd)
    assert (got == "exact") == (funded_vnd == amount_vnd)
    assert (got == "over") == (funded_vnd > amount_vnd)


def test_a_payment_satisfies_only_in_full() -> None:
    assert after_payment("open", 10, 9) == "open"
    assert after_payment("open", 10, 10) == "satisfied"
    assert after_payment("expired", 10, 12) == "satisfied"
    assert after_payment("expired", 10, 9) == "expired"
    assert after_payment("satisfied", 10, 30) == "satisfied"
    with pytest.raises(Conflict):
        after_payment("cancelled", 10, 10)


def test_payable_for_72_hours() -> None:
    at = dt.datetime(2026, 11, 22, tzinfo=dt.UTC)
    assert payable_at(at, at + dt.timedelta(hours=72))
    assert not payable_at(at, at + dt.timedelta(hours=72, seconds=1))


@pytest.mark.parametrize("amount", [0, -1, 500_000_000, 1.5, 5.0, True, "5", None])
def test_an_intents_amount_is_1_to_499_999_999_whole_dong(amount) -> None:
    with pytest.raises(InvalidInput) as caught:
        check_amount(amount)
    assert (caught.value.code, caught.value.place) == ("amount_invalid", "amount_vnd")
    assert check_amount(1) == 1
    assert check_amount(499_999_999) == 499_999_999


@pytest.mark.parametrize(
    ("bank_bin", "raw", "text", "strong"),
    [
        ("970422", "FT26326123456789", "FT26326123456789", True),
        ("970422", "FT26326123456789BNK", "FT26326123456789", True),
        ("970422", "ft26326123456789\\BNK", "FT26326123456789", True),
        ("970422", "BNK", "BNK", False),
        ("970407", "FT26326123456789BNK", "FT26326123456789BNK", False),
        ("970436", "MBVCB.3278907687", "MBVCB3278907687", True),
        ("970436", "5243.65937", "524365937", True),
        ("970415", "CT DEN:026S1234ABCD5678", "CTDEN026S1234ABCD5678", False),
        ("970418", "026ITC1232456789", "026ITC1232456789", True),
        ("970405", "20240206543432", "20240206543432", True),
        ("970416", "3079", "3079", False),
        ("970416", "NODATA", "", False),
        ("970416", "0123499999-20261122", "", False),
        ("970416", "0123499998-20261122", "012349999820261122", False),
        ("970416", "0123499999", "0123499999", False),
        (None, "FT26326123456789", "FT26326123456789", False),
        (None, None, "", False),
        (None, " -. ", "", False),
    ],
)
def test_a_banks_reference_in_its_comparable_form(bank_bin, raw, text, strong) -> None:
    got = normalise(raw, bank_bin=bank_bin, account_number="0123499999")
    assert (got.text, got.strong) == (text, strong)


def test_long_references_that_differ_stay_different() -> None:
    one = normalise("A" * 200, bank_bin=None, account_number="1").text
    two = normalise("A" * 199 + "B", bank_bin=None, account_number="1").text
    assert (len(one), len(two), one == two) == (64, 64, False)


def test_a_providers_name_of_a_bank() -> None:
    assert bin_of_gateway("MBBank") == "970422"
    assert bin_of_gateway("Vietcombank") == "970436"
    assert bin_of_gateway("Ngân hàng trên trời") is None


def test_a_counted_day_took_something_and_one_without_sales_is_zero() -> None:
    counted = read_tally(day=TODAY, today=TODAY, answer="counted", cash_count=3, cash_vnd=90_000)
    assert counted == Tally(TODAY, "counted", 3, 90_000, 0, 0)
    assert read_tally(day=TODAY, today=TODAY, answer="zero").answer == "zero"
    assert read_tally(day=TODAY, today=TODAY, answer="closed").answer == "closed"


@pytest.mark.parametrize(
    ("given_", "faults"),
    [
        ({"day": TODAY + dt.timedelta(days=1)}, [("day_in_future", "day")]),
        ({"day": TODAY - dt.timedelta(days=63)}, [("day_too_old", "day")]),
        ({"answer": "yes"}, [("answer_invalid", "answer")]),
        ({}, [("nothing_counted", "cash_vnd")]),
        ({"cash_vnd": -1}, [("negative", "cash_vnd")]),
        (
            {"cash_vnd": 1.5, "cash_count": True},
            [("not_whole", "cash_count"), ("not_whole", "cash_vnd")],
        ),
        ({"cash_vnd": 10**11}, [("too_large", "cash_vnd")]),
        ({"other_count": 10_001}, [("too_large", "other_count")]),
        ({"cash_vnd": 5_000}, [("count_without_value", "cash_count")]),
        ({"other_count": 2}, [("count_without_value", "other_vnd")]),
        ({"answer": "closed", "cash_count": 1, "cash_vnd": 1}, [("not_counted", "answer")]),
    ],
)
def test_a_tally_names_each_thing_wrong(given_, faults) -> None:
    asked = {"day": TODAY, "today": TODAY, "answer": "counted"} | given_
    with pytest.raises(InvalidInput) as caught:
        read_tally(**asked)
    assert caught.value.code == "tally_invalid"
    assert [(fault.code, fault.place) for fault in caught.value.faults] == faults


def test_what_people_decided_is_said_too() -> None:
    assert "B1" in sentences.placed_by_hand("B1")
    assert sentences.said_by_vendor("B1", sale=True) != sentences.said_by_vendor("B1", sale=False)
    assert sentences.taken_back()
