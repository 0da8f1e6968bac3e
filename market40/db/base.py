"""Declarative base, a naming convention, and the column types every table uses."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Annotated, Any

from sqlalchemy import BigInteger, Date, DateTime, Dialect, LargeBinary, MetaData, TypeDecorator
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

    def process_result_value(
        self, value: dt.datetime | None, dialect: Dialect
    ) -> dt.datetime | None:
        """Give back aware UTC."""
        _ = dialect
        if value is None:
            return None
        return value.replace(tzinfo=dt.UTC) if value.tzinfo is None else value.astimezone(dt.UTC)


class Id(TypeDecorator[uuid.UUID]):
    """A UUID of our own making: native on PostgreSQL, 16 bytes on SQLite (half of a hex text)."""

    impl = LargeBinary(16)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """PostgreSQL has a type for it."""
        if dialect.name == "postgresql":
            return dialect.type_descriptor(PostgresUuid(as_uuid=True))
        return dialect.type_descriptor(LargeBinary(16))

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


Key = Annotated[uuid.UUID, mapped_column(Id, primary_key=True)]
Ref = Annotated[uuid.UUID, mapped_column(Id)]
Vnd = Annotated[int, mapped_column(BigInteger)]
Instant = Annotated[dt.datetime, mapped_column(UtcInstant)]
Day = Annotated[dt.date, mapped_column(Date)]
# Bytes sealed by `db.vault`: a person's name, phone, account number, memo, or a raw body.
Sealed = Annotated[bytes, mapped_column(LargeBinary)]
# A keyed hash made by `Vault.lookup`, by which a sealed value is found again.
Lookup = Annotated[bytes, mapped_column(LargeBinary(16))]


class Table(DeclarativeBase):
    """Base of every table row class."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {dt.datetime: UtcInstant, uuid.UUID: Id, dt.date: Date}  # noqa: RUF012
