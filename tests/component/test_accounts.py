"""People, log-ins and keys, on both databases."""

from __future__ import annotations

import random
import threading
import uuid
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from market40.accounts import service
from market40.accounts.tables import ApiKey, LoginSession, LoginThrottle, Person
from market40.core.errors import Conflict, InvalidInput, NotFound, RateLimited
from market40.db.engine import read, transact, vault_of

NOW = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)
MARKET, UNIT = uuid.UUID(int=0xA), uuid.UUID(int=0xC)
VENDOR_PERSON, STAFF_PERSON = uuid.UUID(int=1), uuid.UUID(int=2)
PIN = "284913"
KEY = uuid.UUID(int=0xFF)


@pytest.fixture(scope="session")
def pin_hash():
    return service.hash_secret("vendor", PIN)


@pytest.fixture
def people(engine, pin_hash):
    def work(session):
        vault_of(session).new_key(session, key_id=KEY, now=NOW)
        common = {"key_id": KEY, "now": NOW, "secret": pin_hash}
        service.add_person(
            session,
            person_id=VENDOR_PERSON,
            role="vendor",
            login="0912 345 678",
            name="  Lò Thị   Mẩy ",
            vendor_id=uuid.UUID(int=0xB),
            markets=[MARKET],
            **common,
        )
        service.add_person(
            session,
            person_id=STAFF_PERSON,
            role="official",
            login="Can.Bo",
            name="Vàng A Páo",
            markets=[MARKET, uuid.UUID(int=0xD)],
            units=[UNIT],
            everywhere=True,
            **common,
        )

    transact(engine, work)


def log_in(engine, login="0912345678", secret=PIN, *, address="203.0.113.7", now=NOW):
    return transact(
        engine,
        lambda s: service.log_in(
            s, login, secret, address=address, now=now, rng=random.SystemRandom()
        ),
    )


def seen(engine, token, now=NOW):
    return read(engine, lambda s: service.principal_of(s, token, now))


@pytest.mark.usefixtures("people")
def test_a_log_in_is_known_again_with_its_scope(engine):
    outcome = log_in(engine)
    caller = seen(engine, outcome.token)
    assert (caller.person_id, caller.role, caller.name) == (VENDOR_PERSON, "vendor", "Lò Thị Mẩy")
    assert (caller.vendor_id, caller.market_ids) == (uuid.UUID(int=0xB), {MARKET})
    assert (caller.unit_ids, caller.everywhere, caller.via) == (frozenset(), False, "cookie")
    assert outcome.max_age_s == 30 * 24 * 3600

    official = seen(engine, log_in(engine, "can.bo").token)
    assert official.market_ids == {MARKET, uuid.UUID(int=0xD)}
    assert (official.unit_ids, official.everywhere) == ({UNIT}, True)


@pytest.mark.usefixtures("people")
def test_nothing_personal_and_no_token_stands_open_in_the_database(engine):
    token = log_in(engine).token
    key = transact(
        engine,
        lambda s: service.add_api_key(
            s, key_id=uuid.uuid4(), person_id=STAFF_PERSON, label="x", now=NOW, rng=random.Random(1)
        ),
    )

    def everything(session):
        for table in (Person, LoginSession, LoginThrottle, ApiKey):
            for row in session.execute(select(table.__table__)):
                yield from row

    stored = b"\n".join(
        value if isinstance(value, bytes) else str(value).encode()
        for value in read(engine, lambda s: list(everything(s)))
    )
    for secret in ("0912345678", "Mẩy", "can.bo", PIN, token, key.rpartition(".")[2]):
        assert secret.encode() not in stored


@pytest.mark.usefixtures("people")
def test_a_session_ends_by_log_out_pause_and_age(engine):
    token = log_in(engine).token
    assert seen(engine, token, NOW + timedelta(days=7)) is None
    transact(engine, lambda s: service.touch_session(s, token, NOW + timedelta(days=6)))
    assert seen(engine, token, NOW + timedelta(days=7)) is not None
    transact(engine, lambda s: service.touch_session(s, token, NOW + timedelta(days=29)))
    assert seen(engine, token, NOW + timedelta(days=30)) is None
    transact(engine, lambda s: service.log_out(s, token, NOW + timedelta(days=29)))
    assert seen(engine, token, NOW + timedelta(days=29)) is None
    assert seen(engine, "0" * 26) is None


@pytest.mark.usefixtures("people")
def test_a_sign_of_life_is_asked_for_every_five_minutes(engine):
    token = log_in(engine).token
    for seconds, stale in ((0, False), (299, False), (300, True)):
        now = NOW + timedelta(seconds=seconds)
        assert read(engine, lambda s, n=now: service.recognise(s, token, n)).stale is stale


