"""Superset's datasets, written from the warehouse's own views: columns, Chinese labels, and each metric once."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final
from uuid import UUID, uuid5

import yaml

from bi.metrics import Column, Metric, View, views

ASSETS: Final = Path(__file__).parent / "assets"
DATABASE_UUID: Final = "5e0d7f0a-3c1b-5b7e-9d55-7c1f6a0b2e11"
#: What a view is called in lists of datasets stays its table's name; its description says it in Chinese.
_NAMESPACE: Final = UUID(DATABASE_UUID)
#: The views that no chart needs: an analyst's back-test, and the printed table with its own columns.
_LEFT_OUT: Final = frozenset({"mart_pace_backtest"})
_VERSION: Final = "1.0.0"


def dataset_uuid(view: str) -> str:
    """The id that a view's dataset has on every server, for ever."""
    return str(uuid5(_NAMESPACE, f"dataset/{view}"))


def dataset(view: View) -> dict[str, Any]:
    """A view as Superset imports it."""
    return {
        "table_name": view.name,
        "main_dttm_col": "period_date" if any(c.name == "period_date" for c in view.columns) else None,
        "description": view.description,
        "offset": 0,
        "schema": "marts",
        "filter_select_enabled": True,
        "normalize_columns": False,
        "always_filter_main_dttm": False,
        "uuid": dataset_uuid(view.name),
        "metrics": [_metric(one) for one in view.metrics],
        "columns": [_column(one) for one in view.columns],
        "version": _VERSION,
        "database_uuid": DATABASE_UUID,
    }


def _metric(metric: Metric) -> dict[str, Any]:
    return {
        # charts, legends and exported files show a metric by its name, whatever its label says
        "metric_name": metric.label,
        "verbose_name": metric.label,
        "metric_type": None,
        "expression": metric.expression,
        "description": f"{metric.description} ({metric.name})",
        "d3format": ".1%" if metric.is_ratio else ",.2~f",
    }


def _column(column: Column) -> dict[str, Any]:
    is_time = column.data_type in ("date", "timestamp")
    return {
        "column_name": column.name,
        "verbose_name": column.label,
        "is_dttm": is_time,
        "is_active": True,
        "type": column.data_type.upper(),
        "groupby": True,
        "filterable": True,
        "description": column.description,
    }


def written(view: View) -> str:
    """The dataset's file."""
    return yaml.safe_dump(dataset(view), allow_unicode=True, sort_keys=False, width=120)


def files() -> dict[Path, str]:
    """Every dataset's file and what it should hold."""
    return {
        ASSETS / "datasets" / "xushi" / f"{name}.yaml": written(view)
        for name, view in views().items()
        if name not in _LEFT_OUT
    }


def write() -> list[Path]:
    """Write the datasets anew; returns the files whose content changed."""
    changed = []
    for path, content in files().items():
        if not path.exists() or path.read_text("utf-8") != content:
            path.write_text(content, "utf-8")
            changed.append(path)
    return changed
