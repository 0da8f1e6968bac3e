"""Every sheet: its paper, what stands on it, whole dots, cut marks, and the limits of a layout."""

from dataclasses import replace
from io import BytesIO

import pypdfium2 as pdfium
import pytest
import zxingcpp
from PIL import Image

from market40.vietqr.codec import VietQR, encode
from market40.vietqr.sheets import A6, SHEETS, BadLayout, Sheet, cards_pdf, limits, strip_png
from market40.vietqr.symbol import matrix
from tests.unit.vietqr.test_sheets import CARD, LONG

DENSE = encode(VietQR("970436", "12345678901234", purpose="ZJS7KQ2ZMN", store_label="A12"))
CARDS = [
    replace(CARD, serial=f"{n:05d}", payload=encode(VietQR("970436", f"{n:014d}", purpose="A")))
    for n in range(1, 10)
]
STRIPS = [sheet for sheet in SHEETS.values() if sheet.dots]
PAPER = {
    "a6": (105, 148),
    "a5": (148, 210),
    "a4": (210, 297),
    "a4x4": (210, 297),
    "a4x8": (297, 210),
    "r80": (80, 122),
    "r58": (58, 87),
}


def _pages(pdf, dpi):
    document = pdfium.PdfDocument(pdf)
    pages = [
        document[n].render(scale=dpi / 72, grayscale=True).to_pil().copy()
        for n in range(len(document))
    ]
    sizes = [document.get_page_size(n) for n in range(len(document))]
    document.close()
    return pages, sizes


def _texts(picture):
    found = zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormat.QRCode)
    return [code.text for code in found]


def test_the_sheets_are_these():
    assert set(SHEETS) == set(PAPER)
    assert {sheet.name for sheet in SHEETS.values()} == set(SHEETS)
    assert SHEETS["a4x4"].cell == (105, 148.5)
    assert SHEETS["a4x8"].cell == (74.25, 105)


