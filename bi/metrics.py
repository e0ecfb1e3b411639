"""The metrics and wide views of the dbt project as a BI tool takes them: an SQL expression a figure, Chinese labels."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml

VIEWS: Final = Path(__file__).resolve().parents[1] / "dbt_project" / "models" / "marts" / "bi"
#: Where the views' descriptions turn from English to Chinese.
_LANGUAGES: Final = " · "
_UNIT: Final = re.compile(r"（(?:%|百分点|UTC|北京时间|0-1)[^）]*）")


class UnknownMeasureError(ValueError):
    """A metric stands on a measure or a metric that nothing defines."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a view: its SQL type, what people call it, and what it means in either language."""

    name: str
    data_type: str
    label: str
    description: str


@dataclass(frozen=True, slots=True)
class Metric:
    """A figure over a view: `expression` is SQL that DuckDB and PostgreSQL read alike; a ratio lies in 0 to 1."""

    name: str
    label: str
    description: str
    expression: str
    is_ratio: bool


@dataclass(frozen=True, slots=True)
class View:
    """A wide view with the metrics that its columns can tell."""

    name: str
    description: str
    columns: tuple[Column, ...]
    metrics: tuple[Metric, ...]


def views(folder: Path = VIEWS) -> dict[str, View]:
    """The wide views by name. Raises UnknownMeasureError where a metric stands on nothing."""
    known = yaml.safe_load((folder / "_metrics.yml").read_text("utf-8"))
    found = {}
    for path in sorted(folder.glob("mart_*.yml")):
        (model,) = yaml.safe_load(path.read_text("utf-8"))["models"]
        columns = _columns(model["columns"])
        metrics = _metrics_of(known, model["name"], {column.name for column in columns})
        found[model["name"]] = View(model["name"], _chinese(model["description"]), columns, metrics)
    return found


def _columns(listed: list[Mapping[str, Any]]) -> tuple[Column, ...]:
    names = {one["name"] for one in listed}
    return tuple(
        Column(
            one["name"],
            one["data_type"].replace(" ", ""),
            _label(one["description"]) + ("代码" if f"{one['name']}_zh" in names else ""),
            one["description"],
        )
        for one in listed
    )


def _metrics_of(known: Mapping[str, Any], view: str, columns: set[str]) -> tuple[Metric, ...]:
    """The metrics that the view can tell: its own measures, and the columns in which it adds up those of others."""
    home = {
        measure["name"]: (model["model"], str(measure.get("expr", measure["name"])))
        for model in known["semantic_models"]
        for measure in model["measures"]
    }
    sums: dict[str, str] = {}
    told = []
    for metric in known["metrics"]:
        parameters = metric["type_params"]
        if metric["type"] == "simple":
            if parameters["measure"] not in home:
                raise UnknownMeasureError(f"{metric['name']}: 没有度量 {parameters['measure']} / no such measure")
            model, own = home[parameters["measure"]]
            column = metric["config"]["meta"]["column"]
            expression = own if model == f"ref('{view}')" else column if column in columns else None
            if expression is None:
                continue
            sums[metric["name"]] = told_as = f"SUM({expression})"
        else:
            sides = [parameters["numerator"], parameters["denominator"]]
            if not all(side in sums for side in sides):
                continue
            told_as = f"1.0 * {sums[sides[0]]} / NULLIF({sums[sides[1]]}, 0)"
        told.append(Metric(metric["name"], metric["label"], metric["description"], told_as, metric["type"] == "ratio"))
    return tuple(told)


def _chinese(description: str) -> str:
    return description.rpartition(_LANGUAGES)[2]


def _label(description: str) -> str:
    """What a column is called on a chart: the Chinese of its description up to the first remark; units stay."""
    words = _chinese(description)
    head = re.split(r"[；：]", words)[0]
    unit = _UNIT.search(head)
    return head.split("（")[0] + (unit.group(0) if unit else "")
