"""The command line: one answer a line, whatever the line is."""

import json

import pytest
from click.testing import CliRunner
from PIL import Image

from market40.vietqr.codec import VietQR, decode, encode, inspect
from market40.vietqr.command import vietqr
from market40.vietqr.images import png

PAYLOAD = encode(VietQR("970436", "0011001122338", amount=45_000, purpose="ZJ7KQ2ZMN7"))


def _run(*arguments, given=None, status=0):
    done = CliRunner().invoke(vietqr, arguments, input=given)
    assert done.exit_code == status, done.output
    return done


def test_decode_arguments():
    lines = _run("decode", "--profile", "napas", PAYLOAD, "x").stdout.splitlines()
    right, wrong = map(json.loads, lines)
    assert right["valid"] is True
    assert right["fields"]["amount"] == "45000"
    assert wrong == {
        "valid": False,
        "errors": [
            {
                "code": "TOO_SHORT",
                "path": "root",
                "offset": 0,
                "message": "Có 1 ký tự, mã có ít nhất 12.",
            }
        ],
        "warnings": [],
        "fields": {},
        "templates": {},
    }
    assert right["templates"] == {"38": "VietQR"}


def test_decode_by_another_profile_and_leniently():
    (answer,) = map(json.loads, _run("decode", "--profile", "emvco", PAYLOAD).stdout.splitlines())
    assert [fault["path"] for fault in answer["errors"]] == ["52", "59", "60"]
    lower = PAYLOAD[:-4] + PAYLOAD[-4:].lower()
    (answer,) = map(json.loads, _run("decode", "--lenient", lower).stdout.splitlines())
    assert answer["valid"] is True
    assert [fault["code"] for fault in answer["warnings"]] == ["CRC_LOWER_CASE"]


def test_decode_answers_every_line_of_standard_input():
    given = f"{PAYLOAD}\r\n\n".encode() + b"\xff\xfe" * 10 + b"\n" + b"9" * 200_000 + b"\n"
    given += (PAYLOAD + " ").encode()
    answers = [json.loads(line) for line in _run("decode", given=given).stdout.splitlines()]
    assert [answer["valid"] for answer in answers] == [True, False, False, False, False]
    assert [answer["errors"][0]["code"] for answer in answers[1:]] == [
        "TOO_SHORT",
        "NOT_UNICODE",
        "TOO_LONG",
        "TRUNCATED_HEADER",
    ]


def test_encode_options():
    options = ("--bin", "970436", "--account", "0011001122338", "--amount", "45000")
    assert _run("encode", *options, "--memo", "ZJ7KQ2ZMN7").stdout == PAYLOAD + "\n"


def test_encode_lines_tells_each_refused_one():
    given = "\n".join(
        (
            '{"bin": "970436", "account": "1", "name": "Sạp Cô Bảy"}',
            '{"bin": "970436", "account": "1", "amount": 0}',
            "[1]",
            "{",
            '{"bin": "970436", "account": "2", "memo": "  lead"}',
            '{"bin": "970436", "account": "1", "account": "2"}',
        )
    )
    done = _run("encode", given=given, status=1)
    first, last = done.stdout.splitlines()
    assert decode(first).name_vi == "Sạp Cô Bảy"
    assert decode(last).purpose == "  lead"
    assert "dòng 2: BAD_AMOUNT" in done.stderr
    assert "dòng 3: BAD_JSON" in done.stderr
    assert "dòng 4: BAD_JSON" in done.stderr
    assert "dòng 6: DUPLICATE_KEY [account]" in done.stderr


def test_encode_notes_an_unknown_bank_and_a_memo_that_was_changed():
    done = _run(
        "encode", "--bin", "999999", "--account", "1", "--memo", "Tiền hàng ở đây dài quá 25"
    )
    assert decode(done.stdout.strip()).purpose == "Tien hang o day dai qua"
    assert "999999" in done.stderr
    assert "“Tien hang o day dai qua”" in done.stderr
    given = '{"bin": "970436", "account": "1", "memo": "ố"}\n{"bin": "970436", "account": "1"}'
    done = _run("encode", given=given)
    assert done.stderr == "dòng 1: lưu ý: nội dung chuyển khoản được ghi là “o”.\n"
    done = _run("encode", given='{"bin": "970436", "account": "1", "memo": "最"}')
    assert "“”" in done.stderr


