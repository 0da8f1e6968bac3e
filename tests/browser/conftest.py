"""A real service on a port of its own, with its worker, and a real Chromium that visits it."""

from __future__ import annotations

import datetime as dt
import shutil
import threading
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from live_market import PIN, LiveMarket, build, hashes
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from werkzeug.serving import BaseWSGIServer, make_server

from market40.app import create_app
from market40.config import Settings
from market40.core.clock import SystemClock
from market40.core.ids import SystemIds
from market40.worker import Worker

PHONE = {"width": 360, "height": 640}
ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--autoplay-policy=user-gesture-required",
]


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


@pytest.fixture(scope="session")
def hashed():
    return hashes()


@pytest.fixture
def shop(sqlite_engine, hashed) -> Iterator[Shop]:
    clock = SystemClock()
    market = build(sqlite_engine, now=clock.now(), secrets=hashed)
    server = make_server("127.0.0.1", 0, lambda *_: [], threaded=True)  # to learn its port first
    url = f"http://127.0.0.1:{server.server_port}"
    settings = Settings(environment="test", demo=True, public_url=url)
    server.app = create_app(settings, sqlite_engine, clock=clock)
    stop = threading.Event()
    worker = Worker(sqlite_engine, clock, SystemIds(clock))
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


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    assert path, "the browser tests need Chromium: apt-get install -y chromium"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGS)
        yield browser
        browser.close()


@pytest.fixture
def visit(chromium, shop) -> Iterator[Callable[..., Page]]:
    """Open a page in a fresh context; whatever the console calls an error fails the test."""
    contexts: list[BrowserContext] = []
    said: list[str] = []

    def opened(path: str = "/", *, size: dict[str, int] = PHONE, **more) -> Page:
        context = chromium.new_context(viewport=size, locale="vi-VN", **more)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("console", lambda line: said.append(line.text) if _bad(line) else None)
        page.goto(shop.url + path)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert not said


def _bad(line) -> bool:
    """A refused policy or a broken script; a lost network or a 4xx is what some tests are about."""
    return line.type == "error" and "Failed to load resource" not in line.text


@pytest.fixture
def log_in(visit) -> Callable[..., Page]:
    def done(login: str, *, secret: str = PIN, staff: bool = False, **more) -> Page:
        page = visit("/login?as=staff" if staff else "/login", **more)
        page.fill("#login", login)
        page.fill("#secret", secret)
        page.click("form[action='/login'] button:not([type=button])")
        page.wait_for_url(lambda url: "/login" not in url)
        return page

    return done
