"""The ZJ reference: made, recognised, and found in what banks leave of a memo."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from market40.core.errors import InvalidInput
from market40.core.references import (
    ALPHABET,
    find_references,
    is_reference,
    kind_of,
    make_reference,
    new_reference,
)

KNOWN = ["ZJABCDEFQN", "ZJ7KQ2ZMN7"]

data6 = st.text(ALPHABET, min_size=6, max_size=6).filter(lambda data: "ZJ" not in data)
references = st.builds(make_reference, data6)


def checks_by_definition(data):
    v = [ALPHABET.index(char) for char in data]
    c1 = 1 * v[0] + 2 * v[1] + 3 * v[2] + 4 * v[3] + 5 * v[4] + 6 * v[5]
    c2 = 3 * v[0] + 9 * v[1] + 27 * v[2] + 81 * v[3] + 243 * v[4] + 729 * v[5]
    return ALPHABET[c1 % 31] + ALPHABET[c2 % 31]


@pytest.mark.parametrize("ref", KNOWN)
def test_the_published_examples_hold(ref):
    assert make_reference(ref[2:8]) == ref
    assert is_reference(ref)


@given(data6)
def test_the_checks_are_the_defined_sums(data):
    assert make_reference(data) == "ZJ" + data + checks_by_definition(data)


@given(references, st.integers(2, 9), st.sampled_from(ALPHABET))
def test_one_wrong_character_is_always_caught(ref, at, char):
    assert is_reference(ref[:at] + char + ref[at + 1 :]) == (ref[at] == char)


@given(references, st.integers(2, 6))
def test_two_neighbours_swapped_are_always_caught(ref, at):
    swapped = ref[:at] + ref[at + 1] + ref[at] + ref[at + 2 :]
    assert is_reference(swapped) == (swapped == ref)


@given(references, st.data())
def test_any_two_wrong_data_characters_are_caught(ref, data):
    one, two = data.draw(st.lists(st.integers(2, 7), min_size=2, max_size=2, unique=True))
    wrong = list(ref)
    wrong[one], wrong[two] = (data.draw(st.sampled_from(ALPHABET)) for _ in range(2))
    wrong = "".join(wrong)
    assert is_reference(wrong) == (wrong == ref)


@pytest.mark.parametrize(
    "s",
    ["", "ZJ", "ZJABCDEFQ", "ZJABCDEFQNA", "zjabcdefqn", "XJABCDEFQN", "ZJABCDE0QN", "ZJABCDEĐQN"],
)
def test_other_strings_are_no_reference(s):
    assert not is_reference(s)


@pytest.mark.parametrize("data", ["", "ABCDE", "ABCDEFG", "ABCDE1", "abcdef", "ABZJEF"])
def test_data_that_are_never_issued_are_refused(data):
    with pytest.raises(InvalidInput) as caught:
        make_reference(data)
    assert caught.value.code == "reference_invalid"
    full = "ZJ" + data + (checks_by_definition(data) if data == "ABZJEF" else "")
    assert not is_reference(full)


@pytest.mark.parametrize("kind", ["stall", "fee", "intent"])
def test_a_new_reference_says_what_it_names(kind):
    rng = random.Random(7)
    made = {new_reference(kind, rng) for _ in range(2000)}
    assert len(made) == 2000
    assert {kind_of(ref) for ref in made} == {kind}
    assert all(is_reference(ref) and ref.count("ZJ") == 1 for ref in made)


def test_a_draw_that_holds_zj_is_drawn_again():
    class Drawn:
        def __init__(self, data):
            self.left = [*data]

        def randrange(self, start):
            char = self.left.pop(0)
            intents = [c for c in ALPHABET if c not in "SF"]
            return (ALPHABET if start == len(ALPHABET) else intents).index(char)

    assert new_reference("intent", Drawn("AZJBCD" + "ABCDEF")) == "ZJABCDEFQN"


def test_what_is_no_reference_has_no_kind():
    with pytest.raises(InvalidInput) as caught:
        kind_of("ZJABCDEFQQ")
    assert caught.value.code == "reference_invalid"


@pytest.mark.parametrize(
    ("memo", "found"),
    [
        ("", ()),
        ("ZJ", ()),
        ("NGUYEN VAN A chuyen tien", ()),
        ("ZJABCDEFQN", ("ZJABCDEFQN",)),
        ("zjabcdefqn rau", ("ZJABCDEFQN",)),
        ("MBVCB.2420648919.339176.ZJ7KQ2ZMN7.CT tu 101 LINH toi i", ("ZJ7KQ2ZMN7",)),
        ("CUSTOMER ZJABC DEFQN-Trace 284605", ("ZJABCDEFQN",)),
        ("mua rau ZJ7K-Q2\nZMN7; cảm ơn", ("ZJ7KQ2ZMN7",)),
        ("ZJABCDEFQN ZJABCDEFQN", ("ZJABCDEFQN",)),
        ("ZJ7KQ2ZMN7 va ZJABCDEFQN", ("ZJ7KQ2ZMN7", "ZJABCDEFQN")),
        ("ZZJZJABCDEFQNZJ", ("ZJABCDEFQN",)),
        ("ZJABCDEFQM", ()),
    ],
)
def test_references_are_found_in_memos(memo, found):
    assert find_references(memo) == found


noise = st.text("ABC XYZJ.-/09\n", max_size=12)


@given(noise, references, noise, st.integers(0, 9))
def test_a_reference_is_found_wherever_a_bank_puts_it(before, ref, after, cut):
    memo = before + ref[:cut] + " " + ref[cut:].lower() + after
    assert ref in find_references(memo)


@given(st.text(max_size=80) | st.text("ZJ23", max_size=80))
def test_what_is_found_stands_in_the_memo(memo):
    found = find_references(memo)
    assert len(set(found)) == len(found)
    assert all(is_reference(ref) for ref in found)
