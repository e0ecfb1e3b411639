"""A life under a real scheduler, as a bureau lives it: scheduled, arrived, failed and mended, backfilled, asked."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

import pytest

from tests.airflow.kept import (
    LATE,
    Lived,
    arrived,
    backfilled,
    correct,
    failed_and_cleared,
    get,
    kept,
    scheduled,
    triggered,
)
from xushi.home import Home
from xushi.human_gate import PUBLISH, STOP
from xushi.stages import SHANGHAI, run_key

#: Seven runs in one fixture; one arrival alone is tried in every run of the tests (test_arrival.py).
pytestmark = [pytest.mark.airflow, pytest.mark.soak, pytest.mark.xdist_group("airflow"), pytest.mark.timeout(3600)]


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Lived:
    """A scheduled run, an arrival, a run that fails and is mended, two months backfilled, two runs that ask."""
    home = Home.find(tmp_path_factory.mktemp("home"))
    (home.root / "inbox").mkdir()
    done = Lived(home)
    with pytest.MonkeyPatch.context() as settings, kept(home, settings, schedule="0 6 6 * *") as airflow:
        done.runs["scheduled"] = scheduled(airflow, home)
        done.runs["first"] = arrived(airflow, home)
        done.failed_state, done.runs["second"] = failed_and_cleared(airflow, home)
        done.backfilled = backfilled(airflow, home)
        correct(home)
        done.runs["stopped"] = triggered(airflow, home, STOP)
        done.runs["unanswered"] = triggered(airflow, home, gate="human", gate_hours=0.0001)
        done.late = airflow.runs(LATE)
        events = get(airflow, "/assets/events", limit=100)["asset_events"]
        done.published_events = [one for one in events if one["uri"] == "xushi://published/warehouse"]
    return done


def test_a_scheduled_run_is_about_the_month_before_its_date(lived: Lived) -> None:
    run = lived.runs["scheduled"]
    local = datetime.fromisoformat(run.logical_date).astimezone(SHANGHAI)
    assert (local.day, local.hour) == (6, 6)
    assert run.summary["period"] == f"{local.replace(day=1) - timedelta(days=1):%Y-%m}"
    assert run.version == 1


def test_two_periods_are_backfilled_one_after_the_other(lived: Lived) -> None:
    assert [one["state"] for one in lived.backfilled] == ["success", "success"]
    first, second = lived.backfilled
    assert str(first["end_date"]) <= str(second["start_date"])
    summaries = [
        json.loads((lived.home.reports / run_key(one["dag_run_id"]) / "summary.json").read_text("utf-8"))
        for one in lived.backfilled
    ]
    assert [one["period"] for one in summaries] == ["2023-09", "2023-10"], "the month before each date, in Shanghai"
    assert [one["extracted"] for one in summaries] == [1, 0]
    assert [(one["version"], one["is_new"]) for one in summaries] == [(3, True), (3, False)]


def test_a_failed_task_is_told_and_goes_on_where_it_is_cleared(lived: Lived) -> None:
    second = lived.runs["second"]
    assert lived.failed_state == "failed"
    (told,) = lived.told("run_failed")
    assert "月度刷新" in told["title"]
    assert "summary:" in told["body"], "the line that the stage recorded"
    assert second.state_of("⑦ 发布 publish") == "skipped"
    assert (second.version, second.summary["status"]) == (2, "unchanged")


def test_a_run_waits_for_a_person_who_is_told_what_is_open_and_where(lived: Lived) -> None:
    asked = lived.runs["stopped"].asked
    assert asked["options"] == [PUBLISH, STOP]
    assert asked["defaults"] == [PUBLISH]
    assert "个阻断问题待处理" in asked["subject"]
    assert "审核台" in asked["body"]
    assert "同一文件重复作为现行报送" in asked["body"]
    assert asked["subject"] in {line["title"] for line in lived.told("gate_waiting")}


def test_what_is_answered_is_done(lived: Lived) -> None:
    stopped = lived.runs["stopped"]
    assert stopped.asked, "a run that says nothing of the gate asks"
    assert stopped.state_of("⑥ 放行 release") == stopped.state_of("⑦ 发布 publish") == "skipped"
    assert (stopped.version, stopped.summary["status"]) == (3, "stopped")
    assert stopped.summary["gate_answer"] == {"option": STOP, "by": "xushi"}


def test_where_nobody_answers_in_time_the_rest_is_published(lived: Lived) -> None:
    stopped, unanswered = lived.runs["stopped"], lived.runs["unanswered"]
    assert unanswered.asked
    assert unanswered.state_of("⑦ 发布 publish") == "success"
    assert unanswered.version == stopped.version + 1
    assert unanswered.summary["gate_answer"] == {"option": PUBLISH, "by": None}


def test_a_run_that_takes_too_long_is_told_of_while_it_runs(lived: Lived) -> None:
    told = lived.told("deadline_missed")
    assert {"月度刷新 monthly_refresh 逾时未结束", "补报迟报刷新 late_submissions 逾时未结束"} == {
        line["title"] for line in told
    }
    bodies = "\n".join(line["body"] for line in told)
    assert {lived.runs[name].run_id in bodies for name in ("first", "unanswered")} == {True}


def test_each_publication_is_an_event_of_its_asset_with_its_version(lived: Lived) -> None:
    versions = sorted(one["extra"]["version"] for one in lived.published_events)
    assert versions == [1, 2, 3, 4]
    assert {"2023-09", None} < {one["extra"].get("period") for one in lived.published_events}


def test_one_arrival_is_one_run_though_looks_went_on_through_all_later_runs(lived: Lived) -> None:
    assert len(lived.late) == 1
    assert (lived.runs["first"].version, lived.runs["first"].summary["is_new"]) == (2, True)
