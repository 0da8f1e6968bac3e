"""Amounts in words: a table checked by hand, an oracle, and a reader of its own."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from market40.core.words import NORTH, SOUTH, Dialect, number_in_words, vnd_in_words

ORACLE = Path(__file__).parents[2] / "fixtures" / "core" / "words_oracle.tsv"

BY_HAND = """
0 không
1 một
4 bốn
5 năm
9 chín
10 mười
11 mười một
14 mười bốn
15 mười lăm
16 mười sáu
19 mười chín
20 hai mươi
21 hai mươi mốt
24 hai mươi tư
25 hai mươi lăm
31 ba mươi mốt
44 bốn mươi tư
55 năm mươi lăm
65 sáu mươi lăm
75 bảy mươi lăm
99 chín mươi chín
100 một trăm
101 một trăm linh một
104 một trăm linh bốn
105 một trăm linh năm
110 một trăm mười
111 một trăm mười một
115 một trăm mười lăm
121 một trăm hai mươi mốt
124 một trăm hai mươi tư
500 năm trăm
505 năm trăm linh năm
555 năm trăm năm mươi lăm
999 chín trăm chín mươi chín
1000 một nghìn
1001 một nghìn không trăm linh một
1005 một nghìn không trăm linh năm
1010 một nghìn không trăm mười
1015 một nghìn không trăm mười lăm
1021 một nghìn không trăm hai mươi mốt
1100 một nghìn một trăm
2000 hai nghìn
5000 năm nghìn
10000 mười nghìn
10500 mười nghìn năm trăm
15000 mười lăm nghìn
21000 hai mươi mốt nghìn
24000 hai mươi tư nghìn
50000 năm mươi nghìn
52000 năm mươi hai nghìn
65000 sáu mươi lăm nghìn
100000 một trăm nghìn
101000 một trăm linh một nghìn
105500 một trăm linh năm nghìn năm trăm
125000 một trăm hai mươi lăm nghìn
250000 hai trăm năm mươi nghìn
1000000 một triệu
1000005 một triệu không trăm linh năm
1001000 một triệu không trăm linh một nghìn
1015000 một triệu không trăm mười lăm nghìn
1200000 một triệu hai trăm nghìn
1245000 một triệu hai trăm bốn mươi lăm nghìn
1500000 một triệu năm trăm nghìn
2050000 hai triệu không trăm năm mươi nghìn
10000000 mười triệu
21000001 hai mươi mốt triệu không trăm linh một
499999999 bốn trăm chín mươi chín triệu chín trăm chín mươi chín nghìn chín trăm chín mươi chín
1000000000 một tỷ
1000000005 một tỷ không trăm linh năm
1005000000 một tỷ không trăm linh năm triệu
1000015000 một tỷ không trăm mười lăm nghìn
24000000000 hai mươi tư tỷ
1000000000000 một nghìn tỷ
1005000000000 một nghìn không trăm linh năm tỷ
100000000000000 một trăm nghìn tỷ
1000000000000000 một triệu tỷ
"""
TABLE = [line.split(" ", 1) for line in BY_HAND.strip().splitlines()]

UNITS = {
    w: i
    for i, w in enumerate(["không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín"])
} | {
    "mốt": 1,
    "tư": 4,
    "lăm": 5,
}
SCALES = {"nghìn": 10**3, "ngàn": 10**3, "triệu": 10**6}


def heard(words):
    """Read words back as a listener does; it knows nothing of how they were made."""
    total = milliards = group = 0
    pending = None
    for word in words.split():
        if word in UNITS:
            pending = UNITS[word]
        elif word == "trăm":
            group, pending = group + 100 * pending, None
        elif word == "mươi":
            group, pending = group + 10 * pending, None
        elif word == "mười":
            group += 10
        elif word in {"linh", "lẻ"}:
            continue
        else:
            group, pending = group + (pending or 0), None
            if word == "tỷ":
                milliards, total = total + group, 0
            else:
                total += group * SCALES[word]
            group = 0
    return milliards * 10**9 + total + group + (pending or 0)


@pytest.mark.parametrize(("n", "words"), TABLE)
def test_the_table_checked_by_hand(n, words):
    assert vnd_in_words(int(n)) == f"{words} đồng"


def test_the_oracle_says_the_same():
    rows = [line.split("\t") for line in ORACLE.read_text("utf-8").splitlines() if line[0] != "#"]
    assert len(rows) == 420
    ours = {n: vnd_in_words(int(n), dialect=Dialect(zero_ten="lẻ")) for n, _ in rows}
    assert ours == {n: words.replace("tỉ", "tỷ") for n, words in rows}


@given(st.integers(0, 10**15), st.sampled_from([NORTH, SOUTH, Dialect(four_after_tens="bốn")]))
def test_a_listener_hears_the_number_that_was_said(n, dialect):
    assert heard(number_in_words(n, dialect=dialect)) == n


@given(st.integers(0, 999), st.sampled_from([1, 10**3, 10**6, 10**9, 10**12]))
def test_round_amounts_have_no_empty_groups(n, scale):
    words = number_in_words(n * scale).split()
    assert len(words) <= 8
    assert n == 0 or words[0] != "không"


def test_the_south_says_it_its_own_way():
    assert vnd_in_words(101_004, dialect=SOUTH) == "một trăm lẻ một ngàn không trăm lẻ bốn đồng"


@pytest.mark.parametrize("n", [-1, 10**15 + 1])
def test_what_is_out_of_range_is_refused(n):
    with pytest.raises(ValueError, match="0 to"):
        vnd_in_words(n)
