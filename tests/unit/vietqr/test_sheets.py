"""The printed card: read back from its raster, every text whole, nothing in the quiet zone."""

import subprocess
import unicodedata
from dataclasses import replace
from datetime import date

import pytest
from PIL import Image

from market40.vietqr import typeset
from market40.vietqr.codec import VietQR, VietQRError, encode
from market40.vietqr.sheets import DEMO_NOTICE, BadCard, BadLayout, Card, cards_pdf, press
from market40.vietqr.symbol import matrix

CARD = Card(
    stall_name="Rau Cô Mẩy",
    stall_number="A12",
    market_name="Chợ phiên Đồng Văn",
    holder="LO THI MAY",
    bank_name="Vietcombank",
    account_display="0011 0011 2233 88",
    serial="00412",
    check_code="K7Q-2ZM",
    check_url="cho40.example/k/K7Q2ZM",
    issued_on=date(2026, 11, 22),
    payload=encode(VietQR("970436", "00110011223388", purpose="ZJS7KQ2ZMN")),
)
LONG_HOLDER = "CONG TY TNHH MOT THANH VIEN THUONG MAI VA DICH VU NONG SAN SACH HOANG SU PHI"
LONG = replace(
    CARD,
    stall_name="Cửa hàng Nông sản sạch và Đặc sản vùng cao Nguyễn Thị Thuỳ Dương",
    market_name="Chợ trung tâm huyện Hoàng Su Phì, tỉnh Hà Giang (nay thuộc Tuyên Quang)",
    holder=LONG_HOLDER,
    bank_name="Ngân hàng Nông nghiệp và Phát triển Nông thôn Việt Nam",
    account_display="8888 1234 5678 9012 345",
    check_url="thanhtoan.cho.tuyenquang.gov.vn/k/K7Q2ZM",
    demo=True,
)
BARE = replace(CARD, payload=encode(VietQR("970436", "00110011223388")))  # 37 modules


@pytest.fixture
def poppler(tmp_path):
    """Run one of poppler's programs over a PDF and return what it writes."""

    def run(program, pdf, *options):
        source = tmp_path / "cards.pdf"
        source.write_bytes(pdf)
        done = subprocess.run(
            [program, *options[:-1], str(source), *options[-1:]],
            check=True,
            capture_output=True,
            cwd=tmp_path,
            timeout=120,
        )
        return done.stdout.decode()

    return run


def _text(poppler, pdf):
    return poppler("pdftotext", pdf, "-layout", "-")


def _pages(poppler, pdf, tmp_path, dpi):
    poppler("pdftoppm", pdf, "-r", str(dpi), "-gray", "page")
    return [Image.open(path) for path in sorted(tmp_path.glob("page-*.pgm"))]


def test_every_page_reads_back(payloads, poppler, tmp_path, read_back):
    pdf = cards_pdf(replace(CARD, payload=payload, demo=True) for payload in payloads)
    pages = _pages(poppler, pdf, tmp_path, 100)
    assert [read_back(page) for page in pages] == [[payload] for payload in payloads]


def test_the_card_says_what_to_check(poppler):
    pdf = cards_pdf([CARD])
    text = _text(poppler, pdf)
    for wanted in (
        "QUÉT MÃ ĐỂ THANH TOÁN",
        "Rau Cô Mẩy",
        "Sạp A12 · Chợ phiên Đồng Văn",
        "LO THI MAY",
        "Vietcombank · 0011 0011 2233 88",
        "Xem đúng TÊN NGƯỜI NHẬN rồi mới chuyển",
        "K7Q-2ZM",
        "Số 00412 · in 22/11/2026",
        "cho40.example/k/K7Q2ZM",
    ):
        assert wanted in text
    assert DEMO_NOTICE not in text
    assert text.count("\f") == 1
    info = poppler("pdfinfo", pdf)
    assert "297.638 x 419.527 pts" in info  # A6


def test_a_demonstration_card_says_so(poppler):
    text = _text(poppler, cards_pdf([replace(CARD, demo=True)]))
    assert "DỮ LIỆU TRÌNH DIỄN – KHÔNG DÙNG ĐỂ THANH TOÁN THẬT" in text


def test_decomposed_text_is_composed_before_print(poppler):
    loose = replace(CARD, stall_name=unicodedata.normalize("NFD", CARD.stall_name))
    assert cards_pdf([loose]) == cards_pdf([CARD])


def test_long_texts_are_cut_at_a_word_but_holder_and_account_never(poppler):
    text = _text(poppler, cards_pdf([LONG]))
    words = " ".join(text.split())
    assert LONG_HOLDER in words
    assert "8888 1234 5678 9012 345" in words
    assert "Cửa hàng Nông sản sạch và Đặc sản…" in words
    assert "thanhtoan.cho.tuyenquang.gov.vn/k/K7Q2ZM" in words


