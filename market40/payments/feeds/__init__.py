"""Feeds by name: ours, and those that other packages add under `market40.bank_feeds`."""

from __future__ import annotations

from functools import cache
from importlib.metadata import entry_points
from typing import Final

from market40.core.errors import NotFound
from market40.core.texts import say
from market40.payments.feeds.base import Feed
from market40.payments.feeds.sepay import SePay

GROUP: Final = "market40.bank_feeds"
_OURS: Final[dict[str, Feed]] = {"sepay": SePay()}


@cache
def feed_named(name: str) -> Feed:
    """Return the feed of that name; raise NotFound `unknown_feed`. Ours cannot be replaced."""
    if name in _OURS:
        return _OURS[name]
    for found in entry_points(group=GROUP, name=name[:40]):
        feed: Feed = found.load()()
        return feed
    raise NotFound(say("Không có nguồn báo có này."), code="unknown_feed")
