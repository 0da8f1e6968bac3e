"""What is delivered is recorded once, and nothing that is not money becomes money."""

import datetime as dt
import hashlib
import json
import random
import threading
import uuid
from collections import Counter

import pytest
from sqlalchemy import func, select

from market40.core.errors import BadSignature, NotFound
from market40.db.alerts import Alert
from market40.db.engine import vault_of
from market40.payments import service
from market40.payments.feeds import sepay
from market40.payments.tables import Allocation, Credit, Delivery, Sighting, SourceDay

NOW = dt.datetime(2026, 11, 22, 1, 0, tzinfo=dt.UTC)


def count(world, row_class) -> int:
    return world.read(lambda s: s.scalar(select(func.count()).select_from(row_class)))


def verdicts(world) -> list[str]:
    return sorted(world.read(lambda s: s.scalars(select(Delivery.verdict)).all()))


def the_credits(world):
    return world.read(lambda s: s.execute(select(Credit.__table__).order_by(Credit.id)).all())


def test_a_notice_is_recorded_and_a_repeat_adds_nothing(world) -> None:
    first = world.send(world.notice("1", "0123456789", 45_000, "rau muong"))
    assert (first.outcome, first.answer, len(first.new_credits)) == (
        "recorded",
        {"success": True},
        1,
    )
    again = world.send(world.notice("1", "0123456789", 45_000, "rau muong"))
    assert (again.outcome, again.answer, again.new_credits) == ("duplicate", {"success": True}, ())
    assert [count(world, c) for c in (Delivery, Credit, Sighting, SourceDay)] == [1, 1, 1, 1]


def test_raw_bytes_and_memo_lie_sealed(world) -> None:
    world.send(world.notice("1", "0123456789", 45_000, "Lò Thị Mẩy"))
    vault = vault_of(world.engine)

    def work(s):
        body = s.scalars(select(Delivery.body)).one()
        memo = s.scalars(select(Credit.memo)).one()
        assert "Mẩy".encode() not in body + memo
        return (
            vault.open_bytes(s, body, column="delivery.body"),
            vault.open_text(s, memo, column="credit.memo"),
        )

    body, memo = world.read(work)
    assert json.loads(body)["transferAmount"] == 45_000
    assert memo == "Lò Thị Mẩy"


def test_of_a_mixed_account_the_memo_is_kept_only_with_a_reference_of_ours(world) -> None:
    world.send(world.notice("1", "0999888777", 45_000, "me gui tien hoc"))
    world.send(world.notice("2", "0999888777", 45_000, f"{world.stalls['B1'].reference} rau"))
    through = world.notice("3", "0999888777", 45_000, "me gui", virtual_account="VQR0001")
    world.send(through)  # of somebody's virtual account, which need not be ours
    memos = {row.bank_reference[-1]: row.memo is None for row in the_credits(world)}
    assert memos == {"1": True, "2": False, "3": True}


def test_an_id_that_comes_again_with_other_bytes_is_a_conflict_and_no_money(world) -> None:
    world.send(world.notice("1", "0123456789", 45_000))
    for _try in range(2):
        got = world.send(world.notice("1", "0123456789", 99_000))
        assert got.answer == {"success": True}
    assert verdicts(world) == ["conflict", "recorded"]
    assert [row.amount_vnd for row in the_credits(world)] == [45_000]


def test_a_wrong_signature_is_refused_and_nothing_is_kept(world) -> None:
    with pytest.raises(BadSignature):
        world.send(world.notice("1", "0123456789", 45_000), secret="another-secret-entirely")
    assert count(world, Delivery) == 0


def test_a_stale_time_is_kept_as_late_and_the_same_bytes_in_time_are_money(world) -> None:
    notice = world.notice("1", "0123456789", 45_000)
    stale = world.now - dt.timedelta(seconds=301)
    assert world.send(notice, signed_at=stale).outcome == "late"
    assert world.send(notice, signed_at=stale).outcome == "duplicate"
    assert count(world, Credit) == 0
    assert world.send(notice).outcome == "recorded"
    assert world.send(notice, signed_at=stale).outcome == "duplicate"
    assert verdicts(world) == ["late", "recorded"]


