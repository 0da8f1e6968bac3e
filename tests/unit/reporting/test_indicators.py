"""The worked examples that touch what exists: E1, E2, E3, E6, E7, E12, E21 (research §4)."""

from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from market40.core.errors import NotFound
from market40.reporting.domain.figures import decimal_text, figure_text, percent_text
from market40.reporting.domain.measuring import MarketFacts, Takings, UnitInputs, unit_inputs
from market40.reporting.indicators import INDICATORS, indicator
from market40.reporting.release import measured

NBSP = "\u00a0"
MILLION = 1_000_000


def figure(name: str, inputs: UnitInputs):
    return indicator(name).measure(inputs)


def test_e1_registered_coverage() -> None:
    found = figure("registered", UnitInputs(eligible=412, registered=289))
    assert (found.numerator, found.denominator, found.status) == (289, 412, "ok")
    assert decimal_text(found.value, 6) == "0.701456"
    assert percent_text(found.value) == f"70,1{NBSP}%"


def test_e2_activity_is_over_all_stalls_when_all_are_observed() -> None:
    inputs = UnitInputs(
        eligible=412, registered=289, observed_ever=412, ever_paid=201,
        observed_28=412, active_28=173, observed_7=412, active_7=142,
    )  # fmt: skip
    assert decimal_text(figure("active_28", inputs).value, 6) == "0.419903"
    assert decimal_text(figure("active_7", inputs).value, 5) == "0.34466"
    assert figure("ever_paid", inputs).value == Fraction(201, 412)


def test_activity_is_over_observed_stalls_and_says_how_many_were_not() -> None:
    found = figure("active_7", UnitInputs(eligible=100, observed_7=60, active_7=30))
    assert found.value == Fraction(1, 2)
    assert found.note == "40 sạp không quan sát được"


def test_nothing_observed_is_unknown_never_idle() -> None:
    for name in ("active_7", "active_28", "ever_paid"):
        found = figure(name, UnitInputs(eligible=100))
        assert (found.value, found.numerator, found.status) == (None, None, "unknown")


def test_e3_full_tally_drawn_by_the_plan() -> None:
    takings = Takings(
        payments=1_240, payments_vnd=186 * MILLION, cash=3_160, cash_vnd=214 * MILLION,
        stall_days=20, drawn=20,
    )  # fmt: skip
    inputs = UnitInputs(takings=takings, tallied_households=5)
    assert decimal_text(figure("share_by_count", inputs).value, 6) == "0.281818"
    assert decimal_text(figure("share_by_value", inputs).value, 3) == "0.465"
    assert figure("share_by_value", inputs).status == "ok"


def test_volunteered_tallies_do_not_represent() -> None:
    takings = Takings(payments_vnd=5, other_vnd=3, cash_vnd=2, stall_days=9, drawn=8)
    found = figure("share_by_value", UnitInputs(takings=takings, tallied_households=5))
    assert (found.value, found.status) == (Fraction(8, 10), "unrepresentative")


@given(st.integers(0, 10**15), st.integers(0, 10**6))
def test_e6_no_tally_is_unknown_never_all(vnd: int, count: int) -> None:
    inputs = UnitInputs(takings=Takings(payments=count, payments_vnd=vnd), eligible=9)
    for shown in (measured([inputs], inputs)[0][0], measured([inputs], inputs)[1]):
        for name in ("share_by_count", "share_by_value", "share_by_value_small"):
            assert (shown[name].value, shown[name].status) == (None, "unknown")
            assert figure_text(shown[name], "share") == "chưa xác định"


def test_e7_a_single_household_with_no_cash_is_hidden() -> None:
    takings = Takings(payments=1, payments_vnd=300, stall_days=1)
    inputs = UnitInputs(takings=takings, tallied_households=1)
    rows, total = measured([inputs], inputs)
    for shown in (rows[0]["share_by_value"], total["share_by_value"]):
        assert (shown.value, shown.numerator, shown.denominator) == (None, None, None)
        assert figure_text(shown, "share") == "ẩn (ít sạp)"


