"""What becomes of a payer's memo on its way: wrapped, broken, lower-cased, stripped, dropped."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from random import Random

from market40.sandbox.wrappers import (
    DEFAULT_TEXT,
    FAMILY_NAMES,
    GIVEN_NAMES,
    MIDDLE_NAMES,
    OTHER,
    RECEIVERS,
    SENDERS,
    Sender,
    Shape,
)

MAX_MEMO = 150
"""Characters that a payer may type; apps differ between 99 and 210."""

_SLOT = re.compile(r"\{([a-z]+)([0-9]*)\}")
_ALNUM = "0123456789ABCDEFGHJKMNPQRSTUVWXYabcdefghkmnpqrstuvwxy"


@dataclass(frozen=True, slots=True)
class Habits:
    """How often each thing happens to a memo, as shares between 0 and 1."""

    drop: float = 0.05
    """The memo is gone wholly (27.5 % of one public campaign's rows, an upper bound)."""
    lower: float = 0.10
    """Lower-cased: 7 % of found rows, 12 % of those through NAPAS."""
    punctuation: float = 0.20
    """Every mark becomes a space."""
    unseparated: float = 0.15
    """Separators between letters and digits are taken out of the payer's words."""
    wrap: float = 0.30
    """A bank that breaks lines does so in this transfer: a space put in, or one lost."""


USUAL = Habits()
UNTOUCHED = Habits(drop=0, lower=0, punctuation=0, unseparated=0, wrap=0)


@dataclass(frozen=True, slots=True)
class Passage:
    """Who pays whom and when, for the wrappers that say so. `at` is local time."""

    sender: Sender
    payer: str
    payer_account: str
    to_account: str
    at: datetime


def typed(text: str) -> str:
    """Fold what a payer types to what a bank sends: ASCII, one space at a time, MAX_MEMO long."""
    marks = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    plain = "".join(c for c in marks if not unicodedata.combining(c))
    kept = re.sub(r"[^A-Za-z0-9 .,:;()/_#@+-]", " ", plain)
    return re.sub(r" +", " ", kept).strip()[:MAX_MEMO]


def passage(rng: Random, *, to_account: str, at: datetime) -> Passage:
    """Make up a payer at a bank drawn by its share; `at` is local time."""
    sender = rng.choices(SENDERS, [each.weight for each in SENDERS])[0]
    parts = (FAMILY_NAMES, MIDDLE_NAMES, GIVEN_NAMES)
    return Passage(
        sender=sender,
        payer=" ".join(rng.choice(names) for names in parts),
        payer_account=_digits(rng, rng.choice((10, 12, 13))),
        to_account=to_account,
        at=at,
    )


def rewrite(
    memo: str,
    *,
    receiving_bank: str,
    rng: Random,
    habits: Habits = USUAL,
    via: Passage | None = None,
) -> str:
    """Return the memo as the receiving bank (SePay's gateway name) shows it; seeded, it repeats.

    Letters and digits of the memo all stay, in order and with nothing but blanks or marks
    between them, unless it is dropped (`Habits.drop`).
    """
    trip = via or passage(rng, to_account=_digits(rng, 10), at=datetime(2026, 1, 1))  # noqa: DTZ001 - local by contract
    receiver = RECEIVERS.get(receiving_bank, OTHER)
    kept = typed(memo)
    if rng.random() < habits.drop:
        kept = rng.choice(DEFAULT_TEXT).replace("{payer}", trip.payer)
    elif rng.random() < habits.unseparated:
        kept = re.sub(r"[^A-Za-z0-9]", "", kept)
    fill = _filler(trip, receiving_bank, rng)
    sent = fill(_draw(trip.sender.shapes, rng), kept)
    text = fill(_draw(receiver.shapes, rng), sent)
    if receiver.column and rng.random() < habits.wrap:
        text = _broken(text, receiver.column, rng)
    if rng.random() < habits.punctuation:
        text = re.sub(r"[^A-Za-z0-9]", " ", text)
    if rng.random() < habits.lower:
        text = text.lower()
    return _cut(text, receiver.limit, kept)


def _draw(shapes: Sequence[Shape], rng: Random) -> str:
    return rng.choices(shapes, [shape.weight for shape in shapes])[0].template


def _filler(trip: Passage, receiving_bank: str, rng: Random) -> Callable[[str, str], str]:
    """Return fill(template, memo); a trace number is the same wherever one template repeats it."""
    words = {
        "payer": trip.payer,
        "from": trip.payer_account,
        "to": trip.to_account,
        "bank": trip.sender.short,
        "here": receiving_bank.upper(),
        "ymd": f"{trip.at:%y%m%d}",
        "mdy": f"{trip.at:%m%d%y}",
        "dmy": f"{trip.at:%d%m%y}",
        "hms": f"{trip.at:%H:%M:%S}",
        "doy": f"{trip.at:%y%j}",
        "stamp": f"{trip.at:%m%d%H%M%S%Y}",
        "t": _digits(rng, 6),
    }

    def fill(template: str, memo: str) -> str:
        def slot(match: re.Match[str]) -> str:
            name, width = match[1], match[2]
            if name == "memo":
                return memo
            if name == "d" and width:
                return _digits(rng, int(width))
            if name == "a" and width:
                return "".join(rng.choice(_ALNUM) for _ in range(int(width)))
            return words[name]

        return _SLOT.sub(slot, template).strip()

    return fill


def _digits(rng: Random, width: int) -> str:
    """Random digits without a zero in front."""
    return str(rng.randrange(10 ** (width - 1), 10**width))


def _broken(text: str, column: int, rng: Random) -> str:
    """Break at each column as T24 does: a space put in, even in a word, or the one there lost."""
    offset = rng.randrange(column)
    lines = [text[:offset], *(text[i : i + column] for i in range(offset, len(text), column))]
    joined = lines[0]
    for line in lines[1:]:
        at_blank = joined.endswith(" ") or line.startswith(" ")
        joined = joined.rstrip() + line.lstrip() if at_blank else f"{joined} {line}"
    return joined.strip()


def _cut(text: str, limit: int, memo: str) -> str:
    """Cut the tail at the limit, but never inside the payer's memo."""
    if not limit or len(text) <= limit:
        return text
    wanted = len(re.sub(r"[^A-Za-z0-9]", "", memo))
    start = text.upper().find(memo.upper()) if memo else 0
    end = start + len(memo) if start >= 0 else len(text)
    return text[: max(limit, end)] if wanted else text[:limit]
