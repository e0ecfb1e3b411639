"""An inbox through ingestion, the models and both gates, as the refresh does it; for tests on real documents."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import pyarrow.parquet as pq

from expectations.runner import run_gate
from ingestion import pipeline
from ingestion.declarations import read_expected
from ingestion.inbox import look_into
from ingestion.lake import ensure_skeleton
from ingestion.resolve import resolve_landed
from registry import expected, migrate, submissions
from registry.export import export_registry
from xushi import transform
from xushi.home import Home

Row = dict[str, object]


def land(inbox: Path, home: Home) -> Home:
    """Receive and extract everything, and export the registry."""
    engine = migrate.upgrade(home.registry_url)
    ensure_skeleton(home.lake)
    stages, seen = pipeline.default_stages(), datetime(2024, 1, 5, tzinfo=UTC)
    found = look_into(inbox)
    for arrival in found.arrivals:
        pipeline.receive(engine, home.originals, arrival, stages, seen_at=seen)
    for register in found.expected_registers:
        expected.record(engine, [expected.Expectation(**asdict(row)) for row in read_expected(register)[0]])
    for row in submissions.pending(engine, stages.version):
        pipeline.process(engine, home.lake, row.submission_id, stages)
    resolve_landed(engine, home.lake, at=seen)
    export_registry(engine, home.lake)
    engine.dispose()
    return home


def judged(home: Home) -> list[Row]:
    """The findings of both gates, with the file and the item's number that each is about."""
    raw, mart = (home.lake / "checks" / f"{stage}.parquet" for stage in ("raw", "mart"))
    run_gate("raw", home.lake, None, raw)
    transform.transform(home)
    run_gate("mart", home.lake, home.build_database, mart)
    files = {
        row["submission_id"]: row for row in pq.read_table(home.lake / "registry" / "submissions.parquet").to_pylist()
    }
    numbers = {
        (row["submission_id"], row["item_key"]): row["item_no"]
        for path in sorted((home.lake / "items").rglob("*.parquet"))
        for row in pq.read_table(path, columns=["submission_id", "item_key", "item_no"]).to_pylist()
    }
    found = [row for out in (raw, mart) for row in pq.read_table(out).to_pylist()]
    for row in found:
        sender = files.get(row["submission_id"]) or {}
        row["file_name"], row["reporting_unit"] = sender.get("file_name"), sender.get("reporting_unit")
        row["item_no"] = numbers.get((row["submission_id"], row["item_key"]))
    return found
