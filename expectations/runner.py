"""Runs the suites of one stage and writes every failing record; a check that cannot judge stops the gate.

    result = run_gate("raw", home.lake, None, home.lake / "checks" / "raw.parquet", periods=["2023-09"])

A suite is the checks of one stage on one table.  Great Expectations decides what fails; its lists are cut at 20 and
200 rows, so the full rows are fetched and counted against the number that it observed.

Asked about some periods, a gate judges those and keeps what the file says of the others; what has no period is judged
every time.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from contextlib import redirect_stderr
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from decimal import Decimal
from importlib import import_module
from io import StringIO
from itertools import groupby
from pathlib import Path
from typing import Any, Final

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from expectations import adapter
from expectations.catalogue import RESULT_COLUMNS, Check, Severity, Stage, catalogue, write_catalogue
from expectations.errors import CheckFailedToRunError, GateError, MissingTableError
from expectations.findings import (
    Row,
    has_moved,
    joined,
    kept,
    of_checks,
    read_findings_table,
    table_of,
    write_findings,
)
from expectations.sql import as_expectation_query
from expectations.workbench import RECORD_KEYS, judged_part, relations, workbench

#: More failing keys than any gate can have: Great Expectations needs a number where we mean all.
_ALL: Final = 2**31 - 1

#: What lies outside the lake's tables and changes without a word in the registry: found wrong, it is looked at again.
_OUTSIDE: Final = "originals"


@dataclass(frozen=True, slots=True)
class Finding:
    """What the registry needs of a finding to open or join an incident."""

    check_id: str
    record_table: str
    record_key: str
    severity: Severity
    period: str | None


@dataclass(frozen=True, slots=True)
class GateResult:
    """What the file of a gate says now.

    `blockers` holds (record_table, record_key) of every blocker, `judged` the checks that ran, `periods` what they were
    asked about (None is everything), `whole` those of them that judged everything all the same.  `digest` is the
    sha256 of the file.
    """

    stage: Stage
    counts: dict[str, int]
    blockers: tuple[tuple[str, str], ...]
    judged: tuple[str, ...]
    out: str
    digest: str
    periods: frozenset[str] | None = None
    whole: frozenset[str] = frozenset()


@dataclass(slots=True)
class _Judgement:
    """What the suites of one stage say, gathered while they run."""

    stage: Stage
    periods: frozenset[str] | None
    findings: list[Row] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)
    whole: set[str] = field(default_factory=set)


def run_gate(
    stage: Stage,
    lake: Path,
    build_database: Path | None,
    out: Path,
    checks: Sequence[Check] | None = None,
    *,
    periods: Collection[str] | None = None,
) -> GateResult:
    """Judge one stage and write its findings to `out` (CHECK_RESULT_SCHEMA) and the catalogue beside the registry.

    raw needs the registry's Parquet tables and the lake; mart needs the build database, opened read-only.
    `checks` replaces the project's catalogue in tests.  `periods` are the registered periods to judge, None is
    everything; the findings of the other periods are those that stand in `out`.

    Raises MissingTableError when a suite's table is not there, CheckFailedToRunError when a check could not judge.
    """
    chosen = [c for c in (catalogue() if checks is None else checks) if c.stage == stage]
    if not chosen:
        raise GateError(f"{stage} gate: no check to run")
    names = {c.id for c in chosen}
    before = of_checks(read_findings_table(out), names) if periods is not None and out.exists() else None
    judgement = _judged(stage, lake, build_database, chosen, _to_judge(periods, before, chosen))
    findings = _with_kept(judgement, before, names)
    if before is not None and has_moved(before, findings):
        judgement = _judged(stage, lake, build_database, chosen, None)
        findings = table_of(judgement.findings)
    digest = write_findings(findings, out)
    write_catalogue(lake)
    return GateResult(
        stage=stage,
        counts=dict(sorted(Counter(findings["severity"].to_pylist()).items())),
        blockers=_blockers(findings),
        judged=tuple(sorted(c.id for c in chosen)),
        out=str(out),
        digest=digest,
        periods=judgement.periods,
        whole=frozenset(judgement.whole),
    )


def read_findings(out: Path) -> tuple[Finding, ...]:
    """The findings that a gate wrote, one per check and record."""
    names = [f.name for f in fields(Finding)]
    rows = pq.read_table(out, columns=names).to_pylist()
    return tuple(sorted({Finding(**row) for row in rows}, key=lambda f: (f.check_id, f.record_table, f.record_key)))


def _blockers(findings: pa.Table) -> tuple[tuple[str, str], ...]:
    found = findings.filter(pc.field("severity") == "blocker")
    return tuple(sorted(set(zip(found["record_table"].to_pylist(), found["record_key"].to_pylist(), strict=True))))


def _to_judge(
    periods: Collection[str] | None, before: pa.Table | None, checks: Iterable[Check]
) -> frozenset[str] | None:
    """The periods asked for, and those where something outside the lake's tables was wrong: it may be mended by now."""
    if periods is None or before is None:
        return None
    wrong = of_checks(before, {c.id for c in checks if c.table == _OUTSIDE})["period"]
    return frozenset(periods) | {period for period in wrong.unique().to_pylist() if period}


