"""From credits to allocations, intents and what the vendor's screen shows."""

import datetime as dt
import uuid

import pytest
from sqlalchemy import func, insert, select

from market40.core.clock import local_day
from market40.core.errors import Conflict, InvalidInput, NotFound
from market40.db import outbox
from market40.db.alerts import alerts_since
from market40.db.engine import vault_of
from market40.db.outbox import Job
from market40.db.vault import key_of
from market40.merchants.tables import BeneficiaryAccount, StallAccount
from market40.payments import service, store, tasks
from market40.payments.store import allocations
from market40.payments.tables import Allocation, Credit
from market40.vietqr.codec import decode

MINUTE = dt.timedelta(minutes=1)
ACTOR = uuid.UUID(int=900)


def steps(world, credit_id):
    found = world.read(
        lambda s: allocations.steps_of(s, market_id=world.market_id, credit_id=credit_id)
    )
    return [(row.step, row.target, row.reason, row.reverses_step, row.amount_vnd) for row in found]


def standing(world, credit_id):
    def work(s):
        rows = allocations.steps_of(s, market_id=world.market_id, credit_id=credit_id)
        (one,) = allocations.standing(rows)
        return one

    return world.read(work)


def alerts(world, number):
    def work(s):
        rows = alerts_since(
            s,
            market_id=world.market_id,
            topic=world.stalls[number].id,
            day=local_day(world.now),
            after_seq=0,
        )
        return [(row.number, row.kind, row.amount_vnd, row.facts) for row in rows]

    return world.read(work)


def view(world, intent_id):
    return world.read(
        lambda s: service.intent_view(
            s, market_id=world.market_id, intent_id=intent_id, now=world.now
        )
    )


def pay(world, external, account, amount_vnd, memo="", **more):
    """Deliver and match; return the credit's id."""
    got = world.send(world.notice(external, account, amount_vnd, memo, **more))
    world.match_all()
    return got.new_credits[0]


def assert_conserved(world) -> None:
    """For every credit what stands sums to its amount; a debit has nothing."""

    def work(s):
        for credit in s.scalars(select(Credit)):
            rows = allocations.steps_of(s, market_id=credit.market_id, credit_id=credit.id)
            total = sum(row.amount_vnd for row in allocations.standing(rows))
            assert total == (credit.amount_vnd if credit.direction == "credit" else 0)

    world.read(work)


def test_an_intents_code_carries_its_amount_and_reference(world) -> None:
    made = world.open_intent("A12", 50_000)
    code = decode(made.payload)
    assert (code.bin, code.account, code.amount) == ("970422", "0123456789", 50_000)
    assert code.purpose == f"{made.reference} A12"
    shown = view(world, made.intent_id)
    assert (shown.state, shown.funding, shown.payload) == ("open", "none", made.payload)
    by_token = world.read(lambda s: service.intent_view_by_token(s, made.token, now=world.now))
    assert by_token == shown
    for wrong in ("", "x", "é" * 26, made.token[:-1], "x" * 100_000):
        with pytest.raises(NotFound):
            world.read(lambda s, w=wrong: service.intent_view_by_token(s, w, now=world.now))


def test_a_payment_with_the_reference_satisfies_its_intent(world) -> None:
    made = world.open_intent("A12", 50_000)
    memo = f"MBVCB.123.456.{made.reference.lower()}.CT tu 0123"
    credit_id = pay(world, "1", "0123456789", 50_000, memo)
    assert steps(world, credit_id) == [(1, "intent", None, None, 50_000)]
    shown = view(world, made.intent_id)
    assert (shown.state, shown.funding, shown.payload) == ("satisfied", "exact", None)
    ((number, kind, amount_vnd, facts),) = alerts(world, "A12")
    assert (number, kind, amount_vnd, facts["funding"]) == (1, "received", 50_000, "exact")


def test_two_part_payments_fill_an_intent_and_a_third_is_over(world) -> None:
    made = world.open_intent("A12", 50_000)
    seen = []
    for external, amount_vnd in (("1", 20_000), ("2", 30_000), ("3", 5_000)):
        pay(world, external, "0123456789", amount_vnd, made.reference)
        shown = view(world, made.intent_id)
        seen.append((shown.state, shown.funding, shown.funded_vnd))
    assert seen == [
        ("open", "under", 20_000),
        ("satisfied", "exact", 50_000),
        ("satisfied", "over", 55_000),
    ]
    kinds = [(number, kind) for number, kind, _vnd, _facts in alerts(world, "A12")]
    assert kinds == [(1, "under"), (2, "received"), (3, "received")]


