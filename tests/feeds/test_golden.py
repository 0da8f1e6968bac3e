"""Golden pairs: each feed's `.in` beside the `.json` that it must give; a new case is two files."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from pathlib import Path

import pytest

from market40.payments.feeds import feed_named
from market40.payments.feeds.base import FeedFormatError

HERE = Path(__file__).parent
CASES = sorted(path for path in HERE.glob("*/*.in"))


def plain(notice) -> dict:
    fields = dataclasses.asdict(notice)
    return {k: v.isoformat() if isinstance(v, dt.datetime) else v for k, v in fields.items()}


@pytest.mark.parametrize("path", CASES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_body_gives_what_its_pair_says(path: Path) -> None:
    expected = json.loads(path.with_suffix(".json").read_text())
    feed = feed_named(path.parent.name)
    try:
        got = {"notices": [plain(notice) for notice in feed.parse(path.read_bytes())]}
    except FeedFormatError as error:
        got = {"error": {"reason": error.reason, "place": error.place}}
    assert got == expected


def test_every_input_has_its_expectation_and_the_reverse() -> None:
    assert CASES
    assert sorted(p.with_suffix(".json") for p in CASES) == sorted(HERE.glob("*/*.json"))
