"""Disclosure control of a column (E17, E7): what is hidden and what does not give it away."""

from hypothesis import given
from hypothesis import strategies as st

from market40.reporting.domain.suppression import Cell, hidden_cells, is_small


def column(*counts: int) -> tuple[list[Cell], Cell]:
    return [Cell(n, n) for n in counts], Cell(sum(counts), sum(counts))


def test_e17_hides_the_three_and_the_next_smallest() -> None:
    assert hidden_cells(*column(37, 3, 12, 8)) == {1, 3}


def test_zero_is_shown_and_does_not_protect() -> None:
    assert hidden_cells(*column(0, 3, 12, 0)) == {1, 2}
    assert hidden_cells(*column(0, 0, 7)) == frozenset()


def test_two_small_cells_whose_sum_is_small_need_a_third() -> None:
    assert hidden_cells(*column(1, 2, 30, 20)) == {0, 1, 3}
    assert hidden_cells(*column(3, 4, 30)) == {0, 1}


def test_a_small_total_is_hidden_itself_and_gives_nothing_away() -> None:
    cells, total = column(3, 0)
    assert hidden_cells(cells, total) == {0}
    assert is_small(total.households)


def test_many_stalls_of_few_households_are_few() -> None:
    assert hidden_cells([Cell(30, 2), Cell(40, 5), Cell(50, 5)], Cell(120, 12)) == {0, 1}


@given(st.lists(st.integers(0, 12), min_size=1, max_size=9))
def test_nothing_small_follows_from_the_total(counts: list[int]) -> None:
    cells, total = column(*counts)
    hidden = hidden_cells(cells, total)
    assert all(at in hidden for at, n in enumerate(counts) if is_small(n))
    assert all(counts[at] > 0 for at in hidden)
    if hidden and not is_small(total.households):
        follows = total.size - sum(n for at, n in enumerate(counts) if at not in hidden)
        assert len(hidden) >= 2
        assert not is_small(follows)