@pytest.mark.parametrize("card", [CARD, LONG, BARE, replace(CARD, demo=True)])
def test_four_modules_around_the_symbol_stay_white(card, poppler, tmp_path):
    (page,) = _pages(poppler, cards_pdf([card]), tmp_path, 254)  # ten pixels a millimetre
    dark = page.point(lambda level: 255 if level < 128 else 0)
    count = len(matrix(card.payload, level="Q"))
    module = 814 / (count + 8)
    top = _symbol_top(dark, module)
    left, size, quiet = int(118 + 4 * module), int(count * module) + 1, int(4 * module) - 1
    for box in (
        (left - quiet, top - quiet, left + size + quiet, top - 1),
        (left - quiet, top + size + 1, left + size + quiet, top + size + quiet),
        (left - quiet, top, left - 1, top + size),
        (left + size + 1, top, left + size + quiet, top + size),
    ):
        assert dark.crop(box).getbbox() is None


def _symbol_top(dark, module):
    """The first row in which the finder's seven modules stand full at the symbol's corner."""
    width = int(7 * module)
    for y in range(200, 500):
        left = 118 + int(4 * module)
        row = dark.crop((left + 2, y, left + width - 3, y + 1))
        if row.getextrema() == (255, 255):
            return y
    raise AssertionError("no symbol")


def test_fonts_are_embedded_subsets_and_ours(poppler):
    listed = poppler("pdffonts", cards_pdf([LONG])).splitlines()[2:]
    assert len(listed) == 3
    for line in listed:
        assert "BeVietnamPro-" in line
        assert line.split()[-5:-2] == ["yes", "yes", "yes"]  # embedded, subset, to Unicode


def test_the_same_cards_give_the_same_bytes_and_little_each():
    assert cards_pdf([CARD, LONG]) == cards_pdf([CARD, LONG])
    more = len(cards_pdf([CARD] * 60)) - len(cards_pdf([CARD] * 10))
    assert more / 50 < 2560


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"holder": ""}, "holder"),
        ({"holder": "LO THI MAY 🐟"}, "holder"),
        ({"holder": "LO THI\u202e MAY"}, "holder"),
        ({"account_display": " "}, "account_display"),
        ({"stall_name": "🐟"}, "stall_name"),
        ({"serial": ""}, "serial"),
        ({"market_name": "A" * 201}, "market_name"),
    ],
)
def test_what_would_print_wrong_is_refused(changes, message):
    with pytest.raises(BadCard, match=message) as caught:
        cards_pdf([replace(CARD, **changes)])
    assert caught.value.code == "bad_card"


def test_a_code_too_dense_for_the_sheet_is_refused():
    dense = VietQR(
        "970436",
        "0" * 19,
        merchant_name="a" * 25,
        merchant_city="c" * 15,
        purpose="A" * 25,
        store_label="b" * 25,
        name_vi="ệ" * 25,
    )
    with pytest.raises(BadLayout, match="ít nhất phải") as caught:
        cards_pdf([replace(CARD, payload=encode(dense))])
    assert caught.value.code == "bad_layout"


def test_a_file_has_a_limit(monkeypatch):
    monkeypatch.setattr(press, "MAX_CARDS", 2)
    assert cards_pdf([CARD] * 2)
    with pytest.raises(BadCard, match="2 thẻ"):
        cards_pdf(CARD for _ in range(3))


def test_no_card_and_no_code():
    with pytest.raises(BadCard):
        cards_pdf([])
    with pytest.raises(VietQRError):
        cards_pdf([replace(CARD, payload="https://example.com/pay")])


def test_what_has_no_glyph_is_left_out_of_a_stall_name(poppler):
    card = replace(CARD, stall_name="Cá 🐟 Cô\u202e Mẩy", stall_number="")
    text = _text(poppler, cards_pdf([card]))
    assert "Cá Cô Mẩy" in text
    assert "Sạp" not in text


def test_a_stall_without_a_name_of_its_own_is_named_once(poppler):
    text = _text(poppler, cards_pdf([replace(CARD, stall_name="Sạp A12", stall_number="A12")]))
    assert text.count("Sạp A12") == 1


def test_a_line_of_one_word():
    assert typeset.halves("MOTTU", "ExtraBold", 10) == ["MOTTU"]
    assert typeset.cut("Mộttừdài", "Regular", 10, 20).endswith("…")
    assert typeset.cut("Mộttừdài", "Regular", 10, 0.1) == "…"
    assert cards_pdf([replace(CARD, holder="A" * 200, account_display="9" * 150)])