def test_in_one_batch_each_credit_sees_those_before_it(world) -> None:
    made = world.open_intent("A12", 50_000)
    for external, amount_vnd in (("1", 20_000), ("2", 30_000)):
        world.send(world.notice(external, "0123456789", amount_vnd, made.reference))
    plain = world.open_intent("A12", 7_000)
    for external in ("3", "4"):
        world.send(world.notice(external, "0123456789", 7_000))
    assert world.match_all() == 4
    assert view(world, made.intent_id).state == "satisfied"
    assert view(world, plain.intent_id).funding == "exact"
    kinds = [facts["rule"] for _n, _k, _vnd, facts in alerts(world, "A12")]
    assert sorted(kinds[2:]) == ["only_stall", "only_stall_amount"]


def test_matching_twice_is_harmless(world) -> None:
    credit_id = pay(world, "1", "0123456789", 50_000)
    keys = [(world.market_id, credit_id), (world.market_id, uuid.UUID(int=404))]
    assert world.run(lambda s: service.match_credits(s, keys, now=world.now)) == 0
    assert len(steps(world, credit_id)) == 1
    assert len(alerts(world, "A12")) == 1


def test_an_intent_runs_out_and_can_be_paid_late_but_not_for_ever(world) -> None:
    first, second = world.open_intent("A12", 50_000), world.open_intent("A12", 60_000)
    world.now += 16 * MINUTE
    assert view(world, first.intent_id).state == "expired"  # before the sweep has written it

    def sweep(s):
        jobs = outbox.claim(s, lease=uuid.uuid4(), now=world.now, limit=9, kinds=["expire_intents"])

        class Clock:
            def now(self):
                return world.now

        tasks.HANDLERS["expire_intents"].plan(s, jobs, Clock(), world.ids)(s)
        return len(jobs)

    assert world.run(sweep) == 1
    pay(world, "1", "0123456789", 50_000, first.reference)
    assert (view(world, first.intent_id).state, view(world, second.intent_id).state) == (
        "satisfied",
        "expired",
    )
    world.now += dt.timedelta(hours=72)
    credit_id = pay(world, "2", "0123456789", 60_000, second.reference)
    assert steps(world, credit_id) == [(1, "stall", None, None, 60_000)]
    assert view(world, second.intent_id).funding == "none"
    assert alerts(world, "A12")[-1][3]["flags"] == "late"


def test_a_cancelled_intent_is_not_paid_and_one_with_money_is_not_cancelled(world) -> None:
    first, second = world.open_intent("A12", 50_000), world.open_intent("A12", 60_000)

    def cancel(intent_id):
        return lambda s: service.cancel_intent(
            s, market_id=world.market_id, intent_id=intent_id, now=world.now
        )

    world.run(cancel(first.intent_id))
    with pytest.raises(Conflict, match="intent_state"):
        world.run(cancel(first.intent_id))
    with pytest.raises(NotFound):
        world.run(cancel(uuid.UUID(int=404)))
    credit_id = pay(world, "1", "0123456789", 50_000, first.reference)
    assert standing(world, credit_id).reason == "cancelled_intent"
    pay(world, "2", "0123456789", 10_000, second.reference)
    with pytest.raises(Conflict, match="intent_has_money"):
        world.run(cancel(second.intent_id))


def test_what_cannot_be_told_apart_waits_with_its_reason(world) -> None:
    a12, b1 = world.stalls["A12"].reference, world.stalls["B1"].reference
    far = world.open_intent("C1", 9_000).reference
    cases = {
        "1": ("1111222233", "tien rau", "foreign_account"),
        "2": ("0123456789", b1, "wrong_account"),
        "3": ("0123456789", far, "wrong_account"),
        "4": ("0123456789", f"{a12} {far}", "two_references"),
        "5": ("0123456789", "ZJABCDEFQN", "unknown_reference"),
        "6": ("5555666677", "tien rau", "several_stalls"),
    }
    for external, (account, memo, reason) in cases.items():
        credit_id = pay(world, external, account, 9_000, memo)
        assert standing(world, credit_id).reason == reason, external
    credit_id = pay(world, "7", "0999888777", 9_000, "tien hoc")
    assert standing(world, credit_id).target == "unclassified"
    waiting = world.read(lambda s: store.suspense_of_day(s, world.market_id, local_day(world.now)))
    assert sum(row.credits for row in waiting) == 6
    assert {row.reason: row.credits for row in waiting}["wrong_account"] == 2
    assert all(alerts(world, number) == [] for number in world.stalls)
    assert_conserved(world)


