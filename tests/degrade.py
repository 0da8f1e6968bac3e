"""What streets, printers and cameras do to a code: the study's profile P1 (§5.3) and its controls.

Each takes a grey picture of a symbol at 8 pixels a module with four modules of light around, and
the same picture in always gives the same picture out. Three decoders read what comes of it.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from functools import cache, partial
from io import BytesIO

import cv2
import numpy as np
import zxingcpp
from PIL import Image, ImageChops, ImageDraw, ImageFilter
from pyzbar import pyzbar

Picture = Image.Image
MODULE = 8  # pixels
QUIET = 4  # modules


def blur(picture: Picture, sigma: float) -> Picture:
    """Blur by a Gaussian of `sigma` modules."""
    return picture.filter(ImageFilter.GaussianBlur(sigma * MODULE))


def scale(picture: Picture, px: float) -> Picture:
    """Bring the picture to `px` pixels a module, as a camera farther away does."""
    side = round(picture.width * px / MODULE)
    return picture.resize((side, side), Image.Resampling.BOX)


def noise(picture: Picture, deviation: float) -> Picture:
    """Add Gaussian noise of a standard deviation in greys."""
    chance = np.random.default_rng(18004)
    greys = np.asarray(picture, dtype=float) + chance.normal(0, deviation, picture.size[::-1])
    return Image.fromarray(np.clip(greys, 0, 255).astype(np.uint8))


def span(picture: Picture, dark: int, light: int) -> Picture:
    """Bring black and white to two greys."""
    return picture.point([round(dark + (light - dark) * grey / 255) for grey in range(256)])


def turn(picture: Picture, degrees: float) -> Picture:
    """Rotate on white."""
    return picture.rotate(degrees, Image.Resampling.BICUBIC, expand=True, fillcolor=255)


def lean(picture: Picture, share: float) -> Picture:
    """Tip the far edge away: it becomes shorter by that share."""
    side, by = picture.width, picture.width * share / 2
    far, near = ((by, by), (side - by, by)), ((0, side), (side, side))
    rows, right = [], []
    for (x, y), (u, v) in zip(
        far + near, ((0, 0), (side, 0), (0, side), (side, side)), strict=True
    ):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        right += [u, v]
    way = np.linalg.solve(np.array(rows, float), np.array(right, float))
    bicubic = Image.Resampling.BICUBIC
    return picture.transform(
        picture.size, Image.Transform.PERSPECTIVE, tuple(way), bicubic, fillcolor=255
    )


def gain(picture: Picture, modules: float) -> Picture:
    """Let the dark grow (or, below 0, the light) by so many modules of width."""
    width = 2 * round(abs(modules) * MODULE / 2) + 1
    kind = ImageFilter.MinFilter if modules > 0 else ImageFilter.MaxFilter
    return picture.filter(kind(width))


def quiet(picture: Picture, modules: int, ground: int = 40) -> Picture:
    """Cut the light around to so many modules, and lay the code on something dark."""
    cut = (QUIET - modules) * MODULE
    code = picture.crop((cut, cut, picture.width - cut, picture.height - cut))
    laid = Image.new("L", picture.size, ground)
    laid.paste(code, (cut, cut))
    return laid


def jpeg(picture: Picture, quality: int) -> Picture:
    """Save as JPEG and open again."""
    out = BytesIO()
    picture.save(out, "JPEG", quality=quality)
    return Image.open(out).convert("L")


def cover(picture: Picture, share: float) -> Picture:
    """Stick something light on a random place of the data, `share` of the symbol's area."""
    chance = random.Random(picture.width)
    symbol = picture.width - 2 * QUIET * MODULE
    side = round(symbol * share**0.5)
    low, high = QUIET * MODULE + 9 * MODULE, picture.width - QUIET * MODULE - side
    left, top = chance.randint(low, high - 5 * MODULE), chance.randint(low, high - 9 * MODULE)
    covered = picture.copy()
    ImageDraw.Draw(covered).rectangle((left, top, left + side - 1, top + side - 1), fill=200)
    return covered


