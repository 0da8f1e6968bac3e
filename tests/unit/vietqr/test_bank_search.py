"""The search: whatever people type leads to their bank, and it is bounded."""

from dataclasses import astuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from market40.core.errors import InvalidInput
from market40.core.text import squeeze, without_marks
from market40.vietqr.bank_search import QUERY_LIMIT, search
from market40.vietqr.banks import all_banks, shared_names

LETTERS = "abcdefghijklmnopqrstuvwxyz"


def names(query, **more):
    return [entry.short_name for entry in search(query, **more)]


@pytest.mark.parametrize("entry", all_banks(), ids=lambda entry: entry.bin)
def test_every_name_of_a_bank_leads_to_it_first(entry):
    for name in set(entry.names) - shared_names():
        for typed in (name, name.upper(), without_marks(name), f"  {name} ", name.replace(" ", "")):
            assert search(typed)[0] is entry, typed


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("viet", "VietABank"),
        ("vietc", "Vietcombank"),
        ("ngoai thuong", "Vietcombank"),
        ("thuong ngoai", None),  # words in their order: else half the directory answers
        ("nông nghiệp phát triển", "Agribank"),
        ("NH TMCP Á Châu", "ACB"),
        ("ngân hàng thương mại cổ phần á châu", "ACB"),
        ("á châu bank", "ACB"),
        ("đại dương", "MBV"),
        ("Ocean", "MBV"),
        ("dong a bank", "Vikki"),
        ("liên việt", "LPBank"),
        ("36", "Liobank"),
        ("970436", "Vietcombank"),
        ("combank", "PVcomBank"),
        ("viettel", "ViettelMoney"),
        ("vietconbank", "Vietcombank"),  # one letter wrong
        ("vietcombnak", "Vietcombank"),  # two swapped
        ("sacobank", "Sacombank"),  # one missing
        ("techhcombank", "Techcombank"),  # one too many
        ("techconb", "Techcombank"),  # in a beginning
        ("ngoai thuog", "Vietcombank"),  # in words within
        ("vietkonbang", None),  # two
        ("mvv", None),  # too short to be nearly anything
        ("?!", None),
    ],
)
def test_what_people_type(typed, first):
    assert (names(typed) or [None])[0] == first


def test_the_likelier_comes_first():
    assert names("mb")[:2] == ["MBBank", "MBV"]  # the whole code, then how a name begins
    assert names("acb")[0] == "ACB"
    assert names("mirae") == ["Mirae Asset (970468)", "MAFC"]
    assert "MB Shinsei" in names("mb")[2:]
    assert names("viet")[:4] == ["VietABank", "VietBank", "Vietcombank", "VietinBank"]


def test_nothing_asked_is_everything():
    assert search("") == search("  ") == all_banks()
    assert search("", limit=5) == all_banks()[:5]
    assert len(search("ngân hàng")) > 50
    assert len(search("ngân hàng", limit=3)) == 3


def test_a_query_is_bounded():
    assert search("x" * QUERY_LIMIT) == ()
    with pytest.raises(InvalidInput) as caught:
        search("x" * (QUERY_LIMIT + 1))
    assert (caught.value.code, caught.value.place) == ("query_too_long", "q")
    assert caught.value.facts == {"limit": QUERY_LIMIT}


@given(st.text(max_size=QUERY_LIMIT))
def test_any_text_is_answered(query):
    found = search(query)
    assert len(set(found)) == len(found) <= len(all_banks())


def called(entry, query):
    """Whether each word of a query stands in the bank's names as it is."""
    said = squeeze(str(astuple(entry)))
    return all(squeeze(word) in said for word in query.removesuffix(" bank").split())


def test_a_name_that_is_one_letter_off_anothers_is_its_own():
    assert [one.code for one in search("vietbank")][:1] == ["VIETBANK"]
    assert "VAB" not in {one.code for one in search("vietbank")}
    assert [one.code for one in search("vietabank")] == ["VAB"]


@given(st.sampled_from([one for one in all_banks() if len(one.short_name) > 8]), st.data())
def test_one_letter_off_still_leads_there_unless_another_is_called_so(entry, data):
    name = entry.short_name.lower()
    at = data.draw(st.integers(1, len(name) - 1))
    letter = data.draw(st.sampled_from(LETTERS))
    made = data.draw(
        st.sampled_from(
            [
                name[:at] + letter + name[at:],
                name[:at] + name[at + 1 :],
                name[:at] + letter + name[at + 1 :],
                name[: at - 1] + name[at] + name[at - 1] + name[at + 1 :],
            ]
        )
    )
    found = search(made)
    if entry not in found:  # VietABank without its a is VietBank
        assert found
        assert all(called(one, made) for one in found), made
