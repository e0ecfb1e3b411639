"""The real documents, read by the real extraction: what lags is listed, and what is right is left alone."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from registry.export import export_registry
from tests.dbt.conftest import Warehouse
from xushi import refresh
from xushi import transform as models
from xushi.home import Home

DISTRICTS = ("蓬江区", "江海区", "新会区", "台山市", "开平市", "鹤山市", "恩平市")


@pytest.fixture(scope="module")
def seeds(tmp_path_factory: pytest.TempPathFactory, shared_dir: Path) -> Warehouse:
    """The two tables of the seeds, from the file to the marts, without the gates."""
    root = tmp_path_factory.mktemp("seeds")
    inbox = root / "inbox"
    inbox.mkdir()
    for path in sorted((shared_dir / "seeds").glob("00[01]_*.txt")):
        (inbox / path.name).write_bytes(path.read_bytes())
    home = Home(root / "home")
    plan = refresh.discover(str(home.root), str(inbox), None, "seeds")
    for batch in plan["batches"]:
        refresh.extract(plan, batch)
    refresh.resolve(plan)
    export_registry(refresh.registry_of(home), home.lake)
    outcome = models.transform(home)
    models.release(home)
    return Warehouse(home, {}, outcome)


def per_district(warehouse: Warehouse, table: str, period: str) -> tuple[int, ...]:
    rows = warehouse.rows(
        f"select r.name, count(distinct p.item_key) as items from marts.{table} as p"
        " inner join marts.dim_region as r using (region_key) where p.period = ? group by r.name",
        period,
    )
    found = {r["name"]: r["items"] for r in rows}
    return tuple(found.get(name, 0) for name in DISTRICTS)


def requirement(warehouse: Warehouse, period: str, item_no: str, target: object) -> dict[str, object]:
    (row,) = warehouse.rows(
        "select p.*, q.deadline_date from marts.fct_task_progress as p inner join marts.dim_requirement as q"
        " using (requirement_key) where p.period = ? and p.item_no = ? and q.target_value = ?",
        period, item_no, target,
    )  # fmt: skip
    return row


def test_every_item_of_both_tables_is_there(seeds: Warehouse) -> None:
    assert per_district(seeds, "fct_task_progress", "2023-09") == (2, 4, 1, 5, 4, 2, 6)
    assert per_district(seeds, "fct_task_progress", "2020-06") == (5,) * 7


def test_the_lag_table_reads_like_the_citys_own(seeds: Warehouse) -> None:
    assert per_district(seeds, "mart_lag_table", "2023-09") == (2, 4, 1, 5, 4, 2, 6)


def test_the_lag_table_says_what_the_citys_own_says_word_for_word(seeds: Warehouse, shared_dir: Path) -> None:
    """Put together in their order, the rows of the mart are the document: nothing lost, nothing added."""
    (path,) = (shared_dir / "seeds").glob("000_*.txt")
    _, body = path.read_text("utf-8").split("工作进展情况", 1)
    rows = seeds.rows(
        "select distinct item_seq, item_no, region_name, task_text, item_requirement_text, progress_text"
        " from marts.mart_lag_table where period = '2023-09' order by item_seq"
    )
    assert [int(r["item_no"]) for r in rows] == list(range(1, 25))
    written, region = "", None
    for row in rows:
        printed = row["region_name"] if row["region_name"] != region else ""  # merged cells: blank is the one above
        region = row["region_name"]
        written += row["item_no"] + printed + row["task_text"] + row["item_requirement_text"] + row["progress_text"]
    squeezed = ["".join(text.split()) for text in (written, body)]
    assert squeezed[0] == squeezed[1]


def test_the_half_year_table_lists_what_lags_beside_what_was_said_of_it(seeds: Warehouse) -> None:
    rows = seeds.rows(
        "select item_no, determined_status_phrase, computed_status, lag_reason_zh from marts.mart_lag_table"
        " where period = '2020-06' order by item_seq"
    )
    assert {r["item_no"]: (r["determined_status_phrase"], r["computed_status"]) for r in rows} == {
        "4": ("未按进度推进", "not_due"),
        "8": ("未完成任务要求", "not_met_so_far"),
        "17": ("未达预期进度", "not_due"),
        "18": ("未按进度完成", "insufficient_data"),
        "21": ("进度滞后", "behind_pace"),
        "34": ("未完成任务要求", "not_met_so_far"),
    }
    assert all(r["lag_reason_zh"] for r in rows)


def test_a_city_issued_table_carries_the_citys_verdict(seeds: Warehouse) -> None:
    rows = seeds.rows("select count(determined_status) as d, count(reported_status) as r from marts.fct_task_progress")
    assert rows[0]["d"] > 60
    assert rows[0]["r"] == 0


@pytest.mark.parametrize(
    ("item_no", "target", "variance", "days"),
    [("13", 60, "-20", 92), ("14", 30, "-12", 92), ("8", 75, "-0.71", 0), ("4", 100, "-5.59", 92)],
)
def test_what_is_due_is_measured_in_points_and_days(
    seeds: Warehouse, item_no: str, target: int, variance: str, days: int
) -> None:
    row = requirement(seeds, "2023-09", item_no, target)
    assert row["schedule_variance_pp"] == Decimal(variance)
    assert row["days_overdue"] == days
    assert row["is_lagging"]


def test_what_is_met_is_left_alone(seeds: Warehouse) -> None:
    met = requirement(seeds, "2023-09", "7", 75)
    assert (met["computed_status"], met["is_lagging"]) == ("completed", False)
    assert not requirement(seeds, "2023-09", "3", 22)["is_lagging"]
    for item_no, target in (("1", 30), ("7", 22), ("12", 8), ("17", 8), ("22", 1), ("26", 10), ("33", 1)):
        row = requirement(seeds, "2020-06", item_no, target)
        assert row["computed_status"] == "completed", f"item {item_no}: done and closed make the whole"
        assert not row["is_status_contradicted"]


def test_no_december_rung_lags_in_september(seeds: Warehouse) -> None:
    rows = seeds.rows(
        "select count(*) as n from marts.fct_task_progress as p inner join marts.dim_requirement as q"
        " using (requirement_key) where q.indicator_type = 'fund_execution' and not p.is_due and p.is_lagging"
    )
    assert rows[0]["n"] == 0


def test_a_straight_line_accuses_nobody_at_mid_year(seeds: Warehouse) -> None:
    rows = seeds.rows(
        "select is_lagging, is_status_contradicted, determined_status from marts.fct_task_progress"
        " where period = '2020-06' and not is_due and is_behind_schedule"
    )
    assert len(rows) >= 10
    assert not any(r["is_status_contradicted"] for r in rows)
    assert all(r["determined_status"] == "behind_schedule" for r in rows if r["is_lagging"])


def test_points_add_up_to_fifteen_per_district(seeds: Warehouse) -> None:
    rows = seeds.rows("select region_name, points_total from marts.mart_region_scorecard where period = '2020-06'")
    assert {r["region_name"]: r["points_total"] for r in rows} == dict.fromkeys(DISTRICTS, Decimal(15))
    parts = seeds.rows(
        "select points_total - coalesce(points_awarded_determined, 0) - points_lost - points_open as rest"
        " from marts.mart_region_scorecard where period = '2020-06'"
    )
    assert [r["rest"] for r in parts] == [0] * 7, "what is neither won nor lost is still open"
