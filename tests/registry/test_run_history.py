"""The history of the runs: what each did in columns, in either database; a dead one ends once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import NoResultFound

from registry import run_history

AT = datetime(2023, 10, 6, 1, tzinfo=UTC)
SUMMARY = {
    "run_id": "r1", "received": 24, "new": 3, "extracted": 3, "facts": 71, "rejected": [{"file": "空.docx"}],
    "missing": [{}, {}], "findings": {"blocker": 1, "info": 4}, "withheld": [{}], "version": 7,
    "seconds": {"discover": 1.5, "extract-2023-08-1": 2.25, "extract-2023-09-1": 1.0, "has_changes": 0},
}  # fmt: skip


def started(engine: Engine, run_id: str, hours: int = 0, period: str | None = None) -> None:
    run_history.start_run(
        engine, run_id, at=AT + timedelta(hours=hours), requested_period=period, runner="process|h|1|2"
    )


def test_a_run_tells_what_it_did(engine: Engine) -> None:
    started(engine, "r1")
    run_history.finish_run(engine, "r1", at=AT + timedelta(seconds=90), status="published", summary=SUMMARY)
    run = run_history.get_run(engine, "r1")
    assert run is not None
    assert (run.received, run.newly_received, run.extracted, run.facts, run.rejected, run.missing) == (
        24,
        3,
        3,
        71,
        1,
        2,
    )
    assert (run.findings_blocker, run.findings_error, run.findings_warning, run.findings_info) == (1, 0, 0, 4)
    assert (run.withheld, run.version, run.error) == (1, 7, None)
    assert run_history.stages_of(engine, ["r1"]) == {"r1": {"discover": 1.5, "extract": 3.25}}


def test_a_run_that_ends_again_tells_of_its_last_end(engine: Engine) -> None:
    started(engine, "r1")
    failed = {"error": "publish: x", "seconds": {"discover": 9.0, "publish": 1.0}}
    run_history.finish_run(engine, "r1", at=AT, status="failed", summary=failed)
    run = run_history.get_run(engine, "r1")
    assert run is not None
    assert (run.error, run.received, run.findings_blocker) == ("publish: x", None, None), (
        "what it did not get to is null"
    )
    assert run_history.resume_run(engine, "r1")
    assert not run_history.resume_run(engine, "r1"), "it runs already"
    run_history.finish_run(engine, "r1", at=AT, status="unchanged", summary=SUMMARY)
    run = run_history.get_run(engine, "r1")
    assert run is not None
    assert (run.status, run.error) == ("unchanged", None)
    assert "publish" not in run_history.stages_of(engine, ["r1"])["r1"]


def test_a_dead_run_ends_once_and_one_that_ended_is_left(engine: Engine) -> None:
    started(engine, "r1")
    assert run_history.mark_dead(engine, "r1", at=AT, line="进程 1 已不在")
    assert not run_history.mark_dead(engine, "r1", at=AT, line="再次")
    run = run_history.get_run(engine, "r1")
    assert run is not None
    assert (run.status, run.error) == ("failed", "进程 1 已不在")
    with pytest.raises(NoResultFound):
        run_history.finish_run(engine, "r2", at=AT, status="failed", summary={})


def test_runs_are_found_newest_first_by_status_and_period(engine: Engine) -> None:
    for number, period in enumerate(["2023-08", "2023-09", None]):
        started(engine, f"r{number}", number, period)
    run_history.mark_dead(engine, "r1", at=AT, line="x")
    assert [run.run_id for run in run_history.find(engine)] == ["r2", "r1", "r0"]
    assert [run.run_id for run in run_history.find(engine, status="running")] == ["r2", "r0"]
    assert [run.run_id for run in run_history.find(engine, period="2023-09")] == ["r1"]
    assert [run.run_id for run in run_history.find(engine, limit=1, offset=1)] == ["r1"]


def test_the_summary_of_a_run_stays_whole(engine: Engine) -> None:
    started(engine, "r1")
    run_history.finish_run(engine, "r1", at=AT, status="published", summary=SUMMARY)
    with engine.connect() as connection:
        assert "空.docx" in str(connection.scalar(text("SELECT summary FROM refresh_runs")))
