"""Two codes in one photo, the second harmed: found by zxing-cpp's bare read, and by a verdict.

A good code and another beside it on 1280 × 960 pixels, in grain, as a JPEG. The harms are the
sixteen of profile P1 and those of a code that hangs in other light or was badly printed.
"""

from __future__ import annotations

import random
from io import BytesIO

import numpy as np
import zxingcpp
from PIL import Image

from benchmarks.report import table, timed
from benchmarks.symbols import payloads
from market40.vietqr import images, photo
from tests.degrade import MODULE, OTHERWISE, P1, Picture

EACH = 10  # photos a row
SIZE = (1280, 960)


def run() -> None:
    """Print how often the second code was found, and what it cost."""
    chance = random.Random(1589)
    rows, spent, missed = [], {"bare": 0.0, "ours": 0.0}, [0, 0]
    for name, harm in {**P1, **OTHERWISE}.items():
        bare = ours = 0
        cost = {"bare": 0.0, "ours": 0.0}
        for right, pasted in zip(*[iter(payloads(chance, 112, 2 * EACH))] * 2, strict=True):
            data = _photo(chance, _drawn(right), harm(_drawn(pasted)))
            texts: dict[str, set[str]] = {}
            cost["bare"] += timed(lambda d=data, t=texts: t.update(bare=_bare(d)))[1]
            cost["ours"] += timed(lambda d=data, t=texts: t.update(ours=_ours(d)))[1]
            assert right in texts["bare"] & texts["ours"]
            assert texts["ours"] <= {right, pasted}
            bare += pasted in texts["bare"]
            ours += pasted in texts["ours"]
        missed = [missed[0] + EACH - bare, missed[1] + EACH - ours]
        spent = {key: spent[key] + cost[key] for key in spent}
        rows.append(
            (name, f"{bare} of {EACH}", f"{ours} of {EACH}",
             *(f"{1e3 * one / EACH:.1f}" for one in cost.values()),
             f"{cost['ours'] / cost['bare']:.2f}")
        )  # fmt: skip
    rows.append(("all: missed", *missed, "", "", f"{spent['ours'] / spent['bare']:.2f}"))
    head = ("second code", "bare read", "verdict", "bare, CPU ms", "verdict", "verdict ÷ bare")
    print(table(head, rows))
    print("(at most 3)")


def _drawn(text: str) -> Picture:
    return Image.open(BytesIO(images.png(text, level="Q", module_px=MODULE))).convert("L")


def _photo(chance: random.Random, right: Picture, pasted: Picture) -> bytes:
    ground = Image.new("L", SIZE, 170)
    ground.paste(right, (chance.randint(60, 120), chance.randint(80, 180)))
    ground.paste(pasted, (chance.randint(660, 740), chance.randint(100, 360)))
    grain = np.random.default_rng(chance.randrange(1 << 30)).normal(0, 3, SIZE[::-1])
    greys = np.clip(np.asarray(ground, dtype=float) + grain, 0, 255).astype(np.uint8)
    out = BytesIO()
    Image.fromarray(greys).convert("RGB").save(out, "JPEG", quality=85)
    return out.getvalue()


def _bare(data: bytes) -> set[str]:
    found = zxingcpp.read_barcodes(Image.open(BytesIO(data)), formats=zxingcpp.BarcodeFormat.QRCode)
    return {one.text for one in found}


def _ours(data: bytes) -> set[str]:
    return {one.text for one in photo.read(data).seen}
