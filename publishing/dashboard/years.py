"""What the curves and the streaks need of one area and year: each requirement with its milestones, month by month."""

from __future__ import annotations

from typing import Final

from publishing.dashboard.areas import Area
from publishing.dashboard.plain import Table, table_of
from publishing.query import Ask

#: A ladder's rungs share one curve; a requirement without a ladder is a curve of its own.
_REQUIREMENTS: Final = """
    select distinct q.requirement_id, coalesce(q.ladder_id, q.requirement_id) as ladder_id, q.task_key, q.region_key,
           t.task_name, q.indicator_text, q.sub_item, q.scope, q.rung_no, q.rung_planned_pct, q.deadline_date,
           q.baseline_start_date, q.target_value, q.target_unit, q.target_comparator, q.indicator_type,
           q.requirement_text
    from dim_requirement as q
    inner join dim_task as t on q.task_key = t.task_key
    where q.is_current and q.requirement_id in (
        select requirement_id from fct_task_progress
        where is_current and substr(period, 1, 4) = ? and region_key in ({marks})
    )
    order by q.task_key, q.region_key, 2, q.rung_no, q.requirement_id
"""

_POINTS: Final = """
    select requirement_id, period, as_of_date, progress_key, region_key, publication_status, planned_pct_prorated,
           planned_pct_stepped, computed_completion_pct, reported_completion_pct, actual_value, unit,
           schedule_variance_pp, stage, computed_status, determined_status, is_due, is_overdue, is_lagging,
           lag_streak_months, is_caught_up, days_overdue, schedule_performance_index, months_behind
    from fct_task_progress
    where is_current and substr(period, 1, 4) = ? and region_key in ({marks})
    order by requirement_id, period
"""

_SCORES: Final = """
    select region_key, period, as_of_date, requirement_count, published_count, due_count, lagging_count, overdue_count,
           contradiction_count, not_reported_count, under_review_count, expected_report_count, received_report_count,
           on_time_report_count, reporting_rate, on_time_rate
    from mart_region_scorecard
    where substr(period, 1, 4) = ? and region_key in ({marks})
    order by period, region_code
"""

_SELECTIONS: Final = {"requirements": _REQUIREMENTS, "points": _POINTS, "scores": _SCORES}


def year_of(ask: Ask, area: Area, year: str) -> dict[str, Table]:
    """The tables of one year (four digits), by name."""
    parameters = [year, *area.keys]
    return {name: table_of(ask(sql.format(marks=area.marks), parameters)) for name, sql in _SELECTIONS.items()}
