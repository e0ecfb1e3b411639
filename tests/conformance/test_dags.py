"""Every DAG file imports, and the bag holds exactly the DAGs that are expected."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from xushi.schedules import SCHEDULES
from xushi.writer import POOL

ROOT = Path(__file__).resolve().parents[2]
EXPECTED = {
    "maintenance",
    "monthly_refresh",
    "reminders",
    "replay",
    "late_submissions",
}

#: Tasks of any DAG that open the build database, or write what it is built from.
WRITERS = {"has_changes", "raw_gate", "transform", "mart_gate", "release", "publish", "compare", "compact"}

LIST_DAGS = """
import json, sys
from airflow.dag_processing.dagbag import DagBag
bag = DagBag(sys.argv[1])
json.dump({
    "errors": bag.import_errors,
    "dags": {
        dag_id: {"tasks": list(dag.task_dict), "timezone": str(dag.timezone), "schedule": str(dag.schedule),
                 "params": dict(dag.params), "doc": dag.doc_md or "", "shown": dag.dag_display_name,
                 "titles": {name: dag.params.get_param(name).schema.get("title", "") for name in dag.params},
                 "max_active_runs": dag.max_active_runs, "catchup": dag.catchup,
                 "pools": {task_id: task.pool for task_id, task in dag.task_dict.items()},
                 "deadlines": len(dag.deadline or []), "told": bool(dag.on_failure_callback),
                 "before": {task_id: sorted(task.upstream_task_ids) for task_id, task in dag.task_dict.items()},
                 "rules": {task_id: str(task.trigger_rule.value) for task_id, task in dag.task_dict.items()}}
        for dag_id, dag in bag.dags.items()
    },
}, open(sys.argv[2], "w"))
"""

Bag = dict[str, Any]


def parsed(home: Path, **settings: str) -> Bag:
    """The DAGs as Airflow parses them, in a process and an AIRFLOW_HOME of their own."""
    answer = home / "bag.json"
    environment = {
        **{k: v for k, v in os.environ.items() if not k.startswith(("AIRFLOW", "XUSHI"))},
        "AIRFLOW_HOME": str(home),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{home / 'airflow.db'}",
        "AIRFLOW__USAGE_DATA_COLLECTION__ENABLED": "False",
        **settings,
    }
    subprocess.run(
        [sys.executable, "-c", LIST_DAGS, str(ROOT / "dags"), str(answer)],
        env=environment, check=True, capture_output=True, text=True, cwd=home,
    )  # fmt: skip
    found: Bag = json.loads(answer.read_text())
    return found


@pytest.fixture(scope="module")
def bag(tmp_path_factory: pytest.TempPathFactory) -> Bag:
    return parsed(tmp_path_factory.mktemp("airflow"))


def test_the_bag_holds_exactly_the_expected_dags(bag: Bag) -> None:
    assert bag["errors"] == {}
    assert set(bag["dags"]) == EXPECTED


def test_every_dag_file_is_one_expected_dag_and_says_what_a_re_run_does() -> None:
    files = {path.stem: path.read_text("utf-8") for path in (ROOT / "dags").glob("*.py")}
    assert set(files) == EXPECTED
    assert all("| re-run of | does |" in text for text in files.values())
    assert all(len(text.splitlines()) <= 150 for text in files.values()), "a DAG file is wiring, seen at once"
    assert not [name for name, text in files.items() if "environ" in text], "settings are read in xushi/schedules.py"


@pytest.mark.parametrize("dag_id", sorted(EXPECTED))
def test_every_dag_keeps_the_laws_of_the_house(bag: Bag, dag_id: str) -> None:
    dag = bag["dags"][dag_id]
    assert dag["timezone"] == "Asia/Shanghai"
    assert "| re-run of | does |" in dag["doc"], "an operator reads it in the UI"
    assert (dag["max_active_runs"], dag["catchup"]) == (1, False)
    assert dag["deadlines"], "somebody is told of a run that does not end"
    assert dag["told"], "somebody is told of a run that failed"
    assert all(any(char >= "\u4e00" for char in title) for title in (*dag["titles"].values(), dag["shown"]))
    writers = WRITERS & set(dag["tasks"])
    assert {task: dag["pools"][task] for task in writers} == dict.fromkeys(writers, POOL)


@pytest.mark.parametrize("setting", sorted({name for name, _ in SCHEDULES.values()}))
def test_a_schedule_that_is_none_is_one_line_at_import(tmp_path: Path, setting: str) -> None:
    found = parsed(tmp_path, **{setting: "每月六日"})
    (said,) = (text.strip().splitlines()[-1] for text in found["errors"].values())
    assert f"{setting} 现为 '每月六日'，应为五段的 cron" in said


def test_the_monthly_refresh_is_about_a_period_of_its_form(bag: Bag) -> None:
    assert {"inbox", "period", "gate", "gate_hours"} == set(bag["dags"]["monthly_refresh"]["params"])


def test_a_scheduled_run_asks_a_person_and_a_release_waits_for_the_answer(bag: Bag) -> None:
    dag = bag["dags"]["monthly_refresh"]
    assert dag["params"]["gate"] == "human"
    before, rules = dag["before"], dag["rules"]
    assert before["human_gate"] == ["mart_gate"]
    assert before["release"] == ["human_gate", "mart_gate"]
    # a gate that is skipped lets the release through, a run without changes and a stopped one do not
    assert rules["release"] == "none_failed_min_one_success"
    assert (rules["human_gate"], rules["publish"], rules["summary"]) == ("all_success", "all_success", "none_failed")
