"""The buyer's page: watches the payment come, needs no script, and weighs little."""

from __future__ import annotations

import re

import pytest
from live_market import ACTOR, DONG_VAN
from measure import check, small_targets

from market40.core.clock import SystemClock
from market40.core.ids import SystemIds
from market40.db.engine import transact
from market40.payments import service

pytestmark = pytest.mark.browser


@pytest.fixture
def token(shop) -> str:
    import secrets

    clock = SystemClock()

    def work(session):
        return service.open_intent(
            session,
            market_id=DONG_VAN,
            stall_id=shop.market.stalls["A12"].stall_id,
            amount_vnd=50_000,
            label=None,
            actor_id=ACTOR,
            now=clock.now(),
            ids=SystemIds(clock),
            rng=secrets.SystemRandom(),
        )

    return transact(shop.market.engine, work).token


def test_the_page_turns_when_the_bank_has_told(shop, visit, token):
    page = visit(f"/p/{token}")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.reload()
    page.wait_for_load_state()
    assert len([url for url in asked if "/live" not in url]) == 2
    assert page.inner_text("#state b") == "Chưa nhận được"
    assert page.locator(".qr svg").is_visible()
    reference = re.search(r"ZJ[0-9A-Z]{8}", page.inner_text("main"))[0]
    shop.deliver(50_000, f"{reference} A12")
    page.wait_for_selector("#state.ok")
    assert page.inner_text("#state b") == "Đã nhận"
    assert page.locator(".qr").is_hidden()


def test_without_a_script_the_page_asks_by_itself(shop, visit, token):
    page = visit(f"/p/{token}", java_script_enabled=False)
    assert page.locator(".qr svg").is_visible()
    reference = re.search(r"ZJ[0-9A-Z]{8}", page.inner_text("main"))[0]
    shop.deliver(50_000, f"{reference} A12")
    page.wait_for_selector("#state.ok", timeout=12_000)


def test_a_lost_network_is_said(visit, token):
    page = visit(f"/p/{token}")
    page.context.set_offline(True)
    page.wait_for_selector("#state.stale", timeout=25_000)
    assert "chưa biết thêm gì" in page.inner_text("#state")
    page.context.set_offline(False)
    page.wait_for_selector("#state:not(.stale)", timeout=25_000)
    assert "ngân hàng của người bán báo có" in page.inner_text("#state")


def test_the_apps_unfold_and_nobody_else_is_asked(shop, visit, token):
    page = visit(f"/p/{token}")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.reload()
    page.click("#apps summary")
    assert page.locator("#apps a:visible").count() == 15
    check(page)
    assert small_targets(page) == []
    page.wait_for_timeout(1_500)
    assert [url for url in asked if not url.startswith(shop.url)] == []
    page.route("https://dl.vietqr.io/**", lambda route: route.fulfill(body="the app opens"))
    page.click("#apps a >> text=OCB")
    page.wait_for_url("https://dl.vietqr.io/**")
    assert page.url.startswith("https://dl.vietqr.io/pay?app=ocb&ba=")


def test_a_phone_that_can_hands_the_picture_over(visit, token):
    page = visit("/")
    assert page.goto(page.url + f"p/{token}").ok
    assert page.locator("#share").is_hidden()  # this browser cannot
    page.add_init_script(
        """navigator.canShare = (what) => what.files[0].type === "image/png";
        navigator.share = async (what) => {
          const bytes = new Uint8Array(await what.files[0].arrayBuffer());
          window.handed = [what.files[0].name, String.fromCharCode(...bytes.slice(1, 4))];
          document.getElementById("share").dataset.done = "";
        };"""
    )
    page.reload()
    page.click("#share")
    page.wait_for_selector("#share[data-done]")
    name, kind = page.evaluate("window.handed")
    assert re.fullmatch(r"vietqr-ZJ[0-9A-Z]{8}\.png", name)
    assert kind == "PNG"


def test_without_a_script_the_picture_is_saved_and_the_apps_stay_open(visit, token):
    page = visit(f"/p/{token}", java_script_enabled=False)
    assert page.locator("#share").is_hidden()
    with page.expect_download() as saved:
        page.click("a[download]")
    assert re.fullmatch(r"vietqr-ZJ[0-9A-Z]{8}\.png", saved.value.suggested_filename)
    page.click("#apps summary")
    page.click("#apps .pin")
    page.wait_for_url("**/p/*?apps=1#apps")
    assert page.locator("#apps a:visible").count() == 15
