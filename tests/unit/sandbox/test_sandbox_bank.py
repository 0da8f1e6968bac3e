"""Transfers: amounts agreed, balances kept, notices worded."""

from datetime import UTC, datetime
from random import Random

import pytest
from sandbox_payloads import payload

from market40.sandbox.bank import MAX_ID, Bank
from market40.sandbox.errors import CodeRefused, TransferRefused
from market40.sandbox.memo import UNTOUCHED, Habits

NOW = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)


def bank(seed: int = 1, habits: Habits = UNTOUCHED, first_id: int = 100) -> Bank:
    return Bank(rng=Random(seed), clock=lambda: NOW, first_id=first_id, habits=habits)


def test_a_static_code_is_paid_what_the_payer_types() -> None:
    here = bank()
    one = here.transfer(payload(), amount=25_000)
    two = here.transfer(payload(), amount=5_000, memo="tiền rau")
    assert (one.amount, one.memo, one.notice.id, one.notice.accumulated) == (
        25_000, "ZJ7KQ2ZMN7", 100, 25_000,
    )  # fmt: skip
    assert (two.memo, two.notice.id, two.notice.accumulated) == ("tien rau", 101, 30_000)
    assert "ZJ7KQ2ZMN7" in one.notice.content
    assert "ZJ7KQ2ZMN7" not in two.notice.content
    assert (one.notice.gateway, one.notice.account) == ("Vietcombank", "0011001234567")
    assert one.notice.at == NOW


def test_sepay_s_code_is_told_when_its_rule_is_set() -> None:
    asked = {"rng": Random(1), "clock": lambda: NOW, "first_id": 1, "habits": UNTOUCHED}
    assert Bank(**asked).transfer(payload(), amount=1).notice.code is None
    told = Bank(**asked, code_prefix="ZJ").transfer(payload(), amount=1).notice.code
    assert told == "ZJ7KQ2ZMN7"


def test_a_dynamic_code_has_its_own_amount() -> None:
    here = bank()
    assert here.transfer(payload("40000")).amount == 40_000
    assert here.transfer(payload("40000"), amount=40_000).amount == 40_000
    assert here.transfer(payload("40000"), amount=39_000, edit_amount=True).amount == 39_000
    with pytest.raises(TransferRefused) as refused:
        here.transfer(payload("40000"), amount=39_000)
    assert refused.value.code == "amount_locked"


@pytest.mark.parametrize(
    ("amount", "code"),
    [
        (None, "amount_missing"),
        (0, "amount_out_of_range"),
        (-1, "amount_out_of_range"),
        (500_000_000, "amount_out_of_range"),
    ],
)
def test_amounts_that_cannot_be_sent(amount: int | None, code: str) -> None:
    here = bank()
    with pytest.raises(TransferRefused) as refused:
        here.transfer(payload(), amount=amount)
    assert refused.value.code == code
    assert here.balance("970436", "0011001234567") == 0


def test_a_bad_code_moves_nothing() -> None:
    here = bank()
    with pytest.raises(CodeRefused):
        here.transfer(payload()[:-4] + "0000", amount=1)
    assert here.transfer(payload(), amount=1).notice.id == 100


def test_spending_is_a_debit_and_never_more_than_there_is() -> None:
    here = bank()
    here.transfer(payload(), amount=10_000)
    spent = here.spend("970436", "0011001234567", 4_000, gateway="VCB")
    assert (spent.direction, spent.amount, spent.accumulated) == ("out", 4_000, 6_000)
    assert (spent.gateway, spent.id) == ("VCB", 101)
    for amount in (6_001, 0, -1):
        with pytest.raises(TransferRefused):
            here.spend("970436", "0011001234567", amount)


def test_ids_end_before_readers_lose_digits() -> None:
    here = bank(first_id=MAX_ID)
    here.transfer(payload(), amount=1)
    with pytest.raises(TransferRefused):
        here.transfer(payload(), amount=1)


def test_equal_seeds_make_equal_notices() -> None:
    one, two = (
        [bank(9, Habits()).transfer(payload(), amount=n).notice for n in range(1, 20)]
        for _ in range(2)
    )
    assert one == two
