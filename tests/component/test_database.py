"""The one way to run a transaction, the vault and the outbox, on both engines."""

import datetime as dt
import random
import threading
import time
import uuid

import pytest
from sqlalchemy import Engine, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from market40.db import outbox
from market40.db.conflict import insert_if_absent
from market40.db.engine import close_engine, read, tentative, transact, transact_each, vault_of
from market40.db.rows import Rows
from market40.db.vault import SealBroken
from market40.db.writer import Closed, TransactionLost

NOW = dt.datetime(2026, 11, 22, 1, 0, tzinfo=dt.UTC)
MARKET = uuid.UUID(int=1)


def enqueue_many(engine: Engine, count: int) -> None:
    def work(session):
        for n in range(count):
            outbox.enqueue(
                session,
                market_id=MARKET,
                job_id=uuid.UUID(int=n + 10),
                kind="thing",
                payload={"n": str(n)},
                due_at=NOW,
            )

    transact(engine, work)


def claim(engine: Engine, limit: int, now=NOW):
    lease = uuid.uuid4()
    return transact(engine, lambda s: outbox.claim(s, lease=lease, now=now, limit=limit))


def test_a_failed_member_of_a_group_leaves_the_others_committed(engine: Engine) -> None:
    def bad(session):
        outbox.enqueue(
            session, market_id=MARKET, job_id=uuid.UUID(int=9), kind="x", payload={}, due_at=NOW
        )
        raise ZeroDivisionError

    failures: list[BaseException] = []

    def run_bad():
        try:
            transact(engine, bad)
        except ZeroDivisionError as error:
            failures.append(error)

    threads = [threading.Thread(target=run_bad) for _ in range(4)]
    for thread in threads:
        thread.start()
    enqueue_many(engine, 5)
    for thread in threads:
        thread.join()
    assert len(failures) == 4
    assert read(engine, lambda s: outbox.backlog(s, now=NOW)) == (5, 0)


def test_of_items_that_share_a_call_only_the_one_at_fault_fails(engine: Engine) -> None:
    started, go_on = threading.Event(), threading.Event()

    def hold(session):  # the writer is busy, so that the items come together
        started.set()
        go_on.wait(10)

    def add_many(session, numbers):
        for number in numbers:
            outbox.enqueue(
                session,
                market_id=MARKET,
                job_id=uuid.UUID(int=number),
                kind="x",
                payload={},
                due_at=NOW,
            )
            if number == 13:
                raise ZeroDivisionError
        return numbers

    outcomes: dict[int, object] = {}

    def add(number: int) -> None:
        try:
            outcomes[number] = transact_each(engine, add_many, number)
        except ZeroDivisionError:
            outcomes[number] = "failed"

    holder = threading.Thread(target=transact, args=(engine, hold))
    holder.start()
    assert started.wait(10)
    threads = [threading.Thread(target=add, args=(number,)) for number in (11, 12, 13, 14)]
    for thread in threads:
        thread.start()
    time.sleep(0.1)
    go_on.set()
    for thread in (holder, *threads):
        thread.join()
    assert outcomes == {11: 11, 12: 12, 13: "failed", 14: 14}
    assert read(engine, lambda s: outbox.backlog(s, now=NOW)) == (3, 0)


def test_what_sqlite_takes_back_is_acknowledged_to_nobody(sqlite_engine: Engine) -> None:
    """A full disk takes the whole transaction back, savepoints and the work of others too."""
    engine = sqlite_engine
    transact(engine, lambda s: s.execute(text("CREATE TABLE heavy (words TEXT)")).close())
    started, go_on = threading.Event(), threading.Event()

    def hold(session):
        started.set()
        go_on.wait(10)

    def put(number: int):
        def work(session) -> int:
            outbox.enqueue(
                session,
                market_id=MARKET,
                job_id=uuid.UUID(int=number),
                kind="x",
                payload={},
                due_at=NOW,
            )
            return number

        return work

    def full(session):
        connection = session.connection()
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
        try:
            session.execute(text("INSERT INTO heavy VALUES (:words)"), {"words": "x" * 500_000})
        finally:
            connection.exec_driver_sql("PRAGMA max_page_count = 1000000000")

    outcomes: dict[str, object] = {}

    def run(name: str, work) -> threading.Thread:
        def call() -> None:
            try:
                outcomes[name] = transact(engine, work)
            except (DBAPIError, TransactionLost) as error:
                outcomes[name] = error

        thread = threading.Thread(target=call)
        thread.start()
        time.sleep(0.05)
        return thread

    threads = [run("hold", hold)]
    assert started.wait(10)
    threads += [run(str(number), put(number)) for number in (1, 2)]
    threads += [run("full", full)]
    threads += [run(str(number), put(number)) for number in (3, 4)]
    go_on.set()
    for thread in threads:
        thread.join()
    assert isinstance(outcomes["full"], Exception)
    stored = read(engine, lambda s: set(s.scalars(select(outbox.Job.id))))
    told = {n for n in (1, 2, 3, 4) if outcomes[str(n)] == n}
    assert {key.int for key in stored} == told
    assert transact(engine, put(5)) == 5


