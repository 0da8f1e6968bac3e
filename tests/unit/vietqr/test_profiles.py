"""EMVCo's profile, what a lenient reading mends, whose templates stand there, the one form."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_codec import CALM, SAFE, _codes

from market40.vietqr import codec
from market40.vietqr.canonical import canonical
from market40.vietqr.codec import VietQR, VietQRError, decode, encode, inspect
from market40.vietqr.issuers import UNKNOWN, name_template
from market40.vietqr.rules import crc
from market40.vietqr.tlv import write

# NAPAS v1.0 (09/2021) §6.1.1 as it is printed: 0112 before thirteen digits, and a CRC that holds.
NAPAS_SAMPLE = (
    "00020101021138570010A00000072701270006970403011200110123456780208QRIBFTTA53037045802VN6304"
)
EMVCO_SAMPLE = (  # EMVCo MPM's own, with lengths in characters
    "00020101021229300012D156000000000510A93FO3230Q31280012D15600000001030812345678520441115802CN"
    "5914BEST TRANSPORT6007BEIJING64200002ZH0104最佳运输0202北京540523.725303156550201"
    "6233030412340603***0708A60086670902ME91320016A0112233449988770708123456786304A13A"
)


def sealed(body: str) -> str:
    return body + crc(body.encode())


def codes(faults):
    return [fault.code for fault in faults]


def emvco(**changes: str) -> str:
    parts = {
        "00": "01", "01": "11", "26": "0010D156000000", "52": "5411", "53": "704", "58": "VN",
        "59": "SAP CO BAY", "60": "HA GIANG",
    } | {tag.removeprefix("t"): value for tag, value in changes.items()}  # fmt: skip
    return sealed("".join(f"{t}{len(v):02d}{v}" for t, v in sorted(parts.items()) if v) + "6304")


def test_emvco_reads_its_own_sample():
    found = inspect(EMVCO_SAMPLE, profile="emvco")
    assert (found.errors, found.warnings) == ((), ())
    assert (found.fields["amount"], found.fields["currency"]) == ("23.72", "156")
    assert found.fields["name_alt"] == "最佳运输"
    assert found.templates == {
        "29": "D15600000000", "31": "D15600000001", "91": "A011223344998877"
    }  # fmt: skip
    assert "CURRENCY_NOT_704" in codes(inspect(EMVCO_SAMPLE).errors)


@pytest.mark.parametrize(
    ("changes", "code", "path"),
    [
        ({"t52": ""}, "MISSING_TAG", "52"),
        ({"t59": ""}, "MISSING_TAG", "59"),
        ({"t60": ""}, "MISSING_TAG", "60"),
        ({"t52": "541A"}, "BAD_MCC", "52"),
        ({"t53": "7O4"}, "BAD_CURRENCY", "53"),
        ({"t58": "vn"}, "BAD_COUNTRY", "58"),
        ({"t59": "A" * 26}, "TOO_LONG", "59"),
        ({"t59": "Sạp"}, "NON_ANS", "59"),
        ({"t62": "08" + "26" + "A" * 26}, "TOO_LONG", "62.08"),
        ({"t54": "5.5"}, "VND_DECIMALS", "54"),
        ({"t53": "840", "t54": "0.00"}, "ZERO_AMOUNT", "54"),
        ({"t26": ""}, "MISSING_MERCHANT_ACCOUNT", "38"),
    ],
)
def test_emvco_refuses(changes, code, path):
    errors = inspect(emvco(**changes), profile="emvco").errors
    assert (code, path) in [(fault.code, fault.path) for fault in errors]


def test_emvco_takes_decimals_of_other_currencies_and_templates_of_others():
    other = {"t38": "0007abc.com"}
    for changes in ({"t53": "840", "t54": "5.50"}, other, {"t53": "840", "t54": "0.5"}):
        assert inspect(emvco(**changes), profile="emvco").errors == ()
    assert codes(inspect(emvco(**other)).errors)[0] == "BAD_GUID"


def test_the_sample_of_napas_is_known_by_name():
    sample = sealed(NAPAS_SAMPLE)
    assert sample.endswith("F4E5"), "as it is printed"
    assert codes(inspect(sample).errors) == ["TRUNCATED_HEADER"]
    found = inspect(sample, lenient=True)
    assert found.valid
    assert [(f.code, f.path, f.offset) for f in found.warnings] == [
        ("NAPAS_SAMPLE_LENGTH", "38.01.01", sample.index("01120011") + 2)
    ]
    assert (found.fields["account"], found.fields["bin"]) == ("0011012345678", "970403")
    with pytest.raises(VietQRError):
        decode(sample)


def lengths_in_bytes(code: VietQR) -> str:
    name = code.name_vi or ""
    inner = f"0002vi01{len(name.encode()):02d}{name}"
    head = encode(code._replace(name_vi=None))[:-8]
    return sealed(f"{head}64{len(inner.encode()):02d}{inner}6304")


@CALM
@given(_codes(SAFE).filter(lambda code: code.name_vi and not code.name_vi.isascii()))
def test_lengths_in_bytes_are_mended_and_said(code):
    payload = lengths_in_bytes(code)
    found = inspect(payload, lenient=True)
    assert found.valid
    assert codes(found.warnings) == ["LENGTH_IN_BYTES"]
    assert payload[found.warnings[0].offset :].startswith("64")
    assert found.fields["name_alt"] == code.name_vi
    assert not inspect(payload).valid


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_line_feed_and_a_crc_in_lower_case_are_said(end):
    payload = encode(VietQR("970403", "0011012345678", amount=5_000, purpose="ABC"))
    lower = payload[:-4] + payload[-4:].lower()
    said = {"TRAILING_NEWLINE"} | ({"CRC_LOWER_CASE"} if lower != payload else set())
    found = inspect(lower + end, lenient=True)
    assert found.valid
    assert set(codes(found.warnings)) == said
    assert inspect(payload, lenient=True).warnings == ()
    assert not inspect(payload + "\n\n", lenient=True).valid


BROKEN = [
    sealed(NAPAS_SAMPLE)[:-4] + "0000",  # the CRC does not hold: nobody knows what was meant
    sealed(NAPAS_SAMPLE.replace("5678", "567-")),
    sealed("000201010211ạ6304"),
    sealed("00020101021199ạ6304"),
    sealed("0002010102110003ạ26304"),
    sealed("00020101021138030002ạ6304"),
    sealed("000201010211640700010ạ6304"),
    sealed("0002010102115901ạ6304"),
    sealed("000201010211640900019ạạ6304"),
    sealed("0002010102115901ạạ6304"),
    sealed("000201010211" + "5902ạ" + "x" + "6304"),
    "\ud800" * 20,
    "ạ" * 20,
    "\n" * 20,
    sealed("0002010102113801Z5802VN53037046304"),
]


@pytest.mark.parametrize("payload", BROKEN, ids=range(len(BROKEN)))
def test_what_is_broken_otherwise_stays_refused(payload):
    assert not inspect(payload, lenient=True).valid


@CALM
@given(st.text(max_size=200), st.sampled_from(["napas", "emvco"]))
def test_a_lenient_reading_never_raises(text, profile):
    found = inspect(text, profile=profile, lenient=True)
    assert found.valid is (not found.errors)


@pytest.mark.parametrize(
    ("tag", "value", "name"),
    [
        ("38", "0010A000000727", "VietQR"),
        ("26", "0010A0000007750105ABCDE", "VNPAY-QR"),
        ("26", "0013vn.airpay.www", "ShopeePay"),
        ("80", "046", "MoMo"),
        ("80", "0003abc", "abc"),
        ("51", "x", UNKNOWN),
        ("04", "4111", "Mastercard"),
        ("20", "4111", UNKNOWN),
        ("62", "0803ABC", None),
        ("59", "A", None),
    ],
)
def test_templates_are_named(tag, value, name):
    assert name_template(tag, value) == name


@CALM
@given(_codes(SAFE), st.randoms())
def test_the_one_form_is_what_encode_writes_however_it_was_ordered(code, chance):
    payload = encode(code)
    assert canonical(payload) == payload
    first, *middle = _parts(payload[:-8])
    chance.shuffle(middle)
    shuffled = sealed("".join([first, *middle]) + "6304")
    assert canonical(shuffled) == payload
    assert decode(shuffled) == code


def _parts(text):
    at, found = 0, []
    while at < len(text):
        end = at + 4 + int(text[at + 2 : at + 4])
        found.append(text[at:end])
        at = end
    return found


def test_the_one_form_has_a_plain_amount_and_lets_strange_values_be():
    wild = {"t53": "840", "t54": "0050.500", "t80": "046", "t51": "x", "t27": "0103abc0002de"}
    form = canonical(emvco(**wild), profile="emvco")
    assert "540450.5" in form
    assert "27130002de0103abc" in form
    assert canonical(form, profile="emvco") == form
    assert "540550000" in canonical(emvco(t54="050000.0"))
    with pytest.raises(VietQRError):
        canonical("x" * 20)


def test_the_short_way_of_decode_agrees_with_the_long_one():
    """What is let through by one regular expression is what the full reading says it is."""
    chance = random.Random(20261124)
    taken = 0
    for _ in range(20_000):
        code = VietQR(
            "".join(chance.choices("0123456789", k=6)),
            "".join(chance.choices("0208QRIBFTTA5370", k=chance.randint(1, 19))),
            chance.choice(["QRIBFTTA", "QRPUSH", None]),
            chance.choice([None, chance.randint(1, 499_999_999)]),
            chance.choice([None, "ZJ7KQ2ZMN7", "54055000058", "0208QRIBFTTA5303704"]),
        )
        payload = encode(code)
        if chance.random() < 0.7:
            at = chance.randrange(len(payload) - 8)
            text = chance.choice(["", "0", "01", "5802VN", "QR", " "])
            payload = sealed(payload[:at] + text + payload[at + chance.randint(0, 4) : -4])
        short = codec._plain(payload)
        if short is not None:
            assert short == codec._decoded(payload)
            taken += 1
    assert taken > 6_000


def test_canonical_leaves_somebody_elses_receiver_to_the_letter():
    """In another's template 38.01 is no template, even where it reads as one."""
    payload = emvco(t38="0004D156" + "0110" + "0201A0001B")
    assert canonical(payload, profile="emvco") == payload


