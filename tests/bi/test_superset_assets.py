"""The dashboard as code holds together before any server sees it."""

from __future__ import annotations

import io
import json
import re
import zipfile
from pathlib import Path
from typing import Any

import pytest
import yaml

from bi.superset.bundle import UnknownSourceError, bundle, charts, snapshot_uri
from bi.superset.client import DATABASE_NAME
from bi.superset.datasets import ASSETS, files
from bi.superset.queries import UnknownChartTypeError, query_context

CHARTS = charts()
DATASETS: dict[str, dict[str, Any]] = {
    held["uuid"]: held
    for path in (ASSETS / "datasets").rglob("*.yaml")
    for held in [yaml.safe_load(path.read_text("utf-8"))]
}
DASHBOARD: dict[str, Any] = yaml.safe_load((ASSETS / "dashboards" / "xushi.yaml").read_text("utf-8"))
#: Views of what stood at the end of a period: their figures are never summed over periods.
STATES = {"mart_progress", "mart_points", "mart_task_matrix", "mart_region_scorecard", "mart_region_trend"}
TITLES = [chart["slice_name"] for chart in CHARTS]


def asked(chart: dict[str, Any]) -> dict[str, Any]:
    query: dict[str, Any] = json.loads(query_context(chart["params"]))["queries"][0]
    return query


def names_in(expression: str) -> set[str]:
    """The columns that an expression asks for: what stands in quotes is a value."""
    return set(re.findall(r"\b[a-z]+(?:_[a-z]+)+\b", re.sub(r"'[^']*'", "", expression)))


def test_the_datasets_are_what_the_warehouse_says() -> None:
    """`python -m bi.superset datasets` writes them anew."""
    wanted = files()
    assert {path: path.read_text("utf-8") for path in (ASSETS / "datasets").rglob("*.yaml")} == wanted
    assert {"mart_progress.yaml", "mart_submission_status.yaml"} <= {path.name for path in wanted}


def test_columns_are_called_in_chinese_and_metrics_defined_once() -> None:
    for dataset in DATASETS.values():
        assert all(re.search(r"[\u4e00-\u9fff]", column["verbose_name"]) for column in dataset["columns"])
    lagging = {
        dataset["table_name"]: metric["expression"]
        for dataset in DATASETS.values()
        for metric in dataset["metrics"]
        if metric["metric_name"] == "滞后要求数"
    }
    assert set(lagging) == STATES - {"mart_points"}
    assert set(lagging.values()) == {"SUM(lagging_count)"}


@pytest.mark.parametrize("chart", CHARTS, ids=TITLES)
def test_a_chart_asks_for_what_its_dataset_has(chart: dict[str, Any]) -> None:
    dataset = DATASETS[chart["dataset_uuid"]]
    columns = {column["column_name"] for column in dataset["columns"]}
    metrics = {metric["metric_name"] for metric in dataset["metrics"]}
    query = asked(chart)
    for column in query["columns"]:
        if isinstance(column, str):
            assert column in columns
        else:
            assert names_in(column["sqlExpression"]) <= columns
    assert {one["col"] for one in query["filters"]} <= columns
    for metric in query["metrics"] or ():
        if isinstance(metric, str):
            assert metric in metrics
        else:
            assert names_in(metric["sqlExpression"]) <= columns
    assert chart["viz_type"] == chart["params"]["viz_type"]


@pytest.mark.parametrize("chart", CHARTS, ids=TITLES)
def test_no_chart_sums_a_state_over_periods(chart: dict[str, Any]) -> None:
    """Without any filter of the dashboard, too: the period is an axis, or fixed, or the figure is no sum."""
    query = asked(chart)
    view = DATASETS[chart["dataset_uuid"]]["table_name"]
    if view not in STATES or not query["metrics"]:
        return
    sums = [one for one in query["metrics"] if isinstance(one, str) or "SUM(" in one["sqlExpression"]]
    is_fixed = any(one["col"] == "is_latest_period" for one in query["filters"])
    assert not sums or is_fixed or "period" in query["columns"]


def test_a_silent_district_is_not_drawn_as_one_without_lag() -> None:
    (chart,) = (one for one in CHARTS if one["slice_name"] == "各区县滞后与逾期")
    assert {"col": "is_heard", "op": "IS TRUE"} in asked(chart)["filters"]
    assert "x_axis_sort" not in chart["params"], "districts stand in the order of their codes, not of their lags"
    assert chart["params"]["x_axis"]["sqlExpression"].startswith("region_code ||")


def test_what_is_met_so_far_has_a_light_of_its_own() -> None:
    (chart,) = (one for one in CHARTS if one["slice_name"] == "任务 × 区县亮灯")
    assert ">目前达标<" in chart["params"]["metrics"][0]["sqlExpression"]


def test_the_dashboard_shows_every_chart_once() -> None:
    shown = [
        one["meta"]["uuid"]
        for one in DASHBOARD["position"].values()
        if isinstance(one, dict) and one["type"] == "CHART"
    ]
    assert sorted(shown) == sorted(chart["uuid"] for chart in CHARTS)
    assert len(set(shown)) == len(shown)


def test_the_filters_are_period_district_and_theme() -> None:
    filters = DASHBOARD["metadata"]["native_filter_configuration"]
    assert [one["name"] for one in filters] == ["期次", "区县", "主题"]
    for one in filters:
        (target,) = one["targets"]
        names = {column["column_name"] for column in DATASETS[target["datasetUuid"]]["columns"]}
        assert target["column"]["name"] in names
    assert filters[0]["controlValues"]["defaultToFirstItem"]
    assert not filters[0]["controlValues"]["sortAscending"], "the last period comes first"


def unpacked(source: str) -> dict[str, Any]:
    with zipfile.ZipFile(io.BytesIO(bundle(source))) as archive:
        return {name.removeprefix("xushi/"): yaml.safe_load(archive.read(name)) for name in archive.namelist()}


def test_the_snapshot_is_opened_to_read_alone(tmp_path: Path) -> None:
    database = unpacked(snapshot_uri(tmp_path / "warehouse.duckdb"))["databases/xushi.yaml"]
    assert database["sqlalchemy_uri"] == f"duckdb:///{tmp_path}/warehouse.duckdb"
    arguments = database["extra"]["engine_params"]["connect_args"]
    assert arguments == {"read_only": True, "config": {"enable_external_access": False}}
    assert database["allow_dml"] is False
    assert database["database_name"] == DATABASE_NAME


def test_a_server_of_postgresql_is_named_as_it_is_given() -> None:
    held = unpacked("postgresql://viewer:word@db/city")
    assert held["databases/xushi.yaml"]["sqlalchemy_uri"] == "postgresql://viewer:word@db/city"
    assert "engine_params" not in held["databases/xushi.yaml"]["extra"]
    assert all(json.loads(one["query_context"])["queries"] for name, one in held.items() if name.startswith("charts/"))


def test_another_kind_of_database_is_refused() -> None:
    with pytest.raises(UnknownSourceError, match="收到 mysql"):
        bundle("mysql://host/city")


def test_a_chart_type_without_a_query_is_refused() -> None:
    with pytest.raises(UnknownChartTypeError, match="sankey"):
        query_context({"viz_type": "sankey"})
