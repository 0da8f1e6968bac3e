"""An inspection by photo, its verdict recorded, against zxing-cpp's bare read of the same JPEG.

The whole is what a photo costs after it has come: decoding, reading, the stall's and the paid
account's codes from the books (sealed numbers opened), the verdict, one commit with
`synchronous=FULL`. Then lists: how long a market's takes, and how large it is.
"""

from __future__ import annotations

import random
import tempfile
import uuid
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import zxingcpp
from PIL import Image
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from benchmarks.report import median, table, timed
from market40 import migrations
from market40.config import DEVELOPMENT_KEY
from market40.core.clock import SystemClock, local_day
from market40.core.ids import SystemIds
from market40.db.engine import close_engine, open_engine, read, transact
from market40.demo.loading import load
from market40.demo.plan import Sizes, make_plan
from market40.merchants import service, store
from market40.vietqr import images, photo

QR = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
ROUNDS = 7
SIZES = ((640, 480), (1280, 960), (1600, 1200), (4000, 3000))
ACTOR = uuid.UUID(int=1)


def run() -> None:
    """Load the demonstration's stalls, inspect one after another, print medians and ratios."""
    with tempfile.TemporaryDirectory(prefix="market40-inspection-") as name:
        engine = open_engine(f"sqlite:///{Path(name)}/demo.sqlite", master_key=DEVELOPMENT_KEY)
        migrations.upgrade(engine)
        now = datetime.now(UTC)
        plan = make_plan(Sizes(payments=500), seed=40, today=local_day(now))
        load(engine, plan, now=now, secrets=random.Random(1), progress=lambda _step: None)
        _verdicts(engine)
        _lists(engine)
        close_engine(engine)


def _verdicts(engine: Engine) -> None:
    chance = random.Random(40)
    market_id, cards = _largest(engine)
    rows = []
    for width, height in SIZES:
        spent: dict[str, list[float]] = {"bare": [], "read": [], "whole": []}
        for card in chance.sample(cards, ROUNDS):
            data = _photo(chance, service.payload_of_card(card), width, height)
            assert _bare(data)
            stall_id = card.code.stall_id
            works = {
                "bare": lambda d=data: _bare(d),
                "read": lambda d=data: photo.read(d),
                "whole": lambda d=data, s=stall_id: _inspect(engine, market_id, s, d),
            }
            for name in chance.sample(list(works), len(works)):
                spent[name].append(timed(works[name])[1])
        bare, seen, whole = (median(of) * 1e3 for of in spent.values())
        rows.append(
            (
                f"{width} × {height}",
                f"{bare:.1f}",
                f"{seen:.1f}",
                f"{whole:.1f}",
                f"{seen / bare:.2f}",
                f"{whole / bare:.2f}",
            )
        )
    columns = ("photo (CPU ms)", "bare read", "ours, read", "whole", "read ÷ bare", "whole ÷ bare")
    print(table(columns, rows))


def _inspect(engine: Engine, market_id: uuid.UUID, stall_id: uuid.UUID, data: bytes) -> None:
    now = datetime.now(UTC)
    texts = tuple(one.text for one in photo.read(data).seen)
    one = service.Observation(uuid.uuid4(), stall_id, now, "photo", texts)
    (done,) = transact(
        engine, lambda s: service.record(s, market_id, [one], actor_id=ACTOR, now=now)
    )
    assert done.verdict == "match"


def _lists(engine: Engine) -> None:
    shown = []
    found = sorted(read(engine, store.summaries), key=lambda one: -one.with_code)
    for one in found[:3]:
        turns = [_take(engine, one.market.id) for _ in range(ROUNDS)]
        cpu = median(spent for spent, _ in turns) * 1e3
        octets = turns[0][1] / max(one.with_code, 1)
        shown.append((one.market.name, one.with_code, f"{cpu:.1f}", f"{octets:.0f}"))
    print(table(("list to take along", "codes", "CPU ms", "bytes a code"), shown))


def _take(engine: Engine, market_id: uuid.UUID) -> tuple[float, int]:
    """Return the CPU seconds of a list and its size in bytes."""
    now, ids, made = datetime.now(UTC), SystemIds(SystemClock()), []

    def work(session: Session) -> None:
        made.append(service.take_list(session, market_id, actor_id=ACTOR, now=now, ids=ids))

    _, cpu = timed(lambda: transact(engine, work))
    return cpu, len(made[-1].text.encode())


def _largest(engine: Engine) -> tuple[uuid.UUID, list[store.Printed]]:
    found = read(engine, store.summaries)
    market_id = max(found, key=lambda one: one.with_code).market.id
    return market_id, read(engine, lambda s: store.live_cards(s, market_id))


def _photo(chance: random.Random, text: str, width: int, height: int) -> bytes:
    ground = Image.effect_noise((width, height), 30).convert("RGB")
    drawn = Image.open(BytesIO(images.png(text, level="Q", module_px=12))).convert("L")
    turned = drawn.rotate(chance.randint(-20, 20), Image.Resampling.BICUBIC, True, None, None, 200)
    side = height * 6 // 10
    ground.paste(turned.resize((side, side)).convert("RGB"), (width // 4, height // 5))
    out = BytesIO()
    ground.save(out, "JPEG", quality=85)
    return out.getvalue()


def _bare(data: bytes) -> list[zxingcpp.Barcode]:
    return list(zxingcpp.read_barcodes(Image.open(BytesIO(data)), formats=QR))
