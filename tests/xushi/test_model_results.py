"""Every model that a refresh built has its row and its line."""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import Any

import pytest

from xushi import model_results
from xushi.home import PROJECT_ROOT


@pytest.fixture
def rows(samples_home: Path) -> dict[str, list[dict[str, Any]]]:
    """What the stages of the samples' refresh answered of their models."""
    found = {}
    for stage in ("transform", "release"):
        (answer,) = samples_home.glob(f"reports/*/stages/{stage}.json")
        found[stage] = json.loads(answer.read_text("utf-8"))["nodes"]
    return found


def test_every_model_of_the_project_is_told_of_once(rows: dict[str, list[dict[str, Any]]]) -> None:
    told = [row["model"] for stage in rows.values() for row in stage if row["layer"] != "seed"]
    project = {path.stem for path in (PROJECT_ROOT / "dbt_project" / "models").rglob("*.sql")}
    assert project <= set(told)
    assert len(told) == len(set(told))


def test_a_row_says_layer_status_seconds_and_tests(rows: dict[str, list[dict[str, Any]]]) -> None:
    by_model = {row["model"]: row for row in rows["transform"]}
    assert by_model["stg_lake__facts"]["layer"] == "staging"
    assert by_model["dim_task"]["layer"] == "marts"
    assert {row["status"] for row in rows["transform"]} == {"success"}
    assert all(row["seconds"] >= 0 for row in rows["transform"])
    assert by_model["dim_task"]["tests"]["pass"] > 1


def test_the_log_folds_the_models_by_layer(
    rows: dict[str, list[dict[str, Any]]], caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, "xushi.model_results"):
        model_results.tell(rows["transform"])
    lines = [record.getMessage() for record in caplog.records]
    opened = [line for line in lines if line.startswith("::group::")]
    assert len(opened) == lines.count("::endgroup::") == len({row["layer"] for row in rows["transform"]})
    assert any(line.startswith("::group::staging") and "个模型" in line for line in opened)
    (line,) = (line for line in lines if line.startswith("dim_task "))
    assert "完成" in line
    assert "检验 tests 通过" in line
