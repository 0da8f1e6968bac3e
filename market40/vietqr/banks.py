"""The directory of banks and wallets by BIN, dated and sourced in `banks.json`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Literal

from market40.core.errors import NotFound
from market40.core.text import without_marks

Kind = Literal["bank", "wallet", "finance company"]


class UnknownBank(NotFound):
    """No bank in the directory has this BIN."""

    code = "unknown_bank"


@dataclass(frozen=True, slots=True)
class Bank:
    """One receiver of NAPAS transfers, keyed by its BIN: names change, BINs do not.

    `scans` tells whether its app can scan a VietQR to pay; False is receive-only, None is not
    stated or the sources disagree. `aliases` are former and everyday names.
    """

    bin: str
    code: str
    short_name: str
    name_vi: str
    swift: str | None
    aliases: tuple[str, ...]
    scans: bool | None
    kind: Kind


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


def compiled_on() -> str:
    """Return the day the directory was compiled, as `YYYY-MM-DD`."""
    return str(_file()["meta"]["compiled"])


def _fold(name: str) -> str:
    return "".join(letter for letter in without_marks(name).casefold() if letter.isalnum())


@cache
def _file() -> dict[str, Any]:
    content = files("market40.vietqr").joinpath("banks.json").read_text(encoding="utf-8")
    loaded: dict[str, Any] = json.loads(content)
    return loaded


@cache
def _by_bin() -> Mapping[str, Bank]:
    return MappingProxyType({row["bin"]: _entry(row) for row in _file()["banks"]})


@cache
def _by_name() -> Mapping[str, Bank | None]:
    index: dict[str, Bank | None] = {}
    for entry in _by_bin().values():
        names = (entry.bin, entry.code, entry.short_name, entry.name_vi, entry.swift)
        for name in (*names, *entry.aliases):
            key = _fold(name or "")
            if key:
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
        aliases=tuple(row["aliases"]),
        scans=_scans(row["vietqr_status"], listed=row["in_vietqr_io_transfer_list_2026"]),
        kind=row["kind"],
    )


def _scans(status: str | None, *, listed: bool) -> bool | None:
    """Two sources: npm vietnam-qr-pay's status, and vietqr.io's list of 2026."""
    if status == "receive_only":
        return None if listed else False
    return True if listed or status == "transfer_supported" else None
