"""Every code in a photo; and no file, however made, costs more than its limits."""

import contextlib
import struct
import tracemalloc
import zlib
from io import BytesIO

import pytest
import segno
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageOps

from market40.vietqr import photo
from market40.vietqr.images import png
from market40.vietqr.photo import PhotoRefused, read
from tests import degrade
from tests.unit.vietqr.photos import (
    exif,
    png_head,
    saved,
    scene,
    webp_canvas,
    with_chunk,
    with_segment,
)

PAYLOAD = (
    "00020101021138570010A00000072701270006970403011300110123456780208QRIBFTTA"
    "53037045802VN62140810ZJS7KQ2ZMN63043AA5"
)
PHOTO = scene(png(PAYLOAD, module_px=6))
JPEG, PNG, WEBP = (saved(PHOTO, kind) for kind in ("JPEG", "PNG", "WEBP"))


def _texts(data, **options):
    return [one.text for one in read(data, **options).seen]


@pytest.mark.parametrize("data", [JPEG, PNG, WEBP, saved(PHOTO, "WEBP", lossless=True)])
def test_a_photo_tells_what_its_code_says(data):
    found = read(data)
    assert (found.width, found.height, found.brought_up) == (900, 700, False)
    (seen,) = found.seen
    assert (seen.text, seen.format) == (PAYLOAD, "QRCode")
    assert dict(seen.reading.fields)["account"] == "0011012345678"
    left, top = 30 + 4 * 6, 40 + 4 * 6
    side = 37 * 6 if seen.corners[1][0] < left + 40 * 6 else 41 * 6
    square = ((left, top), (left + side, top), (left + side, top + side), (left, top + side))
    for corner, wanted in zip(seen.corners, square, strict=True):
        assert corner == pytest.approx(wanted, abs=6)


def test_every_code_in_the_frame():
    other = PAYLOAD.replace("ZJS7KQ2ZMN", "ZJS7KQ2ZMP")
    found = read(
        saved(scene(png(PAYLOAD, module_px=5), png(other, module_px=5), png("https://a.vn")))
    )
    assert sorted(one.text for one in found.seen) == sorted([PAYLOAD, other, "https://a.vn"])
    readings = {one.text: one.reading for one in found.seen}
    assert readings["https://a.vn"] is None
    assert readings[other].errors[0].code == "CRC_MISMATCH"


def test_other_kinds_are_told_when_asked_for():
    made = zxingcpp.create_barcode("8934567890120", zxingcpp.BarcodeFormat.EAN13)
    line = Image.fromarray(made.to_image(scale=3, add_quiet_zones=True))
    photographed = scene(png(PAYLOAD, module_px=5), saved(line.convert("L"), "PNG"))
    assert _texts(saved(photographed)) == [PAYLOAD]
    found = read(saved(photographed), every_kind=True)
    assert {one.format for one in found.seen} == {"QRCode", "EAN13"}


def test_a_line_code_inside_a_symbol_is_none():
    corners = ((0, 0), (10, 0), (10, 10), (0, 10))
    square = photo.Seen("A", "QRCode", corners, None)
    within = photo.Seen("1", "ITF", ((2, 5), (8, 5), (8, 6), (2, 6)), None)
    beside = photo.Seen("1", "ITF", ((12, 5), (18, 5), (18, 6), (12, 6)), None)
    found = [square, within, beside]
    assert [photo._within_another(one, found) for one in found] == [False, True, False]


def test_text_that_is_no_utf8_is_still_told():
    made = zxingcpp.create_barcode(b"\xff\xfe\x80ABC", zxingcpp.BarcodeFormat.QRCode)
    drawn = Image.fromarray(made.to_image(scale=6, add_quiet_zones=True))
    (seen,) = read(saved(scene(saved(drawn.convert("L"), "PNG")))).seen
    assert seen.text.endswith("ABC")


