"""A large print run's file on both engines: in parts, stopped, gone on with, killed, forgotten."""

import datetime as dt
import threading
import uuid
from dataclasses import replace

import pytest
from sqlalchemy import func, select, update
from test_merchants_service import MARKET, NOW, market, nth, register
from test_printing import counts, deliver, plan, reissue, rename

from market40.core.clock import FixedClock
from market40.core.errors import Conflict, NotFound
from market40.core.ids import FixedIds
from market40.db import outbox
from market40.db.engine import read, transact
from market40.db.outbox import Job
from market40.db.vault import DataKey
from market40.merchants import service, store
from market40.merchants.domain.prints import AT_ONCE, KEPT
from market40.merchants.tables import IssuedCode, PrintPart
from market40.vietqr.sheets import cards_pdf
from market40.worker import Worker

assert market  # a fixture
COUNT = 2 * AT_ONCE + 10
STEPS = 6  # three parts are drawn, and read back
URL = "https://cho.example"


@pytest.fixture
def town(market):
    register(market, *(nth(n) for n in range(1, COUNT + 1)))
    return market


def begin(engine, run_id, seed=200, now=NOW):
    transact(
        engine,
        lambda s: service.go_on_printing(
            s, MARKET, run_id, public_url=URL, demo=False, now=now, ids=FixedIds(seed)
        ),
        retry_conflicts=True,
    )


def stop(engine, run_id):
    transact(engine, lambda s: service.stop_printing(s, MARKET, run_id))


def worker(engine, now=NOW, seed=300):
    return Worker(engine, FixedClock(now), FixedIds(seed), schedule=())


def work(engine, steps=99, now=NOW):
    """Run the steps that are due, at most so many; return how many were."""
    ours = worker(engine, now)
    for done in range(steps):
        if not ours.run_once():
            return done
    return steps


def seen(engine, run_id):
    file = read(engine, lambda s: store.print_file(s, MARKET, run_id))
    return file.state, file.drawn, file.read_back


def content(engine, run_id):
    found = read(engine, lambda s: service.finished_file(s, MARKET, run_id))
    parts = [
        read(engine, lambda s, n=n: service.file_part(s, MARKET, run_id, n))
        for n in range(len(found.sizes))
    ]
    assert [len(part) for part in parts] == found.sizes
    return b"".join(parts)


def at_once(engine, run_id):
    """The same run's file, made in one go."""
    sheet, cards = read(
        engine, lambda s: service.cards_of_run(s, MARKET, run_id, public_url=URL, demo=False)
    )
    return cards_pdf(cards, sheet)


def left(engine):
    """How many parts, jobs, and keys that still open something there are."""

    def counted(session):
        keys = select(func.count()).where(DataKey.wrapped.is_not(None))
        kinds = (select(func.count()).select_from(each) for each in (PrintPart, Job))
        return *(session.scalar(each) for each in kinds), session.scalar(keys)

    return read(engine, counted)


@pytest.mark.parametrize("sheet", ["a6", "a4x8"])
def test_a_file_made_in_parts_has_the_octets_of_one_go(town, sheet) -> None:
    run = plan(town, sheet=sheet)
    assert seen(town, run.id) == ("none", 0, 0)
    begin(town, run.id)
    assert work(town, 1) == 1
    assert seen(town, run.id) == ("working", AT_ONCE, 0)
    assert work(town, 3) == 3
    assert seen(town, run.id) == ("working", COUNT, AT_ONCE)
    with pytest.raises(Conflict) as caught:  # drawn to its end, and not yet read to its end
        content(town, run.id)
    assert caught.value.code == "print_not_ready"
    assert work(town) == STEPS - 4
    assert seen(town, run.id) == ("ready", COUNT, COUNT)
    assert content(town, run.id) == at_once(town, run.id)
    assert counts(town) == (COUNT, COUNT)  # nobody was handed anything yet
    deliver(town, run.id)
    assert counts(town) == (COUNT, 0)
    assert read(town, lambda s: s.scalar(select(func.count()).select_from(Job))) == 0


