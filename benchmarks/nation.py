"""A lake of a nation that never was: counties that fill in their workbook every month, written in bulk as Parquet.

What lies there is what the stages up to `resolve` would have left: a file per kind and submission below its period,
and the registry's tables beside them.  `nation.sql` says what the counties are asked and what they answer.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any, cast

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
from sqlalchemy import Table

from ingestion.lake import SCHEMAS, ensure_skeleton, partition
from ingestion.regions import all_regions
from registry.export import arrow_schema
from registry.models import TABLES

FIRST_YEAR = 2015
#: Requirements come in blocks of ten: what one block of tasks asks (`slots` in nation.sql).
BLOCK = 10
_SQL = Path(__file__).with_name("nation.sql")
_WRITERS = 2
#: Reading order within a file, so that the same nation gives the same bytes.
_ORDER = {"facts": "char_start", "items": "item_seq", "identities": "fact_id"}


@dataclass(frozen=True, slots=True)
class Size:
    """How large the nation is; `requirements` is a county's, a multiple of ten; `months` begin in January."""

    counties: int
    requirements: int
    months: int
    seed: int = 7

    @property
    def periods(self) -> list[str]:
        return [f"{FIRST_YEAR + n // 12}-{n % 12 + 1:02d}" for n in range(self.months)]

    def __str__(self) -> str:
        rows = self.counties * self.requirements * self.months
        return f"{self.counties} counties × {self.requirements} requirements × {self.months} months ({rows:,} in all)"


def write_lake(size: Size, lake: Path, periods: Sequence[str] | None = None) -> int:
    """Write the lake of the nation as it was after the last of `periods` (default: all); returns the bytes written.

    Files of periods before the last that lie there already are left alone: a month can be added to a lake.
    Raises ValueError for a size that cannot be had.
    """
    known = list(periods or size.periods)
    ensure_skeleton(lake)
    with duckdb.connect() as connection:
        connection.execute("set timezone = 'UTC'")
        _found(connection, size, known)
        new = [p for p in known if not (lake / partition("facts", p)).exists()]
        written = sum(_write_period(connection, lake, period) for period in new)
        for model in TABLES:
            _write_registry(connection, lake, cast(Table, model.__table__))
    return written


def _found(connection: duckdb.DuckDBPyConnection, size: Size, periods: Sequence[str]) -> None:
    counties = sorted((r.code, r.full_name) for r in all_regions().values() if r.level == "county" and r.is_current)
    if size.requirements % BLOCK or not 0 < size.counties <= len(counties):
        raise ValueError(f"at most {len(counties)} counties, requirements by {BLOCK}; asked for {size}")
    months = [(p, int(p[:4]), int(p[5:]), _month_end(int(p[:4]), int(p[5:]))) for p in periods]
    _table(connection, "counties", ("code", "name"), counties[: size.counties])
    _table(connection, "periods", ("period", "year", "month", "as_of_date"), months)
    _table(connection, "size", ("seed", "blocks"), [(str(size.seed), size.requirements // BLOCK)])
    connection.execute(_SQL.read_text(encoding="utf-8"))


def _month_end(year: int, month: int) -> date:
    return date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)


def _table(connection: duckdb.DuckDBPyConnection, name: str, columns: Sequence[str], rows: list[Any]) -> None:
    given = pa.table(dict(zip(columns, (list(column) for column in zip(*rows, strict=True)), strict=True)))
    connection.register("given", given)
    connection.execute(f"create table {name} as from given")
    connection.unregister("given")


def _write_period(connection: duckdb.DuckDBPyConnection, lake: Path, period: str) -> int:
    """The files of every kind for one month; returns their bytes."""
    runs = [r for (r,) in connection.execute("select submission_id from reports where period = ?", [period]).fetchall()]
    written = 0
    for kind, schema in SCHEMAS.items():
        query = (
            f"select * exclude (period) from {kind} where period = ? order by submission_id, {_ORDER.get(kind, 'true')}"
        )
        rows = _as(connection.execute(query, [period]).to_arrow_table(), schema)
        folder = lake / partition(kind, period)
        folder.mkdir(parents=True, exist_ok=True)
        with ThreadPoolExecutor(_WRITERS) as pool:
            written += sum(pool.map(partial(_write, folder), *zip(*_by_submission(rows, runs), strict=True)))
    return written


def _by_submission(rows: pa.Table, runs: Sequence[str]) -> Iterator[tuple[str, pa.Table]]:
    """Each submission with its rows, which stand together; one without rows has an empty table."""
    counts = {one["values"]: one["counts"] for one in rows.column("submission_id").value_counts().to_pylist()}
    start = 0
    for submission_id in sorted(runs):
        count = counts.get(submission_id, 0)
        yield submission_id, rows.slice(start, count)
        start += count


def _write(folder: Path, submission_id: str, rows: pa.Table) -> int:
    path = folder / f"{submission_id}.v1.parquet"
    pq.write_table(rows, path, compression="zstd")
    return path.stat().st_size


def _write_registry(connection: duckdb.DuckDBPyConnection, lake: Path, table: Table) -> None:
    schema = arrow_schema(table)
    views = {
        name for (name,) in connection.execute("select view_name from duckdb_views() where not internal").fetchall()
    }
    rows = schema.empty_table()
    if table.name in views:
        rows = _as(connection.execute(f"from {table.name} order by all").to_arrow_table(), schema)
    path = lake / "registry" / f"{table.name}.parquet"
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(rows, path, compression="zstd")


def _as(rows: pa.Table, schema: pa.Schema) -> pa.Table:
    """The rows in the columns of the lake; what the query does not name is NULL."""
    if unknown := set(rows.column_names) - set(schema.names):
        raise ValueError(f"no such columns in the lake: {sorted(unknown)}")
    columns = [
        rows.column(f.name).cast(f.type) if f.name in rows.column_names else pa.nulls(rows.num_rows, f.type)
        for f in schema
    ]
    return pa.Table.from_arrays([_whole(c) for c in columns], schema=schema)


def _whole(column: pa.Array | pa.ChunkedArray) -> pa.Array:
    """One chunk, so that a slice costs nothing."""
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