@pytest.mark.parametrize(
    "body",
    [
        b"not json",
        b'{"id":1',
        b"\xff\xfe",
        b"[]",
        b'{"id":1,"id":2}',
        b'{"\\ud800":1,"\\ud800":2}',  # what no database takes as a text
        b'{"\\u0000":1,"\\u0000":2}',
    ],
)
def test_a_signed_body_that_does_not_parse_is_kept_and_answered(world, body) -> None:
    got = world.send(body)
    assert (got.outcome, got.answer, got.new_credits) == ("unreadable", {"success": True}, ())
    assert world.send(body).outcome == "duplicate"
    assert count(world, Credit) == 0


def test_what_stands_beside_a_delivery_gives_nobody_away(world) -> None:
    body = sepay.write(world.notice("1", "0123456789", 45_000, "Lò Thị Mẩy"))
    twice = b'{"LO THI MAY 0912345678":1,"LO THI MAY 0912345678":2}'
    for sent in (body, twice):
        world.send(sent)
    rows = world.read(lambda s: s.scalars(select(Delivery)).all())
    assert sorted(row.reason or "" for row in rows) == ["", "duplicate_key: body"]
    # Nearly all of the bytes stands elsewhere in the clear: a plain hash of them would let the
    # account's number be found by trial, also when the household has been erased.
    assert not {hashlib.sha256(one).digest() for one in (body, twice)} & {
        row.body_sha256 for row in rows
    }


@pytest.mark.parametrize("amount", [0, -5, 0.5, 45000.0, True, "45000", None])
def test_an_amount_that_is_none_is_kept_as_unreadable(world, amount) -> None:
    fields = json.loads(sepay.write(world.notice("1", "0123456789", 1))) | {
        "transferAmount": amount
    }
    assert world.send(json.dumps(fields).encode()).outcome == "unreadable"
    assert count(world, Credit) == 0


def test_a_notice_from_the_future_is_kept_as_unreadable(world) -> None:
    ahead = world.now + dt.timedelta(days=2)
    got = world.send(world.notice("1", "0123456789", 45_000, occurred_at=ahead))
    assert got.outcome == "unreadable"


def test_more_than_a_transfer_may_carry_is_recorded_all_the_same(world) -> None:
    world.send(world.notice("1", "0123456789", 750_000_000))
    assert [row.amount_vnd for row in the_credits(world)] == [750_000_000]


def test_two_equal_genuine_payments_stay_two_and_a_second_source_adds_only_evidence(world) -> None:
    for external in ("1", "2"):
        world.send(world.notice(external, "0123456789", 45_000, bank_reference="3079"))
    assert sorted(row.ordinal for row in the_credits(world)) == [1, 2]

    def work(s):
        return service.add_source(
            s,
            market_id=world.market_id,
            provider="sepay",
            name="Nguồn hai",
            secret="another-secret-0000002",
            now=world.now,
            ids=world.ids,
            rng=world.rng,
        )

    world.source_id, secret = world.run(work)
    for external in ("71", "72", "73"):
        notice = world.notice(external, "0123456789", 45_000, bank_reference="3079")
        world.send(notice, secret=secret)
    assert sorted(row.ordinal for row in the_credits(world)) == [1, 2, 3]
    assert count(world, Sighting) == 5


def test_mb_writes_one_reference_in_two_ways(world) -> None:
    world.send(world.notice("1", "0123456789", 45_000, bank_reference="FT26326000000001\\BNK"))
    assert [row.bank_reference for row in the_credits(world)] == ["FT26326000000001"]


def test_a_debit_is_stored_and_never_a_payment(world) -> None:
    got = world.send(world.notice("1", "0123456789", 45_000, direction="debit"))
    assert got.outcome == "recorded"
    assert world.match_all() == 0
    assert (
        world.run(
            lambda s: service.match_credits(
                s, [(world.market_id, got.new_credits[0])], now=world.now, ids=world.ids
            )
        )
        == 0
    )
    assert [count(world, c) for c in (Credit, Allocation, Alert)] == [1, 0, 0]


def test_an_unknown_or_stopped_source_is_not_there(world) -> None:
    world.source_id = uuid.UUID(int=99)
    with pytest.raises(NotFound):
        world.source()


def test_both_secrets_are_live_while_one_is_rotated(world) -> None:
    fresh = world.run(lambda s: service.rotate_secret(s, source_id=world.source_id, rng=world.rng))
    assert world.send(world.notice("1", "0123456789", 1)).outcome == "recorded"
    assert world.send(world.notice("2", "0123456789", 2), secret=fresh).outcome == "recorded"


