"""What does not read as its payload is never delivered."""

from io import BytesIO

import pytest
from PIL import Image, ImageDraw

from market40.vietqr import images, selfcheck
from market40.vietqr.selfcheck import NotReadBack, check_png, check_svg

PAYLOAD = (
    "00020101021138570010A00000072701270006970403011300110123456780208QRIBFTTA"
    "53037045802VN62140810ZJS7KQ2ZMN63046D4F"
)


def _png(picture):
    out = BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


def _drawn(payload=PAYLOAD):
    return Image.open(BytesIO(images.png(payload))).convert("L")


def test_delivered_is_what_was_drawn(payloads):
    for payload in payloads:
        assert selfcheck.png(payload, level="Q", module_px=4) == images.png(
            payload, level="Q", module_px=4
        )
        assert selfcheck.svg(payload, title="<Sạp & 7>") == images.svg(payload, title="<Sạp & 7>")


@pytest.mark.parametrize("payload", ["A", "a\u0000b", "Sạp Cô Bảy", "ệ" * 424, "\u00e9\u00ff"])
def test_whatever_can_be_drawn_is_read_back(payload):
    assert selfcheck.png(payload)
    assert selfcheck.svg(payload, level="H")


def test_another_payload_is_caught():
    other = PAYLOAD.replace("0011012345678", "0011012345679")
    with pytest.raises(NotReadBack):
        check_png(images.png(other), PAYLOAD)
    with pytest.raises(NotReadBack):
        check_svg(images.svg(other), PAYLOAD)


def test_a_damaged_picture_is_caught():
    stained = _drawn()
    ImageDraw.Draw(stained).rectangle((80, 80, 240, 240), fill=0)
    for data in (_png(stained), _png(_drawn())[:300], b"", b"GIF89a"):
        with pytest.raises(NotReadBack):
            check_png(data, PAYLOAD)


def test_two_codes_are_caught():
    one = _drawn()
    both = Image.new("L", (2 * one.width, one.height), 255)
    both.paste(one, (0, 0))
    both.paste(one, (one.width, 0))
    with pytest.raises(NotReadBack):
        check_png(_png(both), PAYLOAD)


@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        ("v1h-7z", "v1h-6z"),
        ("v1h-7z", "v2h-7z"),
        ('viewBox="0 0 4', 'viewBox="0 0 3'),
        ("M4 4h7v1h-7z", "M90 4h7v1h-7z"),
        ("M4 4h7v1h-7z", "M4 90h7v1h-7z"),
        ('fill="#000"', 'fill="#eee"'),
        ("</svg>", '<rect width="9" height="9"/></svg>'),
    ],
)
def test_a_changed_drawing_is_caught(was, becomes):
    drawing = images.svg(PAYLOAD)
    assert was in drawing
    check_svg(drawing, PAYLOAD)
    with pytest.raises(NotReadBack) as caught:
        check_svg(drawing.replace(was, becomes), PAYLOAD)
    assert (caught.value.code, caught.value.http_status) == ("not_read_back", 500)


def test_a_damaged_path_is_caught():
    head, path = images.svg(PAYLOAD).split(' d="')
    pieces = path.split("M")
    with pytest.raises(NotReadBack):
        check_svg(f'{head} d="M' + "M".join(pieces[1:60] + pieces[-1:]), PAYLOAD)