@pytest.mark.parametrize("profile", ["napas", "emvco"])
def test_what_is_too_long_is_not_mended(profile):
    found = inspect("0" * 514 + "\n", profile=profile, lenient=True)
    assert (codes(found.errors), found.warnings) == (["TOO_LONG"], ())


@pytest.mark.parametrize(
    ("tag", "value", "faults"),
    [
        ("27", "0003abc0106123456X", [("TRUNCATED_HEADER", "27")]),
        ("85", "0003abc01031230103456", [("DUPLICATE_TAG", "85.01")]),
        ("51", "0003abc0100", [("ZERO_LENGTH", "51.01")]),
        ("85", "0003abc0103123", []),
        ("80", "046", []),  # MoMo's, no template
        ("85", "009912", []),  # more is promised in 00 than there is: none either
        ("85", "0000", []),
        ("62", "50140003abc0103123", []),
        ("62", "50210003abc01031230103456", [("DUPLICATE_TAG", "62.50.01")]),
        ("62", "01140003abc0103123", []),  # a bill number may begin like that
    ],
)
def test_templates_of_others_are_whole_where_they_name_themselves(tag, value, faults) -> None:
    receiver = "38540010A00000072701240006970436011001234567890208QRIBFTTA"
    body = f"000201010211{receiver}53037045802VN{write(tag, value)}6304"
    found = inspect(body + crc(body.encode()))
    assert [(fault.code, fault.path) for fault in found.errors] == faults


@pytest.mark.parametrize(
    ("tag", "value", "name"),
    [
        ("38", "01170006970436010312302" + "08QRIBFTTA" + "0010A000000727", "VietQR"),
        ("27", "630458FF000201", "01"),  # what the fuzzing found: named only once it was in order
    ],
)
def test_a_template_is_named_by_its_identifier_wherever_that_stands(tag, value, name) -> None:
    body = f"00020153037045802VN{write(tag, value)}6304"
    payload = body + crc(body.encode())
    assert inspect(payload).errors == ()
    assert inspect(payload).templates == {tag: name}
    assert inspect(canonical(payload)).templates == {tag: name}


def test_a_template_whose_identifier_does_not_fit_is_named_by_none() -> None:
    assert name_template("27", "0020abc") == UNKNOWN
