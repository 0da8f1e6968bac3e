"""Text without marks and cut at words; requests in plain words made into codes."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from market40.core.text import without_marks
from market40.vietqr.codec import VietQR, VietQRError, encode
from market40.vietqr.request import code_from
from market40.vietqr.wording import cut_at_word, plain

MARKED = "àáảãạăằắẳẵặâầấẩẫậèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵđ"


def test_all_134_marked_letters_have_a_plain_one():
    letters = MARKED + MARKED.upper()
    assert len(letters) == 134
    assert without_marks(letters).isascii()
    assert without_marks(unicodedata.normalize("NFD", letters)) == without_marks(letters)


def test_plain_cuts_at_a_word():
    assert plain("Cửa hàng nông sản Đồng Văn") == "Cua hang nong san Dong"
    assert plain("Chợ   Đồng\tVăn 🐟") == "Cho Dong Van"
    assert plain("A" * 30) == "A" * 25
    assert plain("市場") == ""


@settings(deadline=None)
@given(st.text(max_size=80), st.integers(1, 30))
def test_plain_always_fits(text, limit):
    assert len(plain(text, limit)) <= limit
    assert all(" " <= letter <= "~" for letter in plain(text, limit))
    assert len(cut_at_word(text, limit)) <= limit


def test_a_request_with_marks_keeps_them_in_the_language_template():
    code = code_from({"bin": "970436", "account": "1", "name": "Sạp Cô Bảy", "city": "Hà Giang"})
    assert code == VietQR(
        "970436", "1", merchant_name="Sap Co Bay", merchant_city="Ha Giang", name_vi="Sạp Cô Bảy"
    )
    assert encode(code)


def test_absent_keys_stay_out():
    request = {"bin": "970436", "account": "1", "amount": None, "memo": "", "name": "CO BAY"}
    assert code_from(request) == VietQR("970436", "1", merchant_name="CO BAY")
    assert code_from({}) == VietQR("", "")
    assert code_from({"memo": "市場"}).purpose is None


def test_amounts_are_whole_dong():
    assert code_from({"amount": "25000"}).amount == 25000
    assert code_from({"amount": 25000}).amount == 25000
    for wrong in ("25000.0", "025", "-1", 1.5, True, [1]):
        with pytest.raises(VietQRError, match="BAD_AMOUNT"):
            code_from({"amount": wrong})


@pytest.mark.parametrize(
    ("request_", "code"), [({"bin": 970436}, "BAD_TYPE"), ({"ammount": 1}, "UNKNOWN_KEY")]
)
def test_what_cannot_be_meant_is_refused(request_, code):
    with pytest.raises(VietQRError, match=code):
        code_from(request_)
