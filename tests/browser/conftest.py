"""A running service, and a real Chromium that visits it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator

import pytest
from live_market import PIN, build, hashes
from measure import PHONE, is_bad
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, sync_playwright
from serving import Shop, serving

ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--autoplay-policy=user-gesture-required",
]


@pytest.fixture(scope="session")
def hashed():
    return hashes()


@pytest.fixture
def shop(sqlite_engine, hashed) -> Iterator[Shop]:
    with serving(sqlite_engine, lambda c: build(sqlite_engine, now=c.now(), secrets=hashed)) as one:
        yield one


@pytest.fixture(scope="session")
def driver() -> Iterator[Playwright]:
    """Playwright itself: a thread has room for one."""
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="session")
def chromium(driver) -> Iterator[Browser]:
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    assert path, "the browser tests need Chromium: apt-get install -y chromium"
    browser = driver.chromium.launch(executable_path=path, args=ARGS)
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
        page.on("console", lambda line: said.append(line.text) if is_bad(line) else None)
        page.goto(shop.url + path)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert not said


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
