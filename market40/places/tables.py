"""Rows of administrative units in valid time. Reference data: loaded, copied everywhere."""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy import Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from market40.db.base import Key, Table


class Unit(Table):
    """Fact: a unit for as long as it keeps its territory and name, `[valid_from, valid_to)`.

    Codes were reused for other territory on 1 July 2025, so the key that people quote is
    (code_system, code, valid_from); never the code alone.
    """

    __tablename__ = "unit"
    __table_args__ = (
        UniqueConstraint("code_system", "level", "code", "valid_from"),
        Index("ix_unit_parent_id", "parent_id"),
    )

    id: Mapped[Key]
    code_system: Mapped[str] = mapped_column(String(20))  # "gso2004" or "qd19-2025"
    code: Mapped[str] = mapped_column(String(5))
    valid_from: Mapped[dt.date]
    valid_to: Mapped[dt.date | None]
    level: Mapped[str] = mapped_column(String(10))  # province, district, commune
    kind: Mapped[str] = mapped_column(String(20))  # "Xã", "Phường", "Huyện", …
    name: Mapped[str] = mapped_column(String(80))  # "Xã Đồng Văn"
    parent_id: Mapped[uuid.UUID | None]
    sort_key: Mapped[str] = mapped_column(String(200))
    folded: Mapped[str] = mapped_column(String(80))


class UnitLink(Table):
    """Fact: territory of `from_id` went to `to_id`, wholly or in part."""

    __tablename__ = "unit_link"
    __table_args__ = (Index("ix_unit_link_to_id", "to_id"),)

    from_id: Mapped[Key]
    to_id: Mapped[Key]
    part: Mapped[bool]
    is_default: Mapped[bool]
    legal_ref: Mapped[str] = mapped_column(String(80))