def test_the_same_number_at_another_bank_is_another_account(world) -> None:
    credit_id = pay(world, "1", "0123456789", 9_000, gateway="Vietcombank")
    assert standing(world, credit_id).reason == "foreign_account"


def place(world, credit_id, number, note="Khách quen, tiền của sạp này", **more):
    given = {
        "market_id": world.market_id,
        "credit_id": credit_id,
        "stall_id": world.stalls[number].id,
    }

    def work(s):
        service.place_credit(s, **given | more, note=note, actor_id=ACTOR, now=world.now)

    world.run(work)


def test_the_board_places_suspense_on_a_stall_and_nothing_else(world) -> None:
    lost = pay(world, "1", "5555666677", 9_000)
    with pytest.raises(InvalidInput):
        place(world, lost, "C1", note="  ")
    with pytest.raises(NotFound):
        place(world, lost, "C1", stall_id=uuid.UUID(int=404))
    with pytest.raises(NotFound):
        place(world, lost, "C1", market_id=uuid.UUID(int=404))
    place(world, lost, "C1")
    assert steps(world, lost) == [
        (1, "suspense", "several_stalls", None, 9_000),
        (2, "suspense", "several_stalls", 1, 9_000),
        (3, "stall", None, None, 9_000),
    ]
    note = standing(world, lost).note
    assert "Khách".encode() not in note
    opened = world.read(lambda s: vault_of(s).open_text(s, note, column="allocation.note"))
    assert opened == "Khách quen, tiền của sạp này"
    with pytest.raises(Conflict, match="not_in_suspense"):
        place(world, lost, "C2")
    foreign = pay(world, "2", "1111222233", 9_000)
    with pytest.raises(Conflict, match="account_not_ours"):
        place(world, foreign, "A12")
    own = pay(world, "3", "0999888777", 9_000)
    with pytest.raises(Conflict, match="not_in_suspense"):
        place(world, own, "B1")
    assert [row[:2] for row in alerts(world, "C1")] == [(1, "received")]
    sales = world.read(lambda s: store.sales_of_day(s, world.market_id, local_day(world.now)))
    assert [(row.stall_id, row.payments, row.payments_vnd) for row in sales] == [
        (world.stalls["C1"].id, 1, 9_000)
    ]
    waiting = world.read(lambda s: store.suspense_of_day(s, world.market_id, local_day(world.now)))
    assert [(row.reason, row.credits) for row in waiting] == [("foreign_account", 1)]
    assert_conserved(world)


def test_lists_show_each_credit_where_it_stands_now(world) -> None:
    moved, waits = pay(world, "1", "5555666677", 9_000), pay(world, "2", "5555666677", 8_000)
    private = pay(world, "3", "0999888777", 7_000)
    place(world, moved, "C1")

    def work(s):
        accounts = [world.accounts["5555666677"]]
        day = local_day(world.now)
        c1 = world.stalls["C1"].id
        return (
            store.sales_of_stall(s, market_id=world.market_id, stall_id=c1, day=day),
            store.waiting_in_suspense(s, market_id=world.market_id, since=day),
            store.which_stall(s, market_id=world.market_id, account_ids=accounts),
            store.unclassified_on(
                s, market_id=world.market_id, account_ids=[world.accounts["0999888777"]]
            ),
        )

    found = [[line.credit_id for line in lines] for lines in world.read(work)]
    assert found == [[moved], [waits], [waits], [private]]


def test_money_of_an_account_that_is_registered_later_can_be_placed(world) -> None:
    foreign = pay(world, "1", "1111222233", 9_000)
    world.add_account("1111222233", "dedicated")
    world.add_stall("D1", "1111222233")
    place(world, foreign, "D1")
    assert standing(world, foreign).stall_id == world.stalls["D1"].id


