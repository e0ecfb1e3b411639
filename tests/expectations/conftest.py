"""A lake written by hand: facts, items and submissions in the real schemas, and a gate over one or all checks."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from expectations.catalogue import catalogue
from expectations.runner import run_gate
from ingestion.lake import SCHEMAS, ensure_skeleton, table_of, write_parquet
from registry.export import arrow_schema
from registry.models import Amendment, Correction, CrosswalkEntry, ExpectedSubmission, ExtractionRun
from registry.models import Submission as SubmissionRow

Row = dict[str, Any]
CITY = "440700"


def submission(submission_id: str = "s1", **changes: Any) -> Row:
    """A current submission of a city's lag table for September 2023."""
    row: Row = dict.fromkeys(c.name for c in SubmissionRow.__table__.columns)
    row |= {
        "submission_id": submission_id,
        "sha256": f"{submission_id}-sha",
        "file_name": f"{submission_id}.txt",
        "format": "txt",
        "size_bytes": 1,
        "reporting_unit": "江门市",
        "region_code": CITY,
        "region_context": CITY,
        "period": "2023-09",
        "family": "lag_table",
        "scope": f"scope-{submission_id}",
        "revision": 0,
        "is_resubmission": False,
        "is_stamped": False,
        "replaces": "all",
        "received_at": datetime(2023, 10, 5, tzinfo=UTC),
        "first_seen_at": datetime(2023, 10, 5, tzinfo=UTC),
        "status": "extracted",
        "as_of_date": date(2023, 9, 30),
        "campaign_year": 2023,
        "issued_by_city": True,
    }
    return row | changes


def item(key: str = "i1", submission_id: str = "s1", **changes: Any) -> Row:
    row: Row = dict.fromkeys(SCHEMAS["items"].names)
    row |= {
        "submission_id": submission_id,
        "document": f"{submission_id}.txt",
        "document_sha256": f"{submission_id}-sha",
        "item_key": key,
        "item_seq": 1,
        "item_no": "1",
        "region": "开平市",
        "region_code": "440783",
        "task": "任务",
        "locator": "table 1/row 2/cell 5",
    }
    return row | changes


def fact(fact_id: str, kind: str = "progress", key: str = "i1", submission_id: str = "s1", **changes: Any) -> Row:
    """A fact; numbers may be given as strings. Canonical figures default to the figures as written."""
    row: Row = dict.fromkeys(SCHEMAS["facts"].names)
    row |= {
        "submission_id": submission_id,
        "document": f"{submission_id}.txt",
        "document_sha256": f"{submission_id}-sha",
        "family": "lag_table",
        "fact": kind,
        "fact_id": fact_id,
        "item_key": key,
        "item_seq": 1,
        "requirement_no": 1,
        "region": "开平市",
        "region_code": "440783",
        "campaign_year": 2023,
        "as_of_date": date(2023, 9, 30),
        "is_plan": False,
        "is_approximate": False,
        "is_stated_zero": False,
        "key_mark": False,
        "section": "result",
        "rule_id": "by.hand",
        "rule_version": "1",
        "quote": f"原文{fact_id}",
        "locator": "table 1/row 2/cell 5",
        "char_start": 0,
        "char_end": 3,
    }
    row |= changes
    row["canonical_value"] = changes.get("canonical_value", row["actual_value"])
    row["canonical_unit"] = changes.get("canonical_unit", row["unit"] or row["target_unit"])
    row["canonical_target_value"] = changes.get("canonical_target_value", row["target_value"])
    figures = {f.name for f in SCHEMAS["facts"] if pa.types.is_decimal(f.type)}
    return {k: Decimal(str(v)) if k in figures and v is not None else v for k, v in row.items()}


def requirement(fact_id: str = "r1", **changes: Any) -> Row:
    return fact(fact_id, "requirement", **changes)


def expected(expected_id: str = "e1", **changes: Any) -> Row:
    """A report on September 2023 that a district owes by 5 October."""
    row: Row = {
        "expected_id": expected_id,
        "reporting_unit": "开平市",
        "region_code": "440783",
        "period": "2023-09",
        "family": "assessment_table",
        "due_date": date(2023, 10, 5),
        "origin": "register",
    }
    return row | changes


