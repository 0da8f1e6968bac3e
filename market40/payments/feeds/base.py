"""What a feed is: a pure module that says whether a delivery is genuine and what it reports."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, Protocol, TypeAlias

from market40.core.errors import InvalidInput

Direction: TypeAlias = Literal["credit", "debit"]

BODY_LIMIT: Final = 64 * 1024
"""Bytes of a delivery; whoever serves a hook refuses more before reading on."""


class FeedFormatError(InvalidInput):
    """A genuine delivery does not say what its feed's contract has; `place` is the field.

    It is kept as unreadable and answered as received: asking again would bring the same bytes.
    """

    code = "feed_format"

    def __init__(self, reason: str, *, place: str) -> None:
        super().__init__(reason, place=place)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Notice:
    """One movement on an account, as a feed tells it.

    `account_number` is in capitals without blanks; `amount_vnd` whole dong from 1; `memo` the
    transfer's text as the receiving bank shows it; `occurred_at` the bank's instant, aware UTC.
    """

    external_id: str
    account_number: str
    gateway: str | None
    direction: Direction
    amount_vnd: int
    bank_reference: str | None
    memo: str
    occurred_at: datetime
    balance_after_vnd: int | None = None
    virtual_account: str | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a delivery is genuine and of now; `reason` says why not, None when it is.

    `late` is true where the signature holds and only the time is stale: stored, never money.
    """

    valid: bool
    reason: str | None = None
    late: bool = False
    sent_at: datetime | None = None


class Feed(Protocol):
    """One provider's contract. `header_names` are what `verify` reads, in lower case."""

    @property
    def name(self) -> str:
        """Return the provider's name in addresses and in `source.provider`."""
        ...

    @property
    def header_names(self) -> tuple[str, ...]:
        """Return the headers that `verify` reads, in lower case."""
        ...

    @property
    def answer(self) -> Mapping[str, object]:
        """Return the JSON body by which the provider knows that a delivery has arrived."""
        ...

    def verify(
        self, body: bytes, headers: Mapping[str, str], secrets: Sequence[bytes], now: datetime
    ) -> Verdict:
        """Return whether the raw bytes come from the holder of one of the live secrets."""
        ...

    def parse(self, body: bytes) -> list[Notice]:
        """Return what the delivery reports; raise FeedFormatError with the place."""
        ...
