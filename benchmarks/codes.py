"""Every code of the demonstration as PNG, SVG and printed page, read back by another decoder."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Engine

from benchmarks.report import table, timed
from market40 import migrations
from market40.config import DEVELOPMENT_KEY
from market40.core.clock import local_day
from market40.db.engine import close_engine, open_engine, read
from market40.demo.loading import load
from market40.demo.plan import Sizes, make_plan
from market40.merchants import service as merchants
from market40.merchants import store
from market40.vietqr import images
from market40.vietqr.sheets import Card, cards_pdf
from tests import drawn

FEW_PAYMENTS = 500  # the stalls are as many as in `make run`; payments make no codes


def run() -> None:
    """Load the demonstration's stalls, draw and read every code; print counts and times."""
    with tempfile.TemporaryDirectory(prefix="market40-codes-") as name:
        folder = Path(name)
        engine = open_engine(f"sqlite:///{folder}/demo.sqlite", master_key=DEVELOPMENT_KEY)
        migrations.upgrade(engine)
        by_market = _cards(engine)
        cards = [card for of_one in by_market for card in of_one]
        rows = [
            _row("PNG", cards, lambda: [drawn.of_png(images.png(c.payload)) for c in cards]),
            _row("SVG", cards, lambda: [drawn.of_svg(images.svg(c.payload)) for c in cards]),
            _row(
                f"PDF, {len(by_market)} files",
                cards,
                lambda: [
                    p for of_one in by_market for p in drawn.of_pdf(cards_pdf(of_one), folder)
                ],
            ),
        ]
        close_engine(engine)
    head = ("every live code", "drawn", "read back", "wrong", "drawing s", "reading s")
    print(table(head, rows))


def _cards(engine: Engine) -> list[list[Card]]:
    now = datetime.now(UTC)
    plan = make_plan(Sizes(payments=FEW_PAYMENTS), seed=40, today=local_day(now))
    load(engine, plan, now=now, secrets=random.Random(1), progress=lambda _step: None)
    found = read(
        engine,
        lambda s: [
            merchants.cards_of_market(s, market.id, public_url="https://cho.example.vn", demo=True)
            for market in store.markets(s)
        ],
    )
    return [cards for cards in found if cards]


def _row(name: str, cards: Sequence[Card], draw: Callable[[], list]) -> tuple[object, ...]:
    pictures: list = []
    drawing, _ = timed(lambda: pictures.extend(draw()))
    texts: list[str] = []
    reading, _ = timed(lambda: texts.extend(drawn.read(picture) for picture in pictures))
    assert len(texts) == len(cards), f"{name}: {len(texts)} pictures of {len(cards)} codes"
    wrong = sum(text != card.payload for text, card in zip(texts, cards, strict=True))
    assert wrong == 0, f"{name}: {wrong} codes read as something else"
    return name, len(pictures), len(texts), wrong, f"{drawing:.1f}", f"{reading:.1f}"
