"""Crosswalk, publications, refresh runs, expectations."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError, NoResultFound

from registry import crosswalk, expected, publications, run_history
from registry.crosswalk import Named
from registry.expected import Expectation
from registry.publications import Published

AT = datetime(2023, 10, 8, tzinfo=UTC)
TASK = Named("task", "", "推进养殖尾水治理", "T000000000001", "推进养殖尾水治理")
PUBLISHED = Published(
    published_at=AT, input_digest="i", content_digest="c", path="published/v1.duckdb", periods=["2023-08", "2023-09"],
    run_id="r1", row_counts={"fct_task_progress": 24},
)  # fmt: skip


def add(engine: Engine, *named: Named) -> int:
    return crosswalk.add(engine, named, submission_id=None, created_at=AT)


def test_a_wording_keeps_its_first_id(engine: Engine) -> None:
    assert add(engine, TASK, TASK) == 1
    assert add(engine, replace(TASK, durable_id="T000000000002")) == 0
    assert crosswalk.ids(engine, "task") == {"推进养殖尾水治理": "T000000000001"}


def test_the_first_of_two_ids_in_one_call_wins(engine: Engine) -> None:
    add(engine, TASK, replace(TASK, durable_id="T000000000002"))
    assert crosswalk.ids(engine, "task") == {"推进养殖尾水治理": "T000000000001"}


def test_the_same_wording_in_another_context_or_kind_is_another(engine: Engine) -> None:
    drum_towers = [Named("region", "320100", "鼓楼区", "320106", ""), Named("region", "350100", "鼓楼区", "350102", "")]
    assert add(engine, *drum_towers, replace(TASK, kind="indicator")) == 3
    assert crosswalk.ids(engine, "region", "350100") == {"鼓楼区": "350102"}


def test_a_wording_may_be_as_long_as_a_cell(engine: Engine) -> None:
    long = replace(TASK, wording="长" * 20_000)
    assert add(engine, long) == 1
    assert add(engine, long) == 0


def test_versions_count_up(engine: Engine) -> None:
    assert publications.latest(engine) is None
    assert publications.next_version(engine) == 1
    assert [publications.record(engine, PUBLISHED).version for _ in range(2)] == [1, 2]
    publications.record(engine, replace(PUBLISHED, status="failed"))
    latest = publications.latest(engine)
    assert latest is not None
    assert (latest.version, latest.periods, json.loads(latest.row_counts)) == (
        2, "2023-08,2023-09", {"fct_task_progress": 24},
    )  # fmt: skip


def test_a_version_is_never_given_twice(engine: Engine) -> None:
    publications.record(engine, PUBLISHED, version=7)
    with pytest.raises(IntegrityError):
        publications.record(engine, PUBLISHED, version=7)


def test_a_refresh_run_starts_once_and_ends(engine: Engine) -> None:
    run_history.start_run(engine, "r1", at=AT, requested_period="2023-09")
    run = run_history.start_run(engine, "r1", at=AT + timedelta(hours=1), requested_period="2023-09")
    assert (run.started_at, run.status) == (AT, "running")
    run_history.finish_run(engine, "r1", at=AT, status="unchanged", summary={"收到": 3})
    ended = run_history.get_run(engine, "r1")
    assert ended is not None
    assert (ended.status, ended.finished_at, json.loads(ended.summary or "")) == ("unchanged", AT, {"收到": 3})
    assert run_history.get_run(engine, "r2") is None
    with pytest.raises(NoResultFound):
        run_history.finish_run(engine, "r2", at=AT, status="failed", summary={})


def test_an_expectation_is_one_row_whose_due_date_may_move(engine: Engine) -> None:
    due = Expectation("蓬江区", "440703", "2023-09", "lag_table", date(2023, 10, 5))
    assert expected.record(engine, [due, due, replace(due, period="2023-08")]) == 2
    assert expected.record(engine, [due]) == 0
    assert expected.record(engine, [replace(due, due_date=date(2023, 10, 7))]) == 1
    assert [(e.period, e.due_date.day) for e in expected.find(engine)] == [("2023-08", 5), ("2023-09", 7)]
    assert [e.period for e in expected.find(engine, period="2023-08")] == ["2023-08"]
