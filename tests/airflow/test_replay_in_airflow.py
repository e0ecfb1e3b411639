"""Replay and reminders under a real scheduler: read in batches, asked, accepted by name; a day's report is written."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ingestion.extract import EXTRACTOR_VERSION
from registry import replays, runs
from registry.audit import Person
from tests.conftest import copy_of_home
from tests.xushi import newer_rules
from xushi import replay
from xushi.home import Home
from xushi.orchestrate import USER, TaskProgress, airflow_for
from xushi.replay_tasks import ACCEPT
from xushi.stages import registry_of

pytestmark = [pytest.mark.airflow, pytest.mark.xdist_group("airflow"), pytest.mark.timeout(1200)]


def test_a_replay_is_read_asked_and_accepted_and_a_day_of_reminders_is_written(
    samples_home: Path, tmp_path: Path
) -> None:
    home = Home.find(copy_of_home(samples_home, tmp_path / "home"))
    engine = registry_of(home)
    with newer_rules.in_force():  # history stands under other rules than those of the scheduler
        done = replay.run(home, period=None, by="李四", say=lambda _: None)
        assert done is not None
        replay.accept(home, done["replay_id"], by=Person("李四", "publisher"), reason="…", at=datetime.now(UTC))
    assert {run.extractor_version for run in runs.live(engine)} != {EXTRACTOR_VERSION}

    told: list[str] = []
    with airflow_for(home) as airflow:

        def follow(task: TaskProgress) -> None:
            told.append(f"{task.display_name}|{task.label}|{task.state}")
            if task.state == "awaiting_input":
                (question,) = airflow.questions()
                assert "涉及数值" in question["body"]
                airflow.answer(question, ACCEPT, reason="已核对全部差异")

        run_id = airflow.trigger({"period": None, "gate_hours": 1}, dag_id="replay")
        assert airflow.follow(run_id, follow, dag_id="replay") == "success", told
        run_id = airflow.trigger({}, dag_id="reminders")
        assert airflow.follow(run_id, lambda _: None, dag_id="reminders") == "success"

    assert {run.extractor_version for run in runs.live(engine)} == {EXTRACTOR_VERSION}
    newest = replays.every(engine)[0]
    assert (newest.state, newest.decided_by, newest.reason) == ("accepted", USER, "已核对全部差异")
    labels = {line.split("|")[1] for line in told if line.startswith("③") and line.endswith("success")}
    assert any("蓬江区2023年9月重点任务进展情况.docx" in label for label in labels)
    (report,) = (home.reports / "reminders").glob("*.json")
    assert json.loads(report.read_text(encoding="utf-8"))["counts"]["late"] == 2
