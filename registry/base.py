"""What every table of the registry shares: the types of its columns, and names that migrations can speak of."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar, Final

from sqlalchemy import Boolean, CheckConstraint, Date, Integer, MetaData
from sqlalchemy.orm import DeclarativeBase

from registry.types import PlainText, UtcDateTime

_NAMING: Final = {
    "pk": "pk_%(table_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "ix": "ix_%(table_name)s_%(column_0_name)s",
}


class Base(DeclarativeBase):
    """Names of constraints are fixed, so that migrations can speak of them."""

    metadata = MetaData(naming_convention=_NAMING)
    type_annotation_map: ClassVar = {
        str: PlainText,
        datetime: UtcDateTime,
        date: Date,
        bool: Boolean(create_constraint=False),
        int: Integer,
    }


def one_of(column: str, *values: str) -> CheckConstraint:
    """The column holds one of the values."""
    listed = ", ".join(f"'{v}'" for v in values)
    return CheckConstraint(f"{column} IN ({listed})", name=column)
