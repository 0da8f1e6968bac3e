"""What the sandbox bank needs: codes to pay, and who hears of which account."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from market40.core.clock import local_day
from market40.core.market_days import from_json, is_open
from market40.demo.people import vendors_of
from market40.demo.plan import Plan
from market40.demo.stalls import BANKS
from market40.merchants import store as merchants
from market40.merchants.store import MarketValue, Printed
from market40.merchants.tables import BeneficiaryAccount, IssuedCode
from market40.payments.service import Directory
from market40.payments.store import books
from market40.payments.tables import Source

GATEWAYS: Final = {bin_: gateway for bin_, gateway, _ in BANKS}
WATCHED: Final = 0.4
"""The part of the payments that goes to the vendors who can log in, so that one sees them come."""
QUIET: Final = 0.02
"""The weight of a stall whose market does not meet today, or that is not paid by code as yet."""


@dataclass(frozen=True, slots=True)
class Files:
    """The two files of the sandbox bank: who hears of an account, and what can be paid."""

    accounts: Path
    codes: Path


@dataclass(frozen=True, slots=True)
class Listed:
    """What stands in the files: accounts by number, codes as lines; `mark` changes with them."""

    accounts: Mapping[str, Mapping[str, str]]
    codes: list[Mapping[str, object]]
    mark: tuple[int, ...]


def mark(session: Session) -> tuple[int, ...]:
    """Return what changes when an account, a code or a source is added: cheap to ask often."""
    counted = (func.count(table.id) for table in (BeneficiaryAccount, IssuedCode, Source))
    return tuple(session.execute(select(count)).scalar_one() for count in counted)


def list_codes(session: Session, plan: Plan, *, public_url: str, now: datetime) -> Listed:
    """Return the live codes of all covered accounts, weighted as the plan has them used today."""
    pulls = {
        (market.spec.name, stall.number): stall.habit.pull
        for market in plan.markets
        for stall in market.stalls
        if stall.habit
    }
    watched = {
        (market.spec.name, stall.number)
        for market in plan.markets
        for stall, _ in vendors_of(market)
    }
    accounts: dict[str, dict[str, str]] = {}
    lines: list[dict[str, object]] = []
    weights: list[float] = []
    for market, source_id in _sources(session):
        secret = Directory().source(session, source_id).secrets[0].decode()
        opened = is_open(from_json(market.calendar), local_day(now))
        cards = merchants.live_cards(session, market.id)
        covered = _covered(session, market.id, source_id, {card.code.account_id for card in cards})
        for card in cards:
            if card.code.account_id not in covered:
                continue
            accounts[card.number] = {
                "gateway": GATEWAYS.get(card.bin, ""),
                "hook": f"{public_url}/hooks/sepay/{source_id}",
                "secret": secret,
            }
            key = (market.name, card.stall_number)
            weights.append(-1.0 if key in watched else pulls.get(key, QUIET) if opened else QUIET)
            lines.append({"png_url": _picture(public_url, card)})
    _weigh(lines, weights)
    for entry in accounts.values():
        if not entry["gateway"]:
            del entry["gateway"]
    return Listed(accounts, [*lines], mark(session))


def write(listed: Listed, files: Files) -> None:
    """Write both files whole, readable by their owner alone: they hold the sources' secrets."""
    _write(files.accounts, json.dumps(listed.accounts, ensure_ascii=False, indent=1))
    _write(files.codes, "".join(json.dumps(line) + "\n" for line in listed.codes))


def _weigh(lines: list[dict[str, object]], weights: list[float]) -> None:
    others = sum(weight for weight in weights if weight >= 0)
    watched = sum(1 for weight in weights if weight < 0)
    share = max(others, 1.0) * WATCHED / (1 - WATCHED) / watched if watched else 0.0
    for line, weight in zip(lines, weights, strict=True):
        line["weight"] = round(share if weight < 0 else weight, 4)


def _sources(session: Session) -> list[tuple[MarketValue, UUID]]:
    markets = {market.id: market for market in merchants.markets(session)}
    rows = session.execute(select(Source.market_id, Source.id).where(Source.state == "active"))
    return [(markets[market_id], source_id) for market_id, source_id in rows]


def _covered(
    session: Session, market_id: UUID, source_id: UUID, account_ids: set[UUID]
) -> set[UUID]:
    """Return those of the accounts that the source covers: its list, or all of its market's."""
    if session.scalar(select(Source.covers).where(Source.id == source_id)) == "market":
        return account_ids
    listed = books.covered_by(
        session, market_id=market_id, source_id=source_id, account_ids=account_ids
    )
    return set(listed)


def _picture(public_url: str, card: Printed) -> str:
    return f"{public_url}/k/{card.code.check_code}/ma-vietqr.png"


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = path.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
    fresh.replace(path)
