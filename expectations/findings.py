"""The findings of a gate as one file: those of the periods that it judged, beside those that it kept of the others.

A full judgement and the sum of judgements month by month write the same file, byte for byte.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

from ingestion.lake import CHECK_RESULT_SCHEMA, write_parquet

Row = dict[str, Any]

#: A wording belongs to no single month: its finding stands at the first place that uses it.
_OF_NO_MONTH: Final = "crosswalk"


def read_rows(path: Path) -> list[Row]:
    """The findings that a gate wrote."""
    rows: list[Row] = pq.read_table(path, schema=CHECK_RESULT_SCHEMA).to_pylist()
    return rows


def write_rows(rows: Iterable[Row], path: Path) -> str:
    """Write the findings in one order, so that the same findings give the same file; returns its sha256."""
    return write_parquet(pa.Table.from_pylist(sorted(rows, key=_order), schema=CHECK_RESULT_SCHEMA), path)


def is_kept(row: Row, checks: Collection[str], periods: Collection[str]) -> bool:
    """True for an earlier finding of one of the checks that were asked about `periods` alone, and not about its own.

    A finding without a period is never kept: what has no period is judged every time.
    """
    return row["check_id"] in checks and row["period"] is not None and row["period"] not in periods


def joined(kept: Iterable[Row], found: Iterable[Row]) -> list[Row]:
    """Both together; of one wording the finding at its first place alone, as a judgement of everything would say."""
    rows: list[Row] = []
    first: dict[tuple[str, str], Row] = {}
    for row in sorted([*kept, *found], key=lambda row: (row["period"] or "", _order(row))):
        if row["record_table"] != _OF_NO_MONTH or first.setdefault(_record(row), row) is row:
            rows.append(row)
    return rows


def has_moved(before: Iterable[Row], after: Iterable[Row]) -> bool:
    """True where a wording is found no longer: it may stand in a month that was not judged, so all must be."""
    found = {_record(row) for row in after}
    return any(row["record_table"] == _OF_NO_MONTH and _record(row) not in found for row in before)


def _record(row: Row) -> tuple[str, str]:
    return row["check_id"], row["record_key"]


def _order(row: Row) -> tuple[str, ...]:
    return tuple(str(row[name] or "") for name in CHECK_RESULT_SCHEMA.names)
