"""The lake's files: Parquet with fixed schemas, each file written whole and renamed into place.

A file is named by its submission and the extractor's version below `period=YYYY-MM`, so landing twice writes the
same name with the same content.  An empty file per kind keeps every glob non-empty and carries the schema.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, fields, is_dataclass
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

from ingestion.records import Fact, NumeralCoverage, Rejection

#: Figures in the unit as written: 18 digits before the point, 6 after it.
FIGURE: Final = pa.decimal128(24, 6)

_ARROW_OF: Final[Mapping[str, pa.DataType]] = {
    "str": pa.string(),
    "int": pa.int32(),
    "bool": pa.bool_(),
    "Decimal": FIGURE,
    "date": pa.date32(),
}


def _arrow_type(annotation: str) -> pa.DataType:
    """The Arrow type of a record's field: literals are strings, optional fields have the type of their value."""
    name = annotation.replace("| None", "").strip()
    return _ARROW_OF.get(name, pa.string())


def _schema(record: type, *extra: pa.Field) -> pa.Schema:
    return pa.schema([*extra, *(pa.field(f.name, _arrow_type(str(f.type))) for f in fields(record))])


_SUBMISSION = pa.field("submission_id", pa.string())
#: Under which the crosswalk holds the document's region names; NULL in files of older versions: the submission's own.
_CONTEXT = pa.field("region_context", pa.string())

ITEM_SCHEMA: Final = pa.schema(
    [
        _SUBMISSION,
        *(pa.field(name, pa.string()) for name in ("document", "document_sha256", "item_key")),
        pa.field("item_seq", pa.int32()),
        *(
            pa.field(name, pa.string())
            for name in (
                "item_no",
                "region",
                "region_code",
                "task",
                "content",
                "requirement_text",
                "progress_text",
                "locator",
            )
        ),
        pa.field("issued_by_city", pa.bool_()),
        _CONTEXT,
    ]
)

#: The regions that share a task item, the lead first; an item of one region has no row.
ITEM_REGION_SCHEMA: Final = pa.schema(
    [
        _SUBMISSION,
        *(pa.field(name, pa.string()) for name in ("document_sha256", "item_key", "region", "region_code", "role")),
        pa.field("place", pa.int32()),
        _CONTEXT,
    ]
)

#: The durable ids of a run's items and requirements, which the resolve stage writes beside the facts.
IDENTITY_SCHEMA: Final = pa.schema(
    [_SUBMISSION, *(pa.field(name, pa.string()) for name in ("item_key", "task_id", "fact_id", "requirement_id"))]
)

#: Every kind of file under the lake that is written for a submission.
SCHEMAS: Final[Mapping[str, pa.Schema]] = {
    "facts": _schema(Fact, _SUBMISSION, _CONTEXT),
    "items": ITEM_SCHEMA,
    "item_regions": ITEM_REGION_SCHEMA,
    "rejections": _schema(Rejection, _SUBMISSION),
    "coverage": _schema(NumeralCoverage, _SUBMISSION),
    "identities": IDENTITY_SCHEMA,
}

CHECK_RESULT_SCHEMA: Final = pa.schema(
    [
        pa.field(name, pa.int32() if name == "requirement_no" else pa.string())
        for name in (
            "check_id",
            "severity",
            "record_table",
            "record_key",
            "submission_id",
            "document_sha256",
            "item_key",
            "requirement_no",
            "region_code",
            "period",
            "message_zh",
            "message_en",
            "expected",
            "observed",
            "arithmetic",
            "source_quote",
            "source_locator",
        )
    ]
)

EMPTY_PERIOD: Final = "0000-00"


def partition(kind: str, period: str) -> str:
    """The folder of a kind and registered period, relative to the lake."""
    return f"{kind}/period={period}"


def table_of(records: Iterable[Any], schema: pa.Schema, **constant: Any) -> pa.Table:
    """Records (dataclasses or mappings) as an Arrow table of the schema; constants fill a column."""
    rows = [dict(asdict(r) if is_dataclass(r) and not isinstance(r, type) else r, **constant) for r in records]
    return pa.Table.from_pylist(rows, schema=schema)


def write_parquet(table: pa.Table, path: Path) -> str:
    """Write a table beside its place, flush it to disk, rename it into place; returns the file's sha256.

    A reader sees the old file or the new one, never half of one.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as stream:
            pq.write_table(table, stream, compression="zstd")
            stream.flush()
            os.fsync(stream.fileno())
        digest = file_sha256(Path(temporary))
        Path(temporary).chmod(0o644)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    return digest


def write_if_changed(table: pa.Table, path: Path) -> None:
    """Write a table where the file is not there, is damaged or has other rows; the same rows leave it as it is."""
    held = rows_of(path, table.schema)
    if held is None or not held.equals(table):
        write_parquet(table, path)


def rows_of(path: Path, schema: pa.Schema | None = None) -> pa.Table | None:
    """Every row of a Parquet file; None where there is no file, or one that cannot be read to its end."""
    try:
        with path.open("rb") as stream:
            table = pq.ParquetFile(stream).read()
            return table if schema is None else pq.read_table(path, schema=schema)
    except (OSError, pa.ArrowException):
        return None


def file_sha256(path: Path) -> str:
    """The sha256 of a file, in hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def ensure_skeleton(lake: Path) -> None:
    """Write the empty file of each kind, so that a glob over a new lake, or one of older files, finds the schema."""
    for kind, schema in SCHEMAS.items():
        path = lake / partition(kind, EMPTY_PERIOD) / "empty.parquet"
        held = rows_of(path)
        if held is None or not held.schema.equals(schema):
            write_parquet(schema.empty_table(), path)
    for stage in ("raw", "mart"):
        path = lake / "checks" / f"{stage}.parquet"
        if rows_of(path) is None:  # findings that cannot be read are found again: the gates know them by their sha256
            write_parquet(CHECK_RESULT_SCHEMA.empty_table(), path)


def read_kind(lake: Path, kind: str, live: Sequence[str]) -> pa.Table:
    """The rows of the named live files (paths relative to the lake), as one table; no files give an empty table."""
    schema = SCHEMAS[kind]
    tables = [pq.read_table(lake / name, schema=schema) for name in live]
    return pa.concat_tables(tables) if tables else schema.empty_table()
