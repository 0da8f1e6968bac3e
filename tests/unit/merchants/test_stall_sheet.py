"""A clerk's file: encodings, separators, headers, and each fault at its row and column."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from market40.core.errors import TooLarge
from market40.merchants.domain.sheet import read_csv, template_csv

HEAD = (
    "Số sạp,Tên sạp,Khu,Ngành hàng,Tiểu thương,"
    "Điện thoại,Ngân hàng,Số tài khoản,Chủ tài khoản,Dành riêng/chung"
)
MAY = (
    "A1,Rau Cô Mẩy,Khu rau,Rau củ,Lò Thị Mẩy,"
    "0912345678,Vietcombank,00110011223388,Lò Thị Mẩy,dành riêng"
)
PAO = "A2,Thịt Anh Páo,Khu thịt,Thịt,Giàng Mí Páo,,,,,"
PLAIN = f"{HEAD}\n{MAY}\n{PAO}\n"


def faults(text: str | bytes):
    content = text if isinstance(text, bytes) else text.encode()
    return [(fault.code, fault.place) for fault in read_csv(content).faults]


def cp1258(text: str) -> bytes:
    """What Windows-1258 saves: hats composed, tones as combining marks."""
    out = []
    for char in text:
        try:
            char.encode("cp1258")
            out.append(char)
        except UnicodeEncodeError:
            base, *marks = unicodedata.normalize("NFD", char)
            tones = [m for m in marks if m in "\u0300\u0301\u0303\u0309\u0323"]
            hats = [m for m in marks if m not in tones]
            out.append(unicodedata.normalize("NFC", base + "".join(hats)) + "".join(tones))
    return "".join(out).encode("cp1258")


@pytest.mark.parametrize(
    "content",
    [
        PLAIN.encode(),
        b"\xef\xbb\xbf" + PLAIN.encode(),
        PLAIN.replace("\n", "\r\n").encode(),
        PLAIN.replace("\n", "\r").encode(),
        PLAIN.encode("utf-16"),
        PLAIN.encode("utf-16-be").join([b"\xfe\xff", b""]),
        PLAIN.encode("utf-16-le"),
        cp1258(PLAIN),
        PLAIN.replace(",", ";").encode(),
        PLAIN.replace(",", "\t").encode("utf-16"),
        ("sep=;\n" + PLAIN.replace(",", ";")).encode(),
        unicodedata.normalize("NFD", PLAIN).encode(),
        ("DANH SÁCH SẠP CHỢ PHIÊN ĐỒNG VĂN,,,,,,,,,\n\n" + PLAIN).encode(),
    ],
    ids=["utf8", "bom", "crlf", "cr", "utf16", "utf16be", "utf16le-bare", "cp1258", "semicolon",
         "tab", "sep", "nfd", "title"],
)  # fmt: skip
def test_whatever_a_clerks_excel_saves_is_read(content):
    sheet = read_csv(content)
    assert sheet.faults == ()
    may, pao = sheet.registrations
    assert (may.number, may.name, may.vendor_name) == ("A1", "Rau Cô Mẩy", "Lò Thị Mẩy")
    assert (may.bank_bin, may.account_number, may.holder) == (
        "970436", "00110011223388", "LO THI MAY",
    )  # fmt: skip
    assert (may.usage, may.phone) == ("dedicated", "0912345678")
    assert (pao.has_account, pao.zone) == (False, "Khu thịt")


def test_headers_are_known_without_marks_and_in_any_order():
    sheet = read_csv(
        "STT;HO TEN;so sap;SDT;STK;Ngan hang;chu tk;Ghi chú\n"
        "1;Lò Thị Mẩy;a 1;0912345678;0011001122;vcb;LO THI MAY;xong\n".encode()
    )
    assert sheet.faults == ()
    assert sheet.ignored == ("STT", "Ghi chú")
    assert sheet.registrations[0].number == "A 1"
    assert sheet.registrations[0].name == "Sạp A 1"


def row(**cells: str) -> str:
    values = dict(zip(HEAD.split(","), MAY.split(","), strict=True))
    return ",".join({**values, **cells}.values())


@pytest.mark.parametrize(
    ("cells", "code", "column"),
    [
        ({"Số sạp": ""}, "missing", "Số sạp"),
        ({"Số sạp": "A" * 21}, "too_long", "Số sạp"),
        ({"Tiểu thương": ""}, "missing", "Tiểu thương"),
        ({"Tên sạp": "=1+1"}, "formula_like", "Tên sạp"),
        ({"Khu": "@SUM"}, "formula_like", "Khu"),
        ({"Tiểu thương": "L? Th? M?y"}, "text_damaged", "Tiểu thương"),
        ({"Điện thoại": "912345678"}, "phone_lost_zero", "Điện thoại"),
        ({"Ngân hàng": "Ngân hàng Mây"}, "unknown_bank", "Ngân hàng"),
        ({"Ngân hàng": ""}, "missing", "Ngân hàng"),
        ({"Số tài khoản": ""}, "missing", "Số tài khoản"),
        ({"Số tài khoản": "1.2E+12"}, "account_mangled", "Số tài khoản"),
        ({"Số tài khoản": "12345678901234500"}, "account_rounded", "Số tài khoản"),
        ({"Số tài khoản": "AB123456"}, "account_letters", "Số tài khoản"),
        ({"Chủ tài khoản": ""}, "missing", "Chủ tài khoản"),
        ({"Dành riêng/chung": "có"}, "usage_unknown", "Dành riêng/chung"),
    ],
)
def test_each_fault_is_at_its_row_and_column(cells, code, column):
    text = f"{HEAD}\n{PAO}\n\n{row(**{'Số sạp': 'A9', **cells})}\n"
    assert faults(text) == [(code, f"dòng 4, cột {column}")]


def test_duplicates_within_the_file_name_the_other_row():
    text = f"{HEAD}\n{MAY}\n{row(**{'Số sạp': 'a1'})}\n"
    (fault,) = read_csv(text.encode()).faults
    assert (fault.code, fault.place) == ("number_twice", "dòng 3, cột Số sạp")
    assert "dòng 2" in fault.message


@pytest.mark.parametrize(
    ("cells", "code", "column"),
    [
        ({"Tiểu thương": "Vàng Thị Chở"}, "phone_of_another", "Điện thoại"),
        ({"Chủ tài khoản": "Kẻ Gian"}, "holder_differs", "Chủ tài khoản"),
        ({"Điện thoại": "0987654321"}, "account_of_another", "Số tài khoản"),
        ({"Dành riêng/chung": "chung"}, "usage_differs", "Dành riêng/chung"),
    ],
)
def test_rows_that_contradict_each_other_are_faults(cells, code, column):
    found = faults(f"{HEAD}\n{MAY}\n{row(**{'Số sạp': 'A9', **cells})}\n")
    assert (code, f"dòng 3, cột {column}") in found


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "file_empty"),
        (b"  \n ", "file_empty"),
        (HEAD.encode(), "file_empty"),
        (b"PK\x03\x04rest", "file_is_workbook"),
        (b"\xd0\xcf\x11\xe0rest", "file_is_workbook"),
        (b"\xff\xfe\x00", "file_encoding"),
        (b"So sap,Tieu thuong\n\xd2\xff\x00,x\n", "file_encoding"),
        (b"a,b\n1,2\n", "column_missing"),
        (b"So sap,Ten sap\nA1,x\n", "column_missing"),
        (b"So sap,Tieu thuong,sap so\nA1,x,A1\n", "column_twice"),
        (b'So sap,Tieu thuong\nA1,"Lo Thi" May"\n', "file_broken"),
        (b"So sap,Tieu thuong\nA1," + b"x" * 501 + b"\n", "cell_too_long"),
        (b"So sap,Tieu thuong" + b"," * 70 + b"\n", "too_many_columns"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(content, code):
    assert [found for found, _ in faults(content)] == [code]


def test_limits_of_size_and_rows():
    with pytest.raises(TooLarge) as raised:
        read_csv(b"x" * (2 * 1024 * 1024 + 1))
    assert raised.value.code == "file_too_large"
    rows = "".join(f"A{n},Người {n}\n" for n in range(2_001))
    with pytest.raises(TooLarge) as raised:
        read_csv(f"So sap,Tieu thuong\n{rows}".encode())
    assert raised.value.code == "too_many_rows"
    rows = "".join(f"A{n},Người {n}\n" for n in range(2_000))
    assert len(read_csv(f"So sap,Tieu thuong\n{rows}".encode()).registrations) == 2_000


def test_the_template_reads_without_its_examples():
    template = template_csv()
    assert template.startswith(b"\xef\xbb\xbf")
    assert faults(template) == [("file_empty", "tệp")]
    sheet = read_csv(template + "A7,Sạp,,,Lò Thị Mẩy,,,,,,\r\n".encode())
    assert [entry.number for entry in sheet.registrations] == ["A7"]


@given(st.binary(max_size=400))
def test_no_bytes_break_the_reader(content):
    read_csv(content)


@given(st.lists(st.text(max_size=30), max_size=12))
def test_no_cells_break_the_reader(cells):
    read_csv((HEAD + "\n" + ",".join(cells)).encode("utf-8", "replace"))


def test_a_separator_that_is_none_of_ours_is_said():
    assert faults("sep=|\nSố sạp|Tiểu thương\n") == [("file_broken", "dòng 1")]


def test_people_of_one_household_share_an_account():
    named = HEAD + ",Hộ kinh doanh\n"
    wife = MAY + ",Hộ Lò Thị Mẩy\n"
    changed = {"Số sạp": "A9", "Tiểu thương": "Giàng Mí Páo", "Điện thoại": "0987654321"}
    husband = row(**changed)
    assert faults(f"{named}{wife}{husband},hộ lò thị mẩy\n") == []
    assert faults(f"{named}{wife}{husband},Hộ khác\n") == [
        ("account_of_another", "dòng 3, cột Số tài khoản")
    ]
