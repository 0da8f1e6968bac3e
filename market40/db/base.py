"""Declarative base, a naming convention, and the column types every table uses."""

from __future__ import annotations

import datetime as dt
import uuid
from functools import lru_cache
from typing import Annotated, Any

from sqlalchemy import (
    BigInteger,
    CursorResult,
    Date,
    DateTime,
    Dialect,
    LargeBinary,
    MetaData,
    Result,
    TypeDecorator,
)
from sqlalchemy import Table as SqlTable
from sqlalchemy.dialects.postgresql import UUID as PostgresUuid
from sqlalchemy.orm import DeclarativeBase, mapped_column
from sqlalchemy.types import TypeEngine

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcInstant(TypeDecorator[dt.datetime]):
    """An aware instant. SQLite drops the offset of a plain DateTime, so convert at the border."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        """Refuse naive values and store UTC."""
        _ = dialect
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive datetime is not an instant")
        return value.astimezone(dt.UTC)

    def bind_processor(self, dialect: Dialect) -> Any:
        """Write SQLite's form at once: the layers between cost more than the insert itself."""
        if dialect.name != "sqlite":
            return super().bind_processor(dialect)
        return _sqlite_instant

    def process_result_value(
        self, value: dt.datetime | None, dialect: Dialect
    ) -> dt.datetime | None:
        """Give back aware UTC."""
        _ = dialect
        if value is None:
            return None
        return value.replace(tzinfo=dt.UTC) if value.tzinfo is None else value.astimezone(dt.UTC)


@lru_cache(maxsize=4096)  # one instant stands in five rows of a payment
def _sqlite_instant(value: dt.datetime | None) -> str | None:
    if value is None:
        return None
    if value.tzinfo is None:
        raise ValueError("a naive datetime is not an instant")
    return value.astimezone(dt.UTC).isoformat(" ", "microseconds")[:26]


def _sqlite_id(value: uuid.UUID | None) -> bytes | None:
    return None if value is None else value.int.to_bytes(16)


def _from_sqlite_id(value: bytes | None) -> uuid.UUID | None:
    return None if value is None else uuid.UUID(bytes=value)


class Id(TypeDecorator[uuid.UUID]):
    """A UUID of our own making: native on PostgreSQL, 16 bytes on SQLite (half of a hex text)."""

    impl = LargeBinary(16)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """PostgreSQL has a type for it."""
        if dialect.name == "postgresql":
            return dialect.type_descriptor(PostgresUuid(as_uuid=True))
        return dialect.type_descriptor(LargeBinary(16))

    def bind_processor(self, dialect: Dialect) -> Any:
        """Turn ids to bytes at once on SQLite: a payment has twenty of them."""
        return _sqlite_id if dialect.name == "sqlite" else super().bind_processor(dialect)

    def result_processor(self, dialect: Dialect, coltype: object) -> Any:
        """Turn bytes to ids at once on SQLite."""
        if dialect.name == "sqlite":
            return _from_sqlite_id
        return super().result_processor(dialect, coltype)

    def process_bind_param(self, value: uuid.UUID | None, dialect: Dialect) -> Any:
        """Store the 16 bytes where there is no native type."""
        if value is None or dialect.name == "postgresql":
            return value
        return value.bytes

    def process_result_value(self, value: Any, dialect: Dialect) -> uuid.UUID | None:
        """Give back a UUID."""
        if value is None or dialect.name == "postgresql":
            return value  # type: ignore[no-any-return]
        return uuid.UUID(bytes=value)


def table_of(row_class: type[Table]) -> SqlTable:
    """Return the table of a row class, for statements of SQLAlchemy's Core."""
    table = row_class.__table__
    assert isinstance(table, SqlTable)
    return table


def rows_changed(done: Result[Any]) -> int:
    """Return how many rows an INSERT, UPDATE or DELETE has changed."""
    assert isinstance(done, CursorResult)
    return done.rowcount


Key = Annotated[uuid.UUID, mapped_column(Id, primary_key=True)]
Vnd = Annotated[int, mapped_column(BigInteger)]
Instant = Annotated[dt.datetime, mapped_column(UtcInstant)]
# Bytes sealed by `db.vault`: a person's name, phone, account number, memo, or a raw body.
Sealed = Annotated[bytes, mapped_column(LargeBinary)]
# A keyed hash made by `Vault.lookup`, by which a sealed value is found again.
Lookup = Annotated[bytes, mapped_column(LargeBinary(16))]


class Table(DeclarativeBase):
    """Base of every table row class."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {dt.datetime: UtcInstant, uuid.UUID: Id, dt.date: Date}  # noqa: RUF012 - as SQLAlchemy reads it
