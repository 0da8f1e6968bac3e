"""A print run's file goes where its graph leads, and says how far it is."""

import pytest

from market40.core.errors import Conflict
from market40.merchants.domain.prints import (
    FILE_EDGES,
    FILE_STATE_WORDS,
    file_after,
    going_on,
    progress,
)


def test_edges_lead_where_they_say_and_nowhere_else():
    events = {event for _, event in FILE_EDGES}
    for state in FILE_STATE_WORDS:
        for event in events:
            if (state, event) in FILE_EDGES:
                assert file_after(state, event) == FILE_EDGES[state, event]
                continue
            with pytest.raises(Conflict) as caught:
                file_after(state, event)
            assert caught.value.code == "print_state"
            assert caught.value.facts == {"state": state, "event": event}


@pytest.mark.parametrize("state", ["none", "stopped", "failed", "gone"])
def test_whatever_is_not_under_way_can_be_gone_on_with(state):
    assert file_after(state, going_on(state)) == "working"


def test_progress_is_whole_only_when_all_is_read_back():
    assert progress(drawn=0, read_back=0, cards=700) == 0
    assert progress(drawn=700, read_back=0, cards=700) == 33
    assert progress(drawn=700, read_back=699, cards=700) == 99
    assert progress(drawn=700, read_back=700, cards=700) == 100
