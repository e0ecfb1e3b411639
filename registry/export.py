"""The registry's tables as Parquet beside the facts, so that the models read only the lake."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Any, Final, cast

import pyarrow as pa
import pyarrow.parquet as pq
from sqlalchemy import BigInteger, Boolean, Column, Date, Engine, Integer, Table, select
from sqlalchemy.types import TypeEngine

from registry.engine import reading
from registry.models import TABLES
from registry.types import PlainText, UtcDateTime

#: Column type → Arrow type; BigInteger before Integer, which it extends.
_ARROW_OF: Final[tuple[tuple[type[TypeEngine[Any]], pa.DataType], ...]] = (
    (PlainText, pa.string()),
    (UtcDateTime, pa.timestamp("us", tz="UTC")),
    (Date, pa.date32()),
    (Boolean, pa.bool_()),
    (BigInteger, pa.int64()),
    (Integer, pa.int32()),
)


def arrow_schema(table: Table) -> pa.Schema:
    """The Parquet schema of a table: the same columns in the same order."""
    return pa.schema([pa.field(c.name, _arrow_type(c), nullable=bool(c.nullable)) for c in table.columns])


def export_registry(engine: Engine, lake: Path) -> list[Path]:
    """Write every table to `registry/<table>.parquet` below the lake, all from one moment, each file atomically.

    Rows are in the order of their keys, so the same rows give the same bytes.
    """
    tables = [cast(Table, model.__table__) for model in TABLES]
    with reading(engine) as session:
        if engine.dialect.name == "postgresql":
            session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        rows = {t.name: [tuple(row) for row in session.execute(select(*t.columns))] for t in tables}
    return [write_table(t, rows[t.name], lake / "registry" / f"{t.name}.parquet") for t in tables]


def _arrow_type(column: Column[Any]) -> pa.DataType:
    return next(arrow for kind, arrow in _ARROW_OF if isinstance(column.type, kind))


def write_table(table: Table, rows: list[tuple[Any, ...]], path: Path) -> Path:
    """Write rows of a table in the order of its keys: the same rows give the same bytes."""
    schema = arrow_schema(table)
    keys = [i for i, c in enumerate(table.columns) if c.primary_key]
    rows.sort(key=lambda row: [row[i] for i in keys])
    columns = zip(*rows, strict=True) if rows else ([] for _ in schema)
    arrays = [pa.array(list(values), type=field.type) for values, field in zip(columns, schema, strict=True)]
    _write_atomically(pa.Table.from_arrays(arrays, schema=schema), path)
    return path


def _write_atomically(table: pa.Table, path: Path) -> None:
    """Beside its place, flushed, renamed: a reader sees the old file or the new one.

    The registry knows nothing of ingestion, so it has its own few lines for this.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as stream:
            pq.write_table(table, stream, compression="zstd")
            stream.flush()
            os.fsync(stream.fileno())
        Path(temporary).chmod(0o644)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
