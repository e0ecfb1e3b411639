"""Replay and reminders under a real scheduler: compared and put before a person; a day's report is written."""

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
from xushi.orchestrate import airflow_for
from xushi.stages import registry_of

pytestmark = [pytest.mark.airflow, pytest.mark.xdist_group("airflow"), pytest.mark.timeout(1200)]


def test_a_replay_waits_for_a_person_and_a_day_of_reminders_is_written(samples_home: Path, tmp_path: Path) -> None:
    home = Home.find(copy_of_home(samples_home, tmp_path / "home"))
    engine = registry_of(home)
    with newer_rules.in_force():  # history stands under other rules than those of the scheduler
        done = replay.run(home, period=None, by="李四", say=lambda _: None)
        assert done is not None
        replay.accept(home, done["replay_id"], by=Person("李四", "publisher"), reason="…", at=datetime.now(UTC))
    assert {run.extractor_version for run in runs.live(engine)} != {EXTRACTOR_VERSION}

    told: list[str] = []
    with airflow_for(home) as airflow:
        run_id = airflow.trigger({"period": None}, dag_id="replay")
        followed = airflow.follow(run_id, lambda t: told.append(f"{t.display_name}|{t.state}"), dag_id="replay")
        assert followed == "success", told
        run_id = airflow.trigger({}, dag_id="reminders")
        assert airflow.follow(run_id, lambda _: None, dag_id="reminders") == "success"

    newest = replays.every(engine)[0]
    assert (newest.state, newest.extractor_version) == ("proposed", EXTRACTOR_VERSION)
    (report,) = (home.reports / "reminders").glob("*.json")
    assert json.loads(report.read_text(encoding="utf-8"))["counts"]["late"] == 2
