"""Every code of a whole demonstration decodes back: all PNGs, 50 seeded SVGs and printed pages.

The stalls are as many as `make run` loads; only the payments are few. `make bench` reads all of
them in every form.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import pytest

from market40 import schema
from market40.config import DEVELOPMENT_KEY
from market40.core.clock import local_day
from market40.db.engine import close_engine, open_engine, read
from market40.demo.loading import load
from market40.demo.plan import Sizes, make_plan
from market40.merchants import service as merchants
from market40.merchants import store
from market40.vietqr import images
from market40.vietqr.codec import decode
from market40.vietqr.sheets import Card, cards_pdf
from tests import drawn

NOW = datetime(2026, 11, 22, 5, 0, tzinfo=UTC)
SAMPLE = 50


@dataclass(frozen=True, slots=True)
class Code:
    """What a code must say, and its card."""

    card: Card
    account: str
    reference: str


@pytest.fixture(scope="module")
def codes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Code]]:
    folder = tmp_path_factory.mktemp("demonstration")
    engine = open_engine(f"sqlite:///{folder}/demo.sqlite", master_key=DEVELOPMENT_KEY)
    schema.metadata().create_all(engine)
    plan = make_plan(Sizes(payments=500), seed=40, today=local_day(NOW))
    load(engine, plan, now=NOW, secrets=Random(1), progress=lambda _step: None)
    yield read(
        engine,
        lambda s: [
            Code(
                merchants.printable(printed, public_url="https://cho.example.vn", demo=True),
                printed.number,
                printed.reference,
            )
            for market in store.markets(s)
            for printed in store.live_cards(s, market.id)
        ],
    )
    close_engine(engine)


def test_every_png_says_its_account_and_reference(codes: list[Code]) -> None:
    assert len(codes) > 900
    for code in codes:
        text = drawn.read(drawn.of_png(images.png(code.card.payload)))
        assert text == code.card.payload
        said = decode(text)
        assert said.account == code.account
        assert (said.purpose or "").split()[0] == code.reference
        assert said.amount is None
    assert len({code.card.payload for code in codes}) == len(codes)


def test_fifty_drawings_and_printed_pages_read_back(codes: list[Code], tmp_path: Path) -> None:
    seed = secrets.randbelow(1 << 31)
    print(f"seed {seed}")  # noqa: T201
    some = Random(seed).sample(codes, SAMPLE)
    for code in some:
        assert drawn.read(drawn.of_svg(images.svg(code.card.payload))) == code.card.payload
    pages = drawn.of_pdf(cards_pdf([code.card for code in some]), tmp_path)
    assert [drawn.read(page) for page in pages] == [code.card.payload for code in some]
