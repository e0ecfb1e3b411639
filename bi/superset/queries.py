"""What a chart asks the database, as Superset's API takes it; a chart's file holds its look alone.

The web page builds the same from a chart's `params`; reports, alerts and our tests need it beside them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

Params = Mapping[str, Any]


class UnknownChartTypeError(ValueError):
    """A chart of a type whose query nobody has described here."""


def query_context(params: Params) -> str:
    """The saved query of a chart, JSON; the importer fills in the dataset's number.

    Raises UnknownChartTypeError for a chart type that is not listed in `_SHAPES`.
    """
    shape = _SHAPES.get(params["viz_type"])
    if shape is None:
        raise UnknownChartTypeError(
            f"图表类型 {params['viz_type']} 没有查询写法；已知：{'、'.join(sorted(_SHAPES))} / no query for this type"
        )
    query = {
        "filters": [_filter(one) for one in params.get("adhoc_filters", ()) if one["expressionType"] == "SIMPLE"],
        "extras": {"having": "", "where": ""},
        "applied_time_extras": {},
        "columns": [],
        "metrics": [],
        "orderby": [],
        "row_limit": params.get("row_limit", 10000),
        **shape(params),
    }
    told = {
        "datasource": {"id": 0, "type": "table"},
        "force": False,
        "queries": [query],
        "form_data": dict(params),
        "result_format": "json",
        "result_type": "full",
    }
    return json.dumps(told, ensure_ascii=False)


def _filter(adhoc: Mapping[str, Any]) -> dict[str, Any]:
    told = {"col": adhoc["subject"], "op": adhoc["operator"]}
    return told if adhoc.get("comparator") is None else {**told, "val": adhoc["comparator"]}


def _big_number(params: Params) -> dict[str, Any]:
    return {"metrics": [params["metric"]]}


def _series(params: Params) -> dict[str, Any]:
    metrics = list(params["metrics"])
    order = params.get("timeseries_limit_metric")
    return {
        "columns": [params["x_axis"], *params.get("groupby", ())],
        "series_columns": list(params.get("groupby", ())),
        "metrics": metrics,
        "orderby": [[order or metrics[0], not params.get("order_desc", True)]],
    }


def _pivot(params: Params) -> dict[str, Any]:
    metrics = list(params["metrics"])
    return {
        "columns": [*params["groupbyColumns"], *params["groupbyRows"]],
        "metrics": metrics,
        "orderby": [[metrics[0], False]],
    }


def _table(params: Params) -> dict[str, Any]:
    if params["query_mode"] != "raw":
        raise UnknownChartTypeError("表格只用原始记录方式 / tables are kept in raw mode")
    return {
        "columns": list(params["all_columns"]),
        "metrics": None,
        "orderby": [json.loads(one) for one in params.get("order_by_cols", ())],
    }


_SHAPES = {
    "big_number_total": _big_number,
    "echarts_timeseries_bar": _series,
    "echarts_timeseries_line": _series,
    "pivot_table_v2": _pivot,
    "table": _table,
}
