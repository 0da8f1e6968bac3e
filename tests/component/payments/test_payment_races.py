"""Many at once, and any order: nothing twice, nothing lost, every dong accounted for."""

import contextlib
import datetime as dt
import random
import threading
import uuid

import pytest
from sqlalchemy import select

from market40.core.clock import local_day
from market40.core.errors import Conflict, NotFound
from market40.db.alerts import Alert
from market40.payments import service, store
from market40.payments.store import allocations
from market40.payments.tables import Credit, Intent

ACTOR = uuid.UUID(int=900)


def together(works) -> list[BaseException]:
    failures: list[BaseException] = []

    def run(work) -> None:
        try:
            work()
        except Exception as error:  # noqa: BLE001 - the test looks at it
            failures.append(error)

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return failures


def test_eight_workers_on_one_stall_number_each_arrival_once(world) -> None:
    made = world.open_intent("A12", 16_000)
    ids = [
        world.send(world.notice(str(n), "0123456789", 1_000, made.reference)).new_credits[0]
        for n in range(1, 17)
    ]

    def match(mine):
        keys = [(world.market_id, credit_id) for credit_id in mine]
        return lambda: world.run(lambda s: service.match_credits(s, keys, now=world.now))

    # Each credit is in the hands of two workers.
    works = [match(ids[at::4]) for at in range(4)] + [match(ids[at::4]) for at in range(4)]
    assert together(works) == []
    numbers = world.read(lambda s: s.scalars(select(Alert.number)).all())
    assert sorted(numbers) == list(range(1, 17))
    states = world.read(lambda s: s.scalars(select(Intent.state)).all())
    assert states == ["satisfied"]


def test_of_two_clerks_on_one_credit_one_wins_and_the_other_is_told(world) -> None:
    got = world.send(world.notice("1", "5555666677", 9_000))
    world.match_all()

    def place(number):
        def work(s):
            service.place_credit(
                s,
                market_id=world.market_id,
                credit_id=got.new_credits[0],
                stall_id=world.stalls[number].id,
                note="Khách quen",
                actor_id=ACTOR,
                now=world.now,
            )

        return lambda: world.run(work)

    (told,) = together([place("C1"), place("C2")])
    assert isinstance(told, Conflict)
    assert told.code == "not_in_suspense"
    sales = world.read(lambda s: store.sales_of_day(s, world.market_id, local_day(world.now)))
    assert [row.payments for row in sales] == [1]


@pytest.mark.parametrize("seed", range(6))
def test_whatever_happens_every_dong_stands_somewhere_once(world, seed) -> None:
    """Σ credits = Σ what stands, for every account and day, after every step."""
    rng = random.Random(seed)
    world.directory = service.Directory()
    sent: list = []
    accounts = [*world.accounts, "1111222233"]
    for step in range(60):
        world.now += dt.timedelta(minutes=rng.randrange(20))
        with contextlib.suppress(Conflict, NotFound):
            act(world, rng, sent, accounts, step)
        if step % 10 == 9:
            world.match_all()
            check(world)
    world.match_all()
    check(world)


def act(world, rng, sent, accounts, step) -> None:
    kind = rng.choice(["send", "send", "send", "again", "intent", "place", "classify", "cancel"])
    if kind == "send" or not sent:
        references = world.read(lambda s: s.scalars(select(Intent.reference)).all())
        references += [stall.reference for stall in world.stalls.values()] + ["", "", "ZJABCDEFQN"]
        notice = world.notice(
            str(step + 1),
            rng.choice(accounts),
            1_000 * rng.randrange(1, 4),
            rng.choice(references),
            bank_reference=rng.choice([None, "SAME"]),
            direction=rng.choice(["credit", "credit", "credit", "debit"]),
        )
        sent.append(notice)
        world.send(notice)
    elif kind == "again":
        world.send(rng.choice(sent))
    elif kind == "intent":
        world.open_intent(rng.choice(list(world.stalls)), 1_000 * rng.randrange(1, 4))
    else:
        by_hand(world, rng, kind)


def by_hand(world, rng, kind) -> None:
    credit_id = rng.choice(world.read(lambda s: s.scalars(select(Credit.id)).all()))
    stall = rng.choice(list(world.stalls.values()))
    given = {"market_id": world.market_id, "now": world.now}

    def work(s):
        if kind == "place":
            who = {"stall_id": stall.id, "note": "Thử", "actor_id": ACTOR}
            service.place_credit(s, credit_id=credit_id, **who, **given)
        elif kind == "classify":
            who = {"stall_id": stall.id, "vendor_id": stall.vendor_id, "actor_id": ACTOR}
            sale = rng.random() < 0.5
            service.classify(s, credit_id=credit_id, sale=sale, **who, **given)
        else:
            for intent_id in s.scalars(select(Intent.id)).all()[:1]:
                service.cancel_intent(s, intent_id=intent_id, **given)

    world.run(work)


def check(world) -> None:
    def work(s):
        by_stall: dict = {}
        for credit in s.scalars(select(Credit)).all():
            rows = allocations.steps_of(s, market_id=credit.market_id, credit_id=credit.id)
            stands = allocations.standing(rows)
            total = sum(row.amount_vnd for row in stands)
            assert total == (credit.amount_vnd if credit.direction == "credit" else 0)
            assert [row.step for row in rows] == list(range(1, len(rows) + 1))
            for row in stands:
                if row.target in ("intent", "stall"):
                    key = (row.day, row.stall_id)
                    by_stall[key] = by_stall.get(key, 0) + row.amount_vnd
        counted = {}
        for day in {day for day, _stall in by_stall}:
            for row in store.sales_of_day(s, world.market_id, day):
                counted[(day, row.stall_id)] = row.payments_vnd
        assert counted == by_stall
        for intent in s.scalars(select(Intent)).all():
            view = service.intent_view(
                s, market_id=world.market_id, intent_id=intent.id, now=world.now
            )
            assert (intent.state == "satisfied") == (view.funding in ("exact", "over"))
            assert intent.state != "cancelled" or view.funding == "none"

    world.read(work)
