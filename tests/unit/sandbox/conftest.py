"""A real receiver with two codes' pictures, and a phone whose clock stands still."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from random import Random

import pytest
from sandbox_payloads import payload, png
from sandbox_receiver import Receiver, serving

from market40.sandbox.accounts import Accounts, Listener
from market40.sandbox.bank import Bank
from market40.sandbox.deliver import Courier
from market40.sandbox.memo import UNTOUCHED
from market40.sandbox.mishaps import NONE
from market40.sandbox.phone import Phone

NOW = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with serving(Receiver()) as server:
        server.pictures["/static.png"] = png(payload())
        server.pictures["/dynamic.png"] = png(payload("40000"))
        yield server


@pytest.fixture
def phone_for() -> Callable[[Listener | None], Phone]:
    """A phone whose payments are all told to one listener, or to nobody."""

    def phone(everyone: Listener | None) -> Phone:
        return Phone(
            Bank(rng=Random(1), clock=lambda: NOW, first_id=1, habits=UNTOUCHED),
            Courier(rng=Random(1), clock=lambda: NOW, mishaps=NONE),
            Accounts(None, everyone),
        )

    return phone
