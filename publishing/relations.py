"""What a snapshot's schema holds, in words: its tables and views with their columns, types and comments."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

import duckdb

#: How a comment joins its two languages: English first, Chinese after it.
_JOINT: Final = " · "
_END_OF_TITLE: Final = re.compile(r"[：:（(，,；;。]")


@dataclass(frozen=True, slots=True)
class Column:
    """A column; `type` as DuckDB writes it."""

    name: str
    type: str
    comment: str

    @property
    def title(self) -> str:
        """The shortest Chinese name."""
        return title_of(self.comment) or self.name


@dataclass(frozen=True, slots=True)
class Relation:
    """A table or a view."""

    name: str
    is_view: bool
    comment: str
    columns: tuple[Column, ...]

    @property
    def title(self) -> str:
        """The shortest Chinese name."""
        return title_of(self.comment) or self.name


def relations(connection: duckdb.DuckDBPyConnection, schema: str) -> tuple[Relation, ...]:
    """The tables and views of `schema` in the current database, by name, columns in their order."""
    columns: dict[str, list[Column]] = {}
    for table, name, kind, comment in connection.execute(
        "select table_name, column_name, data_type, coalesce(comment, '') from duckdb_columns()"
        " where database_name = current_database() and schema_name = ? order by table_name, column_index",
        [schema],
    ).fetchall():
        columns.setdefault(table, []).append(Column(name, kind, comment))
    found = connection.execute(
        "select table_name, false, coalesce(comment, '') from duckdb_tables()"
        " where database_name = current_database() and schema_name = $1 union all"
        " select view_name, true, coalesce(comment, '') from duckdb_views()"
        " where database_name = current_database() and schema_name = $1 and not internal order by 1",
        [schema],
    ).fetchall()
    return tuple(Relation(name, is_view, comment, tuple(columns[name])) for name, is_view, comment in found)


def title_of(comment: str) -> str:
    """The Chinese of a comment up to its first pause."""
    return _END_OF_TITLE.split(comment.rpartition(_JOINT)[2], maxsplit=1)[0].strip()
