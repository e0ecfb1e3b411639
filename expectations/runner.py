"""Runs the suites of one stage and writes every failing record; a check that cannot judge stops the gate.

    result = run_gate("raw", home.lake, None, home.lake / "checks" / "raw.parquet")

A suite is the checks of one stage on one table.  Great Expectations decides what fails; its lists are cut at 20 and
200 rows, so the full rows are fetched and counted against the number that it observed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import redirect_stderr
from dataclasses import dataclass, fields
from datetime import date, datetime
from decimal import Decimal
from importlib import import_module
from io import StringIO
from itertools import groupby
from pathlib import Path
from typing import Any, Final

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from expectations import adapter
from expectations.catalogue import RESULT_COLUMNS, Check, Severity, Stage, catalogue, write_catalogue
from expectations.errors import CheckFailedToRunError, GateError, MissingTableError
from expectations.sql import as_expectation_query
from expectations.workbench import RECORD_KEYS, relations, workbench
from ingestion.lake import CHECK_RESULT_SCHEMA, write_parquet

#: More failing keys than any gate can have: Great Expectations needs a number where we mean all.
_ALL: Final = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Finding:
    """What the registry needs of a finding to open or join an incident."""

    check_id: str
    record_table: str
    record_key: str
    severity: Severity


@dataclass(frozen=True, slots=True)
class GateResult:
    """What a gate found. `blockers` holds (record_table, record_key) of every blocker; `judged` the checks that ran."""

    stage: Stage
    counts: dict[str, int]
    blockers: tuple[tuple[str, str], ...]
    judged: tuple[str, ...]
    out: str


def run_gate(
    stage: Stage,
    lake: Path,
    build_database: Path | None,
    out: Path,
    checks: Sequence[Check] | None = None,
) -> GateResult:
    """Judge one stage and write its findings to `out` (CHECK_RESULT_SCHEMA) and the catalogue beside the registry.

    raw needs the registry's Parquet tables and the lake; mart needs the build database, opened read-only.
    `checks` replaces the project's catalogue in tests.

    Raises MissingTableError when a suite's table is not there, CheckFailedToRunError when a check could not judge.
    """
    chosen = [c for c in (catalogue() if checks is None else checks) if c.stage == stage]
    if not chosen:
        raise GateError(f"{stage} gate: no check to run")
    with workbench(stage, lake, build_database) as (url, connection):
        present = relations(connection)
        missing = sorted({c.table for c in chosen} - present)
        if missing:
            raise MissingTableError(stage, missing, sorted(present))
        findings = _judge(stage, chosen, url, connection)
    table = pa.Table.from_pylist(sorted(findings, key=_order), schema=CHECK_RESULT_SCHEMA)
    write_parquet(table, out)
    write_catalogue(lake)
    return GateResult(
        stage=stage,
        counts=dict(sorted(Counter(f["severity"] for f in findings).items())),
        blockers=tuple(sorted({(f["record_table"], f["record_key"]) for f in findings if f["severity"] == "blocker"})),
        judged=tuple(sorted(c.id for c in chosen)),
        out=str(out),
    )


def read_findings(out: Path) -> tuple[Finding, ...]:
    """The findings that a gate wrote, one per check and record."""
    names = [f.name for f in fields(Finding)]
    rows = pq.read_table(out, columns=names).to_pylist()
    return tuple(sorted({Finding(**row) for row in rows}, key=lambda f: (f.check_id, f.record_table, f.record_key)))


def _order(finding: dict[str, Any]) -> tuple[str, ...]:
    """Findings are written in one order, so that the same findings give the same file."""
    return tuple(str(finding[name] or "") for name in CHECK_RESULT_SCHEMA.names)


def _judge(
    stage: Stage, checks: Iterable[Check], url: str, connection: duckdb.DuckDBPyConnection
) -> list[dict[str, Any]]:
    """The findings of every check, a suite a table, each check's errors gathered and raised together."""
    gx = adapter.load()
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    source = context.data_sources.add_sql("gate", connection_string=url)
    findings: list[dict[str, Any]] = []
    failed: dict[str, str] = {}
    try:
        for table, suite in groupby(sorted(checks, key=lambda c: (c.table, c.id)), key=lambda c: c.table):
            batch = source.add_table_asset(table, table_name=table).add_batch_definition_whole_table("whole")
            _run_suite(gx, context, table, batch, list(suite), connection, findings, failed)
    finally:
        # An engine left open would keep the build database locked for the next stage of the same process.
        source.get_execution_engine().close()
        source.get_execution_engine().engine.dispose()
        source.get_engine().dispose()
    if failed:
        raise CheckFailedToRunError(stage, failed)
    return findings


