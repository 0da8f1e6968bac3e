"""The markets of the demonstration: where they lie, when they meet, how many stalls have a code."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import Literal, cast

from market40.core.market_rules import MarketCalendar
from market40.demo.calendars import calendar_of

Kind = Literal["town", "fair"]


@dataclass(frozen=True, slots=True)
class MarketSpec:
    """A market: its two communes by code, its days, and its stalls.

    `codes` stalls have a code when the demonstration's days begin, `codes_later` more get one in
    their course. In a `tallied` market the board counts the cash of a few stalls now and then.
    """

    name: str
    legacy_commune: str
    commune: str
    calendar: MarketCalendar
    kind: Kind
    stalls: int
    codes: int
    codes_later: int
    tallied: bool


@cache
def whole_roster() -> tuple[MarketSpec, ...]:
    """Return all markets of the packaged table: 68 with 2,300 stalls, 980 of them with a code."""
    text = (files("market40.demo") / "data" / "markets.csv").read_text(encoding="utf-8")
    return tuple(
        MarketSpec(
            name=row["name"],
            legacy_commune=row["legacy_commune"],
            commune=row["commune"],
            calendar=calendar_of(row["calendar"]),
            kind=cast("Kind", row["kind"]),
            stalls=int(row["stalls"]),
            codes=int(row["codes"]),
            codes_later=int(row["codes_later"]),
            tallied=row["tallied"] == "1",
        )
        for row in csv.DictReader(io.StringIO(text))
    )


def roster(*, markets: int, stalls: int) -> tuple[MarketSpec, ...]:
    """Return the first `markets` markets, their sizes scaled so that `stalls` stand in all.

    Raises ValueError where there are not so many markets, or fewer stalls than markets.
    """
    chosen = whole_roster()[:markets]
    if not 1 <= markets <= len(whole_roster()) or stalls < markets:
        raise ValueError(f"1 to {len(whole_roster())} markets, with a stall each at least")
    whole = sum(spec.stalls for spec in chosen)
    if stalls == whole:
        return chosen
    sizes = _shares([spec.stalls for spec in chosen], stalls)
    return tuple(
        replace(
            spec,
            stalls=size,
            codes=round(spec.codes * size / spec.stalls),
            codes_later=spec.codes_later * size // spec.stalls,
        )
        for spec, size in zip(chosen, sizes, strict=True)
    )


def _shares(parts: Sequence[int], total: int) -> list[int]:
    """Divide `total` in proportion, one each at least, by largest remainders."""
    whole, free = sum(parts), total - len(parts)
    sizes = [1 + free * part // whole for part in parts]
    remainders = sorted(range(len(parts)), key=lambda i: -(free * parts[i] % whole))
    for at in remainders[: total - sum(sizes)]:
        sizes[at] += 1
    return sizes
