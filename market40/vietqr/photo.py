"""Photos of stalls: every code in the frame with what it says, under limits on time and memory.

The first look costs little more than zxing-cpp's own. Only where it finds nothing is the photo
brought up (contrast, uneven light, blur, grain), each way a fixed number of times, so that the
cost follows the number of pixels and nothing else. One code found may not be all there is: a
second look, with that one painted over, is for what is faint or lit otherwise (ADR 0024).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO

import zxingcpp
from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageOps

from market40.core.errors import Market40Error
from market40.core.texts import say
from market40.vietqr.codec import inspect
from market40.vietqr.containers import Broken, Container, opened
from market40.vietqr.reading import Reading

MAX_OCTETS = 12_000_000
MAX_PIXELS = 40_000_000
# The ways of bringing up work on at most this many; more show no more of a code that fills a card.
_WORKED = 4_000_000

_SEVERAL = 2  # payloads in a frame that are an alarm already
_RAISED = 5  # how many times the second look raises differences; a code of 6 greys is then 30

_QR = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
_ALL = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.AllReadable)
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}

Corners = tuple[tuple[int, int], tuple[int, int], tuple[int, int], tuple[int, int]]


class PhotoRefused(Market40Error):
    """A file that is no photo we read; `code` says why, the message what to do.

    Codes: `photo_too_large` (over 12 MB or 40 megapixels), `not_a_photo` (no JPEG, PNG or WebP),
    `photo_animated`, `photo_broken` (cut, contradictory, or built to take long),
    `photo_too_hard` (took `photo_reader` too long).
    """

    code = "not_a_photo"
    http_status = 422


@dataclass(frozen=True, slots=True)
class Seen:
    """One code in a photo.

    `format` is zxing-cpp's name (`QRCode`, `EAN13`); `corners` are pixels of the upright photo:
    top left, top right, bottom right, bottom left of the code as printed. `reading` is what the
    text says as a VietQR payload, None for what does not begin as one.
    """

    text: str
    format: str
    corners: Corners
    reading: Reading | None


@dataclass(frozen=True, slots=True)
class Photo:
    """`width` and `height` of the upright photo; the codes from the top, then from the left.

    `brought_up`: nothing was seen at the first look, and what is here was found after contrast,
    light or blur had been mended.
    """

    width: int
    height: int
    seen: tuple[Seen, ...]
    brought_up: bool


def read(data: bytes, *, every_kind: bool = False) -> Photo:
    """Return the QR codes in a photo, with `every_kind` those of other kinds too.

    None found is an answer, not an error. Fewer than two payloads are looked beyond once, so that
    a code pasted beside the right one is found where it is faint or lit otherwise. Other kinds
    cost ten times the first look: no bank's app reads them, so an inspection leaves them out.
    Raises `PhotoRefused`.
    """
    picture = _grey(_accepted(data))
    found = _look(picture, _ALL if every_kind else _QR, 1)
    brought_up = False
    if not found:
        for mended, shrunk in _mended(picture):
            found = _look(mended, _QR, shrunk)
            if found:
                brought_up = True
                break
    if found and sum(one.reading is not None for one in found) < _SEVERAL:
        raised, shrunk = _raised(picture, found)
        found += [one for one in _look(raised, _QR, shrunk) if not _seen_before(one, found)]
    inside = [one for one in found if not _within_another(one, found)]
    seen = sorted(inside, key=lambda one: (one.corners[0][1], one.corners[0][0]))
    return Photo(picture.width, picture.height, tuple(seen), brought_up)


def _accepted(data: bytes) -> Container:
    if len(data) > MAX_OCTETS:
        raise PhotoRefused(
            say("Ảnh lớn hơn 12 MB; hãy chụp hoặc lưu ảnh nhỏ hơn."),
            code="photo_too_large",
            http_status=413,
        )
    try:
        container = opened(data)
    except Broken as error:
        if not str(error):
            raise PhotoRefused(say("Tệp không phải ảnh JPEG, PNG hay WebP.")) from error
        raise _broken() from error
    if container.animated:
        raise PhotoRefused(
            say("Ảnh động không dùng được; hãy gửi ảnh chụp."), code="photo_animated"
        )
    if container.width * container.height > MAX_PIXELS:
        raise PhotoRefused(
            say("Ảnh có hơn 40 triệu điểm ảnh; hãy chụp ảnh nhỏ hơn."), code="photo_too_large"
        )
    if not container.width * container.height:
        raise _broken()
    return container


def _grey(container: Container) -> Image.Image:
    """Return the picture upright and in grey, what is transparent on paper's white."""
    try:
        with Image.open(BytesIO(container.plain), formats=(container.kind,)) as picture:
            if picture.size != (container.width, container.height):
                raise _broken()
            picture.draft("L", picture.size)  # a JPEG's colours are not even decoded
            grey = _on_white(picture)
    except (OSError, SyntaxError, ValueError, EOFError) as error:
        raise _broken() from error
    turn = _TURNS.get(container.turn)
    return grey if turn is None else grey.transpose(turn)


