"""Every DAG file imports, and the bag holds exactly the DAGs that are expected."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
EXPECTED = {"monthly_refresh"}

LIST_DAGS = """
import json, sys
from airflow.dag_processing.dagbag import DagBag
bag = DagBag(sys.argv[1])
json.dump({
    "errors": bag.import_errors,
    "dags": {
        dag_id: {"tasks": list(dag.task_dict), "timezone": str(dag.timezone), "schedule": str(dag.schedule),
                 "params": dict(dag.params),
                 "before": {task_id: sorted(task.upstream_task_ids) for task_id, task in dag.task_dict.items()},
                 "rules": {task_id: str(task.trigger_rule.value) for task_id, task in dag.task_dict.items()}}
        for dag_id, dag in bag.dags.items()
    },
}, open(sys.argv[2], "w"))
"""


@pytest.fixture(scope="module")
def bag(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, dict[str, object]]]:
    """The DAGs as Airflow parses them, in a process and an AIRFLOW_HOME of their own."""
    home = tmp_path_factory.mktemp("airflow")
    answer = home / "bag.json"
    environment = {
        **{k: v for k, v in os.environ.items() if not k.startswith(("AIRFLOW", "XUSHI"))},
        "AIRFLOW_HOME": str(home),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{home / 'airflow.db'}",
        "AIRFLOW__USAGE_DATA_COLLECTION__ENABLED": "False",
    }
    subprocess.run(
        [sys.executable, "-c", LIST_DAGS, str(ROOT / "dags"), str(answer)],
        env=environment, check=True, capture_output=True, text=True, cwd=home,
    )  # fmt: skip
    found: dict[str, dict[str, dict[str, object]]] = json.loads(answer.read_text())
    return found


def test_the_bag_holds_exactly_the_expected_dags(bag: dict[str, dict[str, dict[str, object]]]) -> None:
    assert bag["errors"] == {}
    assert set(bag["dags"]) == EXPECTED


def test_every_dag_file_is_one_expected_dag_and_says_what_a_re_run_does() -> None:
    files = {path.stem: path.read_text("utf-8") for path in (ROOT / "dags").glob("*.py")}
    assert set(files) == EXPECTED
    assert all("| re-run of | does |" in text for text in files.values())
    assert all(len(text.splitlines()) <= 150 for text in files.values()), "a DAG file is wiring, seen at once"


def test_the_monthly_refresh_is_scheduled_in_the_bureaus_time(bag: dict[str, dict[str, dict[str, object]]]) -> None:
    dag = bag["dags"]["monthly_refresh"]
    assert dag["timezone"] == "Asia/Shanghai"
    assert {"inbox", "period", "gate"} <= set(dag["params"])  # type: ignore[call-overload]


def test_a_scheduled_run_asks_a_person_and_a_release_waits_for_the_answer(
    bag: dict[str, dict[str, dict[str, object]]],
) -> None:
    dag = bag["dags"]["monthly_refresh"]
    assert dag["params"]["gate"] == "human"  # type: ignore[index]
    before, rules = dag["before"], dag["rules"]
    assert before["human_gate"] == ["mart_gate"]  # type: ignore[index]
    assert before["release"] == ["human_gate", "mart_gate"]  # type: ignore[index]
    # a gate that is skipped lets the release through, a run without changes and a stopped one do not
    assert rules["release"] == "none_failed_min_one_success"  # type: ignore[index]
    assert (rules["human_gate"], rules["publish"], rules["summary"]) == (  # type: ignore[index]
        "all_success", "all_success", "none_failed",
    )  # fmt: skip