def test_a_source_with_a_list_tells_only_of_its_accounts(world) -> None:
    def work(s):
        return service.add_source(
            s,
            market_id=world.market_id,
            provider="sepay",
            name="Của một sạp",
            secret="another-secret-0000003",
            account_ids=[world.accounts["0123456789"]],
            now=world.now,
            ids=world.ids,
            rng=world.rng,
        )

    world.source_id, secret = world.run(work)
    world.send(world.notice("1", "0123456789", 45_000), secret=secret)
    world.send(world.notice("2", "0999888777", 45_000), secret=secret)
    assert [row.account_id for row in the_credits(world)] == [world.accounts["0123456789"], None]


def state_of(world):
    """What remains of a history: facts without ids and instants of ours."""

    def work(s):
        rows = s.execute(
            select(
                Credit.account_lookup,
                Credit.amount_vnd,
                Credit.bank_reference,
                Credit.ordinal,
                Allocation.target,
                Allocation.stall_id,
                Allocation.amount_vnd,
            ).join(Allocation, Allocation.credit_id == Credit.id)
        ).all()
        numbers = s.execute(select(Alert.topic, Alert.number, Alert.kind)).all()
        return (
            Counter(tuple(row) for row in rows),
            Counter((topic, kind) for topic, _number, kind in numbers),
            Counter((topic, number) for topic, number, _kind in numbers),
        )

    return world.read(work)


def test_shuffled_and_repeated_webhooks_leave_what_an_orderly_day_leaves(world) -> None:
    distinct = 200  # ten thousand deliveries from many threads are sent in tests/faults
    rng = random.Random(40)
    accounts = ["0123456789", "0999888777", "5555666677", "1111222233"]
    notices = []
    for n in range(distinct):
        account = accounts[n % 4]
        memo = world.stalls["B1"].reference if account == "0999888777" and n % 8 else "tien rau"
        reference = None if n % 5 == 0 else f"FT{n:014d}"  # a fifth has none: ordinals tell
        notices.append(
            world.notice(str(n + 1), account, 1_000 * (n % 7 + 1), memo, bank_reference=reference)
        )
    deliveries = [notice for notice in notices for _times in range(5)]
    rng.shuffle(deliveries)
    outcomes = Counter()
    world.directory = service.Directory()
    for at in range(0, len(deliveries), 300):
        outcomes.update(world.send_many(deliveries[at : at + 300]))
        world.match_all()
    assert outcomes == {"recorded": distinct, "duplicate": 4 * distinct}
    assert [count(world, c) for c in (Credit, Allocation)] == [distinct, distinct]
    targets, alerts, numbers = state_of(world)
    # In order the same facts follow from the notices alone.
    expected = Counter()
    for n in range(distinct):
        account = accounts[n % 4]
        mixed = "B1" if n % 8 else None
        expected[{"0123456789": "A12", "0999888777": mixed}.get(account)] += 1
    by_stall = Counter({world.stalls[k].id if k else None: v for k, v in expected.items()})
    got = Counter()
    for row, times in targets.items():
        got[row[5]] += times
    assert got == by_stall
    assert sum(alerts.values()) == sum(v for k, v in expected.items() if k)
    assert set(numbers.values()) == {1}  # no running number is given twice
    for stall in ("A12", "B1"):
        given = sorted(number for topic, number in numbers if topic == world.stalls[stall].id)
        assert given == list(range(1, expected[stall] + 1))


def test_the_same_delivery_from_eight_threads_is_one_credit(world) -> None:
    notices = [
        world.notice(str(n), "0123456789", 5_000, bank_reference="SAME") for n in range(1, 6)
    ]
    source = world.source()
    failures = []

    def deliver(seed: int) -> None:
        mine = notices * 2
        random.Random(seed).shuffle(mine)
        try:
            for notice in mine:
                world_send(world, source, notice)
        except Exception as error:  # noqa: BLE001 - shown below
            failures.append(error)

    threads = [threading.Thread(target=deliver, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert sorted(row.ordinal for row in the_credits(world)) == [1, 2, 3, 4, 5]
    assert [count(world, c) for c in (Delivery, Sighting)] == [5, 5]


def world_send(world, source, notice) -> None:
    body = sepay.write(notice)
    headers = sepay.sign(b"a-secret-of-the-tests-0001", body, world.now)
    world.run(
        lambda s: service.receive(
            s, source, body, headers, now=world.now, ids=Random7(), directory=world.directory
        )
    )


class Random7:
    def new(self) -> uuid.UUID:
        return uuid.uuid4()
