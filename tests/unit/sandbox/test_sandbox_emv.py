"""What the sandbox bank's reader takes and what it refuses."""

import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sandbox_payloads import merchant, sealed, tlv

from market40.sandbox.emv import CodeRefused, crc16, read


def build(change: dict[str, str | None] | None = None, order: list[str] | None = None) -> str:
    """Build a payload by hand; `change` replaces a root field's value, None takes it out."""
    fields: dict[str, str | None] = {
        "00": "01",
        "01": "12",
        "38": merchant(),
        "53": "704",
        "54": "25000",
        "58": "VN",
        "62": tlv("08", "ZJ7KQ2ZMN7 A12"),
    } | (change or {})
    body = "".join(tlv(t, v) for t in order or sorted(fields) if (v := fields[t]) is not None)
    return sealed(body)


# NAPAS, "Định dạng VietQR" v1.0 (2021), §6.1.4 (table).
NAPAS_DYNAMIC_TO_CARD = (
    "00020101021238600010A00000072701300006970403011697040311012345670208QRIBFTTC"
    "530370454061800005802VN62340107NPS68690819thanh toan don hang6304A203"
)


def test_reads_what_napas_published() -> None:
    code = read(NAPAS_DYNAMIC_TO_CARD)
    assert (code.bin, code.bank, code.account) == ("970403", "Sacombank", "9704031101234567")
    assert code.to_card
    assert (code.amount, code.memo) == (180_000, "thanh toan don hang")


def test_checksum_is_the_published_one_and_keeps_its_zero() -> None:
    assert crc16(b"123456789") == 0x29B1  # CRC-16/CCITT-FALSE's own check value
    body = tlv("00", "01") + tlv("01", "11") + tlv("38", merchant("970423", "0000000004"))
    assert sealed(body + "5303704" + "5802VN").endswith("630407AD")


def test_reads_a_dynamic_code() -> None:
    code = read(build())
    assert (code.bank, code.account, code.amount) == ("Vietcombank", "0011001234567", 25_000)
    assert (code.memo, code.dynamic, code.to_card) == ("ZJ7KQ2ZMN7 A12", True, False)


def test_reads_a_static_code_with_a_vietnamese_name() -> None:
    local = tlv("00", "vi") + tlv("01", "Sạp Cô Bảy")
    code = read(build({"01": "11", "54": None, "64": local, "59": "SAP CO BAY"}))
    assert (code.amount, code.dynamic, code.name) == (None, False, "Sạp Cô Bảy")


def test_a_lower_case_checksum_is_read_and_a_memo_of_stars_is_none() -> None:
    payload = build({"62": tlv("08", "***")})
    assert read(payload[:-4] + payload[-4:].lower()).memo == ""


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"01": None}, "bad_initiation"),
        ({"01": "13"}, "bad_initiation"),
        ({"38": None}, "not_vietqr"),
        ({"38": merchant().replace("A000000727", "A000000775")}, "wrong_guid"),
        ({"38": merchant("970488")}, "unknown_bank"),
        ({"38": merchant("97042")}, "unknown_bank"),
        ({"38": merchant(account="A" * 20)}, "bad_account"),
        ({"38": merchant(account="001 100")}, "bad_account"),
        ({"38": merchant(account="٠١٢٣٤٥")}, "bad_account"),
        ({"38": merchant(service="QRPUSH")}, "bad_service"),
        ({"38": merchant() + tlv("02", "QRIBFTTA")}, "duplicate_field"),
        ({"38": merchant() + "03"}, "broken_structure"),
        ({"38": merchant() + "0309A"}, "broken_length"),
        ({"53": "840"}, "bad_currency"),
        ({"53": None}, "bad_currency"),
        ({"58": "TH"}, "bad_country"),
        ({"58": None}, "bad_country"),
        ({"52": "54AB"}, "bad_category"),
        ({"55": "01"}, "tip_not_supported"),
        ({"54": "0"}, "bad_amount"),
        ({"54": "025000"}, "bad_amount"),
        ({"54": "25000.5"}, "bad_amount"),
        ({"54": "-5"}, "bad_amount"),
        ({"54": "1e5"}, "bad_amount"),
        ({"54": "25,000"}, "bad_amount"),
        ({"54": "٥٠٠٠"}, "bad_amount"),
        ({"54": "500000000"}, "amount_over_limit"),
        ({"01": "11"}, "amount_in_static_code"),
        ({"62": tlv("08", "A" * 26)}, "bad_label"),
        ({"62": tlv("08", "Tiền rau")}, "bad_label"),
        ({"59": "SẠP CÔ BẢY"}, "bad_name"),
        ({"60": "A" * 16}, "bad_name"),
        ({"64": tlv("00", "vi") + tlv("01", "Ả" * 26)}, "bad_name"),
        ({"62": tlv("08", "A\nB")}, "not_text"),
    ],
)
def test_refuses_what_a_bank_app_would_refuse(change: dict[str, str | None], code: str) -> None:
    with pytest.raises(CodeRefused) as refused:
        read(build(change))
    assert refused.value.code == code


def test_the_limit_itself_is_good() -> None:
    assert read(build({"54": "499999999"})).amount == 499_999_999


@pytest.mark.parametrize(
    ("payload", "code"),
    [
        ("", "not_emv"),
        ("https://example.vn/pay", "broken_structure"),
        (build()[:-4] + "0000", "bad_checksum"),
        (build()[:-8], "no_checksum"),
        (build() + "6304ABCD", "duplicate_field"),
        (build(order=["01", "00", "38", "53", "54", "58", "62"]), "not_emv"),
        (sealed(build()[:-8] + "5303704"), "duplicate_field"),
        (sealed(build()[:-8] + "6200"), "broken_length"),
        ("A" * 513, "payload_too_long"),
        (build()[:-4] + "\ud800000", "not_text"),
    ],
)
def test_refuses_broken_frames(payload: str, code: str) -> None:
    with pytest.raises(CodeRefused) as refused:
        read(payload)
    assert refused.value.code == code


@settings(deadline=None)
@given(st.integers(0, 200), st.sampled_from(string.digits + string.ascii_uppercase))
def test_one_changed_character_never_reads_as_another_payment(at: int, new: str) -> None:
    payload = build()
    at %= len(payload)
    changed = payload[:at] + new + payload[at + 1 :]
    if changed.upper() != payload:
        with pytest.raises(CodeRefused):
            read(changed)


@settings(deadline=None)
@given(st.text(max_size=600))
def test_any_text_is_read_or_refused(text: str) -> None:
    with pytest.raises(CodeRefused):
        read(text)