def _with_kept(judgement: _Judgement, before: pa.Table | None, checks: Collection[str]) -> pa.Table:
    found = table_of(judgement.findings)
    if before is None or judgement.periods is None:
        return found
    return joined(kept(of_checks(before, set(checks) - judgement.whole), judgement.periods), found)


def _judged(
    stage: Stage, lake: Path, build_database: Path | None, checks: Sequence[Check], periods: frozenset[str] | None
) -> _Judgement:
    """The findings of every check, a suite a table, each check's errors gathered and raised together."""
    judgement = _Judgement(stage, periods)
    with workbench(stage, lake, build_database, periods) as (url, connection):
        present = relations(connection)
        missing = sorted({c.table for c in checks} - present)
        if missing:
            raise MissingTableError(stage, missing, sorted(present))
        _run_suites(judgement, checks, url, connection)
    if judgement.failed:
        raise CheckFailedToRunError(stage, judgement.failed)
    return judgement


def _run_suites(
    judgement: _Judgement, checks: Iterable[Check], url: str, connection: duckdb.DuckDBPyConnection
) -> None:
    suites = {t: list(s) for t, s in groupby(sorted(checks, key=lambda c: (c.table, c.id)), key=lambda c: c.table)}
    # all before the first suite: the library's connection sees nothing that is made once its transaction has begun
    parts = {table: judged_part(connection, judgement.stage, table, judgement.periods) for table in suites}
    judgement.whole.update(c.id for table, members in suites.items() if parts[table][1] for c in members)
    gx = adapter.load()
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    source = context.data_sources.add_sql("gate", connection_string=url)
    try:
        for table, members in suites.items():
            asset = source.add_table_asset(table, table_name=parts[table][0])
            batch = asset.add_batch_definition_whole_table("whole")
            _run_suite(gx, context, table, batch, members, connection, judgement)
    finally:
        # An engine left open would keep the build database locked for the next stage of the same process.
        source.get_execution_engine().close()
        source.get_execution_engine().engine.dispose()
        source.get_engine().dispose()


def _run_suite(
    gx: Any,
    context: Any,
    table: str,
    batch: Any,
    checks: Sequence[Check],
    connection: duckdb.DuckDBPyConnection,
    judgement: _Judgement,
) -> None:
    """Run one suite; append its findings, and what a check that raised has said."""
    suite = context.suites.add(gx.ExpectationSuite(table))
    expectations = {c.id: suite.add_expectation(expectation_of(gx, c)) for c in checks}
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
                found = [_finding(check, row) for row in _placed(rows, connection)]
                _refuse_others(check, found, judgement)
                judgement.findings.extend(found)
        except Exception as error:  # noqa: BLE001 (whatever a check raises, the gate must name the check)
            judgement.failed[check.id] = _one_line(error)


def _one_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__


def _refuse_others(check: Check, found: Iterable[Row], judgement: _Judgement) -> None:
    """A check may look back, but it speaks of what it judges: a word about another period would not be found again."""
    if judgement.periods is None or check.id in judgement.whole:
        return
    others = sorted({str(row["period"]) for row in found} - judgement.periods - {"None"})
    if others:
        raise GateError(f"speaks of {', '.join(others)}, which it was not asked about")


def expectation_of(gx: Any, check: Check) -> Any:
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
    """The rows with submission, item, region, period, quote and locator of their record, where the query gave none.

    The period is that of the submission where the record is no longer read.
    """
    records = [(row.get("record_table"), row.get("record_key"), row.get("submission_id")) for row in rows]
    senders = {("submissions", key, key) for *_, key in records if key is not None}
    schema = pa.schema([(name, pa.string()) for name in ("record_table", "record_key", "submission_id")])
    columns = zip(*{*records, *senders}, strict=True)
    keys = pa.Table.from_arrays([pa.array(column, pa.string()) for column in columns], schema=schema)
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
        sender = by_record.get(("submissions", key[2], key[2]), {})
        place = {"period": sender.get("period"), **(by_record.get(key) or by_key.get(key[:2], {}))}
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