def test_by_hand_the_same_number_at_another_bank_is_another_account(world) -> None:
    foreign = pay(world, "1", "1111222233", 9_000)  # told by MBBank
    unnamed = pay(world, "2", "1111222233", 8_000, gateway=None)
    unknown = pay(world, "3", "1111222233", 7_000, gateway="Ngân hàng Không Ai Biết")
    kept = dict(world.read(lambda s: s.execute(select(Credit.id, Credit.bank)).all()))
    assert kept == {foreign: "970422", unnamed: None, unknown: "Ngân hàng Không Ai Biết"}
    world.add_account("1111222233", "dedicated", bank_bin="970436")
    world.add_stall("D1", "1111222233")
    with pytest.raises(Conflict, match=r"other_bank.*MBBank") as refused:
        place(world, foreign, "D1")
    assert "1111222233" not in str(refused.value)
    assert standing(world, foreign).target == "suspense"
    # Where no bank is named, or none that anybody knows, the number decides, as when it came.
    place(world, unnamed, "D1")
    place(world, unknown, "D1")
    # A stall may have both: then the bank says which.
    world.add_account("1111222233", "dedicated", bank_bin="970422")
    world.add_stall("D2", "1111222233")
    place(world, foreign, "D2")
    assert standing(world, foreign).stall_id == world.stalls["D2"].id


def test_where_no_bank_is_named_the_first_account_of_the_number_is_meant(world) -> None:
    unnamed = pay(world, "1", "1111222233", 9_000, gateway=None)
    older = world.add_account("1111222233", "dedicated", bank_bin="970436")
    world.add_stall("D1", "1111222233")
    newer = world.add_account("1111222233", "dedicated", bank_bin="970422")

    def both(session):
        on = {"market_id": world.market_id, "stall_id": world.stalls["D1"].id, "account_id": newer}
        when = {"starts_at": world.now, "ends_at": None, "agreed_by": ACTOR}
        session.execute(insert(StallAccount), on | when)
        return session.scalar(
            select(BeneficiaryAccount.key_id).where(BeneficiaryAccount.id == older)
        )

    key_id = world.run(both)
    place(world, unnamed, "D1")
    assert key_of(standing(world, unnamed).note) == key_id


def test_of_an_account_of_ours_the_bank_is_not_kept_twice(world) -> None:
    pay(world, "1", "0123456789", 9_000)
    assert world.read(lambda s: s.scalars(select(Credit.bank)).all()) == [None]


def test_money_is_never_placed_on_a_stall_whose_account_it_is_not_on(world) -> None:
    b1, far = world.stalls["B1"].reference, world.open_intent("C1", 9_000)
    for external, memo in (("1", b1), ("2", far.reference), ("3", f"{b1} {far.reference}")):
        lost = pay(world, external, "0123456789", 9_000, memo)  # A12's account
        for number in ("B1", "C1"):
            with pytest.raises(Conflict, match="account_not_ours"):
                place(world, lost, number)
        place(world, lost, "A12")
    assert alerts(world, "B1") == alerts(world, "C1") == []
    assert_conserved(world)


def classify(world, credit_id, number, *, sale=True, vendor=None):
    stall = world.stalls[number]

    def work(s):
        service.classify(
            s,
            market_id=world.market_id,
            credit_id=credit_id,
            stall_id=stall.id,
            vendor_id=world.stalls[vendor or number].vendor_id,
            sale=sale,
            actor_id=ACTOR,
            now=world.now,
        )

    world.run(work)


def test_the_vendor_alone_says_what_was_a_sale(world) -> None:
    sale = pay(world, "1", "0999888777", 9_000)
    private = pay(world, "2", "0999888777", 8_000)
    with pytest.raises(NotFound):
        classify(world, sale, "A12")  # the credit is not on that stall's account
    with pytest.raises(NotFound):
        classify(world, sale, "B1", vendor="A12")  # the stall is another vendor's
    classify(world, sale, "B1")
    classify(world, private, "B1", sale=False)
    assert (standing(world, sale).target, standing(world, private).target) == (
        "stall",
        "not_a_sale",
    )
    with pytest.raises(Conflict, match="already_classified"):
        classify(world, private, "B1")
    assert [row[:3] for row in alerts(world, "B1")] == [(1, "received", 9_000)]
    assert_conserved(world)


def test_on_a_shared_account_the_vendor_taps_which(world) -> None:
    credit_id = pay(world, "1", "5555666677", 9_000)
    with pytest.raises(Conflict):
        classify(world, credit_id, "C2", sale=False)
    classify(world, credit_id, "C2")
    assert standing(world, credit_id).stall_id == world.stalls["C2"].id


