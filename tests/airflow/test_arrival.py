"""Files arrive in an inbox that a real scheduler watches: they are published by themselves, once."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from publishing.query import query
from publishing.snapshot import current
from tests.airflow.kept import GATE, INBOX, LATE, Lived, arrived, get, kept
from tests.telling.marks import MARKS, marks_in
from xushi.home import Home
from xushi.writer import POOL

pytestmark = [pytest.mark.airflow, pytest.mark.xdist_group("airflow"), pytest.mark.timeout(1800)]


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory) -> Lived:
    """One arrival, from the inbox to its publication."""
    home = Home.find(tmp_path_factory.mktemp("watched"))
    (home.root / "inbox").mkdir()
    done = Lived(home)
    with pytest.MonkeyPatch.context() as settings:
        for name, value in MARKS.items():
            settings.setenv(name, value)
        _arrive(home, settings, done)
    return done


def _arrive(home: Home, settings: pytest.MonkeyPatch, done: Lived) -> None:
    with kept(home, settings, schedule="") as airflow:
        done.runs["first"] = arrived(airflow, home)
        done.late = airflow.runs(LATE)
        done.pool = get(airflow, f"/pools/{POOL}")
        task = f"/dags/{LATE}/dagRuns/{done.runs['first'].run_id}/taskInstances/transform"
        done.models = get(airflow, f"{task}/xcomEntries/return_value", deserialize=True)["value"]["nodes"]
        done.log = json.dumps(get(airflow, f"{task}/logs/1"), ensure_ascii=False)


def test_an_arrival_is_published_once_and_stays_where_it_was_put(watched: Lived) -> None:
    first = watched.runs["first"]
    assert len(watched.late) == 1, "one arrival, one run"
    assert watched.late[0]["run_type"] == "asset_triggered"
    assert first.state_of("⑦ 发布 publish") == "success"
    assert first.state_of(GATE) == "skipped", "nobody is asked where the run withholds by itself"
    assert (first.version, first.summary["is_new"]) == (1, True)
    found = query(watched.home.published_database, "select count(distinct region_key) from fct_task_progress")
    assert found.rows[0][0] >= 7
    arrived = {path.relative_to(INBOX): path.read_bytes() for path in INBOX.rglob("*") if path.is_file()}
    inbox = watched.home.root / "inbox" / "报送"
    assert {path.relative_to(inbox): path.read_bytes() for path in inbox.rglob("*") if path.is_file()} == arrived


def test_what_could_not_be_taken_is_told_with_its_reason(watched: Lived) -> None:
    told = watched.told("arrival_rejected")[0]
    assert "新会区8月份生态环境重点任务推进情况.docx" in told["body"]
    assert "压缩结构损坏" in told["body"]


def test_mapped_tasks_bear_names_that_a_person_can_read(watched: Lived) -> None:
    told = watched.runs["first"].told
    labels = {line.split("|")[1] for line in told if line.startswith("② 读取 extract") and line.endswith("success")}
    assert len(labels) == 3
    assert all("2023-0" in label and "蓬江区" in label for label in labels)


def test_what_airflow_publishes_is_what_one_process_publishes(watched: Lived, samples_home: Path) -> None:
    manifest = current(Home(samples_home).published)
    assert manifest is not None
    assert manifest.content_digest == watched.runs["first"].digest


def test_the_writer_has_one_slot(watched: Lived) -> None:
    assert (watched.pool["slots"], watched.pool["include_deferred"]) == (1, False)


def test_every_models_result_stands_in_the_log_and_the_answer_of_its_task(watched: Lived) -> None:
    models = {row["model"]: row for row in watched.models}
    assert {"stg_lake__facts", "int_facts", "dim_task", "audit_task_progress"} <= set(models)
    assert {row["status"] for row in watched.models} == {"success"}
    assert all(row["model"] in watched.log for row in watched.models)
    assert "::group::staging" in watched.log


def test_what_airflow_writes_holds_no_secret_either(watched: Lived) -> None:
    logs = [path for path in (watched.home.root / "logs" / "airflow").rglob("*.log") if path.is_file()]
    assert len(logs) >= 10
    assert any("通知未送达" in path.read_text("utf-8") for path in logs), "a failure that knew a secret was logged"
    assert marks_in(watched.home.root) == set()