def _run_suite(
    gx: Any,
    context: Any,
    table: str,
    batch: Any,
    checks: Sequence[Check],
    connection: duckdb.DuckDBPyConnection,
    findings: list[dict[str, Any]],
    failed: dict[str, str],
) -> None:
    """Run one suite; append its findings, and what a check that raised has said."""
    suite = context.suites.add(gx.ExpectationSuite(table))
    expectations = {c.id: suite.add_expectation(_expectation(gx, c)) for c in checks}
    definition = context.validation_definitions.add(gx.ValidationDefinition(name=table, data=batch, suite=suite))
    # validated on the batch: a run of the definition also stores its results, 5 ms for each failing decimal
    run = batch.get_batch().validate(
        suite,
        result_format={
            "result_format": "COMPLETE",
            "unexpected_index_column_names": [RECORD_KEYS[table]] if table in RECORD_KEYS else [],
            "partial_unexpected_count": _ALL,
        },
    )
    results = {r.expectation_config.meta["check_id"]: r for r in run.results}
    for check in checks:
        try:
            result = results[check.id]
            if result.exception_info and not result.result:
                raise GateError(_first_line(result.exception_info))
            if not result.success:
                rows = _failing_rows(check, result.result, definition, expectations[check.id], connection)
                findings.extend(_finding(check, row) for row in _placed(rows, connection))
        except Exception as error:  # noqa: BLE001 (whatever a check raises, the gate must name the check)
            failed[check.id] = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__


def _expectation(gx: Any, check: Check) -> Any:
    """The Great Expectations object of a check: the built-in that it names, else a query of failing rows."""
    meta = {"check_id": check.id}
    if check.expectation is None:
        query = as_expectation_query(check.query)
        return gx.expectations.UnexpectedRowsExpectation(unexpected_rows_query=query, meta=meta)
    arguments = dict(check.expectation)
    kind = getattr(gx.expectations, arguments.pop("type"))
    conditions = import_module("great_expectations.expectations.row_conditions")
    for column, value in arguments.pop("where", {}).items():
        arguments["row_condition"] = conditions.Column(column) == value
    return kind(**arguments, meta=meta)


def _failing_rows(
    check: Check, result: dict[str, Any], definition: Any, expectation: Any, connection: duckdb.DuckDBPyConnection
) -> list[dict[str, Any]]:
    """Every failing record as a row of RESULT_COLUMNS; fewer than Great Expectations counted is an error."""
    if check.expectation is None:
        with redirect_stderr(StringIO()):  # its progress bar cannot be switched off here
            rows: list[dict[str, Any]] = definition.get_unexpected_rows(expectation)
        if len(rows) != result["observed_value"]:
            raise GateError(f"{result['observed_value']} rows fail, {len(rows)} were read")
        return rows
    keys = [row[RECORD_KEYS[check.table]] for row in result["unexpected_index_list"]]
    if len(keys) != result["unexpected_count"]:
        raise GateError(f"{result['unexpected_count']} rows fail, {len(keys)} keys were read")
    connection.register("failing", pa.table({"record_key": pa.array(keys, pa.string())}))
    try:
        rows = connection.execute(check.query).to_arrow_table().to_pylist()
    finally:
        connection.unregister("failing")
    if not rows:
        raise GateError(f"{len(keys)} rows fail, and the query tells none of them")
    return rows


def _placed(rows: list[dict[str, Any]], connection: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    """The rows with submission, item, region, period, quote and locator of their record, where the query gave none."""
    records = [(row.get("record_table"), row.get("record_key"), row.get("submission_id")) for row in rows]
    schema = pa.schema([(name, pa.string()) for name in ("record_table", "record_key", "submission_id")])
    keys = pa.Table.from_arrays([pa.array(column, pa.string()) for column in zip(*records, strict=True)], schema=schema)
    connection.register("keys", keys)
    try:
        found = connection.execute(
            "select distinct p.* from keys k join places p on p.record_table = k.record_table"
            " and p.record_key = k.record_key and p.submission_id = coalesce(k.submission_id, p.submission_id)"
        ).to_arrow_table()
    finally:
        connection.unregister("keys")
    by_record = {(p["record_table"], p["record_key"], p["submission_id"]): p for p in found.to_pylist()}
    by_key = {key[:2]: place for key, place in by_record.items()}
    placed = []
    for row, key in zip(rows, records, strict=True):
        place = by_record.get(key) or by_key.get(key[:2], {})
        placed.append(
            {**place, **{name: value for name, value in row.items() if value is not None or name not in place}}
        )
    return placed


def _finding(check: Check, row: dict[str, Any]) -> dict[str, Any]:
    """A row of CHECK_RESULT_SCHEMA; a column that no finding has, or a finding that says nothing, is an error."""
    invented = sorted(set(row) - set(RESULT_COLUMNS))
    if invented:
        raise GateError(f"unknown columns: {', '.join(invented)}")
    untold = [name for name in ("record_table", "record_key", "message_zh", "message_en") if not row.get(name)]
    if untold:
        raise GateError(f"empty {', '.join(untold)} for record {row.get('record_key')}")
    cells = {name: _cell(name, row.get(name)) for name in RESULT_COLUMNS}
    return {"check_id": check.id, "severity": check.severity, **cells}


def _cell(name: str, value: Any) -> Any:
    if value is None or name == "requirement_no":
        return value
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value)


def _first_line(exception_info: dict[str, Any]) -> str:
    """The message inside Great Expectations' nested exception record."""
    if "exception_message" in exception_info:
        return str(exception_info["exception_message"])
    messages = [info.get("exception_message") for info in exception_info.values() if isinstance(info, dict)]
    return str(next((m for m in messages if m), exception_info))
