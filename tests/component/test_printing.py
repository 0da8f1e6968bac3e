"""Print runs on both engines: what is put together, what counts as printed, what may not be."""

import datetime as dt
import os
import random
import subprocess
import sys
import uuid
from dataclasses import replace

import pytest
from sqlalchemy import select, update
from test_merchants_service import BOARD, MARKET, NOW, OTHER, market, nth, register

from market40.core.errors import Conflict, InvalidInput, NotFound
from market40.core.ids import FixedIds
from market40.db.engine import read, transact
from market40.merchants import service, store
from market40.merchants.tables import PrintedCode, PrintRun, Stall

assert market  # a fixture
LATER = NOW + dt.timedelta(hours=1)


@pytest.fixture
def town(market):
    register(market, *(nth(n) for n in (1, 2, 10)))
    return market


def plan(engine, which="all", *numbers, sheet="a6", market_id=MARKET, seed=50, now=NOW):
    return transact(
        engine,
        lambda s: service.plan_print(
            s, market_id, sheet=sheet, which=which, numbers=numbers,
            actor_id=BOARD, now=now, ids=FixedIds(seed),
        ),
    )  # fmt: skip


def cards(engine, run_id, market_id=MARKET):
    sheet, found = read(
        engine,
        lambda s: service.cards_of_run(
            s, market_id, run_id, public_url="https://cho.example", demo=False
        ),
    )
    return sheet.name, [card.stall_number for card in found]


def deliver(engine, run_id, seed=70, now=LATER):
    transact(
        engine,
        lambda s: service.note_delivery(
            s, MARKET, run_id, actor_id=BOARD, now=now, ids=FixedIds(seed)
        ),
    )


def reissue(engine, number):
    rows = read(engine, lambda s: store.stall_rows(s, MARKET))
    (stall_id,) = [row.id for row in rows if row.number == number]
    return transact(
        engine,
        lambda s: service.reissue_code(
            s, MARKET, stall_id, reason="Thẻ rách", actor_id=BOARD, now=LATER,
            ids=FixedIds(90), rng=random.Random(9),
        ),
        retry_conflicts=True,
    )  # fmt: skip


def test_a_whole_market_is_put_together_as_one_walks_it(town) -> None:
    made = plan(town, sheet="a4x8")
    assert (made.sheet, made.cards) == ("a4x8", 3)
    assert cards(town, made.id) == ("a4x8", ["A1", "A2", "A10"])


def test_only_what_changed_since_the_last_file_that_was_handed_over(town) -> None:
    first = plan(town, "changed")
    assert first.cards == 3
    assert plan(town, "changed", seed=51).cards == 3  # nobody has had a file yet
    deliver(town, first.id)
    with pytest.raises(Conflict) as caught:
        plan(town, "changed", seed=52)
    assert caught.value.code == "nothing_to_print"
    reissue(town, "A2")
    changed = plan(town, "changed", seed=53)
    assert cards(town, changed.id)[1] == ["A2"]
    assert plan(town, "all", seed=54).cards == 3
    held = read(town, lambda s: store.delivered_faces(s, MARKET))
    assert len(held) == 3
    assert read(town, lambda s: store.delivered_faces(s, OTHER)) == {}


def rename(engine, number, name):
    where = (Stall.market_id == MARKET, Stall.number == number)
    transact(engine, lambda s: s.execute(update(Stall).where(*where).values(name=name)) and None)


def counts(engine):
    return read(engine, lambda s: service.to_print(s, MARKET))


def test_a_card_that_says_something_else_by_now_has_changed(town) -> None:
    assert counts(town) == (3, 3)
    first = plan(town)
    old = next(row.name for row in read(town, lambda s: store.stall_rows(s, MARKET)))
    deliver(town, first.id)
    assert counts(town) == (3, 0)
    rename(town, "A1", "Sạp tên mới")
    assert counts(town) == (3, 1)
    with pytest.raises(Conflict) as caught:  # the file would not be the one that was printed
        cards(town, first.id)
    assert caught.value.code == "print_outdated"
    changed = plan(town, "changed", seed=51)
    assert cards(town, changed.id)[1] == ["A1"]
    deliver(town, changed.id, seed=71, now=LATER + dt.timedelta(hours=1))
    assert counts(town) == (3, 0)
    rename(town, "A1", old)  # what hangs on the stall is the last print, not the first
    assert cards(town, plan(town, "changed", seed=52).id)[1] == ["A1"]


