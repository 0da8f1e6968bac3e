"""What a photo's file says of itself, read under limits before any library opens it.

A JPEG of 12 MB can hold 100,000 scans over 40 megapixels, an EXIF block whose every tag claims
the whole file, a profile that unpacks to gigabytes; libraries read those while they "only open"
the file. So size, turn and number of frames are read here, and what is passed on is the picture
without its metadata. Formats: JPEG (ITU-T T.81), PNG (W3C, 3rd edition), WebP (RFC 9649).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Literal, NamedTuple

Kind = Literal["JPEG", "PNG", "WEBP"]

MAX_SCANS = 100  # of a progressive JPEG; cameras write about ten, and a preview's
MAX_PARTS = 50_000  # segments or chunks; encoders write one for every 4 KB or more
_EXIF = b"Exif\x00\x00"
_ORIENTATION = 0x0112
_MAX_TAGS = 500
_NOT_FRAMES = (0xC4, 0xC8, 0xCC)  # of the markers C0 to CF, those that are no frame's
_PNG_KEPT = (b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND")


class Container(NamedTuple):
    """What the file says; `plain` is the file without metadata.

    `width` and `height` are as stored, `turn` the EXIF orientation (1 to 8, 1 for none or wrong).
    """

    kind: Kind
    width: int
    height: int
    turn: int
    animated: bool
    plain: bytes


class Broken(Exception):
    """The file is none of the three formats' (`str()` is "") or says impossible things."""


def opened(data: bytes) -> Container:
    """Return what a JPEG, PNG or WebP file says; raise `Broken`."""
    try:
        if data.startswith(b"\xff\xd8\xff"):
            return _jpeg(data)
        if data.startswith(b"\x89PNG\r\n\x1a\n"):
            return _png(data)
        if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
            return _webp(data)
    except (struct.error, IndexError) as error:
        raise Broken("cut") from error
    raise Broken


def _jpeg(data: bytes) -> Container:
    if data.count(b"\xff\xda") > MAX_SCANS:
        raise Broken("scans")
    kept, sizes, turn = [b"\xff\xd8"], [], 1
    for marker, first, end in _segments(data):
        body = data[first + 4 : end]
        if 0xC0 <= marker <= 0xCF and marker not in _NOT_FRAMES:
            sizes.append(struct.unpack_from(">HH", body, 1))
        if marker == 0xE1 and body.startswith(_EXIF) and turn == 1:
            turn = _orientation(body[len(_EXIF) :])
        if marker == 0xDA:
            kept.append(data[first:])
        # Of the applications' segments only Adobe's says how to read the colours.
        elif (not 0xE0 <= marker <= 0xEF and marker != 0xFE) or marker == 0xEE:
            kept.append(data[first:end])
    if len(sizes) != 1:
        raise Broken("frames")
    height, width = sizes[0]
    return Container("JPEG", width, height, turn, animated=False, plain=b"".join(kept))


def _segments(data: bytes) -> Iterator[tuple[int, int, int]]:
    """Yield marker, first octet and end of each segment before and with the first scan's."""
    at = 2
    for _ in range(MAX_PARTS):
        if data[at] != 0xFF:
            raise Broken("segment")
        marker = data[at + 1]
        if marker == 0xFF:  # filling
            at += 1
            continue
        (length,) = struct.unpack_from(">H", data, at + 2)
        end = at + 2 + length
        if length < 2 or end > len(data):
            raise Broken("segment")
        yield marker, at, end
        if marker == 0xDA:
            return
        at = end
    raise Broken("parts")


def _png(data: bytes) -> Container:
    kept, turn, animated = [data[:8]], 1, False
    width, height = struct.unpack_from(">II", data, 16)
    for name, first, end in _chunks(data, 8, ">I4s", trailer=4):
        if name in _PNG_KEPT:
            kept.append(data[first:end])
        elif name == b"acTL":
            animated = True
        elif name == b"eXIf":
            turn = _orientation(data[first + 8 : end - 4])
        if name == b"IEND":
            break
    return Container("PNG", width, height, turn, animated, b"".join(kept))


def _webp(data: bytes) -> Container:
    """Return the canvas and flags; libwebp opens no metadata, so the file stays as it is."""
    turn, animated, size = 1, False, (0, 0)
    for name, first, end in _chunks(data, 12, "<4sI", trailer=0):
        body = data[first + 8 : min(end, first + 8 + 65_536)]
        if name == b"VP8X":
            animated = bool(body[0] & 2)
            size = (_24(body, 4) + 1, _24(body, 7) + 1)
        elif name == b"VP8 " and size == (0, 0):
            width, height = struct.unpack_from("<HH", body, 6)
            size = (width & 0x3FFF, height & 0x3FFF)
        elif name == b"VP8L" and size == (0, 0):
            (bits,) = struct.unpack_from("<I", body, 1)
            size = ((bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1)
        elif name == b"EXIF":
            turn = _orientation(body.removeprefix(_EXIF))
    return Container("WEBP", *size, turn, animated, data)


def _chunks(data: bytes, at: int, head: str, *, trailer: int) -> Iterator[tuple[bytes, int, int]]:
    """Yield name, first octet and end of each chunk; those of RIFF have an even length."""
    for _ in range(MAX_PARTS):
        if at + 8 > len(data):
            return
        one, other = struct.unpack_from(head, data, at)
        name, length = (one, other) if isinstance(one, bytes) else (other, one)
        end = at + 8 + length + trailer
        yield name, at, end
        at = end if trailer else end + length % 2
    raise Broken("parts")


def _24(body: bytes, at: int) -> int:
    return body[at] | body[at + 1] << 8 | body[at + 2] << 16


def _orientation(block: bytes) -> int:
    """Return the orientation that an EXIF block names in its first directory, 1 for none."""
    order = {b"II*\x00": "<", b"MM\x00*": ">"}.get(block[:4])
    if order is None:
        return 1
    try:
        (at,) = struct.unpack_from(f"{order}I", block, 4)
        (count,) = struct.unpack_from(f"{order}H", block, at)
        for number in range(min(count, _MAX_TAGS)):
            tag, kind, items, value = struct.unpack_from(
                f"{order}HHIH", block, at + 2 + 12 * number
            )
            if (tag, kind, items) == (_ORIENTATION, 3, 1):
                return value if 1 <= value <= 8 else 1
    except struct.error:
        return 1
    return 1
