"""One content digest of a DuckDB schema; every 'same content' of the project is this function.

It says whether two schemas hold the same tables, types, comments, view texts and rows, whatever the order of rows or
columns, and whatever clock or run produced them: the columns of `CLOCKS_AND_RUN_IDS` and the rows of the tables
`ABOUT_RUNS` are left out by name.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection
from pathlib import Path
from typing import Final

import duckdb

#: Columns that say when or by which run a row was made, never what it says.
CLOCKS_AND_RUN_IDS: Final = frozenset(
    {
        "run_id",
        "last_seen_run_id",
        "first_seen",
        "last_seen",
        "opened_at",
        "resolved_at",
        "created_at",
        "updated_at",
        "started_at",
        "finished_at",
        "loaded_at",
        "built_at",
        "published_at",
    }
)

#: Tables whose rows tell only of runs: two homes that know the same have run differently often.
ABOUT_RUNS: Final = frozenset({"fct_refresh_run", "fct_refresh_stage"})


def content_digest(
    connection: duckdb.DuckDBPyConnection,
    schema: str,
    database: str | None = None,
    excluded: Collection[str] = CLOCKS_AND_RUN_IDS,
) -> str:
    """The sha256, in hexadecimal, of the content of `schema` in an attached database (default: the current one).

    Of the tables `ABOUT_RUNS`, what they are counts, not their rows.

    A schema without tables has a digest of its own; a schema that does not exist has the same one.
    """
    database = database or str(_one(connection, "select current_database()"))
    digest = hashlib.sha256()
    for line in (*_table_lines(connection, database, schema, excluded), *_view_lines(connection, database, schema)):
        digest.update(line.encode("utf-8"))
        digest.update(b"\n")
    return digest.hexdigest()


def file_content_digest(path: Path, schema: str = "marts") -> str:
    """`content_digest` of a DuckDB file, opened read-only."""
    with duckdb.connect(str(path.resolve()), read_only=True) as connection:
        return content_digest(connection, schema)


def _table_lines(
    connection: duckdb.DuckDBPyConnection, database: str, schema: str, excluded: Collection[str]
) -> list[str]:
    """A line a table: its name, comment, the columns with type and comment, and the digest of its rows."""
    tables = connection.execute(
        "select table_name, coalesce(comment, '') from duckdb_tables()"
        " where database_name = ? and schema_name = ? order by 1",
        [database, schema],
    ).fetchall()
    lines = []
    for table, comment in tables:
        columns = connection.execute(
            "select column_name, data_type, coalesce(comment, '') from duckdb_columns()"
            " where database_name = ? and schema_name = ? and table_name = ? order by 1",
            [database, schema, table],
        ).fetchall()
        kept = [name for name, _, _ in columns if name not in excluded]
        place = f"{quoted(database)}.{quoted(schema)}.{quoted(table)}"
        rows = None if table in ABOUT_RUNS else _rows_digest(connection, place, kept)
        lines.append(repr((table, comment, columns, rows)))
    return lines


def _rows_digest(connection: duckdb.DuckDBPyConnection, table: str, columns: list[str]) -> tuple[int, int, int]:
    """Number of rows and the sums of two 64-bit hashes of each row: the order of rows changes none of them.

    DuckDB's own hash, four times as fast as md5 of the row as text and faster than the copy itself.  It may change
    with DuckDB's version; the same content is then published once more, and nothing else happens.
    """
    cells = ", ".join(quoted(name) for name in columns)
    first, second = (f"hash({', '.join(filter(None, (salt, cells)))})" for salt in ("0", "1"))
    sums = ", ".join(f"coalesce(sum(cast({one} as hugeint)), 0)" for one in (first, second))
    found = connection.execute(f"select count(*), {sums} from {table}").fetchone()  # noqa: S608 (quoted names)
    count, low, high = found or (0, 0, 0)
    return (int(count), int(low), int(high))


def _view_lines(connection: duckdb.DuckDBPyConnection, database: str, schema: str) -> list[str]:
    """A line a view: name, comments and text, without the name of the database that it happens to stand in."""
    views = connection.execute(
        "select view_name, coalesce(comment, ''), sql from duckdb_views()"
        " where database_name = ? and schema_name = ? and not internal order by 1",
        [database, schema],
    ).fetchall()
    own = database_names(connection, database)
    lines = []
    for name, comment, sql in views:
        columns = connection.execute(
            "select column_name, data_type, coalesce(comment, '') from duckdb_columns()"
            " where database_name = ? and schema_name = ? and table_name = ? order by 1",
            [database, schema, name],
        ).fetchall()
        lines.append(repr((name, comment, columns, without_database(sql, own, schema))))
    return lines


def database_names(connection: duckdb.DuckDBPyConnection, database: str) -> tuple[str, ...]:
    """The names under which a view's text may know its own database: as attached, and as its file is called."""
    row = connection.execute("select path from duckdb_databases() where database_name = ?", [database]).fetchone()
    return (database, Path(row[0]).stem) if row and row[0] else (database,)


def without_database(sql: str, names: Collection[str], schema: str) -> str:
    """The view's text with `database.schema.table` written `schema.table`, so that it holds in any file."""
    own = "|".join(re.escape(form) for name in names for form in (quoted(name), name))
    place = "|".join(re.escape(form) for form in (quoted(schema), schema))
    return re.sub(rf"(?<![\w\".])(?:{own})\.({place})\.", r"\1.", sql)


def quoted(name: str) -> str:
    """A name as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def _one(connection: duckdb.DuckDBPyConnection, sql: str) -> object:
    row = connection.execute(sql).fetchone()
    return row[0] if row else None
