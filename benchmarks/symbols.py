"""Symbols, PNG, SVG and photos against qrcode, segno and zxing-cpp's bare read; P1 with many codes.

All contenders draw the same distinct payloads in turn, a batch each, round after round, so that
what else the machine does falls on all of them. A ratio is of medians, over 1 where ours is faster.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from io import BytesIO

import segno
import zxingcpp
from PIL import Image
from qrcode.image.svg import SvgPathImage
from qrcode.main import QRCode

from benchmarks.report import median, table, timed
from market40.vietqr import images, photo, selfcheck
from market40.vietqr.codec import VietQR, encode
from market40.vietqr.symbol import Level, matrix
from tests.degrade import MODULE, P1, QUIET, READERS

ROUNDS = 9
BATCH = 12
CASES: tuple[tuple[int, Level], ...] = ((112, "M"), (112, "Q"), (162, "M"), (162, "Q"))
CORRECTION = {"M": 0, "Q": 3}  # qrcode's numbers
MASK = 2
SIGNS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
LETTERS = SIGNS[8:]
QR = zxingcpp.BarcodeFormat.QRCode

Draw = Callable[[str], object]


def run() -> None:
    """Print the four tables."""
    chance = random.Random(18004)
    print(table(("matrix", *HEAD), [row for case in CASES for row in _matrices(chance, *case)]))
    print()
    print(table((f"PNG, {MODULE} px a module", *HEAD), _pictures(chance, _png_contenders())))
    print()
    print(table(("SVG", *HEAD), _pictures(chance, _svg_contenders())))
    print()
    _photos(chance)
    print()
    _profile(chance)


HEAD = ("ms each", "CPU ms each", "times ours", "in CPU")


def payloads(chance: random.Random, length: int, count: int) -> list[str]:
    """Return distinct payloads of 112 characters (a static code) or 162 (with name and city)."""
    found = []
    for _ in range(count):
        long = length == 162
        text = encode(
            VietQR(
                bin="970436",
                account="".join(chance.choices("0123456789", k=18 if long else 13)),
                purpose="ZJ" + "".join(chance.choices(SIGNS, k=8)),
                merchant_name="".join(chance.choices(LETTERS, k=25)) if long else None,
                merchant_city="".join(chance.choices(LETTERS, k=12)) if long else None,
            )
        )
        assert len(text) == length
        found.append(text)
    return found


def _compare(texts: Sequence[str], contenders: dict[str, Draw]) -> list[tuple[object, ...]]:
    """Draw all texts by all in turn; the first is ours, and the ratios are to it."""
    spent: dict[str, list[tuple[float, float]]] = {name: [] for name in contenders}
    for draw in contenders.values():
        draw(texts[0])
    for at in range(1, len(texts), BATCH):
        batch = texts[at : at + BATCH]
        for name, draw in contenders.items():
            spent[name].append(timed(lambda d=draw, b=batch: [d(text) for text in b]))
    each = {name: median(s[0] for s in rows) / BATCH for name, rows in spent.items()}
    cpu = {name: median(s[1] for s in rows) / BATCH for name, rows in spent.items()}
    ours = next(iter(contenders))
    return [
        (
            name,
            f"{each[name] * 1e3:.3f}",
            f"{cpu[name] * 1e3:.3f}",
            f"{each[name] / each[ours]:.1f} ×",
            f"{cpu[name] / cpu[ours]:.1f} ×",
        )
        for name in contenders
    ]


def _theirs(text: str, level: Level, mask: int | None) -> QRCode:
    drawn = QRCode(
        error_correction=CORRECTION[level], box_size=MODULE, border=QUIET, mask_pattern=mask
    )
    drawn.add_data(text)
    drawn.make()
    return drawn


def _segno(text: str, level: Level) -> segno.QRCode:
    return segno.make(text, error=level, micro=False, boost_error=False)


def _matrices(chance: random.Random, length: int, level: Level) -> list[tuple[object, ...]]:
    texts = payloads(chance, length, 1 + ROUNDS * BATCH)
    sides = (len(matrix(texts[0], level=level)), _theirs(texts[0], level, None).modules_count,
             _segno(texts[0], level).symbol_size(border=0)[0])  # fmt: skip
    assert sides[0] == min(sides)
    case = f"{length} {level}"
    return _compare(
        texts,
        {
            f"{case} market40 ({sides[0]})": lambda text: matrix(text, level=level),
            f"{case} qrcode ({sides[1]})": lambda text: _theirs(text, level, None),
            f"{case} qrcode, mask fixed": lambda text: _theirs(text, level, MASK),
            f"{case} segno ({sides[2]})": lambda text: _segno(text, level),
        },
    )


def _pictures(
    chance: random.Random, contenders: Callable[[Level], dict[str, Draw]]
) -> list[tuple[object, ...]]:
    rows = []
    for length, level in CASES:
        texts = payloads(chance, length, 1 + ROUNDS * BATCH)
        found = _compare(texts, contenders(level))
        rows += [(f"{length} {level} {name}", *rest) for name, *rest in found]
    return rows


def _png_contenders() -> Callable[[Level], dict[str, Draw]]:
    def by_qrcode(text: str, level: Level, mask: int | None) -> bytes:
        out = BytesIO()
        _theirs(text, level, mask).make_image().save(out)
        return out.getvalue()

    def by_segno(text: str, level: Level) -> bytes:
        out = BytesIO()
        _segno(text, level).save(out, kind="png", scale=MODULE, border=QUIET)
        return out.getvalue()

    return lambda level: {
        "market40, read back": lambda text: selfcheck.png(text, level=level, module_px=MODULE),
        "market40, drawn only": lambda text: images.png(text, level=level, module_px=MODULE),
        "qrcode": lambda text: by_qrcode(text, level, None),
        "qrcode, mask fixed": lambda text: by_qrcode(text, level, MASK),
        "segno": lambda text: by_segno(text, level),
    }


def _svg_contenders() -> Callable[[Level], dict[str, Draw]]:
    def by_qrcode(text: str, level: Level, mask: int | None) -> bytes:
        out = BytesIO()
        _theirs(text, level, mask).make_image(image_factory=SvgPathImage).save(out)
        return out.getvalue()

    def by_segno(text: str, level: Level) -> bytes:
        out = BytesIO()
        _segno(text, level).save(out, kind="svg", scale=MODULE, border=QUIET)
        return out.getvalue()

    return lambda level: {
        "market40, read back": lambda text: selfcheck.svg(text, level=level),
        "market40, drawn only": lambda text: images.svg(text, level=level),
        "qrcode": lambda text: by_qrcode(text, level, None),
        "qrcode, mask fixed": lambda text: by_qrcode(text, level, MASK),
        "segno": lambda text: by_segno(text, level),
    }


def _photo(chance: random.Random, width: int, height: int, *, code: bool) -> bytes:
    ground = Image.effect_noise((width, height), 30).convert("RGB")
    if code:
        text = payloads(chance, 112, 1)[0]
        drawn = Image.open(BytesIO(images.png(text, level="Q", module_px=12))).convert("L")
        turned = drawn.rotate(
            chance.randint(-20, 20), Image.Resampling.BICUBIC, True, None, None, 200
        )
        side = height * 6 // 10
        ground.paste(turned.resize((side, side)).convert("RGB"), (width // 4, height // 5))
    out = BytesIO()
    ground.save(out, "JPEG", quality=85)
    return out.getvalue()


def _photos(chance: random.Random) -> None:
    """Compare a verdict with zxing-cpp's bare read, JPEG in both; and the cost where nothing is.

    A photo with one code is looked beyond; one with none is brought up in every way.
    """
    rows = []
    for width, height in ((640, 480), (1600, 1200), (4000, 3000)):
        spent: dict[str, list[float]] = {"bare": [], "grey": [], "ours": [], "nothing": []}
        for _ in range(5):
            data = _photo(chance, width, height, code=True)
            empty = _photo(chance, width, height, code=False)
            assert _bare(data)
            assert photo.read(data).seen
            assert not photo.read(empty).seen
            works = (_bare, data), (_bare_grey, data), (photo.read, data), (photo.read, empty)
            for name, (work, what) in zip(spent, works, strict=True):
                spent[name].append(timed(lambda w=work, d=what: w(d))[1])
        bare, grey, ours, nothing = (median(of) * 1e3 for of in spent.values())
        rows.append(
            (f"{width} × {height}", f"{bare:.1f}", f"{grey:.1f}", f"{ours:.1f}",
             f"{ours / bare:.2f}", f"{ours / grey:.2f}",
             f"{nothing / (width * height) * 1e6:.0f}")
        )  # fmt: skip
    print(
        table(
            ("photo (CPU ms)", "bare read", "bare, grey", "verdict", "verdict ÷ bare", "÷ grey",
             "nothing there, a megapixel"),
            rows,
        )
    )  # fmt: skip


def _bare(data: bytes) -> list[zxingcpp.Barcode]:
    return list(zxingcpp.read_barcodes(Image.open(BytesIO(data)), formats=QR))


def _bare_grey(data: bytes) -> list[zxingcpp.Barcode]:
    picture = Image.open(BytesIO(data))
    picture.draft("L", picture.size)
    return list(zxingcpp.read_barcodes(picture, formats=QR))


def _profile(chance: random.Random) -> None:
    """Read many codes after each row of P1 by each decoder.

    Up to 41 modules, as all that we ship: of 49 zbar reads none at perspective 0.2, whoever drew
    them, `qrcode`'s default the same.
    """
    shipped = [
        (text, level) for length, level in CASES[:3] for text in payloads(chance, length, 25)
    ]
    drawn = [
        (text, Image.open(BytesIO(selfcheck.png(text, level=level, module_px=MODULE))).convert("L"))
        for text, level in shipped
    ]
    rows = []
    for name, harm in P1.items():
        counts = dict.fromkeys(READERS, 0)
        for text, picture in drawn:
            harmed = harm(picture)
            for reader, read in READERS.items():
                counts[reader] += read(harmed) == [text.encode()]
        rows.append((name, *(f"{count} of {len(drawn)}" for count in counts.values())))
    print(table(("P1", *READERS), rows))
