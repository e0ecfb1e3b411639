"""Each figure is defined once: dbt's metrics, the wide views and what a BI tool is given agree to the last digit."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from dbt_semantic_interfaces.implementations.metric import PydanticMetric
from dbt_semantic_interfaces.implementations.semantic_manifest import PydanticSemanticManifest
from dbt_semantic_interfaces.type_enums import AggregationType, MetricType

from bi.metrics import UnknownMeasureError, views
from publishing.manifest import Release
from publishing.query import Ask, opened
from publishing.snapshot import publish
from tests.dbt.conftest import built
from xushi.transform import PROJECT

pytestmark = pytest.mark.xdist_group("bi")

VIEWS = views()
#: Ratios are rounded to six places where the warehouse divides.
SIXTH = Decimal("0.000001")
By = dict[tuple[str, str], Decimal | None]


@pytest.fixture(scope="module")
def semantic(tmp_path_factory: pytest.TempPathFactory) -> PydanticSemanticManifest:
    """What dbt itself understands of the metrics."""
    target = tmp_path_factory.mktemp("semantic")
    told = subprocess.run(
        [Path(sys.executable).with_name("dbt"), "parse", "--project-dir", PROJECT, "--profiles-dir", PROJECT,
         "--target-path", target, "--log-path", target],
        capture_output=True, text=True, env={**os.environ, "XUSHI_LAKE": str(target / "lake")},
    )  # fmt: skip
    assert told.returncode == 0, told.stdout
    return PydanticSemanticManifest.parse_file(target / "semantic_manifest.json")


@pytest.fixture(scope="module")
def samples(samples_home: Path) -> Iterator[Ask]:
    with opened(samples_home / "published" / "warehouse.duckdb") as asking:
        yield asking


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ask]:
    """The models' own city: a lag table that the city issued, verdicts, withheld rows, an unknown region."""
    published = tmp_path_factory.mktemp("published")
    home = built(tmp_path_factory.mktemp("city")).home
    publish(home.build_database, published, Release(datetime(2023, 10, 20, tzinfo=UTC), "city"))
    with opened(published / "warehouse.duckdb") as asking:
        yield asking


@pytest.fixture(params=["samples", "city"])
def ask(request: pytest.FixtureRequest) -> Ask:
    asking: Ask = request.getfixturevalue(request.param)
    return asking


def by_district(ask: Ask, relation: str, expression: str) -> By:
    """The figure of each district and period; what can be placed in neither is no district's figure."""
    told = ask(
        f"select region_key, period, {expression} from {relation}"
        " where period is not null and region_key is not null group by region_key, period"
    )
    return {(region, period): figure for region, period, figure in told.rows}


def measured(ask: Ask, semantic: PydanticSemanticManifest, metric: PydanticMetric) -> By:
    """The metric, evaluated as the semantic layer says: a sum over its model, or one sum over another."""
    if metric.type is MetricType.RATIO:
        named = {one.name: one for one in semantic.metrics}
        over, under = (
            measured(ask, semantic, named[side.name])
            for side in (metric.type_params.numerator, metric.type_params.denominator)
            if side is not None
        )
        return {
            key: None if not under[key] or over[key] is None else Decimal(over[key]) / Decimal(under[key])  # type: ignore[arg-type]
            for key in under
        }
    assert metric.type is MetricType.SIMPLE
    assert metric.type_params.measure is not None
    wanted = metric.type_params.measure.name
    ((model, measure),) = [(m, one) for m in semantic.semantic_models for one in m.measures if one.name == wanted]
    assert measure.agg is AggregationType.SUM
    return by_district(ask, model.node_relation.alias, f"sum({measure.expr or measure.name})")


def settled(figure: Decimal | int | float | None) -> Decimal | None:
    """As it is compared: six places."""
    return None if figure is None else Decimal(str(figure)).quantize(SIXTH)


def metric_names() -> list[str]:
    return sorted({metric.name for view in VIEWS.values() for metric in view.metrics})


def test_every_metric_is_told_by_some_view(semantic: PydanticSemanticManifest) -> None:
    assert {metric.name for metric in semantic.metrics} == set(metric_names())
    assert len(metric_names()) >= 30


@pytest.mark.parametrize("name", metric_names())
def test_a_metric_is_the_scorecards_column(ask: Ask, semantic: PydanticSemanticManifest, name: str) -> None:
    metric = next(one for one in semantic.metrics if one.name == name)
    column = metric.config.meta["column"]
    cards = by_district(ask, "mart_region_scorecard", f"max({column})")
    found = measured(ask, semantic, metric)
    assert cards
    for key, card in cards.items():
        # where a district has no row at all, a count is the scorecard's nought and a ratio its NULL
        expected = settled(found.get(key))
        assert settled(card) == (expected if expected is not None or card is None else settled(Decimal(0))), key
    assert {key for key, figure in found.items() if figure} <= set(cards), "a district without a card counts nothing"