@pytest.mark.usefixtures("people")
def test_disabling_ends_every_session_and_key_and_enabling_brings_none_back(engine):
    token = log_in(engine).token
    key = transact(
        engine,
        lambda s: service.add_api_key(
            s, key_id=KEY, person_id=VENDOR_PERSON, label="x", now=NOW, rng=random.Random(2)
        ),
    )
    transact(engine, lambda s: service.set_state(s, VENDOR_PERSON, active=False, now=NOW))
    assert seen(engine, token) is None
    assert read(engine, lambda s: service.recognise_key(s, key, NOW)) is None
    assert log_in(engine) is None
    transact(engine, lambda s: service.set_state(s, VENDOR_PERSON, active=True, now=NOW))
    assert seen(engine, token) is None
    assert log_in(engine) is not None
    assert read(engine, lambda s: service.recognise_key(s, key, NOW)).principal.via == "key"


@pytest.mark.usefixtures("people")
@pytest.mark.parametrize("login", ["0912345678", "0999999999"])
def test_the_fifth_failure_locks_a_login_for_fifteen_minutes(engine, login):
    for n in range(5):
        assert log_in(engine, login, "111222", address=f"198.51.100.{n}") is None
    with pytest.raises(RateLimited) as locked:
        log_in(engine, login)
    assert (locked.value.code, locked.value.retry_after_s) == ("login_locked", 900)
    with pytest.raises(RateLimited):
        log_in(engine, login, now=NOW + timedelta(seconds=899))
    after = log_in(engine, login, now=NOW + timedelta(seconds=900))
    assert (after is not None) == (login == "0912345678")


@pytest.mark.usefixtures("people")
def test_a_success_forgets_the_failures(engine):
    for _ in range(3):
        for _ in range(4):
            assert log_in(engine, secret="111222") is None
        assert log_in(engine) is not None


@pytest.mark.usefixtures("people")
def test_the_addresses_of_one_ipv6_household_count_together(engine):
    for n in range(60):
        address = f"2001:db8:1:2::{n:x}"
        assert log_in(engine, f"khong.co.{n}", "x", address=address) is None
    with pytest.raises(RateLimited):
        log_in(engine, "khong.co.ai", "x", address="2001:db8:1:2:ffff::1")
    assert log_in(engine, "khong.co.ai", "x", address="2001:db8:1:3::1") is None


@pytest.mark.usefixtures("people")
def test_tries_at_the_same_time_are_counted_one_by_one(engine):
    admitted, refused = [], []

    def attempt(n):
        try:
            admitted.append(
                transact(
                    engine,
                    lambda s: service.admit(s, "0912345678", address=f"198.51.100.{n}", now=NOW),
                )
            )
        except RateLimited:
            refused.append(n)

    threads = [threading.Thread(target=attempt, args=(n,)) for n in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(admitted), len(refused)) == (5, 11)


@pytest.mark.usefixtures("people")
def test_a_login_is_given_once(engine, pin_hash):
    def again(session):
        return service.add_person(
            session,
            person_id=uuid.uuid4(),
            role="vendor",
            login="+84 912 345 678",
            secret=pin_hash,
            name="Ai đó",
            key_id=KEY,
            now=NOW,
        )

    with pytest.raises(Conflict) as taken:
        transact(engine, again)
    assert taken.value.code == "login_taken"


@pytest.mark.usefixtures("people")
def test_another_secret_ends_the_other_log_ins_and_lifts_the_lock(engine):
    here, there = log_in(engine).token, log_in(engine).token
    for _ in range(5):
        log_in(engine, secret="111222")
    new = service.hash_secret("vendor", "730516")
    transact(
        engine,
        lambda s: service.change_secret(s, VENDOR_PERSON, new, now=NOW, keep_token=here),
    )
    assert seen(engine, here) is not None
    assert seen(engine, there) is None
    assert log_in(engine) is None
    assert log_in(engine, secret="730516") is not None


@pytest.mark.usefixtures("people")
@pytest.mark.parametrize("how", ["changed", "disabled"])
def test_a_try_under_way_is_not_let_in_after_the_secret_was_changed(engine, how):
    """Who knew the old PIN could otherwise keep trying until one try outlives the change."""
    attempt = transact(
        engine, lambda s: service.admit(s, "0912345678", address="198.51.100.1", now=NOW)
    )
    new = service.hash_secret("vendor", "730516")
    if how == "changed":
        transact(engine, lambda s: service.change_secret(s, VENDOR_PERSON, new, now=NOW))
    else:
        transact(engine, lambda s: service.set_state(s, VENDOR_PERSON, active=False, now=NOW))
    rng = random.Random(1)
    assert transact(engine, lambda s: service.open_session(s, attempt, now=NOW, rng=rng)) is None


