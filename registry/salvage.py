"""What can still be had of a registry: rows of its damaged file, of the copies in the lake, of other copies.

Of the same row the damaged file's wins where it can be read whole, for it is the newest; rows whose references are gone
are left out and counted.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq
from sqlalchemy import Boolean, Date, Table

from registry.export import arrow_schema, write_table
from registry.models import Base
from registry.types import UtcDateTime

Row = dict[str, Any]
Rows = Mapping[str, Sequence[Row]]

#: Rows asked for at once of a damaged table; where a step fails its rows are asked for one by one.
_STEP: Final = 200
#: What a column that must have a value has in rows from before there was one.
_NEUTRAL: Final[tuple[tuple[Callable[[pa.DataType], bool], Any], ...]] = (
    (pa.types.is_boolean, False), (pa.types.is_integer, 0), (pa.types.is_string, ""),
)  # fmt: skip


@dataclass(slots=True)
class Salvaged:
    """Rows by table and source, in the order of the sources, and the rows left out because a reference was gone."""

    by_source: dict[str, dict[str, int]] = field(default_factory=dict)
    left_out: dict[str, int] = field(default_factory=dict)

    @property
    def rows(self) -> dict[str, int]:
        """Rows of each table."""
        return {name: sum(of.values()) - self.left_out.get(name, 0) for name, of in self.by_source.items()}


def tables() -> list[Table]:
    """Every table, those that others refer to first."""
    return Base.metadata.sorted_tables


def of_file(path: Path) -> dict[str, list[Row]]:
    """The rows that an SQLite file still gives, by table; a file that is none gives nothing."""
    found: dict[str, list[Row]] = {}
    if not path.exists():
        return found
    for mode in ("mode=ro", "mode=ro&immutable=1"):
        with (
            suppress(sqlite3.DatabaseError, ValueError),
            closing(sqlite3.connect(f"{path.resolve().as_uri()}?{mode}", uri=True, timeout=10)) as connection,
        ):
            for table in tables():
                rows = list(_of_table(connection, table))
                if len(rows) > len(found.get(table.name, ())):
                    found[table.name] = rows
    return found


def of_folder(folder: Path) -> dict[str, list[Row]]:
    """The rows of a folder of `<table>.parquet`, of whatever of them can be read."""
    found: dict[str, list[Row]] = {}
    for table in tables():
        with suppress(OSError, pa.ArrowException):
            read = pq.ParquetFile(folder / f"{table.name}.parquet").read()
            found[table.name] = [
                {**_neutral(table, read.column_names), **{n: v for n, v in row.items() if n in table.columns}}
                for row in read.to_pylist()
            ]
    return found


def merge(sources: Mapping[str, Rows], folder: Path) -> Salvaged:
    """Write `<table>.parquet` of the rows of all sources, the first source's winning, with references that hold."""
    done = Salvaged()
    keys: dict[str, set[Any]] = {}
    for table in tables():
        merged: dict[tuple[Any, ...], Row] = {}
        counts: dict[str, int] = {}
        for source, rows in sources.items():
            new = {_key(table, row): row for row in rows.get(table.name, ()) if _is_whole(table, row)}
            added = {key: row for key, row in new.items() if key not in merged}
            merged |= added
            counts[source] = len(added)
        kept = _with_references(table, list(merged.values()), keys)
        done.by_source[table.name] = counts
        if len(kept) < len(merged):
            done.left_out[table.name] = len(merged) - len(kept)
        keys[table.name] = {_key(table, row)[0] for row in kept}
        names = table.columns.keys()
        write_table(table, [tuple(row[name] for name in names) for row in kept], folder / f"{table.name}.parquet")
    return done


def _with_references(table: Table, rows: list[Row], keys: Mapping[str, set[Any]]) -> list[Row]:
    """Rows whose references are there; a reference to a row of the same table that is gone is emptied."""
    own = {_key(table, row)[0] for row in rows}
    kept = []
    for row in rows:
        is_sound = True
        for reference in table.foreign_keys:
            name, target = reference.parent.name, reference.column.table.name
            if row[name] is None:
                continue
            if target == table.name and row[name] not in own:
                row[name] = None
            elif target != table.name and row[name] not in keys[target]:
                if reference.parent.nullable:
                    row[name] = None
                else:
                    is_sound = False
        if is_sound:
            kept.append(row)
    return kept


def _is_whole(table: Table, row: Row) -> bool:
    """Whether a row has a value wherever one must stand, each of its kind."""
    if any(row.get(c.name) is None and not c.nullable for c in table.columns):
        return False
    schema = arrow_schema(table)
    try:
        for item in schema:
            pa.scalar(row.get(item.name), type=item.type)
    except (pa.ArrowException, TypeError, ValueError, OverflowError):
        return False
    return True


def _key(table: Table, row: Row) -> tuple[Any, ...]:
    return tuple(row.get(c.name) for c in table.primary_key)


def _of_table(connection: sqlite3.Connection, table: Table) -> Iterator[Row]:
    """Every row that can be read, in steps over the row numbers; columns that the file lacks are empty."""
    name = table.name
    connection.text_factory = lambda raw: raw.decode("utf-8", "replace")
    try:
        there = [row[1] for row in connection.execute(f'PRAGMA table_info("{name}")')]
        last = connection.execute(f'SELECT max(rowid) FROM "{name}"').fetchone()[0] or 0  # noqa: S608 (our own name)
    except sqlite3.DatabaseError:
        return
    columns = [c for c in table.columns if c.name in there]
    listed = ", ".join(f'"{c.name}"' for c in columns)
    query = f'SELECT {listed} FROM "{name}" WHERE rowid BETWEEN ? AND ?'  # noqa: S608 (names of our own models)
    for start in range(0, last + 1, _STEP):
        for raw in _span(connection, query, start, min(start + _STEP - 1, last)):
            values = {c.name: _value(c.type, value) for c, value in zip(columns, raw, strict=True)}
            yield {**_neutral(table, there), **values}


def _neutral(table: Table, there: Sequence[str]) -> Row:
    """A row without values; a column that the source is too old to have is what migrations give old rows."""
    empty: Row = dict.fromkeys(table.columns.keys())
    for item in arrow_schema(table):
        if item.name not in there and not item.nullable:
            empty[item.name] = next((value for is_such, value in _NEUTRAL if is_such(item.type)), None)
    return empty


def _span(connection: sqlite3.Connection, query: str, first: int, last: int) -> list[tuple[Any, ...]]:
    """The rows of a span; where it fails, its halves, down to the one row that cannot be read."""
    try:
        return connection.execute(query, (first, last)).fetchall()
    except sqlite3.DatabaseError:
        if first >= last:
            return []
        middle = (first + last) // 2
        return _span(connection, query, first, middle) + _span(connection, query, middle + 1, last)


def _value(kind: object, value: Any) -> Any:
    """A value as SQLite keeps it, as Python knows it; what is none of its kind stays, and is found out later."""
    if value is None:
        return None
    with suppress(ValueError, TypeError):
        if isinstance(kind, UtcDateTime):
            return datetime.fromisoformat(value).replace(tzinfo=UTC)
        if isinstance(kind, Date):
            return date.fromisoformat(value)
        if isinstance(kind, Boolean):
            return bool(value)
    return value
