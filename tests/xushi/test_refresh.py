"""The refresh as a user meets it: again, with rubbish, interrupted, twice at once."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from publishing.snapshot import current
from tests.xushi.conftest import SAMPLES, Rows, refreshed, rows_of
from xushi import build_state
from xushi import refresh as stages
from xushi.home import PROJECT_ROOT, Home
from xushi.summary_text import LANGUAGES, render


def content(home: Path) -> tuple[int, str]:
    manifest = current(Home.find(home).published)
    assert manifest is not None
    return manifest.version, manifest.content_digest


def test_a_second_refresh_changes_nothing(copied: Path) -> None:
    lake = {p: (p.stat().st_mtime_ns, p.stat().st_ino) for p in (copied / "lake" / "facts").rglob("*.parquet")}
    before = content(copied)
    outcome = refreshed(copied, SAMPLES)
    assert outcome.summary is not None
    assert outcome.summary["status"] == "unchanged"
    assert outcome.summary["new"] == 0
    assert content(copied) == before
    assert {p: (p.stat().st_mtime_ns, p.stat().st_ino) for p in lake} == lake


def test_the_samples_hold_what_a_month_brings(samples: Rows) -> None:
    filings = {
        row["status"]: row["n"] for row in samples("select status, count(*) as n from fct_submission group by 1")
    }
    assert filings["missing"] == 2  # one never sent, one of which only an unreadable file came
    assert filings["late"] == 1
    assert filings["superseded"] == 1
    assert filings["rejected"] == 1


def test_what_was_not_filed_is_listed_and_nothing_becomes_zero(samples: Rows) -> None:
    absent = samples("select * from fct_task_progress where publication_status = 'not_reported'")
    assert absent
    assert all(row["actual_value"] is None and row["reported_completion_pct"] is None for row in absent)


def test_rubbish_is_rejected_with_one_line_and_the_rest_goes_on(copied: Path, tmp_path: Path) -> None:
    inbox = tmp_path / "inbox"
    shutil.copytree(SAMPLES, inbox)
    (inbox / "空.docx").write_bytes(b"")
    (inbox / "照片.jpg").write_bytes(b"\xff\xd8\xff\xe0" + bytes(200))
    (inbox / "坏.xlsx").write_bytes(b"PK\x03\x04" + os.urandom(300))
    outcome = refreshed(copied, inbox)
    assert outcome.error is None
    assert outcome.has_remarks
    assert outcome.summary is not None
    rejected = {r["file"]: r["detail"] for r in outcome.summary["rejected"]}
    assert {"空.docx", "照片.jpg", "坏.xlsx"} <= set(rejected)
    assert all(line and "\n" not in line for line in rejected.values())
    listed = rows_of(copied)("select file_name, rejection_reason from fct_submission where status = 'rejected'")
    assert {"空.docx", "照片.jpg", "坏.xlsx"} <= {row["file_name"] for row in listed}
    assert all(row["rejection_reason"] for row in listed)


def test_a_renamed_copy_of_a_known_file_is_no_new_submission(copied: Path, tmp_path: Path) -> None:
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    name = sorted(p.name for p in SAMPLES.glob("*.txt"))[0]
    shutil.copy(SAMPLES / name, inbox / "副本.txt")
    before = content(copied)
    outcome = refreshed(copied, inbox)
    assert outcome.summary is not None
    assert outcome.summary["new"] == 0
    assert content(copied) == before


DIE_IN = """
import os, signal, sys
from pathlib import Path
from xushi import refresh, run
from xushi.home import Home
name, home, inbox = sys.argv[1:]
def die(*_): os.kill(os.getpid(), signal.SIGKILL)
setattr(refresh, name, die)
run._STAGES = tuple((label, die if f.__name__ == name else f) for label, f in run._STAGES)
run.refresh(Home.find(home), Path(inbox), None, through_airflow=False, say=print)
"""


@pytest.mark.soak  # single stages are killed in every run of the tests (tests/faults/test_kills.py)
def test_a_refresh_that_dies_where_a_stage_begins_ends_as_an_undisturbed_one(
    samples_home: Path, tmp_path: Path
) -> None:
    """Killed (not raised out of), again and again; the last one goes through."""
    home = tmp_path / "home"
    for stage in ("extract", "raw_gate", "mart_gate", "publish"):
        died = subprocess.run(
            [sys.executable, "-c", DIE_IN, stage, str(home), str(SAMPLES)], cwd=PROJECT_ROOT, capture_output=True
        )
        assert died.returncode == -signal.SIGKILL
        assert current(Home.find(home).published) is None
    outcome = refreshed(home, SAMPLES)
    assert outcome.error is None
    assert content(home)[1] == content(samples_home)[1]


def test_every_finding_of_both_gates_reaches_the_warehouse(samples_home: Path, samples: Rows) -> None:
    import pyarrow.parquet as pq

    found = {
        (row["check_id"], row["record_key"])
        for gate in ("raw", "mart")
        for row in pq.read_table(samples_home / "lake" / "checks" / f"{gate}.parquet").to_pylist()
    }
    published = samples("select check_id, record_key, incident_id from fct_check_result")
    assert {(row["check_id"], row["record_key"]) for row in published} == found
    assert all(row["incident_id"] for row in published)


def test_two_refreshes_at_once_end_as_one(samples_home: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    command = [
        sys.executable,
        "-m",
        "xushi.cli",
        "refresh",
        "--inbox",
        str(SAMPLES),
        "--home",
        str(home),
        "--no-airflow",
    ]
    both = [subprocess.Popen(command, cwd=PROJECT_ROOT, stdout=subprocess.DEVNULL) for _ in range(2)]
    assert {process.wait(timeout=300) for process in both} == {3}
    version, digest = content(home)
    assert version == 1
    assert digest == content(samples_home)[1]


def test_what_another_refresh_built_is_built_and_judged_again_before_it_is_published(copied: Path) -> None:
    plan: dict[str, Any] = {"home": str(copied), "inbox": str(SAMPLES), "period": None, "run_id": "stranger"}
    stages.run_history.start_run(
        stages.registry_of(Home.find(copied)), "stranger", at=stages.datetime.now(stages.UTC), requested_period=None
    )
    before = content(copied)
    assert stages.publish(plan)["is_new"] is False
    assert content(copied) == before
    done = {path.stem for path in (copied / "reports" / "stranger" / "stages").glob("*.json")}
    assert done == {"raw_gate", "transform", "mart_gate", "release", "publish"}
    assert build_state.is_owned(Home.find(copied), "stranger")


def test_the_summary_speaks_both_languages(samples_home: Path) -> None:
    report = json.loads(next(samples_home.glob("reports/*/summary.json")).read_text("utf-8"))
    texts = {language: render(report, language) for language in LANGUAGES}
    assert "未报送" in texts["zh"]
    assert "missing" in texts["en"]
    assert all("{" not in text for text in texts.values())


def test_the_summary_leads_to_the_pages_of_the_checks(samples_home: Path) -> None:
    report = json.loads(next(samples_home.glob("reports/*/summary.json")).read_text("utf-8"))
    assert Path(report["data_docs"]) == Home.find(samples_home).data_docs / "index.html"
    assert "行政区划无法认定" in Path(report["data_docs"]).read_text("utf-8")
    assert report["data_docs"] in render(report, "zh")
    assert "未能生成：x" in render(report | {"data_docs_error": "x"}, "zh")
