"""Single fields of a registration: what people type, and what is refused with which code."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from market40.merchants.domain import fields
from market40.merchants.domain.fields import BadField
from market40.merchants.domain.registration import Flaw, api_place, read_first_account
from market40.vietqr import banks


def refused(read, typed, *more):
    with pytest.raises(BadField) as raised:
        read(typed, *more)
    assert raised.value.message
    return raised.value.code


@pytest.mark.parametrize("typed", ["a12", "Dãy 3-07", "Đ/2.1", "12", "A 12"])
def test_a_stalls_number_is_taken_as_markets_write_them(typed):
    assert fields.stall_number(typed) == typed.upper()


@pytest.mark.parametrize("typed", ["Z1 !!", "A_1", "A12 (cũ)", "A#1", "A,1"])
def test_a_stalls_number_has_no_other_signs(typed):
    assert refused(fields.stall_number, typed) == "number_invalid"


@pytest.mark.parametrize(
    "typed",
    [
        "0912345678",
        "0912 345 678",
        "0912.345.678",
        "+84912345678",
        "84 912 345 678",
        "(091)2345678",
    ],
)
def test_a_phone_is_read_however_it_is_written(typed):
    assert fields.phone(typed) == "0912345678"


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("912345678", "phone_lost_zero"),
        ("912345678.0", "phone_lost_zero"),
        ("9.12345678E+8", "phone_mangled"),
        ("9,1E+08", "phone_mangled"),
        ("0212345678", "phone_invalid"),
        ("091234567", "phone_invalid"),
        ("09123456789", "phone_invalid"),
        ("không có", "phone_invalid"),
    ],
)
def test_a_wrong_phone_says_what_happened_to_it(typed, code):
    assert refused(fields.phone, typed) == code


@pytest.mark.parametrize(
    "typed", ["Vietcombank", "VCB", "vietcom bank", "970436", "MBBank", "momo"]
)
def test_a_bank_is_found_by_any_name_that_people_use(typed):
    assert fields.bank(typed).bin


def test_an_unknown_bank_is_refused_and_named():
    with pytest.raises(BadField) as raised:
        fields.bank("Ngân hàng Trên Trời")
    assert raised.value.code == "unknown_bank"
    assert "Trên Trời" in raised.value.message


@pytest.mark.parametrize(
    ("typed", "near"),
    [("vietconbank", "Vietcombank."), ("việt", "VietABank, VietBank, Vietcombank.")],
)
def test_a_bank_is_never_guessed_but_its_likes_are_named(typed, near):
    with pytest.raises(BadField) as raised:
        fields.bank(typed)
    assert raised.value.code == "unknown_bank"
    assert raised.value.message.endswith(f"Gần giống: {near}")


@pytest.mark.parametrize(
    ("typed", "read"),
    [("0011 0011 2233 88", "00110011223388"), ("1903.555-555", "1903555555"), ("0001", "0001")],
)
def test_an_account_loses_its_gaps_and_keeps_its_zeros(typed, read):
    assert fields.account_number(typed, banks.bank("970436")) == read


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("1.2E+12", "account_mangled"),
        ("1,23457E+11", "account_mangled"),
        ("12E11", "account_mangled"),
        ("123456789.0", "account_mangled"),
        ("12345678901234567890", "account_length"),
        ("123", "account_length"),
        ("12345/67", "account_invalid"),
        ("١٢٣٤٥٦", "account_invalid"),
        ("AB12345", "account_letters"),
    ],
)
def test_a_wrong_account_says_why(typed, code):
    assert refused(fields.account_number, typed, banks.bank("970436")) == code


def test_letters_are_taken_where_wallets_and_virtual_accounts_have_them():
    assert fields.account_number("99mm24011m34875080", banks.bank("970454")) == "99MM24011M34875080"
    assert fields.account_number("PSP12345", banks.bank("971025")) == "PSP12345"


def test_a_number_cut_by_a_spreadsheet_is_refused_in_files_alone():
    assert refused(fields.refuse_rounded, "12345678901234500") == "account_rounded"
    fields.refuse_rounded("1234567890123450")
    assert fields.account_number("12345678901234500", banks.bank("970436"))


@pytest.mark.parametrize(
    ("typed", "shown"),
    [("Lò Thị Mẩy", "LO THI MAY"), ("  đặng  văn-đức ", "DANG VAN DUC"), ("HKD 12", "HKD 12")],
)
def test_a_holder_is_shown_as_banks_do(typed, shown):
    assert fields.holder(typed) == shown


def test_a_holder_has_letters():
    assert refused(fields.holder, "12345") == "holder_invalid"
    assert refused(fields.holder, "") == "missing"
    assert refused(fields.holder, "A" * 51) == "too_long"


@pytest.mark.parametrize("first", list("=+-@＝＋－＠"))
def test_what_a_spreadsheet_would_run_is_refused(first):
    typed = first + "HYPERLINK(1)"
    assert refused(lambda s: fields.text(s, limit=60, what="Tên sạp"), typed) == "formula_like"


@pytest.mark.parametrize("typed", ["L? Th? M?y", "L\ufffd Thị Mẩy"])
def test_text_that_lost_its_marks_is_refused(typed):
    assert refused(lambda s: fields.text(s, limit=60, what="Tên"), typed) == "text_damaged"


def test_use_is_said_in_words_and_nothing_said_is_mixed():
    assert [fields.usage(s) for s in ("dành riêng", "Riêng", "CHUNG", "")] == [
        "dedicated", "dedicated", "mixed", "mixed",
    ]  # fmt: skip
    assert refused(fields.usage, "thỉnh thoảng") == "usage_unknown"


@given(st.text(max_size=80))
def test_no_text_breaks_a_reader(typed):
    readers = (
        fields.phone,
        fields.holder,
        fields.usage,
        fields.stall_number,
        lambda s: fields.account_number(s, None),
        fields.bank,
    )
    said = set()
    for read in readers:
        try:
            read(typed)
        except BadField as bad:
            said.add(bad.code)
    assert all(said)


def test_a_flaw_stands_where_the_callers_input_has_it():
    fault = Flaw(3, "number", "number_taken", "Trùng.").as_fault(api_place)
    assert (fault.place, fault.code) == ("stalls[3].number", "number_taken")


def test_a_first_account_is_whole_or_says_what_is_missing():
    typed = {"bank": "VCB", "account_number": "0011 0011", "holder": "Lò Thị Mẩy", "usage": "mixed"}
    assert read_first_account(typed) == (("970436", "00110011", "LO THI MAY", "mixed"), [])
    for wrong, code in (({"bank": "Mây"}, "unknown_bank"), ({"holder": ""}, "missing")):
        account, flaws = read_first_account({**typed, **wrong})
        assert (account, [(flaw.field, flaw.code) for flaw in flaws]) == (
            None, [(next(iter(wrong)), code)],
        )  # fmt: skip
    assert read_first_account({})[1][0].field == "account_number"
