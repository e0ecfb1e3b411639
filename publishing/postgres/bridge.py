"""For the moment of a switch, views in place of the tables: they show the release that the pointer names.

A schema that is renamed is not enough.  A statement looks its tables up one after the other, and a rename that commits
between two look-ups gives it one table of each version; a snapshot that is older than the load finds the new tables
empty.  The pointer is a row: every statement, and every transaction that reads repeatably, sees one value of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from psycopg import Connection, sql

from publishing.postgres import control
from publishing.postgres.rights import let_select

_EXACT_NUMBERS: Final = frozenset({"smallint", "integer", "bigint", "numeric"})

#: Of each release, of each table: the columns with their types.
Shapes = Mapping[str, Mapping[str, Mapping[str, str]]]


class UnlikeTypesError(Exception):
    """A column changed its type so that no view can show it of both releases."""


def build(connection: Connection[Any], target: str) -> str:
    """Make a schema of views over all releases that are here, in the shape of the release `target`; its name.

    What a release does not have is NULL there, or no row.  Runs in the caller's transaction.  Raises UnlikeTypesError
    where a column has types in two releases that have no common one.
    """
    schemas = dict(control.loaded(connection))
    shapes = {release: _shape(connection, schema) for release, schema in schemas.items()}
    bridge = control.next_bridge(connection)
    connection.execute(sql.SQL("create schema {}").format(sql.Identifier(bridge)))
    for table in sorted({table for shape in shapes.values() for table in shape}):
        columns = _columns(shapes, target, table)
        parts = [_part(schemas[r], r, table, columns, shapes[r][table]) for r in schemas if table in shapes[r]]
        text = sql.SQL(" union all ").join(parts)
        connection.execute(sql.SQL("create view {} as {}").format(sql.Identifier(bridge, table), text))
    connection.execute(let_select(bridge))
    return bridge


def _shape(connection: Connection[Any], schema: str) -> dict[str, dict[str, str]]:
    """The tables of a schema with their columns and types, in order."""
    tables: dict[str, dict[str, str]] = {}
    for table, column, kind in connection.execute(
        "select c.relname, a.attname, format_type(a.atttypid, a.atttypmod) from pg_class c"
        " join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped"
        " where c.relnamespace = %s::regnamespace and c.relkind = 'r' order by c.relname, a.attnum",
        [f'"{schema}"'],
    ).fetchall():
        tables.setdefault(table, {})[column] = kind
    return tables


def _columns(shapes: Shapes, target: str, table: str) -> dict[str, str]:
    """The columns of the target, then those that only others have: a question asked for them before still runs."""
    kinds: dict[str, set[str]] = {column: set() for column in shapes[target].get(table, {})}
    for shape in shapes.values():
        for column, kind in shape.get(table, {}).items():
            kinds.setdefault(column, set()).add(kind)
    return {column: _common(table, column, found) for column, found in kinds.items()}


def _common(table: str, column: str, kinds: set[str]) -> str:
    """The type in which the values of all of these are the same values."""
    if len(kinds) == 1:
        return next(iter(kinds))
    if {kind.partition("(")[0] for kind in kinds} <= _EXACT_NUMBERS:
        return "numeric"
    raise UnlikeTypesError(f"{table}.{column}: {', '.join(sorted(kinds))}")


def _part(schema: str, release: str, table: str, columns: Mapping[str, str], own: Mapping[str, str]) -> sql.Composed:
    given = [
        sql.SQL("{0}::{1} as {0}" if column in own else "null::{1} as {0}").format(
            sql.Identifier(column), sql.SQL(kind)
        )
        for column, kind in columns.items()
    ]
    return sql.SQL("select {} from {} where (select release from xushi_serving.pointer) = {}").format(
        sql.SQL(", ").join(given), sql.Identifier(schema, table), release
    )
