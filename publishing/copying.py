"""Copies one schema of a DuckDB file into a new file: tables, views and comments, and nothing else."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import duckdb

from publishing.digest import database_names, quoted, without_database
from publishing.errors import UnfaithfulCopyError

#: The oldest storage version that every 1.x client reads, BI drivers among them.
STORAGE_VERSION: Final = "v1.0.0"
_SOURCE: Final = "source"
_TARGET: Final = "target"


def copy_schema(source: Path, target: Path, schema: str) -> dict[str, int]:
    """Write `schema` of `source` (opened read-only) to the new file `target`; returns the rows of each table.

    Views are written without the name of the source's database.  Raises UnfaithfulCopyError when a view cannot stand
    in the copy (it reads another schema) or a table's row count differs.
    """
    with duckdb.connect() as connection:
        connection.execute(f"attach {_text(str(source))} as {_SOURCE} (read_only)")
        connection.execute(f"attach {_text(str(target))} as {_TARGET} (storage_version '{STORAGE_VERSION}')")
        connection.execute(f"create schema {_TARGET}.{quoted(schema)}")
        connection.execute(f"use {_TARGET}.{quoted(schema)}")
        expected = row_counts(connection, _SOURCE, schema)
        connection.execute("begin")  # one, or every comment would be flushed to the disk by itself
        for table in expected:
            place = f"{quoted(schema)}.{quoted(table)}"
            connection.execute(f"create table {_TARGET}.{place} as from {_SOURCE}.{place}")
        _copy_views(connection, schema)
        _copy_comments(connection, schema)
        connection.execute("commit")
        found = row_counts(connection, _TARGET, schema)
        connection.execute("use memory")
        connection.execute(f"detach {_TARGET}")  # writes the checkpoint, so that no log stands beside the file
    if found != expected:
        raise UnfaithfulCopyError(f"{target.name}: rows {found}, in the build database {expected}")
    return found


def row_counts(connection: duckdb.DuckDBPyConnection, database: str | None, schema: str) -> dict[str, int]:
    """Rows of every table of the schema, by name; `database` None is the current one."""
    tables = connection.execute(
        "select database_name, table_name from duckdb_tables()"
        " where database_name = coalesce(?, current_database()) and schema_name = ? order by table_name",
        [database, schema],
    ).fetchall()
    counts = {}
    for name, table in tables:
        row = connection.execute(
            f"select count(*) from {quoted(name)}.{quoted(schema)}.{quoted(table)}"  # noqa: S608 (quoted names)
        ).fetchone()
        counts[table] = int(row[0]) if row else 0
    return counts


def _copy_views(connection: duckdb.DuckDBPyConnection, schema: str) -> None:
    """Create the views again; a view may read another, so those that fail wait for a next round."""
    names = database_names(connection, _SOURCE)
    waiting = {
        name: without_database(sql, names, schema)
        for name, sql in connection.execute(
            "select view_name, sql from duckdb_views()"
            " where database_name = ? and schema_name = ? and not internal order by 1",
            [_SOURCE, schema],
        ).fetchall()
    }
    while waiting:
        refused: dict[str, str] = {}
        for name, sql in waiting.items():
            try:
                connection.execute(sql)
            except duckdb.Error as error:
                refused[name] = str(error).splitlines()[0]
        if len(refused) == len(waiting):
            told = "; ".join(f"{name}: {reason}" for name, reason in refused.items())
            raise UnfaithfulCopyError(f"a view cannot stand in the snapshot: {told}")
        waiting = {name: waiting[name] for name in refused}


def _copy_comments(connection: duckdb.DuckDBPyConnection, schema: str) -> None:
    """Comments on tables, on views and on the columns of both."""
    where = f"where database_name = '{_SOURCE}' and schema_name = ? and comment is not null"
    for kind, listing in (("table", "duckdb_tables()"), ("view", "duckdb_views()")):
        rows = connection.execute(f"select {kind}_name, comment from {listing} {where}", [schema])  # noqa: S608
        for name, comment in rows.fetchall():
            connection.execute(f"comment on {kind} {quoted(schema)}.{quoted(name)} is {_text(comment)}")
    columns = connection.execute(
        f"select table_name, column_name, comment from duckdb_columns() {where}",  # noqa: S608
        [schema],
    )
    for table, column, comment in columns.fetchall():
        place = f"{quoted(schema)}.{quoted(table)}.{quoted(column)}"
        connection.execute(f"comment on column {place} is {_text(comment)}")


def _text(value: str) -> str:
    """A value as an SQL string."""
    return "'" + value.replace("'", "''") + "'"