def _on_white(picture: Image.Image) -> Image.Image:
    if picture.mode.startswith("I"):  # 16 bits a grey
        return picture.convert("I").point(lambda grey: grey * (1 / 256)).convert("L")
    if "transparency" in picture.info:
        picture = picture.convert("RGBA")
    if "A" not in picture.getbands():
        return picture.convert("L")
    paper = Image.new("L", picture.size, 255)
    paper.paste(picture.convert("L"), mask=picture.getchannel("A"))
    return paper


def _mended(picture: Image.Image) -> Iterator[tuple[Image.Image, int]]:
    """Yield the photo brought up in one way after another, and how many times smaller it is."""
    shrunk = _times_too_large(picture)
    full = ImageOps.autocontrast(picture.reduce(shrunk), cutoff=1)
    yield full, shrunk
    yield _sharp(full.reduce(2), 2), 2 * shrunk  # spread ink
    yield full.filter(ImageFilter.BoxBlur(1)), shrunk  # grain
    yield _sharp(full, 6), shrunk  # blur
    yield _even(full), shrunk


def _raised(picture: Image.Image, found: list[Seen]) -> tuple[Image.Image, int]:
    """Return the photo with `found` painted over and small differences of grey made large.

    What counts is the difference from the grey around, a few modules wide, whatever that is: a
    faint code beside a strong one gains nothing by contrast, which the strong one fills.
    """
    shrunk = _times_too_large(picture)
    rest = picture.reduce(shrunk)
    pen = ImageDraw.Draw(rest)
    for one in found:
        pen.polygon([(x // shrunk, y // shrunk) for x, y in one.corners], fill=255)
    calm = rest.filter(ImageFilter.BoxBlur(1))
    around = calm.reduce(8).filter(ImageFilter.BoxBlur(2)).resize(calm.size)
    return ImageChops.subtract(calm, around, scale=1 / _RAISED, offset=128), shrunk


def _times_too_large(picture: Image.Image) -> int:
    shrunk = 1
    while picture.width * picture.height > _WORKED * shrunk * shrunk:
        shrunk += 1
    return shrunk


def _sharp(picture: Image.Image, radius: int) -> Image.Image:
    """Take a blur of that many pixels back: a third of the cost of Pillow's `UnsharpMask`."""
    return Image.blend(picture.filter(ImageFilter.BoxBlur(radius)), picture, 4.0)


def _even(picture: Image.Image) -> Image.Image:
    """Take the light's slow changes out: a shadow, the sun on a corner."""
    slow = picture.reduce(16).filter(ImageFilter.BoxBlur(2)).resize(picture.size)
    return ImageOps.autocontrast(ImageChops.subtract(picture, slow, offset=128), cutoff=1)


def _look(picture: Image.Image, kinds: zxingcpp.BarcodeFormats, shrunk: int) -> list[Seen]:
    found = []
    for one in zxingcpp.read_barcodes(picture, formats=kinds):
        text = _text(one)
        place = one.position
        points = (place.top_left, place.top_right, place.bottom_right, place.bottom_left)
        a, b, c, d = ((point.x * shrunk, point.y * shrunk) for point in points)
        found.append(Seen(text, one.format.name, (a, b, c, d), reading_of(text)))
    return found


def _text(one: zxingcpp.Barcode) -> str:
    """Return what a symbol says: UTF-8 where it can be, else by the character set that it names.

    Octets of UTF-16 and UTF-32 pass for UTF-8 with zeros between; banks' apps read the letters.
    """
    octets = bytes(one.bytes)
    try:
        return one.text if b"\0" in octets else octets.decode()
    except UnicodeDecodeError:
        return str(one.text)


def reading_of(text: str) -> Reading | None:
    """Return what a payload says; a text that neither begins as one nor has its fields is none."""
    reading = inspect(text)
    return reading if reading.fields or text.startswith("0002") else None


def _within_another(one: Seen, found: list[Seen]) -> bool:
    """Tell whether a line code lies inside a QR code: its rows now and then pass for one."""
    codes = [other for other in found if other.format == "QRCode"]
    return one.format != "QRCode" and _centred_in(one, codes)


def _seen_before(one: Seen, found: list[Seen]) -> bool:
    """Tell whether the second look saw the same code at the same place again."""
    return _centred_in(one, [other for other in found if other.text == one.text])


def _centred_in(one: Seen, others: list[Seen]) -> bool:
    x, y = (sum(corner[axis] for corner in one.corners) / 4 for axis in (0, 1))
    for other in others:
        across, down = zip(*other.corners, strict=True)
        if min(across) <= x <= max(across) and min(down) <= y <= max(down):
            return True
    return False


def _broken() -> PhotoRefused:
    return PhotoRefused(say("Ảnh hỏng hoặc bị cắt; hãy chụp hoặc gửi lại."), code="photo_broken")