@pytest.mark.parametrize("named", ["utf-8", "utf-16-be", "cp437"])
def test_a_code_is_read_by_the_character_set_that_it_names(named):
    made = segno.make(PAYLOAD, encoding=named, eci=True, mode="byte", error="m")
    drawn = BytesIO()
    made.save(drawn, kind="png", scale=5)
    assert _texts(drawn.getvalue()) == [PAYLOAD]


def test_nothing_in_the_frame_is_an_answer():
    found = read(saved(Image.new("RGB", (64, 48), "white")))
    assert (found.seen, found.width, found.height) == ((), 64, 48)
    assert read(saved(Image.new("L", (1, 1)), "PNG")).seen == ()


@pytest.mark.parametrize(
    "harm",
    [
        lambda drawn: degrade.span(drawn, 120, 126),
        lambda drawn: degrade.gain(drawn, 0.75),
        lambda drawn: degrade.span(degrade.blur(drawn, 0.5), 120, 140),
    ],
    ids=["faint", "ink spread", "blurred and faint"],
)
def test_what_is_not_seen_at_once_is_brought_up(harm):
    drawn = harm(Image.open(BytesIO(png(PAYLOAD, level="Q"))).convert("L"))
    found = read(saved(drawn, "PNG"))
    assert found.brought_up
    assert [one.text for one in found.seen] == [PAYLOAD]


OTHER = PAYLOAD.replace("ZJS7KQ2ZMN", "ZJS7KQ2ZMP")[:-4] + "7046"
LOOKED_BEYOND = ["faint, 124-132", "dots grown 0.75"]


def _two(harm, *, width=1000):
    right = png(PAYLOAD, level="Q", module_px=8)
    pasted = harm(Image.open(BytesIO(png(OTHER, level="Q", module_px=8))).convert("L"))
    return scene(right, saved(pasted, "PNG"), width=width)


@pytest.mark.parametrize("row", [*degrade.P1, *LOOKED_BEYOND])
def test_a_harmed_code_beside_a_good_one_is_found(row):
    photographed = _two((degrade.P1 | degrade.OTHERWISE)[row])
    found = read(saved(photographed))
    assert sorted(one.text for one in found.seen) == sorted([PAYLOAD, OTHER])
    assert not found.brought_up
    left, right = sorted(found.seen, key=lambda one: one.corners[0][0])
    assert (left.text, right.text) == (PAYLOAD, OTHER)
    assert left.corners[1][0] < right.corners[0][0]


@pytest.mark.parametrize("row", LOOKED_BEYOND)
def test_the_first_look_alone_would_not_find_it(row):
    photographed = _two(degrade.OTHERWISE[row])
    assert degrade.by_zxing(photographed) == [PAYLOAD.encode()]


def test_a_small_copy_of_a_large_photo_is_looked_beyond_in_its_own_pixels():
    photographed = _two(degrade.OTHERWISE["faint, 124-132"]).resize((3000, 2100))
    found = read(saved(photographed))
    assert {one.text for one in found.seen} == {PAYLOAD, OTHER}
    faint = next(one for one in found.seen if one.text == OTHER)
    assert faint.corners[0] == pytest.approx((3 * (30 + 360 + 30 + 32), 3 * (40 + 32)), abs=100)


def test_the_same_code_is_told_once():
    corners = ((0, 0), (10, 0), (10, 10), (0, 10))
    one = photo.Seen("A", "QRCode", corners, None)
    again = photo.Seen("A", "QRCode", ((1, 1), (11, 0), (10, 11), (0, 10)), None)
    copy = photo.Seen("A", "QRCode", tuple((x + 40, y) for x, y in corners), None)
    over = photo.Seen("B", "QRCode", corners, None)
    assert [photo._seen_before(each, [one]) for each in (again, copy, over)] == [True, False, False]