def test_what_is_stopped_goes_on_where_it_was(town) -> None:
    run = plan(town)
    begin(town, run.id)
    for steps in (2, 2):  # while it is drawn, while it is read back
        work(town, steps)
        before = seen(town, run.id)
        stop(town, run.id)
        assert work(town) == 1  # the step that was asked for finds that it is stopped
        assert seen(town, run.id) == ("stopped", *before[1:])
        for act in (lambda: stop(town, run.id), lambda: content(town, run.id)):
            with pytest.raises(Conflict):
                act()
        begin(town, run.id)
    assert work(town) == STEPS - 4
    assert content(town, run.id) == at_once(town, run.id)
    with pytest.raises(Conflict) as caught:
        begin(town, run.id)
    assert caught.value.code == "print_state"


def test_a_stop_while_a_step_is_under_way_lets_nothing_of_it_through(town) -> None:
    run = plan(town)
    begin(town, run.id)
    asked = {"run_id": str(run.id), "public_url": URL, "demo": ""}
    write = read(town, lambda s: service.plan_print_step(s, MARKET, asked, now=NOW))
    stop(town, run.id)
    transact(town, write)
    assert (seen(town, run.id), left(town)[0]) == (("stopped", 0, 0), 0)
    begin(town, run.id)
    transact(town, write)  # and a step that comes late is done once
    transact(town, write)
    assert (seen(town, run.id), left(town)[0]) == (("working", AT_ONCE, 0), 1)
    assert work(town) == STEPS - 1
    assert content(town, run.id) == at_once(town, run.id)


def test_a_worker_that_was_killed_in_a_step_loses_that_step_alone(town) -> None:
    run = plan(town)
    begin(town, run.id)
    work(town, 2)
    claimed = transact(town, lambda s: outbox.claim(s, lease=uuid.uuid4(), now=NOW, limit=9))
    assert [job.kind for job in claimed] == ["print_part"]  # and there its worker dies
    assert work(town) == 0
    later = NOW + dt.timedelta(seconds=outbox.LEASE_S + 1)
    assert work(town, now=later) == STEPS - 2
    assert content(town, run.id) == at_once(town, run.id)


def test_parts_are_sealed_and_gone_after_their_time(town) -> None:
    run = plan(town)
    begin(town, run.id)
    before = left(town)[2]
    work(town)
    sealed = read(town, lambda s: store.part_sealed(s, MARKET, run.id, 0))
    assert b"%PDF" not in sealed
    assert left(town) == (3, 0, before)
    forget = lambda at: transact(town, lambda s: service.forget_prints(s, now=at))  # noqa: E731
    assert forget(NOW + KEPT - dt.timedelta(seconds=1)) == 0
    assert forget(NOW + KEPT) == 1
    assert forget(NOW + KEPT) == 0
    assert left(town) == (0, 0, before - 1)
    assert seen(town, run.id) == ("gone", 0, 0)
    with pytest.raises(Conflict):
        content(town, run.id)
    with pytest.raises(Conflict):
        read(town, lambda s: service.file_part(s, MARKET, run.id, 0))
    begin(town, run.id, seed=201, now=NOW + KEPT)
    work(town, now=NOW + KEPT)
    assert content(town, run.id) == at_once(town, run.id)


def test_the_daily_job_forgets(town) -> None:
    run = plan(town)
    begin(town, run.id)
    daily = Worker(town, FixedClock(NOW + KEPT + dt.timedelta(days=1)), FixedIds(301))
    while daily.run_once():
        pass
    assert seen(town, run.id)[0] == "gone"


def test_a_card_that_changes_meanwhile_ends_it(town) -> None:
    run = plan(town)
    begin(town, run.id)
    work(town, 4)
    rename(town, f"A{COUNT}", "Sạp tên mới")
    work(town)
    file = read(town, lambda s: store.print_file(s, MARKET, run.id))
    assert (file.state, file.fault, left(town)[0]) == ("failed", "print_outdated", 0)
    with pytest.raises(Conflict) as caught:
        begin(town, run.id, seed=201)
    assert caught.value.code == "print_outdated"
    ready = plan(town, seed=51)
    begin(town, ready.id, seed=202)
    work(town)
    reissue(town, "A2")
    with pytest.raises(Conflict) as caught:
        content(town, ready.id)
    assert caught.value.code == "print_outdated"


