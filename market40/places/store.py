"""Queries over units in valid time. Units are reference data, so all may be read by everybody."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeAlias
from uuid import UUID

from sqlalchemy import Row, Select, case, or_, select
from sqlalchemy.orm import Session

from market40.core.errors import InvalidInput, NotFound
from market40.core.text import fold
from market40.core.texts import say
from market40.places.domain import GSO_2004, CodeSystem, Level, UnitLinkValue, UnitValue
from market40.places.tables import Unit, UnitLink

SEARCH_TEXT_LIMIT = 80
SEARCH_LIMIT = 200
Query: TypeAlias = Select[*tuple[Any, ...]]
_COLUMNS = (
    Unit.id,
    Unit.code_system,
    Unit.code,
    Unit.valid_from,
    Unit.valid_to,
    Unit.level,
    Unit.kind,
    Unit.name,
    Unit.parent_id,
    Unit.sort_key,
)


@dataclass(frozen=True, slots=True)
class Lineage:
    """A commune with the units above it; no district since 1 July 2025."""

    commune: UnitValue
    district: UnitValue | None
    province: UnitValue


def unit(session: Session, unit_id: UUID) -> UnitValue:
    """Return the unit; raises NotFound `unit_not_found`."""
    row = session.execute(select(*_COLUMNS).where(Unit.id == unit_id)).one_or_none()
    if row is None:
        raise _not_found("unit_id")
    return _value(row)


def units(session: Session, unit_ids: Collection[UUID]) -> dict[UUID, UnitValue]:
    """Return those of the units that are known, by id."""
    if not unit_ids:
        return {}
    found = _values(session, select(*_COLUMNS).where(Unit.id.in_(set(unit_ids))))
    return {one.id: one for one in found}


def find_unit(
    session: Session, *, code_system: CodeSystem, code: str, on: date, level: Level
) -> UnitValue:
    """Return the unit that has this code on this local day; raises NotFound `unit_not_found`.

    A code alone names nothing: 00691 is Phường Trần Phú until 30 June 2025 and Phường Hà Giang 2
    from the next day, under another code system.
    """
    query = _valid_on(select(*_COLUMNS), on).where(
        Unit.code_system == code_system, Unit.level == level, Unit.code == code
    )
    row = session.execute(query).one_or_none()
    if row is None:
        raise _not_found("code")
    return _value(row)


def provinces(session: Session, *, on: date) -> list[UnitValue]:
    """Return the provinces of a local day, in Vietnamese order."""
    query = _valid_on(select(*_COLUMNS), on).where(Unit.level == "province")
    return _values(session, query)


def children(session: Session, unit_id: UUID) -> list[UnitValue]:
    """Return the units right below, in Vietnamese order; none below a commune."""
    return _values(session, select(*_COLUMNS).where(Unit.parent_id == unit_id))


def descendant_commune_ids(session: Session, unit_id: UUID) -> list[UUID]:
    """Return the communes of a unit in its own time; a commune is its own only one.

    Raises NotFound `unit_not_found`. For the communes that a present province had before
    1 July 2025 see `legacy_province_communes`.
    """
    top = unit(session, unit_id)
    if top.level == "commune":
        return [top.id]
    return [one.id for one in _communes_below(session, [top.id])]


def legacy_province_communes(session: Session, province_id: UUID) -> list[UnitValue]:
    """Return a province as the union of its predecessors: the communes until 30 June 2025.

    Takes a present province or an old one (which gives its own communes). Of the present
    provinces only the parts from the served old provinces are loaded. Raises NotFound.
    """
    top = unit(session, province_id)
    old = [top] if top.code_system == GSO_2004 else predecessors(session, top.id)
    return _communes_below(session, [one.id for one in old])


def successors(session: Session, unit_id: UUID) -> list[UnitValue]:
    """Return the units that got territory of this one, the default first."""
    query = select(*_COLUMNS).join(UnitLink, UnitLink.to_id == Unit.id)
    query = query.where(UnitLink.from_id == unit_id).order_by(UnitLink.is_default.desc())
    return _values(session, query)


def predecessors(session: Session, unit_id: UUID) -> list[UnitValue]:
    """Return the units whose territory went to this one, wholly or in part."""
    query = select(*_COLUMNS).join(UnitLink, UnitLink.from_id == Unit.id)
    return _values(session, query.where(UnitLink.to_id == unit_id))


def links(session: Session, unit_ids: Collection[UUID]) -> list[UnitLinkValue]:
    """Return the links from or to these units, with part, default and legal basis."""
    wanted = set(unit_ids)
    query = select(
        UnitLink.from_id, UnitLink.to_id, UnitLink.part, UnitLink.is_default, UnitLink.legal_ref
    ).where(or_(UnitLink.from_id.in_(wanted), UnitLink.to_id.in_(wanted)))
    ordered = query.order_by(UnitLink.from_id, UnitLink.to_id)
    return [UnitLinkValue(*row) for row in session.execute(ordered)]


def legacy_districts(session: Session, commune_id: UUID) -> list[UnitValue]:
    """Return the old districts a present commune lies in: several for a spanning commune."""
    parents = {one.parent_id for one in predecessors(session, commune_id)}
    return _values(session, select(*_COLUMNS).where(Unit.id.in_(parents)))


def lineages(session: Session, commune_ids: Collection[UUID]) -> dict[UUID, Lineage]:
    """Return each known commune with its district (until 30 June 2025) and province, by id."""
    found = units(session, commune_ids)
    above = units(session, {u.parent_id for u in found.values() if u.parent_id})
    tops = units(session, {u.parent_id for u in above.values() if u.parent_id})
    made: dict[UUID, Lineage] = {}
    for commune in found.values():
        parent = above.get(commune.parent_id) if commune.parent_id else None
        if commune.level != "commune" or parent is None:
            continue
        top = tops.get(parent.parent_id) if parent.parent_id else None
        made[commune.id] = Lineage(commune, parent if top else None, top or parent)
    return made


def search(
    session: Session, text: str, *, level: Level | None = None, on: date, limit: int = 20
) -> list[UnitValue]:
    """Return units of a local day whose name holds the text, accents or not.

    Names in which a word begins with the text come first, then Vietnamese order. `text` is 1 to
    80 characters and `limit` 1 to 200, otherwise InvalidInput `search_text` or `search_limit`.
    """
    wanted = " ".join(fold(text[: SEARCH_TEXT_LIMIT + 1]).split())
    if not wanted or len(text) > SEARCH_TEXT_LIMIT:
        detail = say("Nhập từ 1 đến %(n)s ký tự để tìm.", n=SEARCH_TEXT_LIMIT)
        raise InvalidInput(detail, place="text", code="search_text")
    if not 1 <= limit <= SEARCH_LIMIT:
        detail = say("Số kết quả phải từ 1 đến %(n)s.", n=SEARCH_LIMIT)
        raise InvalidInput(detail, place="limit", code="search_limit")
    starts = or_(
        Unit.folded.startswith(wanted, autoescape=True),
        Unit.folded.contains(f" {wanted}", autoescape=True),
    )
    query = _valid_on(select(*_COLUMNS), on).where(Unit.folded.contains(wanted, autoescape=True))
    if level is not None:
        query = query.where(Unit.level == level)
    return _values(session, query.order_by(case((starts, 0), else_=1)).limit(limit))


def _communes_below(session: Session, unit_ids: Sequence[UUID]) -> list[UnitValue]:
    below = _values(session, select(*_COLUMNS).where(Unit.parent_id.in_(unit_ids)))
    communes = [one for one in below if one.level == "commune"]
    between = [one.id for one in below if one.level != "commune"]
    if between:
        communes += _communes_below(session, between)
    return sorted(communes, key=lambda one: (one.sort_key, one.code))


def _valid_on(query: Query, day: date) -> Query:
    ended = or_(Unit.valid_to.is_(None), Unit.valid_to > day)
    return query.where(Unit.valid_from <= day, ended)


def _values(session: Session, query: Query) -> list[UnitValue]:
    """Run the query; Vietnamese order comes after whatever order it asks for."""
    ordered = query.order_by(Unit.sort_key, Unit.code, Unit.valid_from)
    return [_value(row) for row in session.execute(ordered)]


def _value(row: Row[*tuple[Any, ...]]) -> UnitValue:
    return UnitValue(*row)


def _not_found(place: str) -> NotFound:
    return NotFound(say("Không có đơn vị hành chính này."), place=place, code="unit_not_found")