def test_a_lone_call_whose_transaction_was_taken_back_is_told(sqlite_engine: Engine) -> None:
    def swallowed(session) -> str:
        session.connection().exec_driver_sql("ROLLBACK")
        return "done"

    with pytest.raises((TransactionLost, DBAPIError)):
        transact(sqlite_engine, swallowed)
    enqueue_many(sqlite_engine, 1)
    assert read(sqlite_engine, lambda s: outbox.backlog(s, now=NOW)) == (1, 0)


def test_a_closed_writer_refuses_and_never_hangs(sqlite_engine: Engine) -> None:
    inside, result = threading.Event(), []

    def nested(session) -> None:
        inside.set()
        time.sleep(0.2)
        with pytest.raises(RuntimeError, match="wait for itself"):
            transact(sqlite_engine, lambda _: None)
        result.append("refused")

    thread = threading.Thread(target=transact, args=(sqlite_engine, nested))
    thread.start()
    assert inside.wait(10)
    close_engine(sqlite_engine)
    thread.join(10)
    assert result == ["refused"]
    with pytest.raises(Closed):
        transact(sqlite_engine, lambda _: None)
    close_engine(sqlite_engine)


def test_after_a_failure_the_next_transaction_starts_clean(engine: Engine) -> None:
    def half_done(session):
        outbox.enqueue(
            session, market_id=MARKET, job_id=uuid.UUID(int=9), kind="x", payload={}, due_at=NOW
        )
        raise ZeroDivisionError

    enqueue_many(engine, 2)
    for _ in range(3):
        with pytest.raises(ZeroDivisionError):
            transact(engine, half_done)
        with pytest.raises(IntegrityError):
            enqueue_many(engine, 2)
    assert read(engine, lambda s: outbox.backlog(s, now=NOW)) == (2, 0)


@pytest.mark.parametrize("how", ["told", "found out"])
def test_a_connection_that_is_lost_is_opened_anew(engine: Engine, how: str) -> None:
    def lost(session):
        connection = session.connection()
        if how == "told":
            connection.invalidate()
        else:
            connection.connection.dbapi_connection.close()
        raise ZeroDivisionError

    enqueue_many(engine, 1)
    for _ in range(2):
        with pytest.raises((ZeroDivisionError, DBAPIError)):
            transact(engine, lost)
    transact(engine, outbox.release_all)
    assert read(engine, lambda s: outbox.backlog(s, now=NOW)) == (1, 0)


@pytest.mark.parametrize("count", [1, 63, 64, 65, 200])
def test_rows_go_in_all_or_say_that_some_were_there(engine: Engine, count: int) -> None:
    rows = Rows(outbox.Job.__table__)

    def row(number: int) -> dict[str, object]:
        known = {"market_id": MARKET, "kind": "x", "payload": {"n": str(number)}, "due_at": NOW}
        empty = dict.fromkeys(("leased_until", "lease", "last_error", "dead_at"))
        return known | empty | {"id": uuid.UUID(int=number), "attempts": 0}

    given = [row(number) for number in range(1, count + 1)]
    assert transact(engine, lambda s: rows.write_all_if_absent(s, given)) is True
    found = read(engine, lambda s: s.execute(select(outbox.Job.id, outbox.Job.payload)).all())
    assert {(key.int, payload["n"]) for key, payload in found} == {
        (number, str(number)) for number in range(1, count + 1)
    }
    again = [row(count + 1), row(count), row(count + 2)]

    def undone(session) -> bool:
        with tentative(session) as take_back:
            if not (all_new := rows.write_all_if_absent(session, again)):
                take_back()
        return all_new

    assert transact(engine, undone) is False
    assert read(engine, lambda s: outbox.backlog(s, now=NOW)) == (count, 0)
    with pytest.raises(IntegrityError):
        transact(engine, lambda s: rows.write(s, again))


def test_two_workers_never_hold_the_same_job(engine: Engine) -> None:
    enqueue_many(engine, 200)
    held: list[uuid.UUID] = []
    lock = threading.Lock()

    def work():
        while jobs := claim(engine, 7):
            with lock:
                held.extend(job.id for job in jobs)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(held) == len(set(held)) == 200


def test_a_job_asked_for_again_while_it_runs_runs_again(engine: Engine) -> None:
    ask = {"market_id": MARKET, "job_id": uuid.UUID(int=5), "kind": "roll_up", "payload": {}}
    transact(engine, lambda s: outbox.enqueue_once(s, **ask, due_at=NOW))
    transact(engine, lambda s: outbox.enqueue_once(s, **ask, due_at=NOW))
    (job,) = claim(engine, 10)
    transact(engine, lambda s: outbox.enqueue_once(s, **ask, due_at=NOW))
    assert transact(engine, lambda s: outbox.finish(s, [job])) is True
    (again,) = claim(engine, 10)
    assert transact(engine, lambda s: outbox.finish(s, [again])) is True
    assert read(engine, lambda s: outbox.backlog(s, now=NOW)) == (0, 0)


