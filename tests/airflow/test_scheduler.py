"""The DAG under a real scheduler: started here, triggered, waited for, and its result queried."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from publishing.query import query
from xushi import run
from xushi.home import PROJECT_ROOT, Home
from xushi.orchestrate import TaskProgress, airflow_for

pytestmark = [pytest.mark.airflow, pytest.mark.xdist_group("airflow")]

INBOX = PROJECT_ROOT / "samples" / "inbox"


@pytest.fixture(scope="module")
def refreshed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Home, list[str], list[str]]:
    """One home, refreshed twice under one scheduler; what each run did, task by task."""
    home = Home.find(tmp_path_factory.mktemp("home"))
    runs: list[list[str]] = []
    with airflow_for(home) as airflow:
        for _ in range(2):
            told: list[TaskProgress] = []
            _, state = airflow.run({"inbox": str(INBOX), "period": None, "gate": "withhold"}, told.append)
            assert state == "success"
            runs.append([f"{t.display_name}|{t.label}|{t.state}" for t in told])
    return home, runs[0], runs[1]


def test_the_scheduler_publishes_the_samples(refreshed: tuple[Home, list[str], list[str]]) -> None:
    home, first, _ = refreshed
    assert any(line.startswith("⑦ 发布 publish") and line.endswith("success") for line in first)
    found = query(home.published_database, "select count(distinct region_key) from fct_task_progress")
    assert found.rows[0][0] >= 7


def test_mapped_tasks_bear_names_that_a_person_can_read(refreshed: tuple[Home, list[str], list[str]]) -> None:
    _, first, _ = refreshed
    labels = {line.split("|")[1] for line in first if line.startswith("② 读取 extract") and line.endswith("success")}
    assert labels
    assert all("2023-0" in label for label in labels)


def test_a_second_run_reports_that_nothing_changed_and_changes_nothing(
    refreshed: tuple[Home, list[str], list[str]],
) -> None:
    home, _, second = refreshed
    assert any(line.startswith("⑦ 发布 publish") and line.endswith("skipped") for line in second)
    assert len(list((home.published / "versions").iterdir())) == 1
    newest = max(home.reports.glob("*/summary.json"), key=lambda path: path.stat().st_mtime_ns)
    assert json.loads(newest.read_text("utf-8"))["status"] == "unchanged"


def test_the_same_functions_in_one_process_publish_the_same_content(
    refreshed: tuple[Home, list[str], list[str]], tmp_path: Path
) -> None:
    home, _, _ = refreshed
    alone = Home.find(tmp_path / "alone")
    outcome = run.refresh(alone, INBOX, None, through_airflow=False, say=lambda _: None)
    assert outcome.error is None

    def digest(of: Home) -> str:
        manifest = next((of.published / "versions").glob("*/manifest.json"))
        return str(json.loads(manifest.read_text("utf-8"))["content_digest"])

    assert digest(alone) == digest(home)
