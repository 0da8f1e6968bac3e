"""The directory of banks and wallets by BIN, dated and sourced in `banks.json`."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Final, Literal

from market40.core.errors import NotFound
from market40.core.text import without_marks

Kind = Literal["bank", "wallet", "finance company"]


class UnknownBank(NotFound):
    """No bank in the directory has this BIN."""

    code = "unknown_bank"


@dataclass(frozen=True, slots=True)
class Source:
    """Where facts come from; `date` is ISO, its month or year alone where no more is known."""

    key: str
    title: str
    date: str


@dataclass(frozen=True, slots=True)
class FormerName:
    """A name that a bank bore before; `until` is None where no source says when it changed."""

    name: str
    until: date | None
    source: Source


@dataclass(frozen=True, slots=True)
class Bank:
    """One receiver of NAPAS transfers, keyed by its BIN: names change, BINs do not.

    `aliases` are everyday names. `sbv_name` is the State Bank's of 2024. `scans` tells whether
    its app can scan a VietQR to pay; False is receive-only, None is not stated or the sources
    disagree. `receives` is whether NAPAS 24/7 reaches its accounts, `lookup` whether vietqr.io
    tells an account's holder; None is not stated. `fills_since`, `app_id` and `link_code` are
    for links into bank apps (`links`).
    """

    bin: str
    code: str
    short_name: str
    name_vi: str
    swift: str | None
    kind: Kind
    former: tuple[FormerName, ...]
    aliases: tuple[str, ...]
    sbv_name: str | None
    scans: bool | None
    receives: bool | None
    lookup: bool | None
    fills_since: date | None
    app_id: str | None
    link_code: str | None

    @property
    def names(self) -> tuple[str, ...]:
        """Every name that may be typed for it, the most telling first; none stands twice."""
        formal = [name for name in (self.swift, self.sbv_name) if name]
        former = [one.name for one in self.former]
        each = (self.short_name, self.code, self.bin, *self.aliases, *former, self.name_vi, *formal)
        return tuple(dict.fromkeys(each))


SOURCED: Final = (
    "bin", "code", "short_name", "name_vi", "swift", "kind", "aliases", "sbv_name",
    "scans", "receives", "lookup", "fills_since", "app_id", "link_code",
)  # fmt: skip
"""The fields of which `sources_of` tells where they come from; `former` names have their own."""


def bank(bin: str) -> Bank:  # noqa: A002 - the trade's word for the six digits
    """Return the bank with this BIN, or raise `UnknownBank`."""
    found = _by_bin().get(bin)
    if found is None:
        raise UnknownBank("Không có ngân hàng nào mang mã BIN này.")
    return found


def is_known(bin: str) -> bool:  # noqa: A002 - the trade's word for the six digits
    """Return whether the directory has a bank with this BIN."""
    return bin in _by_bin()


def name_of(bin: str) -> str:  # noqa: A002 - the trade's word for the six digits
    """Return the short name of a BIN's bank; the BIN itself where nobody knows it."""
    found = _by_bin().get(bin)
    return bin if found is None else found.short_name


def find(name: str) -> Bank | None:
    """Return the one bank that people call so: BIN, code, SWIFT, short, full or former name.

    Case, marks, blanks and punctuation do not matter. None when no bank, or more than one,
    bears the name.
    """
    return _by_name().get(_fold(name[:200]))


def all_banks() -> tuple[Bank, ...]:
    """Return every entry, by short name as a Vietnamese reader looks it up."""
    return tuple(sorted(_by_bin().values(), key=lambda entry: _fold(entry.short_name)))


def compiled_on() -> date:
    """Return the day the directory was compiled."""
    return date.fromisoformat(_file()["meta"]["compiled"])


def sources_of(entry: Bank) -> Mapping[str, tuple[Source, ...]]:
    """Return where each of a bank's stated fields (SOURCED) comes from, the newest source first.

    A field that no source states (None, or no alias) is not in it.
    """
    named = {**_file()["meta"]["fields"], **_rows()[entry.bin]["sources"]}
    return {
        field: tuple(sorted((source(key) for key in named[field]), key=_date, reverse=True))
        for field in SOURCED
        if getattr(entry, field) not in (None, ())
    }


def source(key: str) -> Source:
    """Return the source that `banks.json` calls so; KeyError for another."""
    row = _file()["meta"]["sources"][key]
    return Source(key, row["title"], row["date"])


def shared_names() -> frozenset[str]:
    """Return the names that are known to be two banks', so that they find neither."""
    return frozenset(_file()["meta"]["shared_names"])


def _date(one: Source) -> str:
    return one.date


def _fold(name: str) -> str:
    return "".join(letter for letter in without_marks(name).casefold() if letter.isalnum())


@cache
def _file() -> dict[str, Any]:
    content = files("market40.vietqr").joinpath("banks.json").read_text(encoding="utf-8")
    loaded: dict[str, Any] = json.loads(unicodedata.normalize("NFC", content))
    return loaded


@cache
def _rows() -> Mapping[str, Mapping[str, Any]]:
    return MappingProxyType({row["bin"]: row for row in _file()["banks"]})


@cache
def _by_bin() -> Mapping[str, Bank]:
    return MappingProxyType({row["bin"]: _entry(row) for row in _file()["banks"]})


@cache
def _by_name() -> Mapping[str, Bank | None]:
    index: dict[str, Bank | None] = {}
    for entry in _by_bin().values():
        for name in entry.names:
            key = _fold(name)
            # A name that two bear names neither.
            index[key] = entry if index.get(key, entry) is entry else None
    return MappingProxyType(index)


def _entry(row: Mapping[str, Any]) -> Bank:
    return Bank(
        bin=row["bin"],
        code=row["code"],
        short_name=row["short_name"],
        name_vi=row["name_vi"],
        swift=row["swift"],
        kind=row["kind"],
        former=tuple(
            FormerName(one["name"], _day(one["until"]), source(one["source"]))
            for one in row["former"]
        ),
        aliases=tuple(row["aliases"]),
        sbv_name=row["sbv_name"],
        scans=_scans(row["vietqr_status"], listed=row["in_vietqr_io_transfer_list_2026"]),
        receives=row["receives"],
        lookup=row["lookup"],
        fills_since=_day(row["fills_since"]),
        app_id=row["app_id"],
        link_code=row["link_code"],
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _scans(status: str | None, *, listed: bool) -> bool | None:
    """Two sources: npm vietnam-qr-pay's status, and vietqr.io's list of 2026."""
    if status == "receive_only":
        return None if listed else False
    return True if listed or status == "transfer_supported" else None
