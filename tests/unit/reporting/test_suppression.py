"""Disclosure control of a column (E17, E7): what is hidden and what does not give it away."""

from hypothesis import given
from hypothesis import strategies as st

from market40.reporting.domain.suppression import Cell, Group, hidden_cells, is_small


def hide(cells: list[Cell]) -> frozenset[int]:
    """One table with its total, which is shown where it is not small itself."""
    total = Cell(sum(c.size for c in cells), sum(c.households for c in cells))
    return hidden_cells(cells, [Group(range(len(cells)), not is_small(total))])


def column(*counts: int) -> list[Cell]:
    return [Cell(n, n) for n in counts]


def test_e17_hides_the_three_and_the_next_smallest() -> None:
    assert hide(column(37, 3, 12, 8)) == {1, 3}


def test_zero_is_shown_and_does_not_protect() -> None:
    assert hide(column(0, 3, 12, 0)) == {1, 2}
    assert hide(column(0, 0, 7)) == frozenset()


def test_two_small_cells_whose_sum_is_small_need_a_third() -> None:
    assert hide(column(1, 2, 30, 20)) == {0, 1, 3}
    assert hide(column(3, 4, 30)) == {0, 1}


def test_a_small_total_is_hidden_itself_and_gives_nothing_away() -> None:
    assert hide(column(3, 0)) == {0}


def test_stalls_of_nobody_known_are_too_few() -> None:
    assert hide([Cell(9, 0), Cell(40, 5)]) == {0, 1}
    assert not is_small(Cell(0, 0))


def test_many_stalls_of_few_households_are_few() -> None:
    assert hide([Cell(30, 2), Cell(40, 5), Cell(50, 5)]) == {0, 1}


@given(st.lists(st.integers(0, 12), min_size=1, max_size=9))
def test_nothing_small_follows_from_the_total(counts: list[int]) -> None:
    hidden = hide(column(*counts))
    assert all(at in hidden for at, n in enumerate(counts) if 0 < n < 5)
    assert all(counts[at] > 0 for at in hidden)
    if hidden and sum(counts) >= 5:
        follows = sum(counts) - sum(n for at, n in enumerate(counts) if at not in hidden)
        assert len(hidden) >= 2
        assert follows >= 5


def test_parts_do_not_bring_a_hidden_sum_back() -> None:
    # A district of 5 + 7 is hidden to protect another; adding its markets up must not undo that.
    assert hidden_cells(column(5, 7, 20), [Group([0, 1], is_shown=False)]) == {0}


def test_a_shown_sum_hides_two_of_its_parts() -> None:
    cells = column(3, 9, 6, 8)
    districts = [Group([0, 1], is_shown=True), Group([2, 3], is_shown=True)]
    assert hidden_cells(cells, [*districts, Group(range(4), is_shown=True)]) == {0, 1}


@given(
    st.lists(st.lists(st.integers(0, 12), min_size=1, max_size=4), min_size=1, max_size=5),
)
def test_two_tables_together_give_nothing_small_away(districts: list[list[int]]) -> None:
    sums = [sum(markets) for markets in districts]
    hidden_districts = hide(column(*sums))
    cells = column(*(n for markets in districts for n in markets))
    groups, at = [], 0
    for district, markets in enumerate(districts):
        members = range(at, at + len(markets))
        groups.append(Group(members, district not in hidden_districts))
        at += len(markets)
    groups.append(Group(range(len(cells)), not 0 < sum(sums) < 5))
    hidden = hidden_cells(cells, groups)
    for district, group in enumerate(groups[:-1]):
        left = [cells[m].size for m in group.members if m in hidden]
        if group.is_shown and left:
            assert len(left) >= 2
            assert sum(left) >= 5
        if not group.is_shown:
            assert sum(left) >= 5 or sum(left) == sums[district]