def test_what_opens_no_intent(world) -> None:
    with pytest.raises(InvalidInput):
        world.open_intent("A12", 0)
    with pytest.raises(InvalidInput):
        world.open_intent("A12", 500_000_000)
    world.add_stall("E1", None)
    with pytest.raises(Conflict, match="stall_without_account"):
        world.open_intent("E1", 1_000)
    for _n in range(50):
        world.open_intent("A12", 1_000)
    with pytest.raises(Conflict, match="too_many_open"):
        world.open_intent("A12", 1_000)


def tally(world, number, **said):
    given = {"day": local_day(world.now), "answer": "counted", "stall_id": world.stalls[number].id}

    def work(s):
        return service.record_tally(
            s,
            market_id=world.market_id,
            **given | said,
            actor_id=ACTOR,
            now=world.now,
            ids=world.ids,
        )

    return world.run(work)


def test_the_newest_tally_of_a_stalls_day_counts(world) -> None:
    tally(world, "A12", cash_count=3, cash_vnd=90_000)
    world.now += MINUTE
    tally(world, "A12", cash_count=4, cash_vnd=120_000, other_count=1, other_vnd=10_000)
    tally(world, "B1", answer="closed")
    rows = world.read(lambda s: store.tallies_of_day(s, world.market_id, local_day(world.now)))
    found = {row.stall_id: (row.answer, row.cash_vnd, row.other_vnd) for row in rows}
    assert found == {
        world.stalls["A12"].id: ("counted", 120_000, 10_000),
        world.stalls["B1"].id: ("closed", 0, 0),
    }
    with pytest.raises(InvalidInput):
        tally(world, "A12", cash_vnd=-1)
    with pytest.raises(NotFound):
        tally(world, "A12", answer="zero", stall_id=uuid.UUID(int=404))


def test_a_stall_is_covered_on_the_days_on_which_its_source_gave_a_sign_of_life(world) -> None:
    day = local_day(world.now)
    covered = world.read(lambda s: store.covered_stalls(s, world.market_id, day))
    assert covered == set()
    pay(world, "1", "1111222233", 9_000)  # of an account that is not ours, and yet a sign of life
    covered = world.read(lambda s: store.covered_stalls(s, world.market_id, day))
    assert covered == {stall.id for stall in world.stalls.values()}
    before = world.read(
        lambda s: store.covered_stalls(s, world.market_id, day - dt.timedelta(days=1))
    )
    assert before == set()


def test_every_change_asks_for_the_days_count_once(world) -> None:
    for external in ("1", "2", "3"):
        pay(world, external, "0123456789", 9_000)
    tally(world, "A12", cash_count=1, cash_vnd=1_000)

    def asked(s):
        return s.scalars(select(Job.payload).where(Job.kind == "roll_up")).all()

    assert world.read(asked) == [{"day": local_day(world.now).isoformat()}]


def test_the_batch_form_leaves_what_single_notices_leave(world) -> None:
    made = world.open_intent("A12", 50_000)
    seen = [
        service.SeenNotice(
            world.notice(str(n), account, 1_000 * n, memo, bank_reference=None),
            world.now + n * MINUTE,
        )
        for n, (account, memo) in enumerate(
            [
                ("0123456789", made.reference),
                ("0123456789", ""),
                ("0999888777", ""),
                ("5555666677", world.stalls["C2"].reference),
                ("1111222233", ""),
                ("0123456789", ""),
            ],
            1,
        )
    ]
    out = world.notice("9", "0123456789", 700, direction="debit")
    seen.append(service.SeenNotice(out, world.now + 9 * MINUTE))
    source = world.source()

    def work(s):
        return service.record_batch(s, source, seen, ids=world.ids, directory=world.directory)

    done = world.run(work)
    assert (done.deliveries, done.credits) == (7, 6)
    again = world.run(work)
    assert (again.deliveries, again.credits) == (0, 0)
    world.match_all()
    assert view(world, made.intent_id).funded_vnd == 1_000
    assert [(row[0], row[1]) for row in alerts(world, "A12")] == [
        (1, "under"),
        (2, "received"),
        (3, "received"),
    ]

    def count(s):
        rows = s.execute(select(Allocation.target, func.count()).group_by(Allocation.target))
        return dict(list(rows))

    assert world.read(count) == {"intent": 1, "stall": 3, "suspense": 1, "unclassified": 1}
    assert_conserved(world)
