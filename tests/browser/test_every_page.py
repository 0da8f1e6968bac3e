"""Every page for everyone who may see it, at a phone's and an office's size.

The pages come from the application: a new route that answers GET fails here until PAGES says
where examples of it stand, or FILES that it is no page. axe reads each; each fits 360 px, says
nothing on the console and keeps to its bytes; vendors and buyers can hit what is to be touched.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from every_page import RUNS, build_town
from measure import OFFICE, PHONE, Weight, check, is_bad, small_targets, wide
from serving import serving
from sqlalchemy import create_engine

from market40.app import create_app
from market40.config import DEVELOPMENT_KEY, Settings
from market40.db.engine import close_engine, open_engine
from market40.web.guard import marks_of

pytestmark = pytest.mark.browser
SHOTS = os.environ.get("MARKET40_SHOTS")  # a folder: pictures of every page, to be looked at
_M, _S = "<uuid:market_id>", "<uuid:market_id>/<uuid:stall_id>"

# The examples of each page, {words} from the town; "" is the route's own address.
PAGES: dict[str, tuple[str, ...]] = {
    "/": ("",),
    "/login": ("", "/login?as=staff"),
    "/account": ("",),
    "/operator": ("",),
    "/k/<check>": ("", "/k/K7Q2ZM"),
    "/banks": ("", "/banks?q=dong a", "/banks?q=zzzz", "/banks?q=" + 101 * "x"),
    "/banks/<bank_bin>": ("/banks/970414", "/banks/970448", "/banks/970459", "/banks/000000"),
    "/p/<token>": ("",),
    "/board/": ("",),
    "/board/suspense": ("",),
    "/board/markets/new": ("", "/board/markets/new?q=dong+van"),
    f"/board/markets/{_M}": tuple(f"/board/markets/{{market_id}}?{w}" for w in ("page=2", "q=zzz")),
    f"/board/markets/{_M}/import": ("",),
    f"/board/markets/{_M}/pins": ("",),
    f"/board/markets/{_M}/prints": ("",),
    f"/board/markets/{_M}/prints/<uuid:run_id>": (
        "", *(f"/board/markets/{{market_id}}/prints/{{run_{n}}}" for n in RUNS),
    ),
    "/board/vendors/<uuid:market_id>/<uuid:vendor_id>/pin": ("",),
    f"/board/markets/{_M}/inspections": ("",),
    f"/board/markets/{_M}/inspections/walk": ("",),
    f"/board/markets/{_M}/stalls/<uuid:stall_id>/inspections": ("",),
    f"/board/markets/{_M}/stalls/new": ("",),
    f"/board/stalls/{_S}": ("", "/board/stalls/{market_id}/{pending_id}"),
    "/reports/adoption": (
        "", "/reports/adoption?by=commune", "/reports/adoption?by=market",
        "/reports/adoption?period=2020-01",
    ),
    "/vendor/": ("",),
    "/vendor/today": ("",),
    "/vendor/cash": ("",),
    "/vendor/stall": ("",),
    "/vendor/intents/<uuid:intent_id>": ("",),
}  # fmt: skip
# What is fetched by pages, or saved, or leads on: no page to look at.
FILES = {
    "/k", "/k/<check>/ma-vietqr.png", "/healthz", "/readyz", "/reports/", "/vendor/live",
    "/static/<digest>/<path:name>", "/p/<token>/live", "/p/<token>/ma-vietqr.png",
    "/p/<token>/app/<app_id>",
    f"/board/markets/{_M}/template.csv", f"/board/markets/{_M}/cards.pdf",
    f"/board/markets/{_M}/inspections/token", "/board/walk-worker.js",
    f"/board/markets/{_M}/prints/<uuid:run_id>/cards.pdf",
    f"/board/stalls/{_S}/code.png", f"/board/stalls/{_S}/code.svg", f"/board/stalls/{_S}/card.pdf",
    f"/board/stalls/{_S}/r58.png", f"/board/stalls/{_S}/r80.png",
    "/reports/adoption.csv", "/reports/adoption.json",
}  # fmt: skip
# Compressed, over the wire: (bytes, whether fonts count), and the buyer's two requests.
BUYER, VENDOR, ANY = (30_000, True), (60_000, False), (150_000, True)


def routes() -> dict[str, frozenset[str]]:
    """Every GET route outside the API, with the roles that may call it."""
    app = create_app(Settings(environment="test"), create_engine("sqlite://"))
    return {
        rule.rule: marks_of(app.view_functions[rule.endpoint], "GET").roles or frozenset()
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and not rule.rule.startswith("/api/")
    }


ROUTES = routes()
CASES = [
    (role, (example or rule).replace("<uuid:", "{").replace("<", "{").replace(">", "}"))
    for rule, roles in sorted(ROUTES.items())
    if rule in PAGES
    for role in sorted(roles)
    for example in PAGES[rule]
]
# What a second role sees in the same page is read by axe at the phone's size alone.
FIRST = {(role, address) for address, role in {a: r for r, a in reversed(CASES)}.items()}


@pytest.fixture(scope="module")
def town(sqlite_template, tmp_path_factory):
    path = tmp_path_factory.mktemp("pages") / "town.sqlite"
    path.write_bytes(sqlite_template.read_bytes())
    engine = open_engine(f"sqlite:///{path}", master_key=DEVELOPMENT_KEY)
    made = []

    def fill(clock):
        made.append(build_town(engine, clock))
        return made[0].market

    with serving(engine, fill) as shop:
        made[0].words["url"] = shop.url
        yield made[0]
    close_engine(engine)


@pytest.fixture(scope="module")
def contexts(chromium, town):
    """A browser for each role, so that a second page finds the first one's files."""
    made = {}
    for role in ("public", *town.cookies):
        made[role] = chromium.new_context(viewport=PHONE, locale="vi-VN")
        if role != "public":
            cookie = {"name": "market40-session", "url": town.words["url"]}
            made[role].add_cookies([{**cookie, "value": town.cookies[role]}])
    yield made
    for context in made.values():
        context.close()


