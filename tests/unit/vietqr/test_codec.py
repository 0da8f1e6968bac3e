"""The codec alone: what goes in comes out, and whatever else comes raises one typed error."""

import contextlib
import unicodedata

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from market40.vietqr.codec import MAX_AMOUNT, VietQR, VietQRError, decode, encode, inspect
from market40.vietqr.rules import MAX_PAYLOAD, crc

CALM = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
LETTERS = "abcdefghijklmnopqrstuvwxyz"
ANS = st.characters(min_codepoint=0x20, max_codepoint=0x7E)
NAME_VI = st.text(
    "aăâbcdđeêghiklmnoôơpqrstuưvxyzạảấầẩẫậắằẳẵặẹẻẽếềểễệ ÁĐ0123456789.", min_size=1, max_size=25
)


def _codes(purpose):
    return st.builds(
        VietQR,
        bin=st.from_regex(r"[0-9]{6}", fullmatch=True).filter(str.isascii),
        account=st.text(LETTERS + LETTERS.upper() + "0123456789", min_size=1, max_size=19),
        service=st.sampled_from(["QRIBFTTA", "QRIBFTTC", "QRPUSH", "QRCASH", None]),
        amount=st.none() | st.integers(1, MAX_AMOUNT),
        purpose=st.none() | purpose,
        store_label=st.none() | st.text(ANS, min_size=1, max_size=25),
        merchant_name=st.none() | st.text(ANS, min_size=1, max_size=25),
        merchant_city=st.none() | st.text(ANS, min_size=1, max_size=15),
        name_vi=st.none()
        | NAME_VI.map(lambda name: unicodedata.normalize("NFC", name)).filter(
            lambda name: name == name.strip() and name
        ),
    )


SAFE = st.from_regex(r"[A-Z0-9]([A-Z0-9 ]{0,23}[A-Z0-9])?", fullmatch=True).filter(str.isascii)


@CALM
@given(_codes(SAFE))
def test_what_is_encoded_decodes_to_itself(code):
    payload = encode(code)
    assert decode(payload) == code
    assert inspect(payload).warnings == ()
    assert payload[6:12] == ("010211" if code.amount is None else "010212")
    assert ("54" in set(_tags(payload))) == (code.amount is not None)


@CALM
@given(_codes(st.text(ANS, min_size=1, max_size=25)))
def test_any_memo_of_the_specification_survives(code):
    assert decode(encode(code, memo="ans")) == code


def _tags(payload):
    at = 0
    while at < len(payload):
        yield payload[at : at + 2]
        at += 4 + int(payload[at + 2 : at + 4])


@CALM
@given(st.text(max_size=600))
@example("")
@example("\ud800" * 20)
@example("0" * 513)
@example("00020101021153037045802VN6304")
def test_any_text_is_read_or_refused(text):
    reading = inspect(text)
    assert reading.valid is (not reading.errors)
    for fault in (*reading.errors, *reading.warnings):
        assert 0 <= fault.offset <= len(text)
        assert fault.message
    with contextlib.suppress(VietQRError):
        decode(text)


@settings(CALM, max_examples=300)
@given(_codes(SAFE), st.data())
def test_a_changed_character_never_decodes_to_another_code(code, data):
    payload = encode(code)
    at = data.draw(st.integers(0, len(payload) - 1))
    other = data.draw(ANS.filter(lambda letter: letter != payload[at]))
    changed = payload[:at] + other + payload[at + 1 :]
    same_body = changed[:-4] == payload[:-4]
    if same_body and changed.upper() == payload.upper():  # a CRC in lower case is read
        assert decode(changed) == code
    else:
        with pytest.raises(VietQRError):
            decode(changed)


@settings(CALM, max_examples=300)
@given(_codes(SAFE), st.data())
def test_cut_swapped_and_resealed_payloads_raise_only_the_typed_error(code, data):
    body = list(encode(code)[:-4])
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(body) - 1))
        body[at : at + data.draw(st.integers(0, 4))] = data.draw(st.text(max_size=4))
        if not body:
            body = ["0"]
    text = "".join(body)
    try:
        sealed = text + crc(text.encode())
    except UnicodeEncodeError:
        sealed = text
    try:
        again = decode(sealed)
    except VietQRError:
        return
    assert len(again.bin) == 6