def logo(picture: Picture, share: float) -> Picture:
    """Put a grey square into the middle, `share` of the symbol's area."""
    side = round((picture.width - 2 * QUIET * MODULE) * share**0.5)
    at = (picture.width - side) // 2
    marked = picture.copy()
    ImageDraw.Draw(marked).rectangle((at, at, at + side - 1, at + side - 1), fill=128)
    return marked


def apart(picture: Picture, share: float) -> Picture:
    """Leave a gap of `share` of a module between all modules, as drawing by dots does."""
    gap = round(share * MODULE)
    drawn = picture.copy()
    pen = ImageDraw.Draw(drawn)
    for at in range(0, picture.width, MODULE):
        pen.rectangle((at, 0, at + gap - 1, picture.height), fill=255)
        pen.rectangle((0, at, picture.width, at + gap - 1), fill=255)
    return drawn


P1: dict[str, Callable[[Picture], Picture]] = {
    "blur 0.25": partial(blur, sigma=0.25),
    "2 px a module": partial(scale, px=2),
    "noise 20": partial(noise, deviation=20),
    "greys 60-200": partial(span, dark=60, light=200),
    "greys 100-160": partial(span, dark=100, light=160),
    "turned 7": partial(turn, degrees=7),
    "turned 15": partial(turn, degrees=15),
    "turned 30": partial(turn, degrees=30),
    "turned 45": partial(turn, degrees=45),
    "perspective 0.1": partial(lean, share=0.1),
    "perspective 0.2": partial(lean, share=0.2),
    "dots grown 0.25": partial(gain, modules=0.25),
    "dots shrunk 0.25": partial(gain, modules=-0.25),
    "quiet zone 2 on dark": partial(quiet, modules=2),
    "JPEG 60": partial(jpeg, quality=60),
    "4 % covered": partial(cover, share=0.04),
}

# What must not pass: some decoder, and so some bank's app, does not read it.
CONTROLS: dict[str, Callable[[Picture], Picture]] = {
    "logo 30 %": partial(logo, share=0.30),
    "quiet zone 0 on dark": partial(quiet, modules=0, ground=0),
    "white on black": ImageChops.invert,
    "greys 124-132": partial(span, dark=124, light=132),
    "1.1 px a module": partial(scale, px=1.1),
    "gaps of half a module": partial(apart, share=0.5),
    "dots grown 0.75": partial(gain, modules=0.75),
}


# A code pasted over or beside another hangs in other light or on other paper than the rest.
OTHERWISE: dict[str, Callable[[Picture], Picture]] = {
    "in shadow, 10-40": partial(span, dark=10, light=40),
    "washed out, 225-250": partial(span, dark=225, light=250),
    "faint, 124-132": partial(span, dark=124, light=132),
    "faint, 120-126": partial(span, dark=120, light=126),
    "dots grown 0.75": partial(gain, modules=0.75),
    "noise 40": partial(noise, deviation=40),
    "1.2 px a module": partial(scale, px=1.2),
    "blur 0.62": partial(blur, sigma=0.62),
}


def by_zxing(picture: Picture) -> list[bytes]:
    """Read the QR codes by zxing-cpp."""
    found = zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormat.QRCode)
    return [bytes(one.bytes) for one in found]


def by_zbar(picture: Picture) -> list[bytes]:
    """Read the QR codes by libzbar."""
    return [found.data for found in pyzbar.decode(picture, symbols=[pyzbar.ZBarSymbol.QRCODE])]


def by_wechat(picture: Picture) -> list[bytes]:
    """Read the QR codes by OpenCV's WeChat decoder, which finds them without its models too."""
    colours = cv2.cvtColor(np.asarray(picture), cv2.COLOR_GRAY2BGR)
    texts, _places = _wechat().detectAndDecode(colours)
    return [text.encode() for text in texts]


@cache
def _wechat() -> cv2.wechat_qrcode.WeChatQRCode:
    return cv2.wechat_qrcode.WeChatQRCode()


READERS: dict[str, Callable[[Picture], list[bytes]]] = {
    "zxing-cpp": by_zxing,
    "zbar": by_zbar,
    "WeChat": by_wechat,
}
