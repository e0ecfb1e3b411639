"""A run that nobody does any more is known by its process or by its Airflow, and by nothing less."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import psutil
import pytest
from sqlalchemy import Engine

from registry import run_history
from registry.migrate import upgrade
from xushi import runners

AT = datetime(2023, 10, 6, 1, tzinfo=UTC)


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    return upgrade(f"sqlite:///{tmp_path / 'registry.sqlite'}")


@pytest.fixture(autouse=True)
def outside_airflow(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AIRFLOW_CTX_DAG_ID", "AIRFLOW_CTX_DAG_RUN_ID"):
        monkeypatch.delenv(name, raising=False)


def gone() -> str:
    """The runner of a real process that has been killed."""
    process = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    started = psutil.Process(process.pid).create_time()
    process.send_signal(signal.SIGKILL)
    process.wait()
    return f"process|{socket.gethostname()}|{process.pid}|{started:.0f}"


def test_this_process_lives_and_a_killed_one_does_not() -> None:
    assert runners.why_dead(runners.this_runner()) is None
    assert "已不在" in str(runners.why_dead(gone()))


def test_a_number_that_another_program_bears_now_is_not_the_run() -> None:
    assert runners.why_dead(f"process|{socket.gethostname()}|{os.getpid()}|1000") is not None


@pytest.mark.parametrize("runner", [None, "", "process|elsewhere.bureau|1|1", "airflow|/home|monthly_refresh|manual"])
def test_what_cannot_be_known_from_here_is_left_alone(runner: str | None) -> None:
    assert runners.why_dead(runner) is None


@pytest.mark.parametrize(("state", "dead"), [("running", False), ("queued", False), ("unknown", False),
                                             ("failed", True), ("success", True), (None, True)])  # fmt: skip
def test_airflow_says_of_its_runs_whether_they_ended(
    state: str | None, dead: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AIRFLOW_CTX_DAG_ID", "monthly_refresh")
    monkeypatch.setenv("AIRFLOW_CTX_DAG_RUN_ID", "manual__2026-10-01T00:00:00+00:00|x")
    asked: list[tuple[str, str]] = []
    why = runners.why_dead(runners.this_runner(), lambda dag, run: asked.append((dag, run)) or state)  # type: ignore[func-returns-value]
    assert asked == [("monthly_refresh", "manual__2026-10-01T00:00:00+00:00|x")]
    assert (why is not None) == dead


def test_another_airflow_s_run_is_not_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    assert runners.why_dead("airflow|/another/home|monthly_refresh|manual", lambda *_: "failed") is None


def test_a_later_start_ends_the_dead_and_no_other(engine: Engine) -> None:
    dead = gone()
    for run_id, runner in (("dead", dead), ("lives", runners.this_runner()), ("own", dead), ("ended", dead)):
        run_history.start_run(engine, run_id, at=AT, requested_period=None, runner=runner)
    run_history.finish_run(engine, "ended", at=AT, status="published", summary={})
    assert runners.close_dead(engine, "own", at=AT) == ["dead"]
    states = {run.run_id: run.status for run in run_history.find(engine)}
    assert states == {"dead": "failed", "lives": "running", "own": "running", "ended": "published"}
    assert runners.close_dead(engine, "own", at=AT) == []
