"""The findings of a gate as one file: those of the periods that it judged, beside those that it kept of the others.

A full judgement and the sum of judgements month by month write the same file, byte for byte.  What is kept grows with
the history, so it stays in columns: only what a gate found just now, and wordings, are ever rows of Python.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from ingestion.lake import CHECK_RESULT_SCHEMA, write_parquet

Row = dict[str, Any]

#: A wording belongs to no single month: its finding stands at the first place that uses it.
_OF_NO_MONTH: Final = "crosswalk"
_ORDER: Final = [(name, "ascending") for name in CHECK_RESULT_SCHEMA.names]


def table_of(rows: Iterable[Row]) -> pa.Table:
    """Findings as a table."""
    return pa.Table.from_pylist(list(rows), schema=CHECK_RESULT_SCHEMA)


def read_findings_table(path: Path) -> pa.Table:
    """What a gate wrote."""
    return pq.read_table(path, schema=CHECK_RESULT_SCHEMA)


def write_findings(findings: pa.Table, path: Path) -> str:
    """Write the findings in one order, so that the same findings give the same file; returns its sha256."""
    ordered = findings.sort_by(_ORDER).combine_chunks()
    return write_parquet(ordered, path)


def of_checks(findings: pa.Table, checks: Collection[str]) -> pa.Table:
    """The findings of some checks."""
    return findings.filter(pc.field("check_id").isin(_texts(checks)))


def of_periods(findings: pa.Table, periods: Collection[str] | None) -> pa.Table:
    """The findings of some periods, and those that have none; None is every period."""
    if periods is None:
        return findings
    period = pc.field("period")
    return findings.filter(period.is_null() | period.isin(_texts(periods)))


def kept(findings: pa.Table, periods: Collection[str]) -> pa.Table:
    """What stays of earlier findings when some periods are judged; what has no period is judged every time."""
    period = pc.field("period")
    return findings.filter(period.is_valid() & ~period.isin(_texts(periods)))


def joined(earlier: pa.Table, found: pa.Table) -> pa.Table:
    """Both together; of one wording the finding at its first place alone, as a judgement of everything would say."""
    whole = pa.concat_tables([earlier, found])
    first: dict[tuple[str, str], Row] = {}
    for row in sorted(_of_no_month(whole), key=lambda row: str(row["period"] or "")):
        first.setdefault(_record(row), row)
    return pa.concat_tables([whole.filter(pc.field("record_table") != _OF_NO_MONTH), table_of(first.values())])


def has_moved(before: pa.Table, after: pa.Table) -> bool:
    """True where a wording is found no longer: it may stand in a month that was not judged, so all must be."""
    found = {_record(row) for row in _of_no_month(after)}
    return any(_record(row) not in found for row in _of_no_month(before))


def _of_no_month(findings: pa.Table) -> list[Row]:
    rows: list[Row] = findings.filter(pc.field("record_table") == _OF_NO_MONTH).to_pylist()
    return rows


def _texts(values: Iterable[str]) -> pa.Array:
    """A set of texts, which may be empty."""
    return pa.array(sorted(values), pa.string())


def _record(row: Row) -> tuple[str, str]:
    return row["check_id"], row["record_key"]
