"""A real service on a port of its own, with its worker."""

from __future__ import annotations

import datetime as dt
import threading
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from live_market import LiveMarket
from sqlalchemy import Engine
from werkzeug.serving import BaseWSGIServer, make_server

from market40.app import create_app
from market40.config import Settings
from market40.core.clock import Clock, SystemClock
from market40.core.ids import SystemIds
from market40.worker import Worker


@dataclass
class Shop:
    """The running service: where it answers, and its market."""

    url: str
    market: LiveMarket
    server: BaseWSGIServer

    def deliver(self, amount_vnd: int, memo: str, **more) -> None:
        """Send a signed webhook over HTTP as the provider would."""
        body, headers = self.market.notice(amount_vnd, memo, at=dt.datetime.now(dt.UTC), **more)
        address = f"{self.url}/hooks/sepay/{self.market.source_id}"
        asked = urllib.request.Request(
            address, body, {**headers, "Content-Type": "application/json"}
        )
        with urllib.request.urlopen(asked, timeout=10) as answer:
            assert answer.status == 200


@contextmanager
def serving(engine: Engine, make: Callable[[Clock], LiveMarket]) -> Iterator[Shop]:
    """Run the service with its worker over an engine; `make` fills it first."""
    clock = SystemClock()
    market = make(clock)
    server = make_server("127.0.0.1", 0, lambda *_: [], threaded=True)  # to learn its port first
    url = f"http://127.0.0.1:{server.server_port}"
    settings = Settings(environment="test", demo=True, public_url=url)
    server.app = create_app(settings, engine, clock=clock)
    stop = threading.Event()
    worker = Worker(engine, clock, SystemIds(clock))
    threads = [
        threading.Thread(target=server.serve_forever, daemon=True),
        threading.Thread(target=worker.run, args=(stop,), daemon=True),
    ]
    for thread in threads:
        thread.start()
    yield Shop(url, market, server)
    stop.set()
    server.shutdown()
    for thread in threads:
        thread.join(10)
    server.server_close()