@pytest.mark.parametrize("sheet", SHEETS.values(), ids=SHEETS)
def test_paper_and_codes_of_every_sheet(sheet):
    pages, sizes = _pages(cards_pdf(CARDS, sheet), 150)
    assert len(pages) == -(-len(CARDS) // sheet.to_a_page)
    for width, height in sizes:
        assert (width / 72 * 25.4, height / 72 * 25.4) == pytest.approx(PAPER[sheet.name], abs=0.01)
    columns, rows = sheet.grid
    left = list(CARDS)
    for page in pages:
        for place in range(min(len(left), sheet.to_a_page)):
            row, column = divmod(place, columns)
            edges = (page.width * column // columns, page.height * row // rows)
            cell = (*edges, edges[0] + page.width // columns, edges[1] + page.height // rows)
            assert _texts(page.crop(cell)) == [left.pop(0).payload]


@pytest.mark.parametrize(
    "sheet", [s for s in SHEETS.values() if not s.dots], ids=lambda sheet: sheet.name
)
def test_what_an_office_printer_leaves_white_holds_nothing_but_cut_marks(sheet):
    ((page,), _sizes) = _pages(cards_pdf([CARD] * sheet.to_a_page, sheet), 254)
    edge, beside_cuts = 35, 10  # tenths of a millimetre
    for column in range(sheet.grid[0]):
        left, right = (page.width * at // sheet.grid[0] for at in (column, column + 1))
        for top in (0, page.height - edge):
            band = page.crop((left + beside_cuts, top, right - beside_cuts, top + edge))
            assert band.getextrema() == (255, 255)


@pytest.mark.parametrize("sheet", SHEETS.values(), ids=SHEETS)
@pytest.mark.parametrize("demo", [False, True])
def test_the_densest_code_and_the_longest_texts_find_room_on_every_sheet(sheet, demo):
    card = replace(LONG, payload=DENSE, demo=demo)
    assert cards_pdf([card, replace(card, market_name="", stall_number="")], sheet)
    assert len(matrix(DENSE, level="Q")) == 41


@pytest.mark.parametrize("sheet", STRIPS, ids=lambda sheet: sheet.name)
@pytest.mark.parametrize("card", [CARD, replace(LONG, payload=DENSE)])
def test_a_strip_is_as_wide_as_its_dots_and_a_module_is_whole_dots(sheet, card):
    with Image.open(BytesIO(strip_png(card, sheet))) as picture:
        assert (picture.format, picture.mode, picture.width) == ("PNG", "1", sheet.dots)
        assert picture.height % 8 == 0
        picture.load()
    modules = matrix(card.payload, level="M")
    count = len(modules)
    dots = sheet.dots // (count + 8)
    (code,) = zxingcpp.read_barcodes(picture.convert("L"), formats=zxingcpp.BarcodeFormat.QRCode)
    left = (sheet.dots - count * dots) // 2
    top = next(y for y in range(picture.height) if _dark_run(picture, left, y) == 7 * dots)
    assert abs(code.position.top_left.y - top) <= dots
    for y in range(count * dots):
        for x in range(count * dots):
            dark = picture.getpixel((left + x, top + y)) == 0
            assert dark == bool(modules[y // dots][x // dots])
    quiet = 4 * dots
    around = picture.crop((left - quiet, top - quiet, left + count * dots + quiet, top))
    assert around.convert("L").getextrema() == (255, 255)


def _dark_run(picture, left, y):
    if picture.getpixel((left - 1, y)) == 0:
        return 0
    x = left
    while picture.getpixel((x, y)) == 0:
        x += 1
    return x - left


def test_thermal_paper_gets_black_only():
    for sheet in STRIPS:
        page = pdfium.PdfDocument(cards_pdf([replace(LONG, payload=DENSE)], sheet))[0]
        colours = {value for thing in page.get_objects() for value in [_fill_of(thing)]}
        assert colours == {(0, 0, 0), (255, 255, 255)}


def _fill_of(thing):
    parts = [pdfium.raw.c_uint() for _ in range(4)]
    assert pdfium.raw.FPDFPageObj_GetFillColor(thing.raw, *parts)
    return tuple(part.value for part in parts[:3])


def test_only_a_strip_has_dots():
    with pytest.raises(ValueError, match="a6"):
        strip_png(CARD, A6)


@pytest.mark.parametrize("name", ["a4x4", "a4x8"])
def test_cut_marks_stand_at_the_edges_and_where_cuts_cross(name):
    sheet = SHEETS[name]
    (page, *_rest), _sizes = _pages(cards_pdf(CARDS[: sheet.to_a_page], sheet), 254)
    columns, rows = sheet.grid
    width, height = page.width / columns, page.height / rows
    for column in range(1, columns):
        x = round(column * width)
        for y in (10, round(height), page.height - 10):
            assert min(page.crop((x - 3, y - 3, x + 3, y + 3)).tobytes()) < 200
        between = page.crop((x - 30, 80, x + 30, round(height) - 60))
        assert between.getextrema() == (255, 255)  # nothing near a code, and no line across
    for row in range(1, rows):
        y = round(row * height)
        for x in (10, page.width - 10):
            assert min(page.crop((x - 3, y - 3, x + 3, y + 3)).tobytes()) < 200


def test_a_new_size_is_one_entry():
    a3 = Sheet(name="a3", title="A3", paper=(297, 420), box=230, scale=2.8)
    pages, _sizes = _pages(cards_pdf([CARD], a3), 72)
    assert _texts(pages[0]) == [CARD.payload]


def test_a_size_in_which_modules_would_be_too_small_is_refused():
    small = replace(A6, name="a8", paper=(52, 74), scale=0.5, box=40)
    with pytest.raises(BadLayout, match=r"ít nhất phải 1\.25 mm"):
        cards_pdf([CARD], small)
    narrow = replace(SHEETS["r58"], box=30)
    with pytest.raises(BadLayout, match=r"ít nhất phải 0\.75 mm"):
        cards_pdf([CARD], narrow)


GOOD = {"use": "card", "module_mm": 1.25, "quiet_modules": 4.0}


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"use": "receipt", "module_mm": 0.75},
        {"logo_share": 0.12},
        {"dark": "#17212b", "light": "#f8f5ee"},
    ],
)
def test_the_guard_lets_through_what_reads_well(changes):
    limits.guard(**{**GOOD, **changes})


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"module_mm": 1.249}, "ít nhất phải 1.25 mm"),
        ({"use": "receipt", "module_mm": 0.749}, "ít nhất phải 0.75 mm"),
        ({"quiet_modules": 3.9}, "Viền trắng"),
        ({"logo_share": 0.121}, "Hình che"),
        ({"dark": "#ffffff", "light": "#000000"}, "âm bản"),
        ({"dark": "#888888", "light": "#888888"}, "quá nhạt"),
        ({"dark": "#8a8a8a"}, "quá nhạt"),
        ({"light": "#555555", "dark": "#010101"}, "quá nhạt"),
    ],
)
def test_the_guard_refuses_what_reads_badly(changes, message):
    with pytest.raises(BadLayout, match=message) as caught:
        limits.guard(**{**GOOD, **changes})
    assert caught.value.code == "bad_layout"
