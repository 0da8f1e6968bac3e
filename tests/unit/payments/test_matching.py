"""Each rule of matching, and that its decision explains itself."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from market40.payments.domain.matching import (
    Context,
    CreditSeen,
    IntentSeen,
    Named,
    StallSeen,
    decide,
)

AT = dt.datetime(2026, 11, 22, 1, 0, tzinfo=dt.UTC)
MINUTE = dt.timedelta(minutes=1)
REF = "ZJABCDEFQN"
A12 = StallSeen(uuid.UUID(int=1), "A12", "ZJS7KQ2Z23")
B1 = StallSeen(uuid.UUID(int=2), "B1", "ZJS7KQ2Z24")


def intent(at: int = 7, **more) -> IntentSeen:
    given_ = {
        "intent_id": uuid.UUID(int=at),
        "stall_id": A12.stall_id,
        "stall_number": "A12",
        "reference": REF,
        "amount_vnd": 50_000,
        "state": "open",
        "opened_at": AT - MINUTE,
        "expires_at": AT + 14 * MINUTE,
    }
    return IntentSeen(**given_ | more)


def credit(amount_vnd: int = 50_000, *references: str, at=AT) -> CreditSeen:
    return CreditSeen(amount_vnd, at, references)


def dedicated(*stalls: StallSeen, **more) -> Context:
    return Context(ours=True, dedicated=True, stalls=stalls or (A12,), **more)


def mixed(**more) -> Context:
    return Context(ours=True, dedicated=False, stalls=(A12,), **more)


def said(decision):
    return decision.target, decision.rule, decision.reason


def test_an_account_that_is_not_ours_is_foreign() -> None:
    assert said(decide(credit(), Context(ours=False)))[::2] == ("suspense", "foreign_account")


def test_a_mixed_account_without_anything_of_ours_is_the_vendors_alone() -> None:
    assert said(decide(credit(), mixed())) == ("unclassified", "mixed_account", None)
    # An equal intent does not make private money a sale, nor does a code that nobody issued.
    assert decide(credit(), mixed(waiting=(intent(),))).target == "unclassified"
    unknown = mixed(named=(Named(REF),))
    assert decide(credit(50_000, REF), unknown).target == "unclassified"


def test_a_stalls_reference_is_a_sale_also_on_a_mixed_account() -> None:
    for context in (mixed, dedicated):
        got = decide(credit(1, A12.reference), context(named=(Named(A12.reference, stall=A12),)))
        assert (*said(got), got.stall_id) == ("stall", "stall_reference", None, A12.stall_id)
        assert "A12" in got.sentence
        assert A12.reference in got.sentence


@pytest.mark.parametrize(
    ("funded_vnd", "amount_vnd", "funding", "word"),
    [
        (0, 50_000, "exact", "đủ tiền"),
        (0, 30_000, "under", "còn thiếu 20.000"),
        (30_000, 20_000, "exact", "đủ tiền"),
        (0, 60_000, "over", "thừa 10.000"),
        (50_000, 50_000, "over", "thừa 50.000"),
    ],
)
def test_the_references_intent_takes_whatever_comes(funded_vnd, amount_vnd, funding, word) -> None:
    state = "satisfied" if funded_vnd >= 50_000 else "open"
    named = Named(REF, intent=intent(funded_vnd=funded_vnd, state=state))
    got = decide(credit(amount_vnd, REF), mixed(named=(named,)))
    assert (*said(got), got.funding) == ("intent", "intent_reference", None, funding)
    assert (got.intent_id, got.stall_id) == (uuid.UUID(int=7), A12.stall_id)
    assert word in got.sentence


def test_an_intent_can_be_paid_for_72_hours_after_its_time_by_the_banks_clock() -> None:
    over = intent(state="expired", expires_at=AT - dt.timedelta(hours=72))
    got = decide(credit(50_000, REF), dedicated(named=(Named(REF, intent=over),)))
    assert (got.target, got.evidence["flags"]) == ("intent", ["late"])
    later = credit(50_000, REF, at=AT + dt.timedelta(seconds=1))
    got = decide(later, dedicated(named=(Named(REF, intent=over),)))
    assert (*said(got), got.stall_id) == ("stall", "intent_too_late", None, A12.stall_id)
    assert got.evidence["flags"] == ["late"]


def test_a_cancelled_intent_is_not_paid() -> None:
    named = Named(REF, intent=intent(state="cancelled"))
    assert decide(credit(50_000, REF), dedicated(named=(named,))).reason == "cancelled_intent"


def test_a_reference_of_another_account_is_not_ours_to_book() -> None:
    for context in (mixed, dedicated):
        got = decide(credit(1, REF), context(named=(Named(REF, elsewhere=True),)))
        assert said(got)[::2] == ("suspense", "wrong_account")


def test_a_reference_that_nobody_issued_waits_for_a_person() -> None:
    got = decide(credit(1, REF), dedicated(named=(Named(REF),)))
    assert said(got)[::2] == ("suspense", "unknown_reference")


def test_of_two_references_the_first_never_wins() -> None:
    named = (Named(A12.reference, stall=A12), Named(REF))
    for context in (mixed, dedicated):
        got = decide(credit(1, A12.reference, REF), context(named=named))
        assert said(got)[::2] == ("suspense", "two_references")


def test_a_dedicated_accounts_only_stall_has_its_money() -> None:
    got = decide(credit(), dedicated())
    assert (*said(got), got.stall_id) == ("stall", "only_stall", None, A12.stall_id)


def test_several_stalls_on_an_account_ask_which() -> None:
    got = decide(credit(), dedicated(A12, B1))
    assert got.reason == "several_stalls"
    assert got.sentence.endswith("Sạp nào?")
    assert got.evidence["stalls"] == ["A12", "B1"]


def test_an_account_without_a_stall_waits() -> None:
    assert decide(credit(), Context(ours=True, dedicated=True)).reason == "no_stall"


def test_a_virtual_account_tells_whose_it_is() -> None:
    got = decide(credit(), Context(ours=True, stalls=(A12, B1), virtual_stall=B1))
    assert (*said(got), got.stall_id) == ("stall", "virtual_account", None, B1.stall_id)
    unknown = Context(ours=True, virtual_stall=B1, named=(Named(REF),))
    assert decide(credit(1, REF), unknown).stall_id == B1.stall_id


def test_the_only_waiting_intent_of_exactly_the_amount_is_paid() -> None:
    got = decide(credit(), dedicated(waiting=(intent(), intent(8, amount_vnd=50_001))))
    assert (*said(got), got.funding) == ("intent", "only_stall_amount", None, "exact")
    assert got.intent_id == uuid.UUID(int=7)


def test_equal_intents_leave_the_money_on_the_stall_and_name_the_choice() -> None:
    got = decide(credit(), dedicated(waiting=(intent(), intent(8))))
    assert (*said(got), got.intent_id) == ("stall", "only_stall_equal_intents", None, None)
    assert got.evidence["runners_up"] == [str(uuid.UUID(int=7)), str(uuid.UUID(int=8))]


@pytest.mark.parametrize(
    "not_waiting",
    [
        intent(stall_id=B1.stall_id),
        intent(amount_vnd=49_999),
        intent(funded_vnd=1),
        intent(state="satisfied"),
        intent(opened_at=AT + MINUTE),
        intent(expires_at=AT - MINUTE),
    ],
)
def test_an_intent_that_does_not_wait_for_this_is_not_taken(not_waiting) -> None:
    got = decide(credit(), dedicated(waiting=(not_waiting,)))
    assert said(got) == ("stall", "only_stall", None)


@given(
    st.builds(
        Context,
        ours=st.booleans(),
        dedicated=st.booleans(),
        stalls=st.sampled_from([(), (A12,), (A12, B1)]),
        named=st.lists(
            st.sampled_from(
                [
                    Named(REF),
                    Named(REF, elsewhere=True),
                    Named(REF, intent=intent()),
                    Named(REF, intent=intent(state="cancelled")),
                    Named(A12.reference, stall=A12),
                ]
            ),
            max_size=2,
        ).map(tuple),
        waiting=st.sampled_from([(), (intent(),), (intent(), intent(8))]),
        virtual_stall=st.sampled_from([None, B1]),
    ),
    st.integers(1, 10**9),
)
def test_every_decision_explains_itself(context, amount_vnd) -> None:
    references = tuple(named.reference for named in context.named)
    got = decide(CreditSeen(amount_vnd, AT, references), context)
    assert got == decide(CreditSeen(amount_vnd, AT, references), context)
    assert got.sentence.endswith((".", "?"))
    assert len(got.sentence) <= 300
    assert got.rule_version == 1
    assert (got.target == "suspense") == (got.reason is not None)
    assert (got.target in ("intent", "stall")) == (got.stall_id is not None)
    assert (got.target == "intent") == (got.intent_id is not None) == (got.funding is not None)
    if not context.dedicated and not any(n.known for n in context.named) and context.ours:
        assert (got.target == "unclassified") == (context.virtual_stall is None)