def test_every_page_has_an_example():
    assert sorted(set(ROUTES) - FILES) == sorted(PAGES), "say where an example of the page stands"


@pytest.mark.parametrize(("role", "address"), CASES)
def test_every_page(town, contexts, role, address):
    page = contexts[role].new_page()
    said: list[str] = []
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("console", lambda line: said.append(line.text) if is_bad(line) else None)
    page.on("dialog", lambda dialog: (said.append(dialog.message), dialog.dismiss()))
    try:
        page.goto(town.words["url"] + address.format(**town.words))
        for size in (PHONE, OFFICE):
            page.set_viewport_size(size)
            take_picture(page, role, address, size)
            check(page) if size == PHONE or (role, address) in FIRST else wide(page)
            if page.evaluate("!document.querySelector('header.top')"):  # on a phone in a hand
                assert small_targets(page) == []
        assert page.locator("svg[onload], img[src=x]").count() == 0  # what was typed is text
    finally:
        page.close()
    assert said == []


def take_picture(page, role, address, size) -> None:
    if SHOTS:
        name = address.replace("/", "_").replace("?", "_")
        page.screenshot(path=Path(SHOTS) / f"{role}{name}-{size['width']}.png", full_page=True)


@pytest.mark.parametrize(
    ("role", "address", "budget"),
    [("public", "/p/{token}", BUYER), ("public", "/k/{check}", VENDOR)]
    + [("public", address, VENDOR) for address in ("/banks", "/banks/970414")]
    + [("vendor", f"/vendor/{name}", VENDOR) for name in ("", "today", "cash", "stall")]
    + [
        ("board", "/board/markets/{market_id}", ANY),
        ("board", "/board/stalls/{market_id}/{stall_id}", ANY),
        ("board", "/board/markets/{market_id}/inspections/walk", ANY),
        ("official", "/reports/adoption", ANY),
        ("official", "/reports/adoption?by=commune", ANY),
    ],
)
def test_a_first_load_keeps_to_its_bytes(town, chromium, role, address, budget):
    context = chromium.new_context(viewport=PHONE, locale="vi-VN")
    if role != "public":
        cookie = {"name": "market40-session", "url": town.words["url"]}
        context.add_cookies([{**cookie, "value": town.cookies[role]}])
    page = context.new_page()
    weight = Weight(page)
    page.goto(town.words["url"] + address.format(**town.words))
    page.wait_for_load_state("networkidle" if role == "official" else "load")
    limit, fonts = budget
    assert weight.total(fonts=fonts) <= limit, weight.bytes
    if budget == BUYER:
        assert weight.requests == 2
    context.close()
