"""The demonstration's plan: what published figures say, and what is made up about them."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime
from itertools import pairwise
from random import Random

import pytest

from market40.core.clock import VN
from market40.core.market_days import is_open
from market40.core.references import find_references
from market40.demo import calendars, counting, memos, walking
from market40.demo.goods import GOODS, LEAST_VND, MOST_VND, amount
from market40.demo.plan import DAYS, Sizes, busy, make_plan
from market40.demo.roster import roster, whole_roster
from market40.demo.trade import Trade
from market40.merchants.domain import fields
from market40.places.domain import GSO_2004, QD_19_2025, packaged_places

TODAY = date(2026, 11, 22)
NOW = datetime(2026, 11, 22, 5, 0, tzinfo=UTC)


def test_the_roster_has_the_figures_of_april_2023() -> None:
    markets = whole_roster()
    assert sum(spec.stalls for spec in markets) == 2_300
    assert sum(spec.codes for spec in markets) == 980
    assert len({spec.name for spec in markets}) == len(markets) == 68


def test_codes_stand_in_six_of_eleven_districts() -> None:
    district = {
        u.code: u.parent_id
        for u in packaged_places().units
        if u.code_system == GSO_2004 and u.level == "commune"
    }
    every = {district[spec.legacy_commune] for spec in whole_roster()}
    with_codes = {district[spec.legacy_commune] for spec in whole_roster() if spec.codes}
    assert (len(every), len(with_codes)) == (11, 6)


def test_each_present_commune_is_one_that_the_legacy_one_became() -> None:
    places = packaged_places()
    ids = {(u.code_system, u.code): u.id for u in places.units if u.level == "commune"}
    links = {(link.from_id, link.to_id) for link in places.links}
    for spec in whole_roster():
        pair = ids[GSO_2004, spec.legacy_commune], ids[QD_19_2025, spec.commune]
        assert pair in links, spec.name


def test_the_branch_of_a_day() -> None:
    """1 January 2000 was Mậu Ngọ, 17 February 2026 (Tết Bính Ngọ) Nhâm Tuất."""
    assert calendars.branch_of(date(2000, 1, 1)) == "Ngọ"
    assert calendars.branch_of(date(2026, 2, 17)) == "Tuất"


def test_a_market_by_branches_moves_back_a_day_each_week() -> None:
    calendar = calendars.calendar_of("chi:Tỵ,Hợi")
    met = [day for day in _days(60) if is_open(calendar, day)]
    assert {calendars.branch_of(day) for day in met} == {"Tỵ", "Hợi"}
    assert {(b - a).days for a, b in pairwise(met)} == {6}


@pytest.mark.parametrize("text", ["chi:Tỵ,Ngọ", "someday", "sat,sonday"])
def test_another_calendar_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="day"):
        calendars.calendar_of(text)


@pytest.mark.parametrize(("markets", "stalls"), [(1, 1), (2, 30), (68, 68), (68, 2_299), (3, 5000)])
def test_a_scaled_roster_has_just_so_many_stalls(markets: int, stalls: int) -> None:
    made = roster(markets=markets, stalls=stalls)
    assert len(made) == markets
    assert sum(spec.stalls for spec in made) == stalls
    assert all(0 <= spec.codes + spec.codes_later <= spec.stalls for spec in made)


@pytest.mark.parametrize(("markets", "stalls"), [(0, 5), (69, 5000), (5, 4)])
def test_sizes_that_the_roster_does_not_have_are_refused(markets: int, stalls: int) -> None:
    with pytest.raises(ValueError, match="markets"):
        roster(markets=markets, stalls=stalls)


def test_the_whole_plan_uses_half_of_its_codes() -> None:
    plan = make_plan(Sizes(), seed=40, today=TODAY)
    stalls = [stall for market in plan.markets for stall in market.stalls]
    with_code = [stall for stall in stalls if stall.code_day is not None]
    assert sum(stall.code_day == 0 for stall in stalls) == 980
    assert len(with_code) == 1_117
    used = sum(stall.habit is not None for stall in with_code)
    assert 0.47 < used / len(with_code) < 0.53
    assert any(not stall.covered for stall in with_code)


def test_numbers_are_ones_that_merchants_take() -> None:
    plan = make_plan(Sizes(4, 200, 100), seed=1, today=TODAY)
    for market in plan.markets:
        numbers = [stall.number for stall in market.stalls]
        assert len(set(numbers)) == len(numbers)
        for stall in market.stalls:
            assert fields.stall_number(stall.number) == stall.number
            if stall.phone:
                assert fields.phone(stall.phone) == stall.phone
            if stall.account:
                assert len(fields.account_number(stall.account.number, None)) == 15
                assert fields.holder(stall.account.holder) == stall.account.holder


def test_the_same_seed_makes_the_same_plan_and_payments() -> None:
    first, again = (make_plan(Sizes(3, 90, 900), seed=5, today=TODAY) for _ in range(2))
    assert first == again
    assert first != make_plan(Sizes(3, 90, 900), seed=6, today=TODAY)
    references = {stall.number: "ZJSABCDEFG" for stall in first.markets[0].stalls}
    one, two = (
        list(Trade(plan, plan.markets[0], references, NOW).notices()) for plan in (first, again)
    )
    assert one == two
    assert one


def test_payments_come_on_market_days_by_day_and_before_now() -> None:
    plan = make_plan(Sizes(3, 90, 2_000), seed=5, today=TODAY)
    for market in plan.markets:
        references = {stall.number: "ZJSABCDEFG" for stall in market.stalls}
        notices = [seen.notice for seen in Trade(plan, market, references, NOW).notices()]
        days = {n.occurred_at.astimezone(VN).date() for n in notices}
        assert days <= set(market.market_days)
        assert all(n.occurred_at < NOW for n in notices)
        assert [n.occurred_at for n in notices] == sorted(n.occurred_at for n in notices)
        assert len({n.external_id for n in notices}) == len(notices)
        assert all(5 <= n.occurred_at.astimezone(VN).hour <= 20 for n in notices)


def test_nobody_takes_payments_before_the_code_is_given() -> None:
    plan = make_plan(Sizes(), seed=40, today=TODAY)
    for market in plan.markets:
        for day in market.market_days:
            for stall, pull in busy(market, day):
                assert stall.code_day is not None
                assert stall.code_day <= (day - market.start).days < DAYS
                assert pull > 0


def test_amounts_are_whole_thousands_most_of_them_small() -> None:
    rng = Random(3)
    greens = GOODS[0]
    drawn = [amount(rng, greens) for _ in range(2_000)]
    assert min(drawn) >= LEAST_VND
    assert max(drawn) <= MOST_VND
    assert sum(value % 500 == 0 for value in drawn) == 2_000
    assert 15_000 <= sorted(drawn)[1_000] <= 30_000


def test_most_memos_carry_the_reference_whole() -> None:
    rng, reference = Random(3), "ZJABCDEFQN"
    found = Counter(
        find_references(memos.with_reference(rng, reference, "BIDV", NOW)) for _ in range(500)
    )
    assert found == {(reference,): 500}
    assert not any(find_references(memos.without_reference(rng)) for _ in range(200))


def test_tallies_are_of_market_days_and_of_the_last_two_months() -> None:
    plan = make_plan(Sizes(3, 90, 900), seed=5, today=TODAY)
    told = [t for m in plan.markets for t in counting.tallies(m, seed=5, now=NOW)]
    assert told
    assert {t.answer for t in told} <= {"counted", "zero", "closed", "refused"}
    assert all((TODAY - t.day).days <= 62 and t.told_at < NOW for t in told)
    assert all(bool(t.cash_count) == bool(t.cash_vnd) for t in told)
    assert all(t.answer == "counted" or not t.cash_count for t in told)


def _days(count: int) -> list[date]:
    return [date.fromordinal(TODAY.toordinal() + step) for step in range(count)]


def test_rounds_are_of_market_days_and_one_alarm_is_left_open() -> None:
    plan = make_plan(Sizes(), seed=5, today=TODAY)
    walked = {m.spec.name: list(walking.rounds(m, seed=5, now=NOW)) for m in plan.markets}
    tallied = [m for m in plan.markets if m.spec.tallied]
    assert sum(bool(one) for one in walked.values()) == len(tallied)
    for market in tallied:
        for nth, one in enumerate(walked[market.spec.name]):
            assert one.visits
            numbers = [visit.number for visit in one.visits]
            assert len(set(numbers)) == len(numbers)
            assert {visit.at.astimezone(VN).date() for visit in one.visits} <= set(
                market.market_days
            )
            pasted = sum(visit.pasted for visit in one.visits)
            assert pasted == (1 if nth == 0 or market.at == 0 else 0)
