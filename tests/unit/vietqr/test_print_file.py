"""A long print: one file, whole or not there at all, read back before anybody gets it."""

import random
from dataclasses import replace
from io import BytesIO

import pypdfium2 as pdfium
import pytest

from market40.vietqr.codec import VietQR, encode
from market40.vietqr.sheets import (
    A6,
    SHEETS,
    BadCard,
    NotReadBack,
    Progress,
    cards_pdf,
    check,
    print_file,
    strip_png,
)
from market40.vietqr.sheets.pdf import Glyphs
from market40.vietqr.typeset import width
from tests.unit.vietqr.test_sheets import CARD

RANDOM = random.Random(3)
CARDS = [
    replace(
        CARD,
        stall_name=f"Sạp {n}",
        payload=encode(VietQR("970436", f"{RANDOM.randrange(10**14):014d}", purpose="ZJS7KQ2ZMN")),
    )
    for n in range(620)
]
PAYLOADS = [card.payload for card in CARDS]


def test_a_long_print_is_one_file_and_the_same_as_in_memory(tmp_path):
    target = tmp_path / "market.pdf"
    heard = []
    done = print_file(iter(CARDS), target, watch=heard.append)
    assert (done.cards, done.pages, done.octets) == (620, 620, target.stat().st_size)
    assert heard[0] == Progress(1, 0)
    assert heard[619:621] == [Progress(620, 0), Progress(620, 1)]
    assert heard[-1] == Progress(620, 620)
    assert len(heard) == 1240
    assert target.read_bytes() == cards_pdf(CARDS)
    assert done.octets / done.pages < 2560
    assert [path.name for path in tmp_path.iterdir()] == ["market.pdf"]


class Stopped(Exception):
    pass


@pytest.mark.parametrize("at", [Progress(3, 0), Progress(8, 2)])
def test_a_print_that_is_stopped_leaves_nothing(tmp_path, at):
    def watch(progress):
        if progress == at:
            raise Stopped

    with pytest.raises(Stopped):
        print_file(CARDS[:8], tmp_path / "market.pdf", watch=watch)
    assert list(tmp_path.iterdir()) == []


def test_a_bad_card_leaves_what_stood_there(tmp_path):
    target = tmp_path / "market.pdf"
    target.write_bytes(b"the last print")
    with pytest.raises(BadCard):
        print_file([CARD, replace(CARD, holder="")], target)
    assert target.read_bytes() == b"the last print"
    assert print_file([CARD], target).pages == 1
    assert target.read_bytes() == cards_pdf([CARD])


@pytest.mark.parametrize("name", ["a6", "a4x4"])
def test_pages_in_another_order_are_not_delivered(name):
    sheet = SHEETS[name]
    pdf = cards_pdf(CARDS[:8], sheet)
    check.read_back(pdf, PAYLOADS[:8], sheet)
    swapped = [PAYLOADS[1], PAYLOADS[0], *PAYLOADS[2:8]]
    with pytest.raises(NotReadBack, match="Trang 1") as caught:
        check.read_back(pdf, swapped, sheet)
    assert caught.value.code == "not_read_back"
    last = [*PAYLOADS[:7], PAYLOADS[9]]
    with pytest.raises(NotReadBack, match=f"Trang {8 // sheet.to_a_page}"):
        check.read_back(pdf, last, sheet)


def test_a_page_too_many_or_too_few_is_not_delivered():
    pdf = cards_pdf(CARDS[:3])
    for payloads in (PAYLOADS[:2], PAYLOADS[:4]):
        with pytest.raises(NotReadBack, match="3 trang"):
            check.read_back(pdf, payloads, A6)


def test_a_second_code_in_one_place_is_not_delivered():
    with pytest.raises(NotReadBack):
        check.read_back(cards_pdf(CARDS[:4], SHEETS["a4x4"]), PAYLOADS[:1], A6)


def test_a_code_that_is_covered_is_not_delivered():
    document = pdfium.PdfDocument(cards_pdf(CARDS[:1]))
    page = document[0]
    width, height = page.get_size()
    white = pdfium.raw.FPDFPageObj_CreateNewRect(0, height * 0.5, width, height * 0.1)
    pdfium.raw.FPDFPageObj_SetFillColor(white, 255, 255, 255, 255)
    pdfium.raw.FPDFPath_SetDrawMode(white, pdfium.raw.FPDF_FILLMODE_WINDING, False)
    pdfium.raw.FPDFPage_InsertObject(page.raw, white)
    page.gen_content()
    covered = _saved(document)
    with pytest.raises(NotReadBack):
        check.read_back(covered, PAYLOADS[:1], A6)


def _saved(document):
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def test_a_receipt_that_says_something_else_is_not_delivered():
    png = strip_png(CARD, SHEETS["r58"])
    check.read_png(png, CARD.payload)
    with pytest.raises(NotReadBack):
        check.read_png(png, PAYLOADS[0])


def test_letters_that_share_a_glyph_share_its_number():
    glyphs = Glyphs("Regular")
    assert glyphs.encode("a b\u00a0a") == "00010002000300020001"
    assert glyphs.letters == [ord("a"), ord(" "), ord("b")]
    assert width("🐟", "Regular", 10) == 0
