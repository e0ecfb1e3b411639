"""The DAGs under a real scheduler that is kept up, as a bureau does: backfilled, triggered, watching its inbox."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import pytest

from publishing.query import query
from publishing.snapshot import current
from tests.xushi.conftest import filed_twice
from xushi import decisions
from xushi.home import PROJECT_ROOT, Home
from xushi.human_gate import PUBLISH, STOP
from xushi.orchestrate import DAG_ID, Airflow, TaskProgress, airflow_for
from xushi.stages import SHANGHAI, failure_of, run_key
from xushi.writer import POOL

#: Seven runs in one fixture: on a machine that does other things too they need more than the usual limit.
pytestmark = [pytest.mark.airflow, pytest.mark.xdist_group("airflow"), pytest.mark.timeout(3600)]

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
    """September and October by their dates, as the Backfill form of the UI does; the runs, the first to end first."""
    inbox = filed_twice(home.root / "filed")
    asked = {
        "dag_id": DAG_ID, "from_date": "2023-10-01T00:00:00+08:00", "to_date": "2023-11-30T00:00:00+08:00",
        "dag_run_conf": {"inbox": str(inbox), "gate": "withhold"}, "max_active_runs": 1,
    }  # fmt: skip
    with airflow.client() as client:
        client.post("/backfills", json=asked).raise_for_status()

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


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Lived:
    """A scheduled run, an arrival, a run that fails and is mended, two months backfilled, two runs that ask."""
    home = Home.find(tmp_path_factory.mktemp("home"))
    (home.root / "inbox").mkdir()
    done = Lived(home)
    with pytest.MonkeyPatch.context() as settings, _kept(home, settings) as airflow:
        done.runs["scheduled"] = scheduled(airflow, home)
        done.runs["first"] = arrived(airflow, home)
        done.failed_state, done.runs["second"] = failed_and_cleared(airflow, home)
        done.backfilled = backfilled(airflow, home)
        correct(home)
        done.runs["stopped"] = triggered(airflow, home, STOP)
        done.runs["unanswered"] = triggered(airflow, home, gate="human", gate_hours=0.0001)
        done.late = airflow.runs(LATE)
        done.pool = get(airflow, f"/pools/{POOL}")
        task = f"/dags/{LATE}/dagRuns/{done.runs['first'].run_id}/taskInstances/transform"
        done.models = get(airflow, f"{task}/xcomEntries/return_value", deserialize=True)["value"]["nodes"]
        done.log = json.dumps(get(airflow, f"{task}/logs/1"), ensure_ascii=False)
        events = get(airflow, "/assets/events", limit=100)["asset_events"]
        done.published_events = [one for one in events if one["uri"] == "xushi://published/warehouse"]
    return done


def _kept(home: Home, settings: pytest.MonkeyPatch) -> Any:
    for name, value in {
        "XUSHI_INBOX": str(home.root / "inbox"),
        "XUSHI_WATCH_SECONDS": "1",
        "XUSHI_DEADLINE_HOURS": "0.001",  # so that every run is told of
    }.items():
        settings.setenv(name, value)
    return airflow_for(home, keeps=True, schedule="0 6 6 * *")


def test_a_scheduled_run_is_about_the_month_before_its_date(lived: Lived) -> None:
    run = lived.runs["scheduled"]
    local = datetime.fromisoformat(run.logical_date).astimezone(SHANGHAI)
    assert (local.day, local.hour) == (6, 6)
    assert run.summary["period"] == f"{local.replace(day=1) - timedelta(days=1):%Y-%m}"
    assert run.version == 1


def test_an_arrival_is_published_once_and_stays_where_it_was_put(lived: Lived) -> None:
    first = lived.runs["first"]
    assert len(lived.late) == 1, "one arrival, one run, though looks went on through all later runs"
    assert lived.late[0]["run_type"] == "asset_triggered"
    assert first.state_of("⑦ 发布 publish") == "success"
    assert first.state_of(GATE) == "skipped", "nobody is asked where the run withholds by itself"
    assert (first.version, first.summary["is_new"]) == (2, True)
    found = query(lived.home.published_database, "select count(distinct region_key) from fct_task_progress")
    assert found.rows[0][0] >= 7
    arrived = {path.relative_to(INBOX): path.read_bytes() for path in INBOX.rglob("*") if path.is_file()}
    inbox = lived.home.root / "inbox" / "报送"
    assert {path.relative_to(inbox): path.read_bytes() for path in inbox.rglob("*") if path.is_file()} == arrived


def test_what_could_not_be_taken_is_told_with_its_reason(lived: Lived) -> None:
    told = lived.told("arrival_rejected")[0]
    assert "新会区8月份生态环境重点任务推进情况.docx" in told["body"]
    assert "压缩结构损坏" in told["body"]


def test_mapped_tasks_bear_names_that_a_person_can_read(lived: Lived) -> None:
    told = lived.runs["first"].told
    labels = {line.split("|")[1] for line in told if line.startswith("② 读取 extract") and line.endswith("success")}
    assert len(labels) == 3
    assert all("2023-0" in label and "蓬江区" in label for label in labels)


def test_what_airflow_publishes_is_what_one_process_publishes(lived: Lived, samples_home: Path) -> None:
    manifest = current(Home(samples_home).published)
    assert manifest is not None
    assert manifest.content_digest == lived.runs["first"].digest


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


def test_the_writer_has_one_slot(lived: Lived) -> None:
    assert (lived.pool["slots"], lived.pool["include_deferred"]) == (1, False)


def test_every_models_result_stands_in_the_log_and_the_answer_of_its_task(lived: Lived) -> None:
    models = {row["model"]: row for row in lived.models}
    assert {"stg_lake__facts", "int_facts", "dim_task", "audit_task_progress"} <= set(models)
    assert {row["status"] for row in lived.models} == {"success"}
    assert all(row["model"] in lived.log for row in lived.models)
    assert "::group::staging" in lived.log


def test_each_publication_is_an_event_of_its_asset_with_its_version(lived: Lived) -> None:
    versions = sorted(one["extra"]["version"] for one in lived.published_events)
    assert versions == [1, 2, 3, 4]
    assert {"2023-09", None} < {one["extra"].get("period") for one in lived.published_events}
