"""Photos read in a process of their own: the same answers, and an end to those that take long."""

import threading
from io import BytesIO

import pytest
from PIL import Image

from market40.core.errors import RateLimited
from market40.vietqr import photo, selfcheck
from market40.vietqr.codec import VietQR, encode
from market40.vietqr.photo_reader import PhotoReader, serve

PAYLOAD = encode(VietQR(bin="970436", account="0123456789", purpose="ZJSABCDEFQN"))


@pytest.fixture(scope="module")
def reader() -> PhotoReader:
    return PhotoReader(wait_s=0.05)


def png(picture: Image.Image) -> bytes:
    out = BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


@pytest.mark.parametrize(
    "data", [selfcheck.png(PAYLOAD), selfcheck.png("https://a.vn"), png(Image.new("L", (90, 90)))]
)
def test_it_answers_as_reading_here_does(reader, data) -> None:
    assert reader.read(data) == photo.read(data)
    assert reader.read(data, every_kind=True) == photo.read(data, every_kind=True)


@pytest.mark.parametrize("data", [b"", b"GIF89a", bytes(photo.MAX_OCTETS + 1)])
def test_it_refuses_as_reading_here_does(reader, data) -> None:
    with pytest.raises(photo.PhotoRefused) as here:
        photo.read(data)
    with pytest.raises(photo.PhotoRefused) as there:
        reader.read(data)
    for name in ("code", "detail", "http_status"):
        assert getattr(there.value, name) == getattr(here.value, name)


def tiled(module_px: int) -> bytes:
    """A picture full of finder patterns: 16 megapixels that keep a decoder busy for long."""
    ring = Image.new("L", (8, 8), 255)
    ring.paste(0, (0, 0, 7, 7))
    ring.paste(255, (1, 1, 6, 6))
    ring.paste(0, (2, 2, 5, 5))
    ring = ring.resize((8 * module_px, 8 * module_px), Image.Resampling.NEAREST)
    whole = Image.new("L", (4000, 4000), 255)
    for x in range(0, 4000, ring.width):
        for y in range(0, 4000, ring.height):
            whole.paste(ring, (x, y))
    return png(whole)


def test_a_photo_built_to_take_long_is_given_up_and_the_next_one_is_read() -> None:
    reader = PhotoReader(limit_s=3)
    assert reader.read(selfcheck.png(PAYLOAD)).seen
    with pytest.raises(photo.PhotoRefused) as raised:
        reader.read(tiled(1))
    assert raised.value.code == "photo_too_hard"
    assert reader.read(selfcheck.png(PAYLOAD)).seen


def test_a_reader_whose_process_died_starts_another() -> None:
    reader = PhotoReader()
    reader.read(selfcheck.png(PAYLOAD))
    child = reader._child
    child.kill()
    child.wait()
    assert reader.read(selfcheck.png(PAYLOAD)).seen
    assert reader._child is not child


def test_a_process_that_dies_over_a_photo_is_told_as_too_hard() -> None:
    reader = PhotoReader(limit_s=30)
    reader.read(selfcheck.png(PAYLOAD))
    stopper = threading.Timer(0.3, reader._child.kill)
    stopper.start()
    with pytest.raises(photo.PhotoRefused) as raised:
        reader.read(tiled(1))
    assert raised.value.code == "photo_too_hard"
    stopper.join()


def test_one_photo_is_read_at_a_time(reader) -> None:
    with reader._turn, pytest.raises(RateLimited) as raised:
        reader.read(selfcheck.png(PAYLOAD))
    assert raised.value.code == "photos_waiting"
    assert reader.read(selfcheck.png(PAYLOAD)).seen


def test_the_reading_side_ends_when_the_other_is_gone() -> None:
    answers = BytesIO()
    serve(BytesIO(b""), answers)
    serve(BytesIO(b"\0\0\0\x09\0" + b"half"), answers)
    assert answers.getvalue() == b""
    serve(BytesIO(b"\0\0\0\x06\0GIF89a\0\0"), answers)
    assert b'"not_a_photo"' in answers.getvalue()
    whole = selfcheck.png(PAYLOAD)
    serve(BytesIO(len(whole).to_bytes(4) + b"\0" + whole), answers)
    assert PAYLOAD.encode() in answers.getvalue()
