"""Photos that cameras and enemies make, out of octets."""

import struct
import zlib
from io import BytesIO

from PIL import Image


def saved(picture, kind="JPEG", **options):
    out = BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def exif(orientation, *, tags=1, order="<", claims=1):
    """An EXIF block: `tags` entries that each claim `claims` values, then the orientation."""
    head = b"II*\x00" if order == "<" else b"MM\x00*"
    others = struct.pack(f"{order}HHII", 0x8769 + 1, 7, claims, 8) * (tags - 1)
    entry = struct.pack(f"{order}HHIHH", 0x0112, 3, 1, orientation, 0)
    body = struct.pack(f"{order}H", tags) + others + entry + bytes(4)
    return head + struct.pack(f"{order}I", 8) + body


def with_segment(jpeg, marker, body):
    """A JPEG with one more segment after its first two octets."""
    return jpeg[:2] + struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body + jpeg[2:]


def with_chunk(png, name, body):
    """A PNG with one more chunk after its header."""
    chunk = struct.pack(">I", len(body)) + name + body
    return png[:33] + chunk + struct.pack(">I", zlib.crc32(name + body)) + png[33:]


def png_head(width, height, data=b""):
    """A PNG of a size that its data do not fill."""
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    png = b"\x89PNG\r\n\x1a\n"
    for name, body in ((b"IHDR", head), (b"IDAT", zlib.compress(data)), (b"IEND", b"")):
        png += struct.pack(">I", len(body)) + name + body
        png += struct.pack(">I", zlib.crc32(name + body))
    return png


def webp_canvas(width, height, flags=0):
    """A WebP that claims a canvas."""
    body = bytes((flags, 0, 0, 0)) + (width - 1).to_bytes(3, "little")
    body += (height - 1).to_bytes(3, "little")
    chunk = b"VP8X" + struct.pack("<I", 10) + body
    return b"RIFF" + struct.pack("<I", 4 + len(chunk)) + b"WEBP" + chunk


def scene(*drawings, width=900, height=700):
    """Codes beside each other on something grey."""
    ground = Image.new("L", (width, height), 190)
    x = 30
    for data in drawings:
        with Image.open(BytesIO(data)) as drawn:
            ground.paste(drawn.convert("L"), (x, 40))
            x += drawn.width + 30
    return ground