@pytest.mark.parametrize(
    ("changes", "code", "path"),
    [
        ({"bin": "97043"}, "BAD_BIN", "38.01.00"),
        ({"bin": "９７０４３６"}, "BAD_BIN", "38.01.00"),
        ({"account": ""}, "BAD_ACCOUNT", "38.01.01"),
        ({"account": "0" * 20}, "BAD_ACCOUNT", "38.01.01"),
        ({"account": "00 11"}, "BAD_ACCOUNT", "38.01.01"),
        ({"account": "0011\n"}, "BAD_ACCOUNT", "38.01.01"),
        ({"service": "QRIBFTTX"}, "UNKNOWN_SERVICE_CODE", "38.02"),
        ({"amount": 0}, "BAD_AMOUNT", "54"),
        ({"amount": -1}, "BAD_AMOUNT", "54"),
        ({"amount": 500_000_000}, "BAD_AMOUNT", "54"),
        ({"amount": True}, "BAD_AMOUNT", "54"),
        ({"amount": 1.0}, "BAD_AMOUNT", "54"),
        ({"purpose": "zj"}, "BAD_TEXT", "62.08"),
        ({"purpose": " ZJ"}, "BAD_TEXT", "62.08"),
        ({"purpose": "A" * 26}, "BAD_TEXT", "62.08"),
        ({"store_label": "Sạp"}, "BAD_TEXT", "62.03"),
        ({"merchant_name": ""}, "BAD_TEXT", "59"),
        ({"merchant_city": "A" * 16}, "BAD_TEXT", "60"),
        ({"name_vi": ""}, "BAD_TEXT", "64.01"),
        ({"name_vi": "A" * 26}, "BAD_TEXT", "64.01"),
        ({"name_vi": "Cá 🐟"}, "BAD_TEXT", "64.01"),
        ({"name_vi": unicodedata.normalize("NFD", "Bảy")}, "BAD_TEXT", "64.01"),
        ({"name_vi": "Bảy\u202e"}, "BAD_TEXT", "64.01"),
        ({"name_vi": " Bảy"}, "BAD_TEXT", "64.01"),
    ],
)
def test_encode_refuses(changes, code, path):
    with pytest.raises(VietQRError) as caught:
        encode(VietQR(**{"bin": "970436", "account": "0011001122338", **changes}))
    assert (caught.value.code, caught.value.path) == (code, path)
    assert caught.value.offset is None


BODY = "00020101021138570010A00000072701270006970403011300110123456780208QRIBFTTA53037045802VN"


def _sealed(body):
    return body + "6304" + crc((body + "6304").encode())


@pytest.mark.parametrize(
    ("payload", "code", "path", "offset"),
    [
        (_sealed(BODY) + "\n", "TRUNCATED_HEADER", "root", 94),
        (_sealed(BODY.replace("010211", "")), "MISSING_TAG", "01", 88),
        (_sealed(BODY.replace("3857", "2757", 1)), "MISSING_TAG", "38", 94),
        (_sealed(BODY + "540500100"), "BAD_AMOUNT", "54", 86),
        (_sealed(BODY + "5409500000000"), "BAD_AMOUNT", "54", 86),
        (_sealed(BODY + "540550.00"), "BAD_AMOUNT", "54", 86),
        (_sealed(BODY + "54040.00"), "ZERO_AMOUNT", "54", 86),
        (BODY + "5912ABCD63049E6F", "CRC_TAG_NOT_LAST", "63", 102),
        (_sealed(BODY) + _sealed(BODY)[6:], "DUPLICATE_TAG", "01", 94),
        (_sealed(BODY + "6400"), "ZERO_LENGTH", "64", 88),
        (_sealed(BODY + "64060002vi"), "MISSING_TAG", "64.01", 86),
        (_sealed(BODY + "64120002vi0105AB"), "LENGTH_OVERRUN", "64.01", 98),
        (_sealed(BODY + "64120003vie0101A"), "BAD_LENGTH", "64.00", 90),
        (_sealed(BODY + "5203541"), "BAD_LENGTH", "52", 86),
        (_sealed(BODY + "52045A11"), "BAD_MCC", "52", 86),
        (_sealed(BODY + "61111000000000A"), "TOO_LONG", "61", 86),
        (_sealed(BODY + "26040001"), "LENGTH_OVERRUN", "26.00", 92),
        (_sealed(BODY + "62050810A"), "LENGTH_OVERRUN", "62.08", 92),
        (
            _sealed(BODY.replace("0010A0000007270127", "0127", 1).replace("3857", "3843")),
            "BAD_GUID",
            "38",
            59,
        ),
        ("0" * (MAX_PAYLOAD + 1), "TOO_LONG", "root", 0),
        ("000201010211\ud800", "NOT_UNICODE", "root", 12),
    ],
)
def test_decode_names_the_place(payload, code, path, offset):
    with pytest.raises(VietQRError) as caught:
        decode(payload)
    error = caught.value
    assert (error.code, error.path, error.offset) == (code, path, offset)


def test_without_a_beneficiary_both_parts_are_missed():
    reading = inspect(_sealed("00020101021138140010A00000072753037045802VN"))
    assert [(fault.code, fault.path) for fault in reading.errors] == [
        ("BAD_BIN", "38.01.00"),
        ("BAD_ACCOUNT", "38.01.01"),
    ]


@pytest.mark.parametrize("amount", ["180000.", "50000.00", "0000000018000", "9999999999999"])
def test_inspect_takes_amounts_of_others_that_we_refuse(amount):
    payload = _sealed(BODY + f"54{len(amount):02d}{amount}")
    assert inspect(payload).valid
    with pytest.raises(VietQRError, match="BAD_AMOUNT"):
        decode(payload)


def test_a_name_in_another_language_is_not_the_vietnamese_one():
    assert decode(_sealed(BODY + "64170002en0107Shop VN")).name_vi is None
    assert decode(_sealed(BODY + "64190002vi0109Chợ Phiên")).name_vi == "Chợ Phiên"


def test_a_crc_that_begins_with_zero_is_padded():
    assert encode(VietQR("970423", "0000000004")).endswith("630407AD")
