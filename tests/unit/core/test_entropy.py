"""Random bytes by the page: each given once, none twice after a fork."""

import os
import threading

import pytest

from market40.core.entropy import Entropy


def test_no_bytes_are_given_twice_across_pages_and_threads() -> None:
    entropy, given = Entropy(), []

    def draw() -> None:
        given.extend([entropy.take(12) for _ in range(1_000)])

    threads = [threading.Thread(target=draw) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(given) == len(set(given)) == 4_000
    assert {len(each) for each in given} == {12}


def test_a_forked_process_does_not_repeat_its_parent(monkeypatch: pytest.MonkeyPatch) -> None:
    entropy = Entropy()
    entropy.take(12)
    page, at = entropy._page, entropy._at
    monkeypatch.setattr(os, "getpid", lambda: 999_999)
    assert entropy.take(12) != page[at : at + 12]


def test_bits_stay_in_their_range_and_reach_its_ends() -> None:
    entropy = Entropy()
    drawn = [entropy.getrandbits(3) for _ in range(500)]
    assert set(drawn) == set(range(8))
    assert entropy.getrandbits(0) == 0


def test_more_than_a_page_is_refused() -> None:
    with pytest.raises(ValueError, match="page"):
        Entropy().take(4097)
