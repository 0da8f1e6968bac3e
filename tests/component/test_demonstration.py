"""The demonstration, small: it loads on both engines, once, and its figures add up."""

from __future__ import annotations

import json
import stat
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from random import Random

import pytest
import zxingcpp
from PIL import Image
from sqlalchemy import Engine, case, func, select

from market40.accounts import service as accounts
from market40.app import create_app
from market40.config import Settings
from market40.core.clock import local_day
from market40.core.ids import FixedIds
from market40.db.engine import read, transact
from market40.demo import people, sandbox_files
from market40.demo.loading import Loaded, Step, load
from market40.demo.plan import Plan, Sizes, make_plan
from market40.merchants import service as merchants_service
from market40.merchants import store as merchants
from market40.merchants.tables import Inspection, IssuedCode, Stall
from market40.payments.service import Directory
from market40.payments.tables import Allocation, CashTally, Credit, Delivery, Source
from market40.reporting.tables import RollupDay
from market40.vietqr import images
from market40.vietqr.codec import decode

NOW = datetime(2026, 11, 22, 5, 0, tzinfo=UTC)
SMALL = Sizes(markets=2, stalls=30, payments=500)


@pytest.fixture
def plan() -> Plan:
    return make_plan(SMALL, seed=7, today=local_day(NOW))


def _load(engine: Engine, plan: Plan, steps: list[Step] | None = None) -> Loaded:
    seen: list[Step] = [] if steps is None else steps
    return load(engine, plan, now=NOW, secrets=Random(1), progress=seen.append)


def _count(engine: Engine, table: type) -> int:
    return read(engine, lambda s: s.scalar(select(func.count()).select_from(table)) or 0)


@pytest.fixture
def loaded(engine: Engine, plan: Plan) -> Engine:
    done = _load(engine, plan)
    assert done.markets == 2
    assert 350 < done.payments < 650
    return engine


def test_the_sizes_asked_for_are_loaded(loaded: Engine, plan: Plan) -> None:
    assert _count(loaded, Stall) == 30
    with_code = sum(1 for m in plan.markets for s in m.stalls if s.account)
    assert _count(loaded, IssuedCode) == with_code
    assert _count(loaded, CashTally) > 50


def test_loading_twice_adds_nothing(loaded: Engine, plan: Plan) -> None:
    before = [_count(loaded, table) for table in (Stall, Delivery, Credit, Allocation, CashTally)]
    assert _load(loaded, plan) == Loaded(0, 0)
    after = [_count(loaded, table) for table in (Stall, Delivery, Credit, Allocation, CashTally)]
    assert after == before


def test_every_credit_is_allocated_to_the_dong(loaded: Engine) -> None:
    sign = case((Allocation.reverses_step.is_(None), 1), else_=-1)
    allocated = read(loaded, lambda s: s.scalar(select(func.sum(sign * Allocation.amount_vnd))))
    credited = read(
        loaded,
        lambda s: s.scalar(select(func.sum(Credit.amount_vnd)).where(Credit.direction == "credit")),
    )
    assert allocated == credited
    assert credited


def test_the_rollups_hold_what_the_allocations_do(loaded: Engine) -> None:
    """On observed stall-days, which here are all on which money came."""
    rolled = read(
        loaded,
        lambda s: s.execute(
            select(func.sum(RollupDay.payments), func.sum(RollupDay.payments_vnd))
        ).one(),
    )
    sold = read(
        loaded,
        lambda s: s.execute(
            select(func.count(), func.sum(Allocation.amount_vnd)).where(
                Allocation.target.in_(("stall", "intent"))
            )
        ).one(),
    )
    assert tuple(rolled) == tuple(sold)


def test_credits_of_every_kind_are_there(loaded: Engine) -> None:
    targets = read(loaded, lambda s: set(s.scalars(select(Allocation.target).distinct())))
    assert {"stall", "unclassified"} <= targets
    directions = read(loaded, lambda s: set(s.scalars(select(Credit.direction).distinct())))
    assert directions == {"credit", "debit"}


def test_the_boards_that_count_have_inspected_and_one_alarm_is_open(loaded: Engine) -> None:
    found = read(
        loaded,
        lambda s: s.execute(
            select(Inspection.verdict, func.count()).group_by(Inspection.verdict)
        ).all(),
    )
    counts = dict(found)
    assert set(counts) == {"match", "unknown_account"}
    assert counts["match"] > counts["unknown_account"] > 1
    ids = [market.id for market in read(loaded, merchants.markets)]
    assert sum(read(loaded, lambda s: merchants.alarm_counts(s, ids)).values()) == 1


