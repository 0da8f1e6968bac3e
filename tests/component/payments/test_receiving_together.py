"""Deliveries that wait together are written together, each as if it had come alone."""

import random
from collections import Counter

import pytest
from sqlalchemy import func, select

from market40.core.clock import local_day
from market40.db.engine import transact_each
from market40.db.outbox import Job
from market40.payments import service
from market40.payments.feeds import sepay
from market40.payments.tables import Credit, Delivery, Sighting

SECRET = b"a-secret-of-the-tests-0001"


def arrived(world, notice, *, body: bytes | None = None, signed_at=None) -> service.Arrived:
    body = body or sepay.write(notice)
    headers = sepay.sign(SECRET, body, signed_at or world.now)

    def look(session):
        source = world.directory.source(session, world.source_id)
        found = service.examine(
            session, source, body, headers, now=world.now, directory=world.directory
        )
        return service.Arrived(source, found, world.ids, world.directory)

    return world.read(look)


def together(world, *those: service.Arrived) -> list[service.Received]:
    return world.run(lambda s: service.receive_many(s, those))


def counts(world) -> list[int]:
    tables = (Delivery, Credit, Sighting)
    return [
        world.read(lambda s, t=t: s.scalar(select(func.count()).select_from(t))) for t in tables
    ]


def jobs(world) -> set[str]:
    query = select(Job.payload).where(Job.kind == "match_credit")
    return {job["credit_id"] for job in world.read(lambda s: s.scalars(query).all())}


@pytest.fixture(params=["known", "unknown"])
def sign_of_life(request, world):
    """With the source's day known, what is new in every way takes the short way."""
    if request.param == "known":
        together(world, arrived(world, world.notice("999", "0123456789", 1_000)))
        world.directory.remember_day(world.source_id, local_day(world.now))
    return counts(world)


def test_several_new_ones_are_each_recorded_with_a_job(world, sign_of_life) -> None:
    those = [arrived(world, world.notice(str(n), "0123456789", n * 1_000)) for n in range(1, 6)]
    got = together(world, *those)
    assert [each.outcome for each in got] == ["recorded"] * 5
    assert [len(each.new_credits) for each in got] == [1] * 5
    assert counts(world) == [before + 5 for before in sign_of_life]
    assert {str(each.new_credits[0]) for each in got} <= jobs(world)


def test_a_repeat_among_them_is_one(world, sign_of_life) -> None:
    one = arrived(world, world.notice("1", "0123456789", 5_000))
    other = arrived(world, world.notice("2", "0123456789", 6_000))
    got = together(world, one, other, one, arrived(world, world.notice("1", "0123456789", 5_000)))
    assert [each.outcome for each in got] == ["recorded", "recorded", "duplicate", "duplicate"]
    assert [len(each.new_credits) for each in got] == [1, 1, 0, 0]
    assert counts(world) == [before + 2 for before in sign_of_life]


def test_a_repeat_of_what_is_stored_leaves_the_others_new(world, sign_of_life) -> None:
    one = arrived(world, world.notice("1", "0123456789", 5_000))
    together(world, one)
    got = together(world, arrived(world, world.notice("2", "0123456789", 6_000)), one)
    assert [each.outcome for each in got] == ["recorded", "duplicate"]
    assert counts(world) == [before + 2 for before in sign_of_life]


def test_equal_payments_under_ids_of_their_own_stay_several(world, sign_of_life) -> None:
    twins = [
        arrived(world, world.notice(str(n), "0123456789", 5_000, bank_reference="SAME"))
        for n in (1, 2, 3)
    ]
    got = together(world, *twins)
    assert [each.outcome for each in got] == ["recorded"] * 3
    query = select(Credit.id, Credit.ordinal).where(Credit.bank_reference == "SAME")
    ordinals = dict(world.read(lambda s: s.execute(query).all()))
    assert [ordinals[each.new_credits[0]] for each in got] == [1, 2, 3]


def test_an_id_with_other_bytes_is_a_conflict_and_no_money(world, sign_of_life) -> None:
    first = arrived(world, world.notice("1", "0123456789", 5_000))
    second = arrived(world, world.notice("1", "0123456789", 7_000))
    got = together(world, first, second)
    assert [each.outcome for each in got] == ["recorded", "conflict"]
    assert [len(each.new_credits) for each in got] == [1, 0]


def test_what_cannot_be_money_stands_beside_what_is(world, sign_of_life) -> None:
    broken = arrived(world, None, body=b'{"id": 5}')
    good = arrived(world, world.notice("1", "0123456789", 5_000))
    debit = arrived(world, world.notice("2", "0123456789", 5_000, direction="debit"))
    before = jobs(world)
    got = together(world, broken, good, debit)
    assert [each.outcome for each in got] == ["unreadable", "recorded", "recorded"]
    assert jobs(world) - before == {str(got[1].new_credits[0])}


def test_sources_of_two_markets_do_not_see_each_other(world, other_world, sign_of_life) -> None:
    other = other_world
    mine = arrived(world, world.notice("1", "0123456789", 5_000))
    theirs = arrived(other, other.notice("1", "0123456789", 5_000))
    got = together(world, mine, theirs, mine, theirs)
    outcomes = ["recorded", "recorded", "duplicate", "duplicate"]
    assert [each.outcome for each in got] == outcomes
    query = select(Credit.market_id, func.count()).group_by(Credit.market_id)
    found = dict(world.read(lambda s: s.execute(query).all()))
    assert found[other.market_id] == 1


def test_any_split_of_any_order_gives_the_same_credits(world, sign_of_life) -> None:
    rng = random.Random(11)
    notices = [
        world.notice(str(n), "0123456789", 5_000, bank_reference=f"R{n // 3}") for n in range(1, 40)
    ]
    sent = [arrived(world, notice) for notice in [*notices, *rng.choices(notices, k=60)]]
    rng.shuffle(sent)
    outcomes: Counter[str] = Counter()
    while sent:
        size = rng.randint(1, 12)
        some, sent = sent[:size], sent[size:]
        outcomes.update(each.outcome for each in together(world, *some))
    assert outcomes == {"recorded": 39, "duplicate": 60}
    assert counts(world) == [before + 39 for before in sign_of_life]


def test_through_the_writer_each_gets_its_own_answer(world, sign_of_life) -> None:
    one = arrived(world, world.notice("1", "0123456789", 5_000))
    got = [
        transact_each(world.engine, service.receive_many, one, retry_conflicts=True)
        for _ in range(2)
    ]
    assert [each.outcome for each in got] == ["recorded", "duplicate"]
