"""Sentences that know their parts: plain Vietnamese to all who do not ask."""

from __future__ import annotations

import copy
import json
import pickle
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from market40.core.money import format_vnd
from market40.core.texts import (
    Quantity,
    Text,
    date_text,
    fill,
    joined,
    lowered,
    quantity,
    say,
    say_n,
)


def test_a_sentence_is_a_plain_string():
    said = say("Còn thiếu %(amount)s", amount=format_vnd(50_000))
    assert said == "Còn thiếu 50.000\u00a0₫"
    assert type(str(said)) is str
    assert json.loads(json.dumps([said])) == [str(said)]
    assert {said: 1}[str(said)] == 1


def test_a_sentence_knows_what_it_was_made_from():
    said = say("Còn thiếu %(amount)s", amount=format_vnd(50_000))
    assert said.source == "Còn thiếu %(amount)s"
    amount = said.values["amount"]
    assert isinstance(amount, Quantity)
    assert (amount.kind, amount.value) == ("vnd", 50_000)
    assert said.things is None


def test_a_percent_sign_stands_alone_without_values():
    assert say("từ 55 %") == "từ 55 %"
    assert say("%(n)s %%", n=5) == "5 %"


def test_a_template_is_filled_later():
    template = say("Sạp %(number)s")
    assert template == "Sạp %(number)s"
    assert fill(template, number="A12") == "Sạp A12"
    assert fill(template, number="A12").source == template.source


@given(st.integers(-(10**15), 10**15))
def test_a_number_of_things_is_grouped(n):
    said = say_n("%(n)s sạp", n)
    assert said.things == n
    digits = said.removesuffix(" sạp").replace(".", "").replace("\u2212", "-")
    assert int(digits) == n
    assert quantity(n).value == n


def test_parts_in_a_row_and_small_letters():
    row = joined("a", say("b"), mark=", ")
    assert (row, row.parts[1]) == ("a, b", say("b"))
    assert lowered(say("Số sạp")) == "số sạp"
    assert lowered(say("Số sạp")).source == "Số sạp"
    assert lowered("Tỉnh X").source == "Tỉnh X"
    counted = lowered(say_n("Còn %(n)s sạp", 2))
    assert (counted, counted.things, counted.values["n"]) == ("còn 2 sạp", 2, "2")


def test_a_day_is_written_the_vietnamese_way():
    assert date_text(date(2026, 11, 2)) == "02/11/2026"
    assert date_text(date(2026, 11, 2)).kind == "day"


@pytest.mark.parametrize("again", [copy.deepcopy, lambda x: pickle.loads(pickle.dumps(x))])
def test_a_copy_is_the_same(again):
    for one in (say("Sạp %(n)s", n=1), quantity(5), joined("a", "b")):
        twin = again(one)
        assert (twin, type(twin)) == (one, type(one))
    assert again(say("Sạp %(n)s", n=1)).values == {"n": 1}
    assert Text("a").source == "a"
