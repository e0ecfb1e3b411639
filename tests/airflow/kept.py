"""A scheduler that is kept up over a home whose inbox it watches, and what is done and asked there."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, TypeVar

import pytest

from publishing.query import query
from publishing.snapshot import current
from tests.xushi.conftest import filed_twice
from xushi import decisions
from xushi.home import PROJECT_ROOT, Home
from xushi.orchestrate import DAG_ID, Airflow, TaskProgress, airflow_for, command
from xushi.stages import failure_of, run_key

INBOX = PROJECT_ROOT / "samples" / "inbox"
LATE = "late_submissions"
GATE = "人工关口 human_gate"
T = TypeVar("T")


@dataclass(slots=True)
class Run:
    """What one run did, task by task, and what stood published after it."""

    run_id: str
    told: list[str]
    version: int
    digest: str
    summary: dict[str, Any]
    asked: dict[str, Any] = field(default_factory=dict)
    logical_date: str = ""

    def state_of(self, task: str) -> str:
        return [line.rsplit("|", 1)[1] for line in self.told if line.startswith(task)][-1]


@dataclass(slots=True)
class Lived:
    """What happened in one home under one scheduler."""

    home: Home
    runs: dict[str, Run] = field(default_factory=dict)
    backfilled: list[dict[str, Any]] = field(default_factory=list)
    late: list[dict[str, Any]] = field(default_factory=list)
    failed_state: str = ""
    models: list[dict[str, Any]] = field(default_factory=list)
    log: str = ""
    pool: dict[str, Any] = field(default_factory=dict)
    published_events: list[dict[str, Any]] = field(default_factory=list)

    def told(self, kind: str) -> list[dict[str, Any]]:
        lines = self.home.alerts.read_text("utf-8").splitlines()
        return [line for line in map(json.loads, lines) if line["kind"] == kind]


def followed(airflow: Airflow, home: Home, run_id: str, dag_id: str = DAG_ID, answer: str | None = None) -> Run:
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

    state = airflow.follow(run_id, follow, dag_id=dag_id)
    assert state == "success", (told, failure_of(home, run_key(run_id)))
    manifest = current(home.published)
    assert manifest is not None
    summary = json.loads((home.reports / run_key(run_id) / "summary.json").read_text("utf-8"))
    return Run(run_id, told, manifest.version, manifest.content_digest, summary, asked)


def triggered(airflow: Airflow, home: Home, answer: str | None = None, **conf: Any) -> Run:
    run_id = airflow.trigger({"period": None, **conf})
    return followed(airflow, home, run_id, answer=answer)


def waited_for(look: Callable[[], T | None], what: str, seconds: float = 1800) -> T:
    """What `look` finds in the end."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if (found := look()) is not None:
            return found
        time.sleep(0.5)
    raise AssertionError(f"{what} did not come about within {seconds} s")


def get(airflow: Airflow, path: str, **params: Any) -> Any:
    with airflow.client() as client:
        return client.get(path, params=params).raise_for_status().json()


def scheduled(airflow: Airflow, home: Home) -> Run:
    """The run of the last date gone by, which a scheduler makes up for when it starts; nothing has arrived yet."""

    def planned() -> dict[str, Any] | None:
        return next((one for one in airflow.runs(DAG_ID) if one["run_type"] == "scheduled"), None)

    started = waited_for(planned, "the scheduled run")
    done = followed(airflow, home, str(started["dag_run_id"]))
    done.logical_date = str(started["logical_date"])
    return done


def arrived(airflow: Airflow, home: Home) -> Run:
    """A batch of files with their registers arrives in the inbox that is watched; their run, to its end."""
    shutil.copytree(INBOX, home.root / "inbox.part")
    (home.root / "inbox.part").rename(home.root / "inbox" / "报送")  # one batch, however slowly it was copied
    (started,) = waited_for(lambda: airflow.runs(LATE) or None, "a run of the arrival")
    return followed(airflow, home, str(started["dag_run_id"]), LATE)


def backfilled(airflow: Airflow, home: Home) -> list[dict[str, Any]]:
    """September and October by their dates, by `xushi airflow backfill create`; the runs, the first to end first."""
    inbox = filed_twice(home.root / "filed")
    asked = [
        "backfill", "create", "--dag-id", DAG_ID, "--from-date", "2023-10-01T00:00:00+08:00",
        "--to-date", "2023-11-30T00:00:00+08:00", "--max-active-runs", "1",
        "--dag-run-conf", json.dumps({"inbox": str(inbox), "gate": "withhold"}),
    ]  # fmt: skip
    assert command(home, asked) == 0

    def ended() -> list[dict[str, Any]] | None:
        runs = [one for one in airflow.runs(DAG_ID) if one["run_type"] == "backfill"]
        return runs if len(runs) == 2 and all(one["state"] in ("success", "failed") for one in runs) else None

    return sorted(waited_for(ended, "two backfilled runs"), key=lambda one: str(one["end_date"]))


def failed_and_cleared(airflow: Airflow, home: Home) -> tuple[str, Run]:
    """A run whose last task cannot write its report; then what is in its way is taken away and the task cleared."""
    run_id = "broken"
    stone = home.reports / run_id / "summary.json"
    stone.mkdir(parents=True)
    airflow.trigger({"gate": "withhold"}, run_id=run_id)
    failed = airflow.follow(run_id, lambda _: None)
    # a person clears what they were told of; Airflow's parser tells it, some seconds after the run has ended
    waited_for(lambda: Lived(home).told("run_failed") or None, "the message that the run failed")
    stone.rmdir()
    with airflow.client() as client:
        cleared = {"dag_run_id": run_id, "task_ids": ["summary"], "dry_run": False, "only_failed": True}
        client.post(f"/dags/{DAG_ID}/clearTaskInstances", json=cleared).raise_for_status()
    return failed, followed(airflow, home, run_id)


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


def kept(home: Home, settings: pytest.MonkeyPatch, schedule: str) -> Any:
    """A scheduler that watches the home's inbox; `schedule` is that of the monthly refresh, empty for none."""
    for name, value in {
        "XUSHI_INBOX": str(home.root / "inbox"),
        "XUSHI_WATCH_SECONDS": "1",
        "XUSHI_DEADLINE_HOURS": "0.001",  # so that every run is told of
        "XUSHI_REMINDERS_SCHEDULE": "",
        "XUSHI_MAINTENANCE_SCHEDULE": "",
    }.items():
        settings.setenv(name, value)
    return airflow_for(home, keeps=True, schedule=schedule)
