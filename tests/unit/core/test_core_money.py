"""Dong, its writing, and what people type for it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from market40.core.errors import InvalidInput
from market40.core.money import AMOUNT_MAX_VND, INTENT_MAX_VND, Dong, format_vnd, parse_vnd

amounts = st.integers(0, AMOUNT_MAX_VND - 1)


def reason_of(call, *args):
    with pytest.raises(InvalidInput) as caught:
        call(*args)
    assert caught.value.code == "amount_invalid"
    assert caught.value.detail
    return caught.value.facts["reason"]


@pytest.mark.parametrize("wrong", [True, 1.0, "1", None])
def test_only_an_int_is_an_amount(wrong):
    with pytest.raises(TypeError):
        Dong(wrong)


def test_an_amount_has_limits():
    assert Dong(0) < Dong(AMOUNT_MAX_VND)
    assert reason_of(Dong, -1) == "negative"
    assert reason_of(Dong, AMOUNT_MAX_VND + 1) == "too_large"


def test_amounts_add_up_and_not_with_bare_numbers():
    assert sum([Dong(1), Dong(2), Dong(3)], Dong(0)) == Dong(6)
    assert reason_of(lambda: Dong(AMOUNT_MAX_VND) + Dong(1)) == "too_large"
    with pytest.raises(TypeError):
        Dong(1) + 1


def test_amounts_cannot_be_changed():
    with pytest.raises(AttributeError):
        Dong(1).amount_vnd = 2


@pytest.mark.parametrize(
    ("n", "written"),
    [
        (0, "0\u00a0₫"),
        (999, "999\u00a0₫"),
        (1_245_000, "1.245.000\u00a0₫"),
        (-5000, "\u22125.000\u00a0₫"),
    ],
)
def test_amounts_are_written_with_dots(n, written):
    assert format_vnd(n) == written


def test_an_amount_shows_itself_written():
    assert str(Dong(50_000)) == "50.000\u00a0₫"


@pytest.mark.parametrize(
    ("typed", "vnd"),
    [
        ("0", 0),
        ("50000", 50_000),
        ("50.000", 50_000),
        ("50,000", 50_000),
        ("50 000", 50_000),
        ("50\u00a0000", 50_000),
        ("50\u202f000", 50_000),
        (" 50.000 ₫ ", 50_000),
        ("50.000đ", 50_000),
        ("50.000Đ", 50_000),
        ("50000 VND", 50_000),
        ("50000 đồng", 50_000),
        ("1.245.000", 1_245_000),
        ("499,999,999", INTENT_MAX_VND),
        ("50k", 50_000),
        ("50K", 50_000),
        ("50 k", 50_000),
        ("50 nghìn", 50_000),
        ("50 nghi\u0300n", 50_000),
        ("50 ngàn đồng", 50_000),
        ("50 nghin", 50_000),
        ("2 triệu", 2_000_000),
        ("2tr", 2_000_000),
        ("2 trieu", 2_000_000),
        ("50 ngan", 50_000),
        (" " * 34 + "50.000", 50_000),
        ("1,2 triệu", 1_200_000),
        ("1.25 triệu", 1_250_000),
        ("0,5 triệu", 500_000),
        ("999999999999999", 10**15 - 1),
    ],
)
def test_what_people_type_is_read(typed, vnd):
    assert parse_vnd(typed) == vnd


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("", "empty"),
        (" \t\n", "empty"),
        ("0" * 41, "too_long"),
        ("-5000", "negative"),
        ("\u22125.000", "negative"),
        ("1.5", "ambiguous"),
        ("1,5", "ambiguous"),
        ("1.50", "ambiguous"),
        ("1.5k", "ambiguous"),
        ("1.500k", "ambiguous"),
        ("1.500 triệu", "ambiguous"),
        ("1,234 triệu", "ambiguous"),
        ("1,2 nghìn", "ambiguous"),
        ("50.000,00", "ambiguous"),
        ("50.000.00", "ambiguous"),
        ("50.000,000", "ambiguous"),
        ("5.0000", "ambiguous"),
        ("0.500", "ambiguous"),
        ("0912345678", "ambiguous"),
        ("1 5", "ambiguous"),
        ("50,", "ambiguous"),
        ("+50", "not_a_number"),
        ("abc", "not_a_number"),
        ("5O000", "not_a_number"),
        ("50 000 k vnd x", "not_a_number"),
        ("k", "not_a_number"),
        ("1 triệu 2", "not_a_number"),
        ("1e5", "not_a_number"),
        ("５０", "not_a_number"),
        ("٥٠", "not_a_number"),
        ("1000000000000000", "too_large"),
        ("9999999999 triệu", "too_large"),
    ],
)
def test_what_can_be_read_in_two_ways_or_none_is_refused(typed, reason):
    assert reason_of(parse_vnd, typed) == reason


def test_the_field_is_named():
    with pytest.raises(InvalidInput) as caught:
        parse_vnd("x", place="amount_vnd")
    assert caught.value.place == "amount_vnd"


@given(amounts)
def test_what_is_written_is_read_back(n):
    assert parse_vnd(format_vnd(n)) == n
    assert parse_vnd(f"{n:,}") == n
    assert parse_vnd(str(n)) == n


@given(st.integers(0, 10**9))
def test_thousands_are_thousands(n):
    assert parse_vnd(f"{n}k") == 1000 * n


@given(st.text(max_size=45) | st.from_regex(r"[0-9., ktrđ-]{1,20}", fullmatch=True))
def test_any_text_is_an_amount_or_a_clear_refusal(text):
    fine = []
    try:
        fine.append(0 <= parse_vnd(text) < AMOUNT_MAX_VND)
    except InvalidInput as refused:
        fine.append(refused.code == "amount_invalid")
    assert fine == [True]
