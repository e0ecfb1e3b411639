"""The marts around the lag: who reported, what is held back, what is unknown, and that a rebuild changes nothing."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import duckdb

from tests.dbt import scenario
from tests.dbt.conftest import MODELS_ONLY, Warehouse
from xushi import transform as models
from xushi.home import Home


def test_a_withheld_row_keeps_its_place_and_shows_no_figure(warehouse: Warehouse) -> None:
    row = warehouse.one("扣发")
    assert row["publication_status"] == "under_review"
    assert row["actual_value"] is None
    assert row["computed_status"] is None
    assert row["source_quote"] is None
    assert row["is_lagging"], "an admitted lag stays listed"
    assert "数据待核" in row["lag_reason_zh"]
    assert warehouse.one("照发")["publication_status"] == "published"
    evidence = warehouse.rows(
        "select distinct role from marts.bridge_progress_evidence where progress_key = ?", row["progress_key"]
    )
    assert {e["role"] for e in evidence} == {"target", "deadline"}


def test_what_was_owed_and_did_not_come_is_a_row(warehouse: Warehouse) -> None:
    row = warehouse.one("上期认定", "2023-09")
    assert row["publication_status"] == "not_reported"
    assert row["determined_status"] == "behind_schedule", "the city's last verdict stands"
    assert row["is_lagging"]
    assert "本期未报送" in row["lag_reason_zh"]
    assert row["actual_value"] is None
    silent = warehouse.one("未再报送", "2023-09")
    assert (silent["publication_status"], silent["is_lagging"]) == ("not_reported", False)


def test_a_requirement_that_a_report_is_silent_on_is_not_reported(warehouse: Warehouse) -> None:
    assert [(r["period"], r["publication_status"]) for r in warehouse.progress("后来不提")] == [
        ("2023-07", "published"),
        ("2023-08", "not_reported"),
        ("2023-09", "not_reported"),
    ]
    assert {r["publication_status"] for r in warehouse.progress("一直都报")} == {"published"}


def test_a_late_report_closes_the_absence(warehouse: Warehouse) -> None:
    absent, late = warehouse.progress("未再报送", "2023-08", current=False)
    assert absent["publication_status"] == "not_reported"
    assert absent["known_to"] == late["known_from"]
    assert late["is_current"]


def test_absence_from_a_lag_table_means_nothing(warehouse: Warehouse) -> None:
    rows = warehouse.rows(
        "select count(*) as n from marts.fct_task_progress as p inner join marts.dim_task as t using (task_key)"
        " where t.task_name like '市表%' and p.publication_status <> 'published'"
    )
    assert rows[0]["n"] == 0
    rates = warehouse.rows(
        "select baseline_execution_index, due_count, lagging_count from marts.mart_region_scorecard"
        " where region_name = '台山市' and period = '2023-09'"
    )
    assert rates[0]["lagging_count"] > 0
    assert rates[0]["baseline_execution_index"] is None


def test_a_rate_rests_on_what_was_reported(warehouse: Warehouse) -> None:
    cards = {
        (r["region_name"], r["period"]): r
        for r in warehouse.rows("select * from marts.mart_region_scorecard where period in ('2023-08', '2023-09')")
    }
    unheard = cards["鹤山市", "2023-08"]
    assert (unheard["not_reported_count"], unheard["reporting_rate"], unheard["on_time_rate"]) == (0, 1, 0)
    kept = cards["江海区", "2023-09"]
    assert (kept["due_count"], kept["finished_count"], kept["baseline_execution_index"]) == (1, 1, 1)
    assert kept["points_total"] is None
    assert kept["points_lagging"] is None
    behind = cards["恩平市", "2023-08"]
    assert (behind["due_count"], behind["finished_count"], behind["baseline_execution_index"]) == (1, 0, 0)
    held = cards["新会区", "2023-09"]
    assert held["under_review_count"] == 1


def test_every_filing_and_every_missing_one_is_a_row(warehouse: Warehouse) -> None:
    rows = warehouse.rows("select reporting_unit, period, status, revision, family from marts.fct_submission")
    told = {(r["reporting_unit"], r["period"], r["revision"], r["family"]): r["status"] for r in rows}
    assert told["鹤山市", "2023-07", 0, "workbook"] == "on_time"
    assert told["鹤山市", "2023-08", 0, "workbook"] == "late"
    assert told["鹤山市", "2023-09", None, "workbook"] == "missing"
    assert told["开平市", "2023-09", 0, "workbook"] == "superseded"
    assert told["开平市", "2023-09", 1, "workbook"] == "on_time"
    assert told["新会区", None, 0, "workbook"] == "rejected"
    assert told["江门市", "2023-09", 0, "lag_table"] == "on_time"
    assert len(rows) == len(warehouse.rows("select * from staging.stg_registry__submissions")) + 1


def test_a_masked_region_is_published_under_the_unknown_member_outside_the_lag_table(warehouse: Warehouse) -> None:
    row = warehouse.one("隐名任务")
    assert row["region_name"] == "未知地区"
    assert row["is_lagging"]
    listed = warehouse.rows("select region_name, task_name from marts.mart_lag_table")
    assert "隐名任务" not in {r["task_name"] for r in listed}
    assert "连续滞后" in {r["task_name"] for r in listed}


def test_the_lag_table_holds_what_lags_and_nothing_else(warehouse: Warehouse) -> None:
    listed = {r["progress_key"] for r in warehouse.rows("select progress_key from marts.mart_lag_table")}
    lagging = {
        r["progress_key"]
        for r in warehouse.rows(
            "select progress_key from marts.fct_task_progress as p inner join marts.dim_region as r using (region_key)"
            " where is_current and is_lagging and r.level <> 'unknown'"
        )
    }
    assert listed == lagging


def test_points_stand_once_per_assessed_content(warehouse: Warehouse) -> None:
    rows = warehouse.rows(
        "select r.name, sum(q.points) as points from marts.dim_requirement as q"
        " inner join marts.dim_region as r using (region_key)"
        " where q.points is not null and q.is_current group by r.name"
    )
    assert {r["name"]: r["points"] for r in rows} == {"蓬江区": 8, "恩平市": 2}


def test_indicators_keep_zero_bounds_and_their_own_period(warehouse: Warehouse) -> None:
    rows = {r["indicator"]: r for r in warehouse.rows(
        "select f.*, p.as_of_date, i.direction from marts.fct_indicator as f"
        " inner join marts.dim_period as p using (period_key) inner join marts.dim_indicator as i using (indicator_key)"
    )}  # fmt: skip
    pm = rows["PM2.5浓度"]
    assert (pm["value"], pm["target_value"], pm["yoy_change"]) == (Decimal("35.5"), 31, Decimal("-4.2"))
    assert pm["direction"] == "lower"
    assert rows["立案案件"]["value"] == 0
    assert (rows["达标率"]["lower_bound"], rows["达标率"]["upper_bound"]) == (None, 60)
    assert str(rows["达标率"]["as_of_date"]) == "2023-10-31"
    assert str(pm["as_of_date"]) == "2023-06-30"


def test_findings_carry_their_place_and_incident(warehouse: Warehouse) -> None:
    rows = warehouse.rows("select * from marts.fct_check_result order by check_id")
    assert [(r["check_id"], r["severity"]) for r in rows] == [
        ("percent_against_counts", "error"),
        ("region_unresolved", "blocker"),
    ]
    assert all(r["incident_id"] and r["first_seen"] and r["document_key"] for r in rows)
    assert rows[0]["arithmetic"] == "9 ÷ 10 × 100 = 90"


def test_what_could_not_be_read_is_said(warehouse: Warehouse) -> None:
    reasons = [r["reason"] for r in warehouse.rows("select reason from marts.fct_rejection order by reason")]
    assert reasons == ["unread", "unread", "unreadable"]


def test_evidence_leads_back_to_cells(warehouse: Warehouse) -> None:
    row = warehouse.one("市表池塘")
    evidence = warehouse.rows(
        "select role, quote, locator, char_end - char_start as length from marts.bridge_progress_evidence"
        " where progress_key = ? order by role",
        row["progress_key"],
    )
    assert [e["role"] for e in evidence] == ["actual", "deadline", "status", "target"]
    assert all(e["length"] == len(e["quote"]) for e in evidence)
    assert row["source_quote"] == evidence[0]["quote"]
    assert row["source_locator"].startswith("table 1/row ")


def test_the_matrix_has_a_cell_per_task_and_region(warehouse: Warehouse) -> None:
    cells = warehouse.rows(
        "select cell_status, count(*) as n from marts.mart_task_matrix where period = '2023-09' group by 1"
    )
    assert {"overdue", "lagging", "not_reported", "met", "open"} <= {c["cell_status"] for c in cells}
    total = warehouse.rows(
        "select count(distinct task_key || region_key) as n from marts.fct_task_progress"
        " where is_current and period = '2023-09'"
    )
    assert sum(c["n"] for c in cells) == total[0]["n"]


def test_only_what_is_completed_is_called_completed(warehouse: Warehouse) -> None:
    told = warehouse.rows(
        "select task_name, light, light_zh, computed_status, determined_status from marts.mart_progress"
        " where light in ('met', 'met_so_far', 'open')"
    )
    assert {("met", "已完成"), ("open", "推进中")} <= {(r["light"], r["light_zh"]) for r in told}
    done = {"completed", "completed_late"}
    for row in told:
        assert (row["light"] == "met") == bool({row["computed_status"], row["determined_status"]} & done), row
    (air,) = (r for r in told if r["task_name"] == "市表空气" and r["computed_status"] == "met_so_far")
    assert (air["determined_status"], air["light"]) == ("completed", "met"), "the city's word completes it"


def test_the_same_lake_gives_the_same_tables(warehouse: Warehouse, tmp_path: Path) -> None:
    again = Home(tmp_path / "again, in the city's own folder")
    city, _ = scenario.build()
    city.write(again.lake)
    models.run_dbt(again, MODELS_ONLY)
    with duckdb.connect() as connection:
        connection.execute(f"attach '{warehouse.home.build_database}' as one (read_only)")
        escaped = str(again.build_database).replace("'", "''")
        connection.execute(f"attach '{escaped}' as two (read_only)")
        tables = connection.execute(
            "select table_schema, table_name from information_schema.tables"
            " where table_catalog = 'one' and table_schema in ('audit', 'marts') order by all"
        ).fetchall()
        assert len(tables) >= 22
        for schema, name in tables:
            for left, right in (("one", "two"), ("two", "one")):
                query = f"from {left}.{schema}.{name} except all from {right}.{schema}.{name}"
                assert connection.execute(query).fetchone() is None, f"{schema}.{name} differs"