def test_a_job_that_keeps_failing_is_put_off_and_then_given_up(engine: Engine) -> None:
    enqueue_many(engine, 1)
    now = NOW
    for _ in range(outbox.ATTEMPT_LIMIT):
        (job,) = claim(engine, 1, now)
        transact(engine, lambda s, j=job, n=now: outbox.postpone(s, j, now=n, error="boom" * 999))
        assert claim(engine, 1, now) == []
        now += dt.timedelta(days=1)
    assert claim(engine, 1, now) == []
    assert read(engine, lambda s: outbox.backlog(s, now=now)) == (0, 1)


def test_of_whom_is_erased_nothing_is_sealed_and_an_unknown_key_is_no_erasure(engine) -> None:
    vault, (key_id, other) = vault_of(engine), (uuid.UUID(int=71), uuid.UUID(int=72))

    def keep(session, key):
        return vault.seal_if_kept(session, key, "ướt", column="issued_code.end_reason")

    transact(engine, lambda s: vault.new_key(s, key_id=key_id, now=NOW))
    assert transact(engine, lambda s: keep(s, key_id)) is not None
    transact(engine, lambda s: vault.destroy(s, key_id, now=NOW))
    assert transact(engine, lambda s: keep(s, key_id)) is None
    with pytest.raises(SealBroken):
        transact(engine, lambda s: keep(s, other))


def test_a_sealed_value_opens_for_its_column_alone_and_never_after_erasure(engine: Engine) -> None:
    vault = vault_of(engine)
    key_id = uuid.UUID(int=77)

    def seal(session):
        vault.new_key(session, key_id=key_id, now=NOW)
        return vault.seal(session, key_id, "Lò Thị Mẩy", column="vendor.name")

    sealed = transact(engine, seal)
    assert "Mẩy".encode() not in sealed
    opened = read(engine, lambda s: vault.open_text(s, sealed, column="vendor.name"))
    assert opened == "Lò Thị Mẩy"
    with pytest.raises(SealBroken):
        read(engine, lambda s: vault.open_text(s, sealed, column="vendor.phone"))
    flipped = bytearray(sealed)
    flipped[random.Random(7).randrange(30, len(sealed))] ^= 1
    with pytest.raises(SealBroken):
        read(engine, lambda s: vault.open_text(s, bytes(flipped), column="vendor.name"))
    transact(engine, lambda s: vault.destroy(s, key_id, now=NOW))
    assert read(engine, lambda s: vault.open_text(s, sealed, column="vendor.name")) is None


def test_what_the_deployment_seals_opens_for_its_column_alone(engine: Engine) -> None:
    vault = vault_of(engine)
    sealed = vault.seal_own("mã thẻ".encode(), column="a.b")
    assert vault.open_own(sealed, column="a.b").decode() == "mã thẻ"
    for wrong, column in ((sealed, "a.c"), (sealed[:-1], "a.b"), (b"", "a.b")):
        with pytest.raises(SealBroken):
            vault.open_own(wrong, column=column)


def test_lookups_are_equal_for_equal_values_of_one_purpose_only(engine: Engine) -> None:
    vault = vault_of(engine)
    assert vault.lookup("phone", "0912") == vault.lookup("phone", "0912")
    assert vault.lookup("phone", "0912") != vault.lookup("account", "0912")


def test_insert_if_absent_says_how_many_went_in(engine: Engine) -> None:
    row = {
        "id": uuid.UUID(int=5),
        "market_id": MARKET,
        "kind": "x",
        "payload": {},
        "due_at": NOW,
        "attempts": 0,
    }
    rows = [row, dict(row, id=uuid.UUID(int=6)), row]
    inserted = transact(
        engine, lambda s: insert_if_absent(s, outbox.Job, rows, keys=("id", "market_id"))
    )
    again = transact(
        engine, lambda s: insert_if_absent(s, outbox.Job, rows, keys=("id", "market_id"))
    )
    assert (inserted, again) == (2, 0)


def test_items_that_wait_together_fail_alone(engine: Engine) -> None:
    def work_many(session, items):
        for item in items:
            outbox.enqueue(
                session,
                market_id=MARKET,
                job_id=uuid.UUID(int=100 + item),
                kind="x",
                payload={},
                due_at=NOW,
            )
            if item == 3:
                raise ZeroDivisionError
        return [item * 10 for item in items]

    outcomes: dict[int, object] = {}

    def run(item):
        try:
            outcomes[item] = transact_each(engine, work_many, item)
        except ZeroDivisionError:
            outcomes[item] = "failed"

    threads = [threading.Thread(target=run, args=(item,)) for item in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes == {item: "failed" if item == 3 else item * 10 for item in range(8)}
    assert read(engine, lambda s: outbox.backlog(s, now=NOW)) == (7, 0)
