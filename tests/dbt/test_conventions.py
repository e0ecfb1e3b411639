"""The conventions of dbt projects, as errors: layers, names, documentation, contracts, metrics that resolve."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.dbt.conftest import Warehouse
from xushi.home import Home
from xushi.transform import PROJECT, TransformError, document

CONFIG = "dbt-bouncer.yml"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project with its manifest, made without any lake."""
    place = tmp_path_factory.mktemp("conventions") / "dbt_project"
    shutil.copytree(PROJECT, place, ignore=shutil.ignore_patterns("target", "logs"))
    dbt(place, "parse")
    return place


def dbt(place: Path, *command: str) -> None:
    told = subprocess.run(
        [Path(sys.executable).with_name("dbt"), *command, "--project-dir", place, "--profiles-dir", place,
         "--target-path", place / "target", "--log-path", place / "logs"],
        capture_output=True, text=True, env={**os.environ, "XUSHI_LAKE": str(place / "lake")},
    )  # fmt: skip
    assert told.returncode == 0, told.stdout


def bouncer(place: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "COLUMNS": "400", "NO_COLOR": "1"}
    command = [Path(sys.executable).with_name("dbt-bouncer"), "run", "--config-file", place / CONFIG]
    return subprocess.run(command, capture_output=True, text=True, cwd=place, env=environment)


def manifest(place: Path) -> dict[str, Any]:
    read: dict[str, Any] = json.loads((place / "target" / "manifest.json").read_text("utf-8"))
    return read


def test_the_project_keeps_the_conventions(project: Path) -> None:
    told = bouncer(project)
    assert told.returncode == 0, told.stdout + told.stderr


def test_a_mart_that_reads_a_source_is_caught(project: Path, tmp_path: Path) -> None:
    """The rules can fail: a model that steps over its layer does."""
    place = tmp_path / "dbt_project"
    shutil.copytree(project, place)
    content = manifest(place)
    node = content["nodes"]["model.xushi.dim_document"]
    node["depends_on"]["nodes"].append("source.xushi.lake.facts")
    (place / "target" / "manifest.json").write_text(json.dumps(content, ensure_ascii=False), "utf-8")
    told = bouncer(place)
    assert told.returncode == 1
    assert "check_lineage_source_cannot_be_used" in told.stdout


def test_every_metric_stands_on_a_column_of_its_view(project: Path) -> None:
    known = manifest(project)
    semantic = json.loads((project / "target" / "semantic_manifest.json").read_text("utf-8"))
    for model in semantic["semantic_models"]:
        columns = set(known["nodes"]["model.xushi." + model["node_relation"]["alias"]]["columns"])
        named = [one["expr"] or one["name"] for one in (*model["measures"], *model["dimensions"])]
        assert set(named) - {"1"} <= columns, model["name"]
        keys = {word for entity in model["entities"] for word in re.findall(r"\w+", entity["expr"])}
        assert keys <= columns, model["name"]
    scorecard = set(known["nodes"]["model.xushi.mart_region_scorecard"]["columns"])
    assert {metric["config"]["meta"]["column"] for metric in semantic["metrics"]} <= scorecard
    spines = semantic["project_configuration"]["time_spines"]
    assert [spine["primary_column"]["name"] for spine in spines] == ["date_day"]


def test_no_state_is_ever_summed_over_periods(project: Path) -> None:
    """Filings and findings are events; everything else is what stood at the end of a period."""
    semantic = json.loads((project / "target" / "semantic_manifest.json").read_text("utf-8"))
    states = {
        model["name"]: {(measure["non_additive_dimension"] or {}).get("name") for measure in model["measures"]}
        for model in semantic["semantic_models"]
    }
    events = {name: states.pop(name) for name in ("submissions", "findings")}
    assert set(states) == {"progress", "task_cells", "contents", "region_scorecard"}
    assert all(names == {"period_date"} for names in states.values())
    assert all(names == {None} for names in events.values())


def test_every_mart_that_leaves_the_house_has_an_exposure(project: Path) -> None:
    known = manifest(project)
    relied_on = {node for exposure in known["exposures"].values() for node in exposure["depends_on"]["nodes"]}
    views = {key for key in known["nodes"] if key.startswith("model.xushi.mart_")}
    facts = {key for key in known["nodes"] if key.startswith("model.xushi.fct_")}
    assert views | facts <= relied_on


def test_every_page_and_document_is_an_exposure(project: Path) -> None:
    known = manifest(project)["exposures"].values()
    assert {exposure["name"] for exposure in known} >= {
        "lag_table", "completion_table", "monthly_bulletin", "district_sheets", "issued_editions", "dashboard",
        "superset_dashboard", "postgres_serving", "parquet_package", "stewards_queue", "workbooks",
    }  # fmt: skip
    assert all(exposure["owner"]["name"] and exposure["depends_on"]["nodes"] for exposure in known)


def test_the_documentation_is_one_page_that_asks_nothing_of_a_network(warehouse: Warehouse, tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    shutil.copytree(warehouse.home.root, home.root)
    page = document(home).read_text("utf-8")
    assert json.dumps("任务进展：要求×区域×时期×获知时间")[1:-1] in page
    assert "fct_task_progress" in page
    assert not re.findall(r"<(?:script|link|img)[^>]+(?:src|href)=[\"']?https?:", page)


def test_nothing_built_is_nothing_to_document(tmp_path: Path) -> None:
    with pytest.raises(TransformError, match="nothing has been built"):
        document(Home(tmp_path))
