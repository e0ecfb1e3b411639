"""The types of the marts in PostgreSQL: those in which every value of DuckDB's is the same value."""

from __future__ import annotations

import re
from typing import Final, LiteralString

from psycopg import sql

from publishing.errors import ServingError

_SAME: Final[dict[str, LiteralString]] = {
    "BOOLEAN": "boolean",
    "TINYINT": "smallint",
    "SMALLINT": "smallint",
    "INTEGER": "integer",
    "BIGINT": "bigint",
    "HUGEINT": "numeric(38, 0)",
    "DOUBLE": "double precision",
    "FLOAT": "real",
    "VARCHAR": "text",
    "DATE": "date",
    "TIMESTAMP": "timestamp",
    "TIMESTAMP WITH TIME ZONE": "timestamptz",
}
_DECIMAL: Final = re.compile(r"DECIMAL\((\d+),(\d+)\)")


class UnservableTypeError(ServingError):
    """A column of the marts has a type that PostgreSQL has no equal of."""


def postgres_type(table: str, column: str, kind: str) -> sql.SQL:
    """The type for a column of DuckDB's type `kind`. Raises UnservableTypeError."""
    if decimal := _DECIMAL.fullmatch(kind):
        return sql.SQL(f"numeric({decimal.group(1)}, {decimal.group(2)})")
    if kind not in _SAME:
        raise UnservableTypeError(
            f"{table}.{column} 的类型是 {kind}，查询服务只接受 {'、'.join([*_SAME, 'DECIMAL'])}"
            f" / the type {kind} cannot be served"
        )
    return sql.SQL(_SAME[kind])