REGIONS = {"开平市": "440783", "蓬江区": "440703", "江海区": "440704"}


@pytest.fixture
def make_lake(tmp_path: Path) -> Callable[..., Path]:
    """Write a lake of the given rows: one submission unless others are given, its originals untouched."""

    def make(
        facts: list[Row] = (),
        items: list[Row] = (),
        submissions: list[Row] = (),
        crosswalk: dict[str, str] = REGIONS,
        corrections: list[Row] = (),
        expected: list[Row] = (),
    ) -> Path:
        lake = tmp_path / "lake"
        ensure_skeleton(lake)
        rows = list(submissions) or [submission()]
        runs = []
        for row in rows:
            name = f"period={row['period']}/{row['submission_id']}.x1.parquet"
            for kind, given in (("facts", facts), ("items", items)):
                own = [r for r in given if r["submission_id"] == row["submission_id"]]
                write_parquet(table_of(own, SCHEMAS[kind]), lake / kind / name)
            runs.append(_run(row, f"facts/{name}"))
            _keep_original(lake, row)
        _write(lake, "submissions", rows, SubmissionRow)
        _write(lake, "expected_submissions", list(expected), ExpectedSubmission)
        _write(lake, "extraction_runs", runs, ExtractionRun)
        _write(lake, "crosswalk", [_named(*pair) for pair in crosswalk.items()], CrosswalkEntry)
        _write(lake, "amendments", [], Amendment)
        _write(lake, "corrections", list(corrections), Correction)
        return lake

    return make


def _run(row: Row, lake_file: str) -> Row:
    moment = datetime(2023, 10, 5, tzinfo=UTC)
    return {
        "run_id": f"{row['submission_id']}.x1",
        "submission_id": row["submission_id"],
        "extractor_version": "x1",
        "started_at": moment,
        "finished_at": moment,
        "status": "succeeded",
        "item_count": 0,
        "fact_count": 0,
        "rejection_count": 0,
        "lake_file": lake_file,
        "is_live": row["status"] == "extracted",
    }


def _named(wording: str, code: str) -> Row:
    return {
        "entry_id": wording,
        "kind": "region",
        "context": CITY,
        "wording": wording,
        "durable_id": code,
        "label": wording,
        "created_at": datetime(2023, 10, 5, tzinfo=UTC),
    }


def _keep_original(lake: Path, row: Row) -> None:
    """The original's content is its file name; its registered sha256 is the true one unless the test gave one."""
    content = row["file_name"].encode()
    if row["sha256"] == f"{row['submission_id']}-sha":
        row["sha256"] = hashlib.sha256(content).hexdigest()
    path = lake / "originals" / row["sha256"][:2] / row["sha256"]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def _write(lake: Path, name: str, rows: list[Row], model: Any) -> None:
    write_parquet(
        pa.Table.from_pylist(rows, schema=arrow_schema(model.__table__)), lake / "registry" / f"{name}.parquet"
    )


@pytest.fixture
def judge(make_lake: Callable[..., Path]) -> Callable[..., list[Row]]:
    """Run one check, or all of the stage, over a hand-written lake; the findings as rows."""

    def run(*check_ids: str, **rows: Any) -> list[Row]:
        lake = make_lake(**rows)
        out = lake / "checks" / "raw.parquet"
        chosen = [c for c in catalogue() if not check_ids or c.id in check_ids]
        assert len(chosen) >= len(check_ids)
        run_gate("raw", lake, None, out, checks=chosen)
        found: list[Row] = pq.read_table(out).to_pylist()
        return found

    return run


@pytest.fixture
def judge_cases(judge: Callable[..., list[Row]]) -> Callable[..., list[list[str]]]:
    """Run checks once over many cases, each a list of facts of its own item; the ids of the checks that each fails."""

    def run(check_ids: tuple[str, ...], cases: list[list[Row]]) -> list[list[str]]:
        facts = [
            row | {"fact_id": f"{i}/{row['fact_id']}", "item_key": f"i{i}", "locator": f"paragraph {i}"}
            for i, case in enumerate(cases)
            for row in case
        ]
        found: list[list[str]] = [[] for _ in cases]
        for finding in judge(*check_ids, facts=facts):
            found[int(finding["record_key"].split("/")[0])].append(finding["check_id"])
        return found

    return run