def test_corners_of_a_photo_that_was_made_smaller_are_those_of_the_photo():
    drawn = Image.open(BytesIO(png(PAYLOAD, module_px=20))).convert("L")
    large = Image.new("L", (3000, 2400), 190)
    large.paste(drawn, (1500, 1000))
    found = read(saved(degrade.span(large, 120, 126), "PNG"))
    assert found.brought_up
    assert found.seen[0].corners[0] == pytest.approx((1580, 1080), abs=8)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_photo_is_read_upright(orientation):
    data = with_segment(JPEG, 0xE1, b"Exif\x00\x00" + exif(orientation))
    found = read(data)
    assert (found.width, found.height) == ((900, 700) if orientation < 5 else (700, 900))
    assert [one.text for one in found.seen] == [PAYLOAD]
    with Image.open(BytesIO(data)) as theirs:
        turned = ImageOps.exif_transpose(theirs).convert("L")
    (ours,) = found.seen
    (theirs,) = read(saved(turned, "PNG")).seen
    for corner, wanted in zip(ours.corners, theirs.corners, strict=True):
        assert corner == pytest.approx(wanted, abs=2)


@pytest.mark.parametrize(
    "block",
    [
        exif(0),
        exif(9),
        exif(65_535),
        exif(6)[:18],
        exif(6, tags=600),
        exif(6, tags=400, claims=0x7FFF_FFFF)[:900],
        b"II*\x00\xff\xff\xff\xff",
        b"II*\x00" + b"\x08\x00\x00\x00" + b"\x00\x00",
        b"nothing",
        b"",
    ],
)
def test_a_wrong_turn_is_none(block):
    for data in (
        with_segment(JPEG, 0xE1, b"Exif\x00\x00" + block),
        with_chunk(PNG, b"eXIf", block),
        WEBP + b"EXIF" + len(block).to_bytes(4, "little") + block,
    ):
        found = read(data)
        assert (found.width, [one.text for one in found.seen]) == (900, [PAYLOAD])


def test_turns_in_every_format():
    big = exif(6, order=">")
    webp = saved(PHOTO, "WEBP", exif=big)
    for data in (
        with_segment(JPEG, 0xE1, b"Exif\x00\x00" + big),
        with_chunk(PNG, b"eXIf", big),
        webp,
    ):
        assert read(data).width == 700


def test_hostile_metadata_is_never_opened():
    bomb = b"Exif\x00\x00" + exif(1, tags=5_000, claims=60_000)
    jpeg = JPEG
    for _ in range(20):
        jpeg = with_segment(jpeg, 0xE1, bomb)
        jpeg = with_segment(jpeg, 0xE2, b"ICC_PROFILE\x00\x01\x01" + bytes(60_000))
        jpeg = with_segment(jpeg, 0xFE, b"x" * 60_000)
    unpacks = b"name\x00\x00" + zlib.compress(bytes(200_000_000), 9)
    chunks = with_chunk(with_chunk(PNG, b"iCCP", unpacks), b"zTXt", unpacks)
    chunks = with_chunk(chunks, b"eXIf", exif(1, tags=65_535, claims=0xFFFF))
    for data in (jpeg, chunks):
        tracemalloc.start()
        assert _texts(data) == [PAYLOAD]
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak < 4 * len(data) + 20_000_000


def _refused(data):
    with pytest.raises(PhotoRefused) as refused:
        read(data)
    return refused.value.code


def test_limits():
    assert _refused(JPEG + bytes(photo.MAX_OCTETS)) == "photo_too_large"
    assert _refused(png_head(8_000, 5_001)) == "photo_too_large"
    assert _refused(webp_canvas(16_383, 16_383)) == "photo_too_large"
    assert (
        _refused(
            JPEG.replace(
                b"\xff\xc0\x00\x0b\x08\x02\xbc\x03\x84", b"\xff\xc0\x00\x0b\x08\xff\xff\xff\xff"
            )
        )
        == "photo_too_large"
    )
    assert _refused(JPEG[:-2] + b"\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00" * 100) == "photo_broken"
    chunks = PNG[:33] + b"\x00\x00\x00\x00aaaa\x00\x00\x00\x00" * 50_000
    assert _refused(chunks) == "photo_broken"
    assert _refused(JPEG[:2] + b"\xff\xfe\x00\x02" * 50_000 + JPEG[2:]) == "photo_broken"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"text",
        b"%PDF-1.7",
        b"GIF89a" + bytes(40),
        b"BM" + bytes(60),
        b"<svg/>",
        b"RIFF0000WAVE",
    ],
)
def test_what_is_no_photo(data):
    assert _refused(data) == "not_a_photo"