def test_every_code_decodes_to_its_payload(loaded: Engine) -> None:
    """By a decoder of others; the memo that it fills in is the stall's reference."""
    cards = [
        card
        for market in read(loaded, merchants.markets)
        for card in read(loaded, lambda s, m=market: merchants.live_cards(s, m.id))
    ]
    assert len(cards) > 15
    for card in cards:
        payload = merchants_service.payload_of_card(card)
        picture = Image.open(BytesIO(images.png(payload)))
        found = zxingcpp.read_barcodes(picture)
        assert [one.text for one in found] == [payload]
        assert decode(payload).account == card.number


def test_a_stopped_load_goes_on_where_it_was(engine: Engine, plan: Plan) -> None:
    class Stopped(Exception):
        pass

    def stop(_step: Step) -> None:
        raise Stopped

    with pytest.raises(Stopped):
        load(engine, plan, now=NOW, secrets=Random(1), progress=stop)
    assert [m.name for m in read(engine, merchants.markets)] == [plan.markets[0].spec.name]
    assert not read(engine, people.is_whole)
    done = _load(engine, plan)
    assert done.markets == 1
    assert _count(engine, Stall) == 30
    assert read(engine, people.is_whole)


def test_a_market_that_breaks_off_leaves_nothing(engine: Engine, plan: Plan) -> None:
    class Broken(Random):
        def getrandbits(self, k: int) -> int:
            raise RuntimeError("the machine stopped")

    with pytest.raises(RuntimeError, match="stopped"):
        load(engine, plan, now=NOW, secrets=Broken(), progress=lambda _: None)
    assert _count(engine, Stall) == 0
    assert _count(engine, Source) == 0
    assert _load(engine, plan).markets == 2


def test_everybody_in_the_table_can_log_in(loaded: Engine, plan: Plan) -> None:
    listed = people.log_ins(plan.markets)
    assert [person.role for person in listed].count("vendor") == 3
    for person in listed:
        found = read(loaded, lambda s, p=person: accounts.find_person(s, p.login))
        assert found.role == person.role


def test_the_sandbox_hears_of_covered_accounts_only(
    loaded: Engine, plan: Plan, tmp_path: Path
) -> None:
    listed = read(
        loaded,
        lambda s: sandbox_files.list_codes(s, plan, public_url="http://127.0.0.1:1", now=NOW),
    )
    files = sandbox_files.Files(tmp_path / "demo" / "accounts.json", tmp_path / "demo" / "codes")
    sandbox_files.write(listed, files)
    sandbox_files.write(listed, files)
    for path in (files.accounts, files.codes):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    accounts = json.loads(files.accounts.read_text())
    covered = {s.account.number for m in plan.markets for s in m.stalls if s.account and s.covered}
    assert set(accounts) == covered
    for entry in accounts.values():
        source_id = entry["hook"].rsplit("/", 1)[1]
        sources = read(loaded, lambda s: {str(i) for i in s.scalars(select(Source.id))})
        assert source_id in sources
        assert len(entry["secret"]) >= 16
    lines = [json.loads(line) for line in files.codes.read_text().splitlines()]
    assert all(line["weight"] > 0 for line in lines)
    assert len(lines) == _count(loaded, IssuedCode)


def test_the_mark_changes_when_a_code_is_added(loaded: Engine) -> None:
    before = read(loaded, sandbox_files.mark)
    market = read(loaded, merchants.markets)[0]
    stall = read(loaded, lambda s: merchants.live_cards(s, market.id))[0].code.stall_id
    transact(
        loaded,
        lambda s: merchants_service.reissue_code(
            s,
            market.id,
            stall,
            reason="Thẻ rách",
            actor_id=market.id,
            now=NOW,
            ids=FixedIds(3),
            rng=Random(3),
        ),
    )
    assert read(loaded, sandbox_files.mark) != before


def test_the_sources_secrets_are_the_given_randomness(loaded: Engine) -> None:
    ids = read(loaded, lambda s: list(s.scalars(select(Source.id))))
    secrets = {read(loaded, lambda s, i=i: Directory().source(s, i).secrets[0]) for i in ids}
    assert len(secrets) == len(ids)


def test_the_cards_picture_is_public_in_a_demonstration_only(loaded: Engine) -> None:
    market = read(loaded, merchants.markets)[0]
    card = read(loaded, lambda s: merchants.live_cards(s, market.id))[0]
    path = f"/k/{card.code.check_code}/ma-vietqr.png"
    shown = create_app(Settings(environment="test", demo=True), loaded).test_client().get(path)
    (found,) = zxingcpp.read_barcodes(Image.open(BytesIO(shown.data)))
    assert found.text == merchants_service.payload_of_card(card)
    hidden = create_app(Settings(environment="test"), loaded).test_client().get(path)
    assert hidden.status_code == 404
    transact(
        loaded,
        lambda s: merchants_service.revoke_code(
            s, market.id, card.code.id, reason="Bị dán đè", actor_id=market.id, now=NOW
        ),
    )
    again = create_app(Settings(environment="test", demo=True), loaded).test_client().get(path)
    assert again.status_code == 404
