"""What a page must not be: hard to read, wider than the screen, hard to hit, or heavy."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe

PHONE = {"width": 360, "height": 640}
OFFICE = {"width": 1280, "height": 800}
SIZES = [PHONE, OFFICE]
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_AXE = Axe()

# A link in a line of text may be smaller (WCAG 2.5.8, inline); a box to be ticked is its label.
_SMALL = """() => [...document.querySelectorAll('a[href], button, summary, input, select')]
  .map(e => e.matches('[type=checkbox], [type=radio]') ? e.closest('label') || e : e)
  .filter(e => e.checkVisibility({ visibilityProperty: true }) && e.type !== 'hidden')
  .filter(e => getComputedStyle(e).display !== 'inline' && !e.closest('.skip'))
  .filter(e => { const r = e.getBoundingClientRect(); return r.height < 47.5 || r.width < 47.5 })
  .map(e => e.outerHTML.slice(0, 90))"""
_HEIGHT = "Math.min(8000, Math.max(innerHeight, document.documentElement.scrollHeight))"
_WIDE = """() => document.documentElement.scrollWidth <= innerWidth ? []
  : [...document.querySelectorAll('body *')]
      .filter(e => e.getBoundingClientRect().right > innerWidth + 1)
      .map(e => e.outerHTML.slice(0, 90)).slice(0, 5)
      .concat(document.documentElement.scrollWidth)"""


def check(page) -> None:
    """Fail where axe finds something, or the document is wider than the screen."""
    faults = axe(page)
    assert not faults, f"{page.url}: {faults}"
    wide(page)


def wide(page) -> None:
    """Fail where the document is wider than the screen, with what stands out."""
    out = page.evaluate(_WIDE)
    assert not out, f"{page.url} is wider than the screen: {out}"


def axe(page) -> list[tuple[str, list[str]]]:
    """What axe finds on the whole page: unrolled, so that a bar at its foot covers nothing."""
    size = page.viewport_size
    page.set_viewport_size(size | {"height": page.evaluate(_HEIGHT)})
    found = _AXE.run(page, options={"runOnly": {"type": "tag", "values": RULES}})
    page.set_viewport_size(size)
    return [
        (fault["id"], [node["html"][:160] for node in fault["nodes"]])
        for fault in found.response["violations"]
    ]


def small_targets(page) -> list[str]:
    """What is to be touched and is under 48 px."""
    found: list[str] = page.evaluate(_SMALL)
    return found


def is_bad(line) -> bool:
    """A refused policy or a broken script; a lost network or a 4xx is what some tests are about."""
    return line.type == "error" and "Failed to load resource" not in line.text


class Weight:
    """The bytes that came over the wire for a page, as they were packed, by kind."""

    def __init__(self, page) -> None:
        self._session = page.context.new_cdp_session(page)
        self._kinds: dict[str, str] = {}
        self.bytes: dict[str, int] = {}
        self.requests = 0
        self._session.on("Network.responseReceived", self._received)
        self._session.on("Network.loadingFinished", self._finished)
        self._session.send("Network.enable")

    def _received(self, event) -> None:
        if not event["response"]["url"].startswith("data:"):
            self._kinds[event["requestId"]] = event["type"]

    def _finished(self, event) -> None:
        kind = self._kinds.get(event["requestId"])
        if kind:
            self.requests += kind != "Fetch"
            self.bytes[kind] = self.bytes.get(kind, 0) + int(event["encodedDataLength"])

    def total(self, *, fonts: bool) -> int:
        return sum(n for kind, n in self.bytes.items() if fonts or kind != "Font")