#: No filing cost points, and no content of the city has a verdict that scores: the models' unit tests hold these.
SCORED_NOWHERE = {"points_awarded", "points_awarded_computed", "points_lost", "points_deducted_for_filing"}


@pytest.mark.parametrize("name", sorted(set(metric_names()) - SCORED_NOWHERE))
def test_a_metric_is_more_than_nought_somewhere(samples: Ask, city: Ask, name: str) -> None:
    """What is nought everywhere would agree with anything."""
    view, metric = next((v.name, m) for v in VIEWS.values() for m in v.metrics if m.name == name)
    assert any(ask(f"select {metric.expression} from {view}").rows[0][0] for ask in (samples, city))


@pytest.mark.parametrize(
    ("view", "name"), [(view.name, metric.name) for view in VIEWS.values() for metric in view.metrics]
)
def test_what_a_bi_tool_is_given_is_the_same_figure(
    ask: Ask, semantic: PydanticSemanticManifest, view: str, name: str
) -> None:
    given = next(one for one in VIEWS[view].metrics if one.name == name)
    metric = next(one for one in semantic.metrics if one.name == name)
    found = by_district(ask, view, given.expression)
    expected = measured(ask, semantic, metric)
    assert {key: settled(figure) for key, figure in found.items() if figure} == {
        key: settled(figure) for key, figure in expected.items() if figure
    }


def test_a_list_of_exceptions_has_no_rate(city: Ask) -> None:
    """A city's lag table names what lags and nothing else: where it alone speaks, rates are NULL, never 0."""
    ((region, lagging),) = city(
        "select region_key, sum(lagging_count) from mart_progress where region_name = '台山市' and period = '2023-09'"
        " group by region_key having min(family) = 'lag_table' and max(family) = 'lag_table'"
    ).rows
    assert lagging > 0
    rates = [
        (view.name, metric)
        for view in VIEWS.values()
        for metric in view.metrics
        if metric.name in ("baseline_execution_index", "hit_task_rate")
    ]
    assert len(rates) >= 4
    for view, rate in rates:
        told = city(f"select {rate.expression} from {view} where region_key = ? and period = '2023-09'", [region])
        assert told.rows == ((None,),), (view, rate.name)


def test_the_wide_view_keeps_every_row_and_every_figure(ask: Ask) -> None:
    """It joins four dimensions and thrice the statuses: nothing is lost, doubled or rounded."""
    same = "progress_key, period, actual_value, days_overdue, is_lagging, schedule_variance_pp, lag_reason_zh"
    fact = ask(f"select {same} from fct_task_progress where is_current order by all").rows
    assert fact
    assert ask(f"select {same} from mart_progress order by all").rows == fact
    ((unnamed,),) = ask(
        "select count(*) from mart_progress where computed_status is not null and computed_status_zh is null"
        " or reported_status is not null and reported_status_zh is null"
        " or determined_status is not null and determined_status_zh is null or light_zh is null"
    ).rows
    assert unnamed == 0


def test_the_latest_period_is_one(samples: Ask) -> None:
    for view in ("mart_progress", "mart_task_matrix", "mart_region_scorecard", "mart_points", "mart_region_trend"):
        assert samples(f"select distinct period from {view} where is_latest_period").rows == (("2023-09",),), view


def test_a_month_of_silence_is_no_month_without_lag(samples: Ask) -> None:
    """The district filed nothing in August: September is compared with July."""
    told = samples(
        "select period, is_heard, previous_period, lagging_change from mart_region_trend"
        " where region_name = '新会区' order by period"
    ).rows
    assert told == (("2023-07", True, None, None), ("2023-08", False, None, None), ("2023-09", True, "2023-07", 2))


def test_a_measure_that_nothing_defines_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "bi"
    shutil.copytree(PROJECT / "models" / "marts" / "bi", folder)
    metrics = folder / "_metrics.yml"
    metrics.write_text(metrics.read_text("utf-8").replace("{measure: due_count}", "{measure: due}"), "utf-8")
    with pytest.raises(UnknownMeasureError, match="requirements_due: 没有度量 due"):
        views(folder)


def test_labels_are_short_and_chinese() -> None:
    labels = {(view.name, column.name): column.label for view in VIEWS.values() for column in view.columns}
    assert labels["mart_progress", "reported_status_zh"] == "上报状态"
    assert labels["mart_progress", "reported_status"] == "上报状态代码"
    assert labels["mart_progress", "schedule_variance_pp"] == "进度偏差（百分点）"
    assert all(re.search(r"[\u4e00-\u9fff]", label) for label in labels.values())
    assert max(map(len, labels.values())) <= 20
