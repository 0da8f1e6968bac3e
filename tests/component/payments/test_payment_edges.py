"""Erased households, sources that cannot be, and the batch's and tallies' limits."""

import datetime as dt
import uuid

import pytest
from sqlalchemy import select, update

from market40.core.errors import Conflict, InvalidInput, NotFound, TooLarge
from market40.db import outbox
from market40.db.engine import vault_of
from market40.merchants.tables import BeneficiaryAccount, Stall
from market40.payments import service, tasks
from market40.payments.tables import Allocation, Credit, Delivery, Source

ACTOR = uuid.UUID(int=900)


def test_of_an_erased_household_money_is_recorded_and_no_memo_kept(world) -> None:
    vault = vault_of(world.engine)

    def erase(s):
        account = s.scalars(
            select(BeneficiaryAccount.key_id).where(
                BeneficiaryAccount.id == world.accounts["0123456789"]
            )
        ).one()
        vault.destroy(s, account, now=world.now)

    world.run(erase)
    world.send(world.notice("1", "0123456789", 9_000, "Lò Thị Mẩy"))
    memo, body = world.read(
        lambda s: (s.scalars(select(Credit.memo)).one(), s.scalars(select(Delivery.body)).one())
    )
    assert memo is None
    assert world.read(lambda s: vault.open_bytes(s, body, column="delivery.body"))
    with pytest.raises(Conflict, match="stall_without_account"):
        world.open_intent("A12", 1_000)


def test_a_closed_stall_opens_no_intent(world) -> None:
    stall = world.stalls["A12"]
    world.run(lambda s: s.execute(update(Stall).where(Stall.id == stall.id).values(state="closed")))
    with pytest.raises(Conflict, match="stall_not_active"):
        world.open_intent("A12", 1_000)
    with pytest.raises(NotFound):
        world.run(
            lambda s: service.open_intent(
                s,
                market_id=world.market_id,
                stall_id=uuid.UUID(int=404),
                amount_vnd=5,
                label=None,
                actor_id=ACTOR,
                now=world.now,
                ids=world.ids,
                rng=world.rng,
            )
        )


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"provider": "no-such-bank"}, NotFound),
        ({"market_id": uuid.UUID(int=404)}, NotFound),
        ({"secret": "short"}, InvalidInput),
        ({"name": " "}, InvalidInput),
        ({"account_ids": [uuid.UUID(int=404)]}, NotFound),
    ],
)
def test_a_source_that_cannot_be(world, change, error) -> None:
    given = {"market_id": world.market_id, "provider": "sepay", "name": "Nguồn"} | change

    def work(s):
        service.add_source(s, **given, now=world.now, ids=world.ids, rng=world.rng)

    with pytest.raises(error):
        world.run(work)
    assert len(world.read(lambda s: s.scalars(select(Source.id)).all())) == 1


def test_a_stopped_source_is_heard_no_more(world) -> None:
    world.run(lambda s: s.execute(update(Source).values(state="stopped")))
    with pytest.raises(NotFound):
        world.send(world.notice("1", "0123456789", 9_000))


def test_a_tally_is_of_a_day_on_which_the_stall_stood(world) -> None:
    def tally(day):
        return lambda s: service.record_tally(
            s,
            market_id=world.market_id,
            stall_id=world.stalls["A12"].id,
            day=day,
            answer="closed",
            actor_id=ACTOR,
            now=world.now,
            ids=world.ids,
        )

    world.now = dt.datetime(2026, 1, 20, 3, 0, tzinfo=dt.UTC)
    with pytest.raises(Conflict, match="stall_not_there"):
        world.run(tally(dt.date(2025, 12, 31)))
    assert world.run(tally(dt.date(2026, 1, 1)))


def test_the_batch_has_a_limit_and_an_empty_one_does_nothing(world) -> None:
    source = world.source()

    def batch(seen):
        return lambda s: service.record_batch(
            s, source, seen, ids=world.ids, directory=world.directory
        )

    assert world.run(batch([])).deliveries == 0
    one = service.SeenNotice(world.notice("1", "0123456789", 9_000), world.now)
    with pytest.raises(TooLarge):
        world.run(batch([one] * 501))


def test_the_workers_handler_matches_what_its_jobs_name(world) -> None:
    world.send(world.notice("1", "0123456789", 9_000))

    class Clock:
        def now(self):
            return world.now

    def work(s):
        jobs = outbox.claim(s, lease=uuid.uuid4(), now=world.now, limit=9, kinds=["match_credit"])
        tasks.HANDLERS["match_credit"].plan(s, jobs, Clock(), world.ids)(s)
        return outbox.finish(s, jobs)

    assert world.run(work) is True
    assert world.read(lambda s: s.scalars(select(Allocation.rule)).all()) == ["only_stall"]
