"""Bring the packaged units into the database."""

from __future__ import annotations

from dataclasses import asdict

from sqlalchemy import select
from sqlalchemy.orm import Session

from market40.core.text import fold
from market40.db.conflict import insert_if_absent
from market40.places.domain import packaged_places
from market40.places.tables import Unit, UnitLink


def load_units(session: Session) -> int:
    """Load the packaged units and links where they are absent; return how many units were new.

    Idempotent: a second call inserts nothing and changes nothing. Raises PlacesDataMismatch if
    the packaged data are not whole; then nothing is loaded.
    """
    places = packaged_places()
    loaded = set(session.scalars(select(Unit.id)))
    linked = {
        (one.from_id, one.to_id)
        for one in session.execute(select(UnitLink.from_id, UnitLink.to_id))
    }
    units = [asdict(u) | {"folded": fold(u.name)} for u in places.units if u.id not in loaded]
    links = [asdict(one) for one in places.links if (one.from_id, one.to_id) not in linked]
    insert_if_absent(session, UnitLink, links, keys=("from_id", "to_id"))
    insert_if_absent(session, Unit, units, keys=("id",))
    return len(units)
