"""Logging in and out in a browser."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest

from market40.accounts import service
from market40.app import create_app
from market40.config import Settings
from market40.db.engine import transact

SESSION = "market40-session"
VENDOR = uuid.UUID(int=1)


def cookie_of(answer, name=SESSION):
    found = [c for c in answer.headers.getlist("Set-Cookie") if c.startswith(name + "=")]
    assert len(found) == 1
    return found[0]


@pytest.mark.parametrize(
    ("role", "home"),
    [
        ("vendor", "/vendor/"),
        ("board", "/board/"),
        ("official", "/reports/"),
        ("operator", "/operator"),
    ],
)
def test_each_role_comes_home(browser, role, home):
    answer = browser.log_in(role)
    assert (answer.status_code, answer.location) == (303, home)
    assert browser.client.get("/account").status_code == 200


@pytest.mark.parametrize(
    "typed", ["0912 345 678", "+84 912.345.678", "84912345678", " 0912345678 "]
)
def test_a_phone_is_known_however_it_is_typed(browser, typed):
    assert browser.post("/login", login=typed, secret="284913").status_code == 303


def test_the_cookie_is_shut_to_scripts_and_other_sites(browser):
    cookie = cookie_of(browser.log_in("vendor"))
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Max-Age=2592000" in cookie
    assert "Secure" not in cookie


def test_behind_https_the_cookie_is_bound_to_the_host(web_engine, clock):
    settings = Settings(environment="test", public_url="https://cho40.example")
    client = create_app(settings, web_engine, clock=clock).test_client()
    answer = client.get("/login", base_url="https://cho40.example")
    cookie = cookie_of(answer, "__Host-market40-visitor")
    assert "Secure" in cookie
    assert "Path=/" in cookie
    assert "Domain" not in cookie
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=31536000")


@pytest.mark.parametrize(
    "fields",
    [
        {"login": "0912345678", "secret": "111222"},
        {"login": "0999999999", "secret": "284913"},
        {"login": "van.hanh", "secret": "284913"},
        {"login": "'; DROP TABLE person; --", "secret": "x"},
    ],
)
def test_wrong_log_ins_answer_alike(browser, fields):
    answer = browser.post("/login", **fields)
    assert answer.status_code == 401
    assert "Số điện thoại, tên hoặc mã không đúng." in answer.text
    assert SESSION not in str(answer.headers)


def test_a_disabled_person_is_answered_like_nobody_and_dead_at_the_next_request(
    browser_as, browser, web_engine, clock
):
    inside = browser_as("vendor")
    assert inside.client.get("/account").status_code == 200
    transact(web_engine, lambda s: service.set_state(s, VENDOR, active=False, now=clock.now()))
    assert inside.client.get("/account").location == "/login?next=/account"
    answer = browser.log_in("vendor")
    assert answer.status_code == 401
    assert "Số điện thoại, tên hoặc mã không đúng." in answer.text


@pytest.mark.parametrize("login", ["0912345678", "0999999999"])
def test_five_failures_lock_a_login_known_or_not(browser, clock, login):
    for _ in range(5):
        assert browser.post("/login", login=login, secret="111222").status_code == 401
    answer = browser.post("/login", login=login, secret="284913")
    assert answer.status_code == 429
    assert "15 phút" in answer.text
    clock.advance(timedelta(minutes=15))
    right = browser.post("/login", login=login, secret="284913")
    assert right.status_code == (303 if login == "0912345678" else 401)


def test_an_address_is_locked_after_sixty_failures_over_many_logins(app, browser):
    token = browser.token()
    for n in range(60):
        fields = {"login": f"09{n:08}", "secret": "1", "form_token": token}
        assert browser.client.post("/login", data=fields).status_code == 401
    assert browser.log_in("operator").status_code == 429


def test_logging_in_again_ends_the_old_session_and_makes_a_new_one(browser):
    browser.log_in("vendor")
    first = browser.client.get_cookie(SESSION).value
    token = browser.token("/account")
    answer = browser.client.post(
        "/login", data={"login": "can.bo", "secret": "mật khẩu của xã", "form_token": token}
    )
    assert answer.status_code == 303
    assert browser.client.get_cookie(SESSION).value != first
    browser.client.set_cookie(SESSION, first)
    assert browser.client.get("/account").status_code == 303


def test_a_second_tap_on_the_button_logs_in_too(browser):
    token = browser.token()
    fields = {"login": "0912345678", "secret": "284913", "form_token": token}
    for _ in range(2):
        assert browser.client.post("/login", data=fields).location == "/vendor/"
    assert browser.client.get("/account").status_code == 200


def test_a_token_set_by_a_stranger_is_not_taken_over(browser):
    browser.client.set_cookie(SESSION, "A" * 26)
    browser.log_in("vendor")
    assert browser.client.get_cookie(SESSION).value != "A" * 26


def test_logging_out_ends_the_session_itself(browser_as):
    browser = browser_as("board")
    token = browser.client.get_cookie(SESSION).value
    assert browser.post("/logout", page="/account").status_code == 303
    assert browser.client.get_cookie(SESSION) is None
    browser.client.set_cookie(SESSION, token)
    assert browser.client.get("/account").status_code == 303


@pytest.mark.parametrize(
    ("role", "pause", "lives"),
    [
        ("vendor", timedelta(days=7) - timedelta(seconds=1), True),
        ("vendor", timedelta(days=7), False),
        ("board", timedelta(hours=2) - timedelta(seconds=1), True),
        ("operator", timedelta(hours=2), False),
    ],
)
def test_a_pause_ends_a_session(browser_as, clock, role, pause, lives):
    browser = browser_as(role)
    clock.advance(pause)
    assert (browser.client.get("/account").status_code == 200) is lives


@pytest.mark.parametrize(("role", "step", "steps"), [("vendor", 6 * 24, 5), ("official", 1, 12)])
def test_use_keeps_a_session_alive_up_to_its_absolute_end(browser_as, clock, role, step, steps):
    browser = browser_as(role)
    for _ in range(steps - 1):
        clock.advance(timedelta(hours=step))
        assert browser.client.get("/account").status_code == 200
    clock.advance(timedelta(hours=step))
    assert browser.client.get("/account").status_code == 303


@pytest.mark.parametrize("path", ["/board/sap?x=1", "/k/K7Q2ZM"])
def test_next_leads_on_within_the_site(browser, path):
    assert browser.log_in("board", next=path).location == path


@pytest.mark.parametrize(
    "path",
    [
        "//evil.example",
        "/\\evil.example",
        "https://evil.example",
        "javascript:alert(1)",
        "/\t/evil.example",
        "/\n/evil.example",
        "/a\\..\\\\evil.example",
        " /x",
        "",
        "/" + "x" * 600,
    ],
)
def test_next_never_leads_elsewhere(browser, path):
    assert browser.log_in("board", next=path).location == "/board/"


def test_staff_pages_lead_to_the_form_for_staff(browser):
    assert browser.client.get("/operator").location == "/login?next=/operator"
    assert "Tên đăng nhập" in browser.client.get("/login?next=/operator").text
    assert "Số điện thoại" in browser.client.get("/login").text


def test_a_changed_pin_counts_at_once_and_ends_other_devices(browser_as, browser, app):
    here, there = browser_as("vendor"), browser_as("vendor")
    fields = {"present": "284913", "secret": "730516"}
    answer = here.post("/account/secret", page="/account", **fields)
    assert answer.location == "/account?done=1"
    assert here.client.get("/account").status_code == 200
    assert there.client.get("/account").status_code == 303
    assert browser.log_in("vendor").status_code == 401
    assert browser.post("/login", login="0912345678", secret="730516").status_code == 303


@pytest.mark.parametrize(
    ("present", "secret", "said"),
    [
        ("284913", "123456", "quá dễ đoán"),
        ("284913", "12345", "đúng 6 chữ số"),
        ("000111", "730516", "hiện tại không đúng"),
        ("", "730516", "Chưa điền"),
    ],
)
def test_a_pin_is_not_changed_for_a_bad_one(browser_as, browser, present, secret, said):
    answer = browser_as("vendor").post(
        "/account/secret", page="/account", present=present, secret=secret
    )
    assert answer.status_code == 422
    assert said in answer.text
    assert browser.log_in("vendor").status_code == 303


def test_guessing_the_present_pin_is_locked_too(browser_as):
    browser = browser_as("vendor")
    fields = {"present": "111222", "secret": "730516"}
    for _ in range(5):
        assert browser.post("/account/secret", page="/account", **fields).status_code == 422
    assert browser.post("/account/secret", page="/account", **fields).status_code == 429
