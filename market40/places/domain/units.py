"""What a unit is: its key in valid time, its name's order, and the bases of a report."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final, Literal, TypeAlias

from market40.core.text import vietnamese_sort_key

Level: TypeAlias = Literal["province", "district", "commune"]
CodeSystem: TypeAlias = Literal["gso2004", "qd19-2025"]

GSO_2004: Final = "gso2004"  # Decision 124/2004/QĐ-TTg; in use until 30 June 2025
QD_19_2025: Final = "qd19-2025"  # Decision 19/2025/QĐ-TTg; in use from 1 July 2025
REFORM_DAY: Final = date(2025, 7, 1)

SORT_TEXT_LIMIT: Final = 200
_UNIT_NAMESPACE: Final = uuid.UUID("6f0c1b1e-2f43-5d0e-9a67-3f2a54c2a6d1")
_DIGITS: Final = re.compile(r"\d+")


class Basis(StrEnum):
    """By which units a report counts; it prints one and never mixes them (domain.md)."""

    AS_THEN = "as_then"
    """The unit that was valid on the day. A period across 1 July 2025 shows two blocks."""

    AS_NOW = "as_now"
    """The unit that is valid now, for the past as well: one unbroken series."""

    LEGACY_DISTRICT = "legacy_district"
    """The district until 30 June 2025, for later days as well. Exact: a market is a point."""


@dataclass(frozen=True, slots=True)
class UnitValue:
    """A unit for as long as it keeps territory and name: local days `[valid_from, valid_to)`.

    `name` is whole ("Xã Đồng Văn"), `kind` its first word or two ("Xã"). A commune's parent is
    its district until 30 June 2025 and its province since. `sort_key` orders as text, by the
    name without its kind, as Vietnamese dictionaries do.
    """

    id: uuid.UUID
    code_system: CodeSystem
    code: str
    valid_from: date
    valid_to: date | None
    level: Level
    kind: str
    name: str
    parent_id: uuid.UUID | None
    sort_key: str

    def is_valid_on(self, day: date) -> bool:
        """Whether the unit stands on this local day."""
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)


def unit_id(code_system: str, level: str, code: str, valid_from: date) -> uuid.UUID:
    """Return the unit's id: the same in every deployment, of what people quote to name it."""
    return uuid.uuid5(_UNIT_NAMESPACE, f"{code_system}/{level}/{code}/{valid_from.isoformat()}")


def code_system_on(day: date) -> CodeSystem:
    """Return the code system in use on a local day."""
    return GSO_2004 if day < REFORM_DAY else QD_19_2025


def commune_for(
    basis: Basis, day: date, *, commune_id: uuid.UUID, legacy_commune_id: uuid.UUID
) -> uuid.UUID:
    """Return the commune by which a market's day counts; its parents give the larger units.

    For the basis "legacy district" it is the legacy commune, whose parent is the district.
    """
    if basis is Basis.LEGACY_DISTRICT:
        return legacy_commune_id
    if basis is Basis.AS_THEN and day < REFORM_DAY:
        return legacy_commune_id
    return commune_id


def bare_name(name: str, kind: str) -> str:
    """Return the name without its kind: "Đồng Văn" of "Xã Đồng Văn", "3" of "Phường 3"."""
    return name.removeprefix(kind).lstrip() or name


def sort_text(name: str) -> str:
    """Return the name's Vietnamese order as ASCII that sorts alike under every collation.

    Lower-case hexadecimal digits only: letters, a zero byte, tones, capitals. Numbers sort by
    value up to 999. At most SORT_TEXT_LIMIT characters.
    """
    numbered = _DIGITS.sub(lambda digits: digits[0].zfill(3), name)
    letters, tones, cases = vietnamese_sort_key(numbered)
    parts = ["".join(f"{min(letter, 0xFF):02x}" for letter in letters), "00"]
    parts += [f"{min(mark, 0xF):x}" for mark in (*tones, *cases)]
    return "".join(parts)[:SORT_TEXT_LIMIT]