def test_animated():
    frames = [Image.new("L", (40, 40), grey) for grey in (0, 255)]
    for kind in ("PNG", "WEBP"):
        data = saved(
            frames[0].convert("RGB"), kind, save_all=True, append_images=[frames[1].convert("RGB")]
        )
        assert _refused(data) == "photo_animated"


def test_a_phones_two_pictures_in_one_jpeg_are_the_first():
    both = saved(PHOTO, "MPO", save_all=True, append_images=[Image.new("L", (90, 70))])
    assert _texts(both) == [PAYLOAD]


@pytest.mark.parametrize(
    "data",
    [
        JPEG[: len(JPEG) // 2],
        PNG[: len(PNG) // 2],
        WEBP[: len(WEBP) // 2],
        JPEG[:20],
        JPEG[:2] + b"\xff\xd9",
        JPEG[:2] + b"\xffA",
        JPEG[:2] + b"\xff\xe1\x00\x01",
        JPEG[:20] + JPEG[2:20] + b"\x00",
        b"\xff\xd8\xff\xda\x00\x08" + bytes(6),
        PNG[:30],
        png_head(0, 10),
        png_head(100, 100, b"1"),
        with_chunk(PNG, b"IHDR", bytes(13)),
        webp_canvas(10, 10),
        WEBP[:12],
        WEBP[:22],
        JPEG.replace(
            b"\xff\xc0\x00\x0b\x08\x02\xbc\x03\x84", b"\xff\xc0\x00\x0b\x08\x00\x00\x03\x84"
        ),
    ],
)
def test_broken(data):
    assert _refused(data) == "photo_broken"


@settings(deadline=None, max_examples=300)
@given(st.sampled_from([JPEG, PNG, WEBP]), st.randoms(use_true_random=False))
def test_a_spoilt_file_is_read_or_refused(data, chance):
    spoilt = bytearray(data)
    for _ in range(chance.randint(1, 12)):
        spoilt[chance.randrange(min(len(spoilt), 700))] = chance.randrange(256)
    # Nothing but the typed error may leave: any other fails the test.
    with contextlib.suppress(PhotoRefused):
        read(bytes(spoilt))


@settings(deadline=None)
@given(
    st.sampled_from([b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF\x00\x00\x00\x00WEBP"]),
    st.binary(max_size=400),
)
def test_noise_behind_a_right_beginning_is_refused(head, rest):
    assert _refused(head + rest).startswith("photo_")


def test_filling_between_segments_is_passed_over():
    assert _texts(JPEG[:2] + b"\xff\xff\xff" + JPEG[2:]) == [PAYLOAD]


def test_a_size_that_the_picture_does_not_have_is_refused():
    claims = struct.pack(">I4sII", 13, b"aaaa", 10, 10) + bytes(9)
    assert _refused(PNG[:8] + claims + PNG[8:]) == "photo_broken"


def test_what_is_transparent_is_paper():
    drawn = Image.open(BytesIO(png(PAYLOAD, module_px=6))).convert("L")
    clear = Image.new("RGBA", drawn.size, (0, 0, 0, 0))
    clear.paste((0, 0, 0, 255), mask=drawn.point(lambda grey: 255 - grey))
    assert _texts(saved(clear, "PNG")) == [PAYLOAD]
    palette = drawn.convert("P")
    assert _texts(saved(palette, "PNG", transparency=255)) == [PAYLOAD]


def test_other_depths_and_colours():
    wide = PHOTO.convert("I").point(lambda grey: grey * 257).convert("I;16")
    assert _texts(saved(wide, "PNG")) == [PAYLOAD]
    for mode in ("RGB", "CMYK", "YCbCr"):
        assert _texts(saved(PHOTO.convert(mode))) == [PAYLOAD]