def test_a_card_whose_data_were_erased_ends_it(town) -> None:
    run = plan(town)
    begin(town, run.id)
    _sheet, cards = read(
        town, lambda s: service.cards_of_run(s, MARKET, run.id, public_url=URL, demo=False)
    )
    assert len(cards) == COUNT
    vault = town.get_execution_options()["vault"]

    def erase(session):
        (code_id, *_rest), *_others = store.cards_in_run(session, MARKET, run.id)
        ((_code, key_id),) = store.keys_of_codes(session, IssuedCode.id == code_id)
        vault.destroy(session, key_id, now=NOW)

    transact(town, erase)
    work(town)
    file = read(town, lambda s: store.print_file(s, MARKET, run.id))
    assert (file.state, file.fault) == ("failed", "print_outdated")


def test_a_card_that_cannot_be_printed_is_named_and_leaves_nothing(town) -> None:
    register(town, replace(nth(COUNT + 1), number="A66-B"), seed=3)
    rename(town, "A66-B", "")
    run = plan(town, sheet="a4x8")
    begin(town, run.id)
    keys = left(town)[2]
    work(town)
    file = read(town, lambda s: store.print_file(s, MARKET, run.id))
    assert (file.state, file.fault, file.fault_page) == ("failed", "bad_card", 9)
    assert left(town) == (0, 0, keys - 1)
    blamed = read(town, lambda s: store.cards_now(s, MARKET, run.id, after=64, limit=8))
    assert "A66-B" in [card.stall_number for card in blamed]
    begin(town, run.id, seed=201)
    assert seen(town, run.id) == ("working", 0, 0)


@pytest.mark.parametrize(
    ("place", "blank", "fault"), [(0, False, "seal_broken"), (1, True, "not_read_back")]
)
def test_a_file_that_is_not_what_was_meant_is_not_delivered(town, place, blank, fault) -> None:
    run = plan(town)
    begin(town, run.id)
    work(town, 4)
    file = read(town, lambda s: store.print_file(s, MARKET, run.id))
    size = read(town, lambda s: store.part_sizes(s, MARKET, run.id))[1]

    def tamper(session):
        content = store.part_sealed(session, MARKET, run.id, place)  # another part, or nothing
        if blank:
            vault = town.get_execution_options()["vault"]
            column = "print_part.content/1"
            content = vault.seal(session, file.key_id, bytes(size), column=column)
        session.execute(update(PrintPart).where(PrintPart.ordinal == 1).values(content=content))

    transact(town, tamper)
    work(town)
    failed = read(town, lambda s: store.print_file(s, MARKET, run.id))
    assert (failed.state, failed.fault) == ("failed", fault)
    assert failed.fault_page == (65 if blank else None)


def test_nobody_elses_run_is_found(town) -> None:
    run = plan(town)
    other = uuid.UUID(int=77)
    for act in (service.stop_printing, service.finished_file, store.print_file):
        with pytest.raises(NotFound):
            read(town, lambda s, act=act: act(s, other, run.id))


@pytest.mark.parametrize("engine", ["postgres"], indirect=True)
def test_two_who_press_at_the_same_time_do_it_once(town) -> None:
    run = plan(town)
    said = []

    def press(seed):
        try:
            begin(town, run.id, seed=seed)
            said.append("done")
        except Conflict as error:
            said.append(error.code)

    for _round in range(3):
        said.clear()
        both = [threading.Thread(target=press, args=(200 + n,)) for n in range(2)]
        for one in both:
            one.start()
        for one in both:
            one.join()
        assert sorted(said) == ["done", "print_state"]
        stop(town, run.id)
