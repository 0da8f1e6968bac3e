"""Logins, secrets, throttles and lives of sessions."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from market40.accounts.domain import logins, secrets, sessions
from market40.accounts.domain.throttle import Count
from market40.core.errors import InvalidInput

NOW = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("typed", "normal"),
    [
        ("0912345678", "0912345678"),
        ("+84 912.345.678", "0912345678"),
        ("(84) 912-345-678", "0912345678"),
        ("02193861234", "02193861234"),
        ("Ban.Quan.Ly ", "ban.quan.ly"),
        ("0012345678", "0012345678"),
        ("84", "84"),
    ],
)
def test_a_login_has_one_normal_form(typed, normal):
    assert logins.normal_login(typed) == normal


@given(st.text(max_size=300))
def test_any_text_is_a_login_that_is_stable(typed):
    normal = logins.normal_login(typed)
    assert len(normal) <= 2 * logins.LOGIN_MAX
    assert logins.normal_login(normal) == logins.normal_login(logins.normal_login(normal))


@pytest.mark.parametrize(
    ("role", "login"),
    [
        ("vendor", "me.may"),
        ("vendor", "091234567"),
        ("vendor", "09123456789012"),
        ("board", "ab"),
        ("board", "chợ"),
        ("board", "0912345678 x"),
        ("official", ".cham"),
        ("official", "x" * 41),
        ("operator", ""),
    ],
)
def test_a_login_that_breaks_its_roles_rule_is_refused(role, login):
    with pytest.raises(InvalidInput) as refused:
        logins.check_login(role, login)
    assert (refused.value.code, refused.value.place) == ("login_invalid", "login")


@pytest.mark.parametrize(
    ("role", "secret", "code"),
    [
        ("vendor", "12345", "pin_invalid"),
        ("vendor", "1234567", "pin_invalid"),
        ("vendor", "12345a", "pin_invalid"),
        ("vendor", "١٢٣٤٥٦", "pin_invalid"),
        ("vendor", "777777", "pin_weak"),
        ("vendor", "123456", "pin_weak"),
        ("vendor", "987654", "pin_weak"),
        ("vendor", "000000", "pin_weak"),
        ("vendor", "474747", "pin_weak"),
        ("vendor", "258258", "pin_weak"),
        ("board", "123456789", "password_short"),
        ("board", "x" * 201, "password_long"),
    ],
)
def test_a_secret_that_breaks_its_roles_rule_is_refused(role, secret, code):
    with pytest.raises(InvalidInput) as refused:
        logins.check_secret(role, secret)
    assert refused.value.code == code


@pytest.mark.parametrize("pin", ["091247", "124758", "475836"])
def test_a_pin_out_of_the_own_phone_number_is_refused(pin):
    with pytest.raises(InvalidInput, match="pin_weak"):
        logins.check_secret("vendor", pin, login="+84 912 475 836")
    assert logins.check_secret("vendor", pin, login="0987654321") == pin
    assert logins.check_secret("board", f"phone {pin}", login="ban.quan.ly")


def test_a_password_is_the_same_however_its_marks_are_typed():
    import unicodedata

    hashed = secrets.hashed(
        logins.check_secret("board", unicodedata.normalize("NFD", "mật khẩu chợ"))
    )
    assert hashed.text.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert secrets.matches(hashed.text, "mật khẩu chợ")
    assert secrets.matches(hashed.text, unicodedata.normalize("NFD", "mật khẩu chợ"))
    assert not secrets.matches(hashed.text, "mat khau cho")


def test_nobodys_secret_is_compared_and_never_right():
    assert not secrets.matches(None, "nobody has this secret")
    assert not secrets.matches("not a hash", "x")


@pytest.mark.parametrize(
    "text", ["", "m40", "m40.x.y", "m40.AAAAAAAAAA.", "m40.AAAAAAAAAA", "x" * 99]
)
def test_what_is_no_key_is_none(text):
    assert secrets.read_key(text) is None


def test_tries_lock_at_the_limit_and_start_anew_after_the_lock():
    count = Count(0, NOW, None)
    for n in range(1, 5):
        count = count.tried(NOW, limit=5)
        assert (count.failures, count.wait_s(NOW)) == (n, 0)
    count = count.tried(NOW, limit=5)
    assert count.wait_s(NOW) == 900
    assert count.wait_s(NOW + timedelta(seconds=899, milliseconds=1)) == 1
    later = NOW + timedelta(minutes=15)
    assert count.wait_s(later) == 0
    assert count.tried(later, limit=5) == Count(1, later, None)


def test_failures_far_apart_do_not_add_up():
    count = Count(4, NOW, None)
    assert count.tried(NOW + timedelta(minutes=14, seconds=59), limit=5).failures == 5
    assert count.tried(NOW + timedelta(minutes=15), limit=5).failures == 1


def test_a_success_takes_its_own_try_back():
    assert Count(3, NOW, NOW).succeeded() == Count(2, NOW, None)
    assert Count(0, NOW, None).succeeded() == Count(0, NOW, None)


def test_a_vendors_phone_is_opened_once_a_month_and_an_office_every_day():
    assert sessions.life_of("vendor").absolute == timedelta(days=30)
    for role in ("board", "official", "operator"):
        assert sessions.life_of(role).idle == timedelta(hours=2)


@pytest.mark.parametrize(
    ("role", "login"), [("vendor", "ban.quan.ly"), ("board", "ab"), ("board", "bạn quản lý")]
)
def test_a_login_is_of_its_roles_form(role, login):
    with pytest.raises(InvalidInput, match="login_invalid"):
        logins.check_login(role, login)


def test_a_new_login_is_kept_in_its_normal_form():
    assert logins.check_login("vendor", "+84 912 345 678") == "0912345678"
    assert logins.check_login("board", " Ban.Quan.Ly") == "ban.quan.ly"


def test_a_machines_key_is_read_back_from_its_text():
    key = secrets.new_key(random.Random(1))
    assert secrets.read_key(str(key)) == key
    assert len(secrets.digest(key.secret)) == 32


def test_a_pin_that_is_not_weak_is_taken_as_it_is():
    assert logins.check_secret("vendor", "284913") == "284913"
