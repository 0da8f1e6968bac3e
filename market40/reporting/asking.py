"""A report as the web asks for it: the address's words read, the caller's scope applied."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from market40.core.clock import local_day
from market40.core.errors import InvalidInput
from market40.core.periods import Period, parse_period
from market40.core.texts import say
from market40.db.engine import read
from market40.reporting.domain.adoption import BASES, AdoptionTable, By
from market40.reporting.domain.choices import default_period
from market40.reporting.service import Scope, adoption
from market40.web.context import Kit
from market40.web.principal import Principal

_WORD_LIMIT: Final = 40


@dataclass(frozen=True, slots=True)
class Asked:
    """What a report was asked for."""

    period: Period
    by: By
    unit: str


def asked(words: Mapping[str, str], kit: Kit) -> Asked:
    """Return what the words `period`, `by` and `unit` ask for; the running month by default.

    Raises InvalidInput `period_invalid` or `by_invalid`.
    """
    text = words.get("period", "")
    today = local_day(kit.clock.now())
    period = parse_period(text[: _WORD_LIMIT + 1]) if text else default_period(today)
    by = words.get("by", "") or "district"
    if by not in BASES:
        detail = say(
            "Cách gộp là district (huyện cũ), commune (xã, phường hiện nay) hoặc market (chợ)."
        )
        raise InvalidInput(detail, place="by", code="by_invalid")
    return Asked(period, by, words.get("unit", "")[: _WORD_LIMIT + 1])


def table_for(caller: Principal, wanted: Asked, kit: Kit) -> AdoptionTable:
    """Return the table within the caller's scope; see `service.adoption` for what it raises."""
    scope = Scope(caller.everywhere, caller.unit_ids, caller.market_ids)
    return read(
        kit.engine,
        lambda session: adoption(
            session,
            period=wanted.period,
            by=wanted.by,
            scope=scope,
            now=kit.clock.now(),
            unit=wanted.unit,
            territory=kit.settings.scope,
        ),
    )
