"""What is shown before a file is registered is what registering and reading it gives."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ingestion import pipeline
from ingestion.inbox import look_into
from ingestion.lake import ensure_skeleton
from ingestion.preview import Upload, preview
from registry import migrate, runs, submissions

SAMPLES = Path(__file__).parents[2] / "samples" / "inbox"
SEEN = datetime(2023, 10, 12, tzinfo=UTC)
FILES = (
    "江海区考核任务完成情况表（2023年1-9月）.xlsx",
    "鹤山市-2023年9月-污染防治重点工作进度.txt",
    "台山市2023年9月环境保护重点任务进展.html",
)


@pytest.mark.parametrize("name", FILES)
def test_a_preview_is_what_registering_gives(tmp_path: Path, name: str) -> None:
    folder, lake = tmp_path / "001", tmp_path / "lake"
    folder.mkdir()
    shutil.copy(SAMPLES / name, folder / name)
    stages = pipeline.default_stages()
    (shown,) = preview(stages, SEEN, Upload(folder, tmp_path / "copies", name, 1)).files

    engine = migrate.upgrade(f"sqlite:///{tmp_path / 'registry.sqlite'}")
    ensure_skeleton(lake)
    (arrival,) = look_into(folder).arrivals
    receipt = pipeline.receive(engine, lake / "originals", arrival, stages, seen_at=SEEN)
    pipeline.process(engine, lake, receipt.submission_id, stages)
    kept = submissions.get(engine, receipt.submission_id)
    assert {c: getattr(kept, c) for c in shown.received.row() if c not in ("status", "revision", "superseded_by")} == {
        c: value for c, value in shown.received.row().items() if c not in ("status", "revision", "superseded_by")
    }
    run = runs.live_of(engine, receipt.submission_id)
    assert run is not None and shown.readout is not None
    read = shown.readout
    assert (read.item_count, read.fact_count, read.unread_count) == (
        run.item_count, run.fact_count, run.rejection_count,
    )  # fmt: skip
    assert sum(len(row.figures) for row in read.rows) == read.fact_count, "each fact stands in one row"
    assert all(figure.quote and figure.locator for row in read.rows for figure in row.figures)
    engine.dispose()
