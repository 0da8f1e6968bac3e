"""When a stall is due for inspection."""

import datetime as dt

import pytest

from market40.merchants.domain.alarms import DEED_WORDS, DEEDS, Round, is_done, is_due

NOW = dt.datetime(2026, 11, 24, 2, tzinfo=dt.UTC)


def ago(**span) -> dt.datetime:
    return NOW - dt.timedelta(**span)


def begun(due_on=dt.date(2026, 11, 24), **span) -> Round:
    return Round(ago(**span), due_on)


@pytest.mark.parametrize(
    ("last", "round_", "due"),
    [
        (None, None, True),
        (None, begun(hours=1), True),
        (ago(days=6), None, False),
        (ago(days=8), None, True),
        (ago(hours=2), begun(hours=1), True),  # done before it began
        (ago(minutes=5), begun(hours=1), False),
        (ago(days=8), begun(days=9), False),  # done in a round that ends today
        (ago(days=8), begun(dt.date(2026, 11, 23), days=9), True),  # which has ended
        (ago(days=6, hours=23), begun(dt.date(2026, 11, 23), days=9), False),
        (ago(days=6), begun(dt.date(2026, 11, 23), days=3), True),  # never done in it
    ],
)
def test_a_stall_is_due_once_a_round_and_weekly_between_rounds(last, round_, due) -> None:
    assert is_due(last, round_, NOW) is due


@pytest.mark.parametrize(
    ("last", "round_", "done"),
    [
        (None, None, False),
        (None, begun(hours=1), False),
        (ago(days=6), None, True),
        (ago(days=8), None, False),
        (ago(hours=2), begun(hours=1), False),  # done before it began
        (ago(minutes=5), begun(hours=1), True),
        (ago(days=8), begun(days=9), True),  # due again, and all the same done in this round
        (begun(days=9).begins_at, begun(days=9), True),
    ],
)
def test_a_round_counts_whom_it_reached(last, round_, done) -> None:
    assert is_done(last, round_, NOW) is done


def test_every_deed_has_its_words() -> None:
    assert set(DEED_WORDS) == set(DEEDS)