@pytest.mark.usefixtures("people")
def test_a_change_under_way_does_not_undo_another(engine):
    attempt = transact(engine, lambda s: service.attempt_of(s, VENDOR_PERSON, now=NOW))
    board, own = (service.hash_secret("vendor", pin) for pin in ("730516", "940627"))
    transact(engine, lambda s: service.change_secret(s, VENDOR_PERSON, board, now=NOW))
    with pytest.raises(Conflict) as told:
        transact(
            engine,
            lambda s: service.change_secret(
                s, VENDOR_PERSON, own, now=NOW, instead_of=attempt.secret_hash
            ),
        )
    assert told.value.code == "secret_changed"
    assert log_in(engine, secret="730516") is not None


@pytest.mark.usefixtures("people")
def test_people_are_found_and_listed(engine):
    found = read(engine, lambda s: service.find_person(s, " 0912-345-678"))
    assert (found.person_id, found.login, found.name) == (VENDOR_PERSON, "0912345678", "Lò Thị Mẩy")
    listed = read(engine, service.list_people)
    assert [person.person_id for person in listed] == [VENDOR_PERSON, STAFF_PERSON]
    after = read(engine, lambda s: service.list_people(s, after=VENDOR_PERSON, limit=5))
    assert [person.login for person in after] == ["can.bo"]
    assert read(engine, lambda s: service.list_people(s, role="board")) == []
    with pytest.raises(NotFound):
        read(engine, lambda s: service.find_person(s, "khong.co"))


@pytest.mark.usefixtures("people")
def test_a_key_is_known_until_it_ends(engine):
    until = NOW + timedelta(hours=1)
    key = transact(
        engine,
        lambda s: service.add_api_key(
            s,
            key_id=KEY,
            person_id=STAFF_PERSON,
            label="nền tảng số liệu",
            now=NOW,
            rng=random.Random(3),
            expires_at=until,
        ),
    )
    known = read(engine, lambda s: service.recognise_key(s, key, NOW)).principal
    assert (known.person_id, known.role, known.via) == (STAFF_PERSON, "official", "key")
    for wrong in (key[:-1] + "_", key[:-1], key + "0", key.replace("m40", "m41"), "m40..", ""):
        assert read(engine, lambda s, k=wrong: service.recognise_key(s, k, NOW)) is None
    assert read(engine, lambda s: service.recognise_key(s, key, until)) is None
    transact(engine, lambda s: service.revoke_api_key(s, KEY, now=NOW))
    assert read(engine, lambda s: service.recognise_key(s, key, NOW)) is None
    with pytest.raises(NotFound):
        transact(engine, lambda s: service.revoke_api_key(s, uuid.uuid4(), now=NOW))


@pytest.mark.usefixtures("people")
def test_what_is_over_is_forgotten(engine):
    log_in(engine)
    log_in(engine, secret="111222")
    count = lambda t: read(engine, lambda s: len(s.execute(select(t.__table__)).all()))  # noqa: E731
    transact(engine, lambda s: service.forget_old(s, now=NOW + timedelta(hours=23)))
    assert count(LoginThrottle) == 2
    transact(engine, lambda s: service.forget_old(s, now=NOW + timedelta(days=2)))
    assert (count(LoginThrottle), count(LoginSession)) == (0, 1)
    transact(engine, lambda s: service.forget_old(s, now=NOW + timedelta(days=61)))
    assert count(LoginSession) == 0


def test_a_person_with_a_bad_login_secret_or_name_is_not_added(engine):
    def add(session, **wrong):
        vault_of(session).new_key(session, key_id=uuid.uuid4(), now=NOW)
        facts = {"role": "board", "login": "cho.dong.van", "secret": "đủ dài rồi", "name": "A"}
        service.add_person(session, person_id=uuid.uuid4(), key_id=KEY, now=NOW, **(facts | wrong))

    for wrong, code in (
        ({"login": "a b"}, "login_invalid"),
        ({"role": "vendor", "secret": PIN}, "login_invalid"),
        ({"secret": "ngắn"}, "password_short"),
        ({"name": "\u200b"}, "name_empty"),
    ):
        with pytest.raises(InvalidInput) as refused:
            transact(engine, lambda s, w=wrong: add(s, **w))
        assert refused.value.code == code
    assert read(engine, service.list_people) == []