def test_encode_writes_amounts_as_the_specification_has_them():
    given = "\n".join(
        f'{{"bin": "970436", "account": "1", "amount": {amount}}}'
        for amount in ('"50000.00"', "500000000", '"9999999999999"')
    )
    done = _run("encode", given=given)
    amounts = [inspect(line).fields["amount"] for line in done.stdout.splitlines()]
    assert amounts == ["50000.00", "500000000", "9999999999999"]
    assert done.stderr.splitlines() == [
        f"dòng {number}: lưu ý: NAPAS 247 chuyển nhiều nhất 499999999 đồng một lần."
        for number in (2, 3)
    ]


@pytest.mark.parametrize(
    "amount",
    ["0", "-5", "1e5", "12345.67", '"0.00"', '"050000"', '"50000."', '"1,000"', '"５"', "true",
     "50000.0", "99999999999999", "9" * 4_000, '"999999999999.0"', '"1\\n"', "[]"],
)  # fmt: skip
def test_encode_writes_no_other_amounts(amount):
    given = f'{{"bin": "970436", "account": "1", "amount": {amount}}}'
    done = _run("encode", given=given, status=1)
    assert (done.stdout, "dòng 1: BAD_AMOUNT" in done.stderr) == ("", True)


def test_encode_lines_that_are_all_right():
    given = '{"bin": "970436", "account": "0011001122338", "amount": 45000, "memo": "ZJ7KQ2ZMN7"}'
    assert _run("encode", given=given).stdout == PAYLOAD + "\n"


@pytest.mark.parametrize(
    ("options", "status"), [(("--bin", "1", "--account", "1"), 1), (("--account", "1"), 2)]
)
def test_encode_refuses(options, status):
    _run("encode", *options, status=status)


def test_image(tmp_path, read_back):
    out = tmp_path / "code.png"
    _run("image", PAYLOAD, "--out", str(out))
    with Image.open(out) as picture:
        assert read_back(picture.convert("L")) == [PAYLOAD]
    drawing = tmp_path / "code.svg"
    _run("image", PAYLOAD, "--out", str(drawing), "--svg", "--level", "Q")
    assert drawing.read_text("utf-8").startswith("<svg")
    _run("image", PAYLOAD[:-1] + "?", "--out", str(out), status=1)
    _run("image", PAYLOAD, "--out", str(out), "--module-px", "0", status=1)
    _run("image", PAYLOAD, "--out", str(tmp_path / "no" / "code.png"), status=1)


def test_banks():
    assert len(_run("banks").stdout.splitlines()) == 72
    assert _run("banks", "dong", "a").stdout.startswith("970406\tDOB\tVikki\treceives only\t")
    assert _run("banks", "vietconbank").stdout.startswith("970436\tVCB\t")
    assert "Không có ngân hàng" in _run("banks", "nowhere", status=1).stderr
    assert "100 ký tự" in _run("banks", "x" * 101, status=1).stderr


def test_read(tmp_path):
    code, text, gone = tmp_path / "code.png", tmp_path / "text.jpg", tmp_path / "none.png"
    _run("image", PAYLOAD, "--out", str(code))
    text.write_text("no photo")
    (answer,) = map(json.loads, _run("read", str(code)).stdout.splitlines())
    assert (answer["file"], answer["brought_up"]) == (str(code), False)
    (symbol,) = answer["symbols"]
    assert (symbol["text"], symbol["format"], symbol["valid"]) == (PAYLOAD, "QRCode", True)
    assert (symbol["fields"]["amount"], symbol["errors"], symbol["warnings"]) == ("45000", [], [])
    assert len(symbol["corners"]) == 4

    done = _run("read", str(text), str(gone), str(code), status=1)
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    codes = [answer.get("error", {}).get("code") for answer in answers]
    assert codes == ["not_a_photo", "unreadable_file", None]
    assert "2 ảnh không đọc được" in done.stderr


def test_read_tells_what_is_no_payload(tmp_path):
    code = tmp_path / "code.png"
    code.write_bytes(png("https://cho.example.vn"))
    (answer,) = map(json.loads, _run("read", str(code)).stdout.splitlines())
    assert answer["symbols"][0].keys() == {"text", "format", "corners"}
