"""A market day's totals: only observed stall-days count, and days merge without counting twice."""

from market40.reporting.domain import bitmaps
from market40.reporting.domain.rolling import Sale, Tally, day_totals, merged


def stalls(bitmap: int) -> list[int]:
    return list(bitmaps.ordinals(bitmap))


def test_a_day_counts_only_observed_stalls() -> None:
    day = day_totals(
        eligible={0, 1, 2, 3},
        covered={0, 1, 2, 9},
        sales=[Sale(0, 3, 300, 1, 200), Sale(3, 5, 500), Sale(9, 7, 700), Sale(1, 0, 0)],
        tallies=[],
        is_open=True,
    )
    assert stalls(day.eligible) == [0, 1, 2, 3]
    assert stalls(day.observed) == [0, 1, 2]
    assert stalls(day.paid) == [0]
    assert (day.payments, day.payments_vnd) == (3, 300)
    assert (day.large_payments, day.large_payments_vnd) == (1, 200)
    assert day.open_days == 1


def test_only_a_counted_cash_box_is_a_tally() -> None:
    day = day_totals(
        eligible={0, 1, 2, 3, 4},
        covered={0, 1, 2, 3},
        sales=[Sale(0, 2, 200), Sale(1, 1, 50, 1, 50), Sale(2, 4, 400)],
        tallies=[
            Tally(0, "counted", 5, 500, 1, 30),
            Tally(1, "zero", drawn=True),
            Tally(2, "refused", 9, 900),
            Tally(3, "closed"),
            Tally(4, "counted", 8, 800),
        ],
        is_open=True,
    )
    assert stalls(day.tallied) == [0, 1]
    assert (day.tally_days, day.drawn_tallies) == (2, 1)
    assert (day.tally_payments, day.tally_payments_vnd) == (3, 250)
    assert (day.tally_large_payments, day.tally_large_payments_vnd) == (1, 50)
    assert (day.tally_cash, day.tally_cash_vnd) == (5, 500)
    assert (day.tally_other, day.tally_other_vnd) == (1, 30)


def test_days_merge_into_distinct_stalls_and_sums() -> None:
    def day(*paid: int):
        sales = [Sale(o, 1, 10) for o in paid]
        return day_totals(eligible={0, 1, 2}, covered={0, 1, 2}, sales=sales, tallies=[], is_open=1)

    month = merged([day(0, 1), day(1), day()])
    assert stalls(month.paid) == [0, 1]
    assert (month.payments, month.payments_vnd, month.open_days) == (3, 30, 3)
    assert merged([]).eligible == 0