def test_what_was_printed_before_faces_were_kept_counts_as_printed(town) -> None:
    made = plan(town)
    transact(town, lambda s: s.execute(update(PrintedCode).values(face=None)) and None)
    deliver(town, made.id)
    rename(town, "A1", "Sạp tên mới")
    assert counts(town) == (3, 0)
    assert cards(town, made.id)[1] == ["A1", "A2", "A10"]


def test_chosen_stalls_by_their_numbers(town) -> None:
    assert cards(town, plan(town, "chosen", " a 10", "A1").id)[1] == ["A1", "A10"]
    for numbers, code in (
        ((), "bad_stalls"),
        (("", "  "), "bad_stalls"),
        (tuple(f"B{n}" for n in range(201)), "bad_stalls"),
        (("A1", "Z9"), "unknown_stalls"),
        (("A1", "A-1-0", "A/1", "Z-1"), "unknown_stalls"),
    ):
        with pytest.raises(InvalidInput) as caught:
            plan(town, "chosen", *numbers, seed=51)
        assert caught.value.code == code
    assert str(caught.value).endswith("sạp: Z-1.")
    assert cards(town, plan(town, "chosen", "a1-9", "A-1-0", seed=52).id)[1] == ["A1", "A2", "A10"]
    with pytest.raises(InvalidInput) as caught:
        plan(town, "chosen", *(f"Z{n}" for n in range(150)), "Z" * 200, seed=53)
    assert str(caught.value).endswith("Z9….")
    with pytest.raises(InvalidInput) as caught:
        plan(town, "chosen", "Z" * 200, seed=53)
    assert len(str(caught.value)) < 100


def test_a_number_that_may_be_of_several_stalls_is_asked_for(town) -> None:
    register(town, replace(nth(20), number="A1-0"), seed=3)
    assert cards(town, plan(town, "chosen", "A1-0").id)[1] == ["A1-0"]
    with pytest.raises(InvalidInput) as caught:
        plan(town, "chosen", "A/10", seed=51)
    assert caught.value.code == "unclear_stalls"


def test_what_cannot_be_put_together(town) -> None:
    with pytest.raises(InvalidInput):
        plan(town, sheet="a0")
    with pytest.raises(InvalidInput):
        plan(town, "some")
    with pytest.raises(NotFound):
        plan(town, market_id=uuid.UUID(int=77))
    with pytest.raises(Conflict):
        plan(town, market_id=OTHER)
    assert read(town, lambda s: s.scalars(select(PrintRun.id)).all()) == []


def test_a_code_that_is_no_longer_live_is_not_printed_again(town) -> None:
    made = plan(town)
    reissue(town, "A2")
    with pytest.raises(Conflict) as caught:
        cards(town, made.id)
    assert caught.value.code == "print_outdated"
    with pytest.raises(NotFound):
        cards(town, made.id, OTHER)


def test_runs_are_listed_the_newest_first_with_their_first_delivery(town) -> None:
    old = plan(town, sheet="r58")
    new = plan(town, "chosen", "A1", sheet="a5", seed=51, now=LATER)
    deliver(town, old.id, now=LATER + dt.timedelta(hours=2))
    deliver(town, old.id, seed=71)
    found = read(town, lambda s: store.print_runs(s, MARKET, limit=5))
    assert [(run.id, run.sheet, run.which, run.cards, run.delivered_at) for run in found] == [
        (new.id, "a5", "chosen", 1, None),
        (old.id, "r58", "all", 3, LATER),
    ]
    assert len(read(town, lambda s: store.print_runs(s, MARKET, limit=1))) == 1
    assert read(town, lambda s: store.print_runs(s, OTHER, limit=5)) == []


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_the_command_prints_notes_it_and_says_how_far_it_is(town, tmp_path) -> None:
    register(town, *(nth(n) for n in range(100, 160)), seed=2)
    url = town.url.render_as_string(hide_password=False)

    def command(*options):
        return subprocess.run(
            [sys.executable, "-m", "market40.cli", "print", str(MARKET), *options],
            env={**os.environ, "MARKET40_DATABASE_URL": url},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    out = tmp_path / "cards.pdf"
    done = command(str(out), "--sheet", "a4x4", "--changed")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("63 cards on 16 pages") and "all read back" in done.stdout
    assert "cards" in done.stderr
    assert out.read_bytes().startswith(b"%PDF-")
    again = command(str(tmp_path / "more.pdf"), "--changed")
    assert (again.returncode, "Không có thẻ nào cần in" in again.stderr) == (1, True)
    assert command(str(out), "--changed", "--stall", "A1").returncode == 2
    (run,) = read(town, lambda s: store.print_runs(s, MARKET, limit=9))
    assert (run.which, run.cards, run.delivered_at is not None) == ("changed", 63, True)
