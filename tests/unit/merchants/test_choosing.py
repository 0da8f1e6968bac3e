"""What is typed into “only these stalls” means what its reader would take it for."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from market40.merchants.domain.choosing import choose, typed_numbers

STALLS = ["A1", "A2", "A3", "A10", "A12", "A20", "B3", "B-3", "C 7", "D001", "D002", "Đ5", "A1-2",
          "X-1-2", "Ki ốt", "12", "13"]  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "numbers", "unknown", "unclear"),
    [
        ("A1,A2; B-3", {"A1", "A2", "B-3"}, (), ()),
        ("a 12\n a12 ,, ; A1", {"A12", "A1"}, (), ()),
        ("B3", {"B3"}, (), ()),  # has one dash less, and is another stall
        ("B/3", set(), (), ("B/3",)),
        ("A1-A10", {"A1", "A2", "A3", "A10"}, (), ()),
        ("a1 – 10", {"A1", "A2", "A3", "A10"}, (), ()),
        ("A1-2", {"A1-2"}, (), ()),  # a stall of that number comes first
        ("A2-3", {"A2", "A3"}, (), ()),
        ("D1-D2", {"D001", "D002"}, (), ()),
        ("12-20", {"12", "13"}, (), ()),
        ("A20-A1, A4-A9", set(), ("A20-A1", "A4-A9"), ()),
        ("A1-B3", set(), ("A1-B3",), ()),
        ("X-1-2", {"X-1-2"}, (), ()),
        ("X12", {"X-1-2"}, (), ()),
        ("KI OT, c7, đ5", {"Ki ốt", "C 7", "Đ5"}, (), ()),
        ("A-B", set(), ("A-B",), ()),
        ("Z9, A1, ??", {"A1"}, ("Z9", "??"), ()),
        ("", set(), (), ()),
    ],
)
def test_what_is_meant(typed, numbers, unknown, unclear):
    found = choose(typed_numbers(typed), STALLS)
    assert (found.numbers, found.unknown, found.unclear) == (numbers, unknown, unclear)


@given(st.text(max_size=60))
def test_any_text_is_stalls_or_said_not_to_be(typed):
    parts = typed_numbers(typed)
    found = choose(parts, STALLS)
    assert found.numbers <= set(STALLS)
    assert set(found.unknown) | set(found.unclear) <= set(parts)
    assert bool(parts) == bool(found.numbers or found.unknown or found.unclear)


def test_long_input_is_read_in_no_time():
    numbers = [f"A{n}" for n in range(2_000)]
    start = time.process_time()
    assert choose(typed_numbers("A1-A2000," * 200), numbers).numbers == set(numbers[1:])
    choose(typed_numbers("9" * 10_000 + "-" + "A" * 10_000), numbers)
    choose(typed_numbers("-" * 10_000), numbers)
    assert time.process_time() - start < 5
