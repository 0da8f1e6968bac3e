"""Folding, squeezing, names and alphabetical order."""

from __future__ import annotations

import random
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from market40.core.errors import InvalidInput
from market40.core.text import (
    ascii_upper_name,
    clean_name,
    fold,
    nfc,
    squeeze,
    vietnamese_sort_key,
)

ICU = Path(__file__).parents[2] / "fixtures" / "core" / "sorted_vi_icu.txt"
ALL_VOWELS = "àảãáạăằẳẵắặâầẩẫấậèẻẽéẹêềểễếệìỉĩíịòỏõóọôồổỗốộơờởỡớợùủũúụưừửữứựỳỷỹýỵđ"


def nfd(s):
    return unicodedata.normalize("NFD", s)


def test_composed_form_is_one_for_both_ways_of_typing():
    assert nfc(nfd("Nguyễn Thị Đậu")) == "Nguyễn Thị Đậu"


@pytest.mark.parametrize("form", [nfc, nfd])
def test_every_vietnamese_letter_folds_to_its_bare_one(form):
    bare = "a" * 17 + "e" * 11 + "i" * 5 + "o" * 17 + "u" * 11 + "y" * 5 + "d"
    assert fold(form(ALL_VOWELS)) == bare
    assert fold(form(ALL_VOWELS.upper())) == bare


@pytest.mark.parametrize(
    ("text", "folded"),
    [("ABC 12", "abc 12"), ("Chợ Đồng Văn", "cho dong van"), ("Ea H'leo", "ea h'leo")],
)
def test_folding_keeps_what_is_not_a_letter(text, folded):
    assert fold(text) == folded


@given(st.text(max_size=30))
def test_folding_twice_changes_nothing_more_in_vietnamese(text):
    once = fold(text)
    assert not any(unicodedata.category(c) == "Mn" for c in nfd(fold(once)))


@pytest.mark.parametrize(
    ("text", "squeezed"),
    [
        ("MBVCB.123-zj 7k_q2", "MBVCB123ZJ7KQ2"),
        ("Đặng\nThị\u200bHà", "DANGTHIHA"),
        ("", ""),
        ("１２３ ſ", ""),
    ],
)
def test_squeezing_leaves_ascii_letters_and_digits(text, squeezed):
    # The last: full-width digits and the long s are not what they resemble.
    assert squeeze(text) == squeezed


@given(st.text(max_size=40))
def test_what_is_squeezed_is_bare_and_stays(text):
    bare = squeeze(text)
    assert bare.isascii()
    assert not bare or (bare.isalnum() and bare == bare.upper())
    assert squeeze(bare) == bare


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Nguyễn Thị Đào", "NGUYEN THI DAO"),
        ("  Giàng   A  Pháo ", "GIANG A PHAO"),
        ("H'Nhung Êban", "H NHUNG EBAN"),
        ("Hộ KD Vàng Mí Sình - 02", "HO KD VANG MI SINH 02"),
    ],
)
def test_a_holder_s_name_is_shown_as_banks_do(name, shown):
    assert ascii_upper_name(name) == shown


@pytest.mark.parametrize(
    ("given_name", "kept"),
    [
        ("  Nguyễn\tThị\n\nHà ", "Nguyễn Thị Hà"),
        (nfd("Sạp bà Bưởi"), "Sạp bà Bưởi"),
        ("Sạp\u200b 12\ufeff", "Sạp 12"),
        ("\u202eSạp\u2066 1\u2069", "Sạp 1"),
        ("A\x00B\x1bC", "ABC"),
        ("A\u2028B", "A B"),
        ("A \u200b B", "A B"),
        ("Sạp\u3164 7\u2800", "Sạp 7"),
        ("A" + "\u0334" * 9, "A" + "\u0334" * 2),
        ("\ud800Sạp", "Sạp"),
    ],
)
def test_a_name_is_cleaned(given_name, kept):
    assert clean_name(given_name, limit=40) == kept


@pytest.mark.parametrize("name", ["a" * 10, "\u200b" * 70 + "a" * 10])
def test_a_name_may_fill_its_limit(name):
    assert clean_name(name, limit=10) == "a" * 10


@pytest.mark.parametrize("name", ["", " \t ", "\u200b\u2060", "\u3164", "---", "\u0301"])
def test_a_name_that_shows_nothing_is_refused(name):
    with pytest.raises(InvalidInput) as caught:
        clean_name(name, limit=10, place="name")
    assert (caught.value.code, caught.value.place) == ("name_empty", "name")


@pytest.mark.parametrize("name", ["a" * 11, " a" * 11, "a" * 1_000_000, "\u200b" * 81])
def test_a_name_over_its_limit_is_refused(name):
    with pytest.raises(InvalidInput) as caught:
        clean_name(name, limit=10)
    assert (caught.value.code, caught.value.facts) == ("name_too_long", {"limit": 10})


@given(st.text(max_size=60))
def test_a_kept_name_is_composed_visible_and_stays(text):
    try:
        name = clean_name(text, limit=50)
    except InvalidInput:
        return
    assert name == nfc(name) == " ".join(name.split())
    assert not any(unicodedata.category(c)[0] == "C" for c in name)
    assert clean_name(name, limit=50) == name


def test_names_sort_as_icu_sorts_them():
    names = [line for line in ICU.read_text("utf-8").splitlines() if line[0] != "#"]
    mixed = random.Random(40).sample(names, len(names))
    assert sorted(mixed, key=vietnamese_sort_key) == names


def test_letters_then_tones_then_case():
    right = [*"aAàÀảãáạăằâấbdđĐeêoôơuưy"]
    assert sorted(random.Random(3).sample(right, len(right)), key=vietnamese_sort_key) == right


def test_both_ways_of_typing_sort_alike():
    for text in ["Nguyễn Thị Đậu", "Hợp tác xã Ưng", "ợ Ặ ữ"]:
        assert vietnamese_sort_key(nfd(text)) == vietnamese_sort_key(nfc(text))


def test_what_is_no_vietnamese_letter_has_its_place_too():
    right = ["", "?", "7", "n", "ñ", "nb", "z", "ß", "я", "한"]
    assert sorted(random.Random(3).sample(right, len(right)), key=vietnamese_sort_key) == right


def test_marks_without_their_letter_change_little():
    key = vietnamese_sort_key
    assert key("\u0301") == key("\u0302") == key("")
    assert key("b\u0306") == key("b")


@given(st.text(max_size=20))
def test_any_text_sorts_alike_in_both_forms(text):
    assert vietnamese_sort_key(nfc(text)) == vietnamese_sort_key(nfd(text))
