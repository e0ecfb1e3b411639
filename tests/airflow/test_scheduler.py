"""The DAG under a real scheduler: started here, triggered, waited for, answered, and its result queried."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from publishing.query import query
from publishing.snapshot import current
from tests.xushi.conftest import filed_twice
from xushi import decisions, run
from xushi.home import PROJECT_ROOT, Home
from xushi.human_gate import PUBLISH, STOP
from xushi.orchestrate import Airflow, TaskProgress, airflow_for
from xushi.stages import failure_of, run_key

#: Four runs in one fixture: on a machine that does other things too they need more than the usual limit.
pytestmark = [pytest.mark.airflow, pytest.mark.xdist_group("airflow"), pytest.mark.timeout(1800)]

INBOX = PROJECT_ROOT / "samples" / "inbox"
GATE = "人工关口 human_gate"


@dataclass(slots=True)
class Run:
    """What one run did, task by task, and what stood published after it."""

    told: list[str]
    version: int
    digest: str
    summary: dict[str, Any]
    asked: dict[str, Any] = field(default_factory=dict)

    def state_of(self, task: str) -> str:
        return [line.rsplit("|", 1)[1] for line in self.told if line.startswith(task)][-1]


def triggered(airflow: Airflow, home: Home, answer: str | None = None, inbox: Path = INBOX, **conf: Any) -> Run:
    """One run to its end; a question that it asks is kept, and answered where the test has an answer."""
    told: list[str] = []
    asked: dict[str, Any] = {}

    def follow(task: TaskProgress) -> None:
        told.append(f"{task.display_name}|{task.label}|{task.state}")
        if task.state == "awaiting_input":
            (question,) = airflow.questions()
            asked.update(question)
            if answer is not None:
                airflow.answer(question, answer)

    run_id, state = airflow.run({"inbox": str(inbox), "period": None, **conf}, follow)
    assert state == "success", (told, failure_of(home, run_key(run_id)))
    manifest = current(home.published)
    assert manifest is not None
    newest = max(home.reports.glob("*/summary.json"), key=lambda path: path.stat().st_mtime_ns)
    return Run(told, manifest.version, manifest.content_digest, json.loads(newest.read_text("utf-8")), asked)


def correct(home: Home) -> None:
    """A steward's correction, so that there is something new to publish."""
    found = query(
        home.published_database,
        "select progress_key from fct_task_progress where is_current and actual_value = 21 and publication_status ="
        " 'published' order by 1",
    )
    decisions.correct(
        home, found.rows[0][0], "actual_value", "21", "12", reason="现场核查", by="王五", at=datetime.now(UTC)
    )


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> tuple[Home, dict[str, Run]]:
    """One home under one scheduler: two plain runs, then two that ask: one is answered, one is not."""
    home = Home.find(tmp_path_factory.mktemp("home"))
    done: dict[str, Run] = {}
    with airflow_for(home) as airflow:
        done["first"] = triggered(airflow, home, gate="withhold")
        done["second"] = triggered(airflow, home, gate="withhold")
        inbox = filed_twice(tmp_path_factory.mktemp("later") / "inbox")
        done["stopped"] = triggered(airflow, home, STOP, inbox)
        correct(home)
        done["unanswered"] = triggered(airflow, home, None, inbox, gate="human", gate_hours=0.0001)
    return home, done


def test_the_scheduler_publishes_the_samples(runs: tuple[Home, dict[str, Run]]) -> None:
    home, done = runs
    assert done["first"].state_of("⑦ 发布 publish") == "success"
    assert done["first"].state_of(GATE) == "skipped", "nobody is asked where the run withholds by itself"
    found = query(home.published_database, "select count(distinct region_key) from fct_task_progress")
    assert found.rows[0][0] >= 7


def test_mapped_tasks_bear_names_that_a_person_can_read(runs: tuple[Home, dict[str, Run]]) -> None:
    told = runs[1]["first"].told
    labels = {line.split("|")[1] for line in told if line.startswith("② 读取 extract") and line.endswith("success")}
    assert labels
    assert all("2023-0" in label for label in labels)


def test_a_second_run_reports_that_nothing_changed_and_changes_nothing(runs: tuple[Home, dict[str, Run]]) -> None:
    first, second = runs[1]["first"], runs[1]["second"]
    assert second.state_of("⑦ 发布 publish") == "skipped"
    assert (first.version, second.version) == (1, 1)
    assert second.summary["status"] == "unchanged"


def test_a_run_waits_for_a_person_who_is_told_what_is_open_and_where(runs: tuple[Home, dict[str, Run]]) -> None:
    asked = runs[1]["stopped"].asked
    assert asked["options"] == [PUBLISH, STOP]
    assert asked["defaults"] == [PUBLISH]
    assert "个阻断问题待处理" in asked["subject"]
    assert "审核台" in asked["body"]
    assert "同一文件重复作为现行报送" in asked["body"]


def test_what_is_answered_is_done(runs: tuple[Home, dict[str, Run]]) -> None:
    second, stopped = runs[1]["second"], runs[1]["stopped"]
    assert stopped.asked, "a run that says nothing of the gate asks"
    assert stopped.state_of("⑥ 放行 release") == stopped.state_of("⑦ 发布 publish") == "skipped"
    assert (stopped.version, stopped.summary["status"]) == (second.version, "stopped")
    assert stopped.summary["gate_answer"] == {"option": STOP, "by": "xushi"}


def test_where_nobody_answers_in_time_the_rest_is_published(runs: tuple[Home, dict[str, Run]]) -> None:
    stopped, unanswered = runs[1]["stopped"], runs[1]["unanswered"]
    assert unanswered.asked
    assert unanswered.state_of("⑦ 发布 publish") == "success"
    assert unanswered.version == stopped.version + 1
    assert unanswered.summary["gate_answer"] == {"option": PUBLISH, "by": None}


def test_the_same_functions_in_one_process_publish_the_same_content(
    runs: tuple[Home, dict[str, Run]], tmp_path: Path
) -> None:
    alone = Home.find(tmp_path / "alone")
    outcome = run.refresh(alone, INBOX, None, through_airflow=False, say=lambda _: None)
    assert outcome.error is None
    manifest = current(alone.published)
    assert manifest is not None
    assert manifest.content_digest == runs[1]["first"].digest