def test_e12_a_total_is_pooled_not_averaged() -> None:
    parts = [
        Takings(payments_vnd=80, cash_vnd=20, stall_days=6, drawn=6),
        Takings(payments_vnd=10, cash_vnd=890, stall_days=6, drawn=6),
    ]
    units = [UnitInputs(takings=t, tallied_households=5) for t in parts]
    total = UnitInputs(takings=parts[0] + parts[1], tallied_households=5)
    assert measured(units, total)[1]["share_by_value"].value == Fraction(9, 100)


def test_e17_in_a_column_of_activity() -> None:
    def unit(n: int) -> UnitInputs:
        return UnitInputs(observed_28=50, active_28=n, active_28_households=min(n, 5))

    total = UnitInputs(observed_28=200, active_28=60, active_28_households=5)
    rows, whole = measured([unit(37), unit(3), unit(12), unit(8)], total)
    shown = [row["active_28"].numerator for row in rows]
    assert shown == [37, None, 12, None]
    assert [row["active_28"].denominator for row in rows] == [50, 50, 50, 50]
    assert whole["active_28"].numerator == 60


def test_public_stock_is_never_hidden() -> None:
    inputs = UnitInputs(eligible=3, registered=2, observed_28=1)
    total = measured([inputs], inputs)[1]
    assert [total[n].numerator for n in ("eligible", "registered", "observed")] == [3, 2, 1]


def test_one_large_credit_hides_the_share_without_it() -> None:
    takings = Takings(
        payments=9, payments_vnd=170 * MILLION, large_payments=1,
        large_payments_vnd=150 * MILLION, cash_vnd=10 * MILLION, stall_days=9,
    )  # fmt: skip
    inputs = UnitInputs(takings=takings, tallied_households=5)
    total = measured([inputs], inputs)[1]
    assert total["share_by_value"].value == Fraction(17, 18)
    assert total["share_by_value_small"].status == "hidden"
    assert figure("share_by_value_small", inputs).value == Fraction(2, 3)


def test_posted_and_inspected_are_not_measured_where_nobody_ever_inspected() -> None:
    for name in ("posted", "inspected"):
        assert figure_text(figure(name, UnitInputs(eligible=9)), "share") == "chưa đo"


def test_posted_and_inspected_are_of_the_eligible_with_the_never_inspected_beside() -> None:
    inputs = UnitInputs(eligible=10, registered=8, looked_at=6, posted=5, inspected=2)
    assert (figure("posted", inputs).value, figure("inspected", inputs).value) == (
        Fraction(1, 2),
        Fraction(1, 5),
    )
    assert figure("posted", inputs).note == "2 sạp có mã chưa kiểm tra lần nào"
    none = UnitInputs(eligible=10, registered=6, looked_at=6)
    assert (figure("posted", none).numerator, figure("posted", none).note) == (0, "")


def test_each_step_of_what_was_inspected_lies_within_the_one_before() -> None:
    facts = MarketFacts(
        eligible=0b0111, registered=0b1011, looked_at=0b1111, posted=0b1011, inspected=0b0110
    )
    found = unit_inputs([facts])
    assert (found.looked_at, found.posted, found.inspected) == (2, 2, 1)


@pytest.mark.parametrize(
    ("value", "text"),
    [("0.7015", "70,2"), ("0.70145", "70,1"), ("0", "0,0"), ("1", "100,0"), ("0.0005", "0,1")],
)
def test_e21_percentages_round_half_up(value: str, text: str) -> None:
    assert percent_text(Fraction(value)) == f"{text}{NBSP}%"


def test_an_unknown_indicator_is_named_as_such() -> None:
    with pytest.raises(NotFound, match="indicator_unknown"):
        indicator("active_365")


def test_the_documentation_has_a_line_for_each() -> None:
    text = (Path(__file__).parents[3] / "docs" / "indicators.md").read_text(encoding="utf-8")
    for one in INDICATORS:
        line = f"| `{one.id}` | {one.version} | {one.title} | {one.definition} |"
        assert line in text, f"docs/indicators.md lacks the line: {line}"
    assert text.count("\n| `") == len(INDICATORS)
