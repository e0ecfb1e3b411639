"""Each lag measure and flag on a document that a person can check by hand."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.dbt.conftest import Warehouse


def by_scope(rows):
    return {(r["sub_item"], r["asked_scope"]): r for r in rows}


def test_a_rate_that_is_met_inside_a_row_called_behind_accuses_nobody(warehouse: Warehouse) -> None:
    rows = by_scope(warehouse.progress("市表资金"))
    met = rows["(2)", "市级"]
    assert met["actual_value"] == Decimal("80.36")
    assert met["computed_status"] == "completed"
    assert met["determined_status"] is None
    assert not met["is_lagging"]
    assert not met["is_status_contradicted"]
    assert rows["(1)", "各级"]["is_lagging"]
    assert rows["(1)", "各级"]["days_overdue"] == 92
    assert rows["(2)", "省级以上"]["is_lagging"]
    assert rows["(2)", "省级以上"]["days_overdue"] == 0


def test_later_rungs_share_the_figure_and_only_due_ones_lag(warehouse: Warehouse) -> None:
    rows = by_scope(warehouse.progress("市表资金"))
    due, later = rows["(2)", "省级以上"], rows["(3)", "省级以上"]
    assert due["ladder_id"] == later["ladder_id"]
    assert (due["rung_no"], later["rung_no"]) == (1, 2)
    assert due["actual_value"] == later["actual_value"] == Decimal("2.48")
    assert later["computed_status"] == "not_due"
    assert not later["is_lagging"]
    assert not later["is_behind_schedule"]


def test_a_shortfall_of_less_than_a_point_is_a_shortfall(warehouse: Warehouse) -> None:
    short = by_scope(warehouse.progress("市表资金分级"))["(2)", "市级"]
    assert short["schedule_variance_pp"] == Decimal("-0.71")
    assert short["computed_status"] == "unmet"
    assert "差0.71个百分点" in short["lag_reason_zh"]
    assert "已到期未完成" in short["lag_reason_zh"]


def test_parts_bound_the_whole(warehouse: Warehouse) -> None:
    row = by_scope(warehouse.progress("市表资金分级"))["(2)", "省级以上"]
    assert row["actual_value"] is None
    assert row["computed_status"] == "unmet"
    assert "12.81%" in row["lag_reason_zh"]


def test_a_stated_zero_is_zero_and_does_not_escape(warehouse: Warehouse) -> None:
    row = by_scope(warehouse.progress("市表资金未支出"))["(2)", "市级"]
    assert row["actual_value"] == 0
    assert row["is_stated_zero"]
    assert row["schedule_variance_pp"] == Decimal(-75)
    assert row["is_lagging"]


def test_pond_area_counts_in_one_unit(warehouse: Warehouse) -> None:
    row = warehouse.one("市表池塘")
    assert (row["actual_value"], row["unit"]) == (Decimal(9800), "亩")
    assert row["computed_completion_pct"] == row["reported_completion_pct"] == 40
    assert row["planned_pct_prorated"] == 75
    assert row["months_behind"] == Decimal("4.2")
    assert row["required_pace_ratio"] == Decimal("2.4")
    assert row["is_lagging"], "the city's word makes it lag"
    assert not row["is_overdue"]
    assert row["days_overdue"] is None


def test_what_remains_is_subtracted(warehouse: Warehouse) -> None:
    row = warehouse.one("市表排污口")
    assert row["actual_value"] == 8
    assert row["computed_completion_pct"] == Decimal("33.333333")


def test_done_and_closed_are_added_and_plans_are_not(warehouse: Warehouse) -> None:
    listed, added = warehouse.progress("半年一企一策")
    assert listed["actual_value"] == 30
    assert listed["computed_status"] == "completed"
    assert added["actual_value"] == 4
    assert added["computed_status"] == "not_due"
    assert added["determined_status"] == "on_schedule"
    assert not added["is_behind_schedule"]


def test_a_plant_is_held_against_its_milestone(warehouse: Warehouse) -> None:
    share, completion = warehouse.progress("市表污水厂")
    assert share["schedule_variance_pp"] == -20
    assert share["days_overdue"] == 92
    assert share["months_behind"] == 5
    assert share["computed_completion_pct"] is None
    assert share["is_overdue"]
    assert completion["rung_planned_pct"] == 100
    assert not completion["is_lagging"]


def test_a_start_due_on_the_day_itself(warehouse: Warehouse) -> None:
    start, works = warehouse.progress("市表扩建")
    assert start["days_overdue"] == 0
    assert start["is_lagging"]
    assert not start["is_overdue"]
    assert "已到期未动工" in start["lag_reason_zh"]
    assert not works["is_lagging"]


def test_a_band_without_its_base_says_nothing_but_the_city_listed_it(warehouse: Warehouse) -> None:
    no2, pm10 = warehouse.progress("市表空气")
    assert no2["computed_status"] == "met_so_far"
    assert not no2["is_lagging"]
    assert pm10["computed_status"] == "insufficient_data"
    assert not pm10["is_status_contradicted"]
    assert pm10["is_lagging"]
    assert pm10["target_gap_pct"] == Decimal("5.128205")


def test_nothing_done_all_year_is_behind(warehouse: Warehouse) -> None:
    row = warehouse.one("市表全年抽查")
    assert row["computed_status"] == "unmet"
    assert not row["is_overdue"]


def test_a_pace_note_is_never_a_lag(warehouse: Warehouse) -> None:
    village = warehouse.progress("半年村庄")[1]
    assert village["computed_completion_pct"] == Decimal("13.114754")
    assert village["planned_pct_prorated"] == 50
    assert village["is_behind_schedule"]
    assert not village["is_lagging"]
    assert not village["is_status_contradicted"]
    assert "仅作序时提示" in village["lag_reason_zh"]


def test_a_class_before_its_year_end_is_interim(warehouse: Warehouse) -> None:
    row = warehouse.one("半年水质")
    assert row["computed_status"] == "not_met_so_far"
    assert not row["is_overdue"]
    assert not row["is_behind_schedule"]
    assert row["determined_status"] == "behind_schedule"
    assert row["is_lagging"], "the city determined it so, whatever the figures allow to compute"
    assert "目前未达标" in row["lag_reason_zh"]


@pytest.mark.parametrize("task", ["半年管网检测", "半年一数两写"])
def test_one_figure_for_two_targets_judges_neither(warehouse: Warehouse, task: str) -> None:
    rows = warehouse.progress(task)
    assert len(rows) == 2
    for row in rows:
        assert row["computed_status"] == "insufficient_data"
        assert row["computed_completion_pct"] is None
        assert not row["is_behind_schedule"]


def test_two_figures_of_one_sentence_are_two(warehouse: Warehouse) -> None:
    laid, repaired = warehouse.progress("半年一句两数")
    assert laid["computed_completion_pct"] == Decimal("55.555556")
    assert repaired["computed_completion_pct"] == Decimal("102.5")
    assert (laid["computed_status"], repaired["computed_status"]) == ("on_schedule", "completed")


def test_increments_of_a_ladder_are_cumulated(warehouse: Warehouse) -> None:
    first, second = warehouse.progress("半年锅炉")
    assert first["rung_planned_pct"] == Decimal("78.947368")
    assert second["rung_planned_pct"] == 100
    assert second["computed_completion_pct"] == Decimal("26.315789")
    assert second["actual_value"] == 5


def test_a_determined_verdict_that_the_figures_refute_is_contradicted_not_lagging(warehouse: Warehouse) -> None:
    row = warehouse.one("半年说好实未完成")
    assert row["computed_status"] == "unmet"
    assert row["determined_status"] == "completed"
    assert row["is_status_contradicted"]
    assert not row["is_lagging"]


def test_in_a_draft_what_is_due_and_unmet_lags_whatever_was_reported(warehouse: Warehouse) -> None:
    row = warehouse.one("逾期后完成", "2023-08")
    assert row["reported_status"] == "on_schedule"
    assert row["determined_status"] is None
    assert row["is_lagging"]
    assert row["is_status_contradicted"]
    assert "与测算不符" in row["lag_reason_zh"]


def test_a_streak_counts_months(warehouse: Warehouse) -> None:
    assert [r["lag_streak_months"] for r in warehouse.progress("连续滞后")] == [1, 2, 3]


def test_caught_up_late_is_said_to_be_late(warehouse: Warehouse) -> None:
    july, august, september = warehouse.progress("逾期后完成")
    assert (july["days_overdue"], august["days_overdue"]) == (0, 31)
    assert september["is_caught_up"]
    assert september["computed_status"] == "completed_late"
    assert not september["is_lagging"]


def test_a_changed_target_is_a_new_version_and_flagged_once(warehouse: Warehouse) -> None:
    rows = warehouse.progress("目标调低")
    assert [r["is_rebaselined"] for r in rows] == [False, True, False]
    assert (rows[1]["former_target_value"], rows[1]["former_target_unit"]) == (100, "个")
    assert rows[1]["footnote_zh"] == "较上期调整，原目标100个，原时限2023年12月10日。"
    assert len({r["requirement_key"] for r in rows}) == 2
    assert len({r["requirement_id"] for r in rows}) == 1
    versions = warehouse.rows(
        "select valid_from, valid_to, is_current, target_value from marts.dim_requirement"
        " where requirement_id = ? order by valid_from",
        rows[0]["requirement_id"],
    )
    assert [(str(v["valid_from"]), v["is_current"], v["target_value"]) for v in versions] == [
        ("2023-01-01", False, 100),
        ("2023-08-01", True, 80),
    ]
    assert versions[0]["valid_to"] == versions[1]["valid_from"]


def test_the_same_words_again_are_stale(warehouse: Warehouse) -> None:
    assert [r["is_stale"] for r in warehouse.progress("文字未变")] == [False, True, True]


def test_a_resubmission_supersedes_and_both_clocks_remain(warehouse: Warehouse) -> None:
    first, second = warehouse.progress("补报", current=False)
    assert (first["actual_value"], second["actual_value"]) == (3, 14)
    assert first["known_to"] == second["known_from"]
    assert str(second["known_from"]) == "2023-10-09 03:00:00", "UTC"
    assert (first["is_current"], second["is_current"]) == (False, True)
    known = warehouse.rows(
        "select actual_value from marts.fct_task_progress where requirement_id = ?"
        " and known_from <= timestamp '2023-10-07' and (known_to is null or known_to > timestamp '2023-10-07')",
        first["requirement_id"],
    )
    assert [r["actual_value"] for r in known] == [3], "what we knew on 7 October"


@pytest.mark.parametrize("flag", ["is_overdue", "is_behind_schedule", "is_status_contradicted"])
def test_every_flag_has_a_reason(warehouse: Warehouse, flag: str) -> None:
    rows = warehouse.rows(
        f"select {flag} as flag, lag_reason_zh, lag_reason_en from marts.fct_task_progress where {flag}"
    )
    assert rows
    assert all(r["lag_reason_zh"] and r["lag_reason_en"] for r in rows)
