"""What the pages list of one area and period: requirements, the matrix's cells, the scorecards, the filings."""

from __future__ import annotations

from typing import Any, Final

from publishing.dashboard.areas import Area
from publishing.dashboard.plain import Table, by_period
from publishing.query import Ask

_PERIODS: Final = """
    select period from fct_task_progress where is_current and region_key in ({marks})
    union
    select period from fct_submission where period is not null and region_key in ({marks})
    order by 1
"""

_ROWS: Final = """
    select p.period, p.progress_key, p.item_key, p.item_no, p.item_seq, p.requirement_id, p.region_key, p.task_key,
           p.publication_status, p.reported_status, p.reported_status_phrase, p.determined_status, p.computed_status,
           p.stage, p.target_value, q.target_comparator, q.target_unit, q.target_class, p.actual_value, p.actual_class,
           p.unit, p.reported_completion_pct, p.computed_completion_pct, p.planned_pct_prorated, p.planned_pct_stepped,
           p.schedule_variance_pp, p.schedule_performance_index, p.months_behind, p.required_pace_ratio,
           p.forecast_finish_date, p.target_gap_pct, p.is_due, p.days_overdue, p.is_overdue,
           p.is_behind_schedule, p.is_lagging, p.is_status_contradicted, p.is_stated_zero, p.lag_streak_months,
           p.is_caught_up, p.is_stale, p.is_rebaselined, p.is_corrected, p.change_state, p.lag_reason_zh,
           p.lag_reason_en, q.requirement_text, q.sub_item, q.scope, q.deadline_date, q.indicator_type, q.key_mark,
           q.points, d.family
    from fct_task_progress as p
    inner join dim_requirement as q on p.requirement_key = q.requirement_key
    left join dim_document as d on p.document_key = d.document_key
    where p.is_current and p.region_key in ({marks})
    order by p.region_key, p.item_seq, q.sub_item, q.rung_no, p.progress_key
"""

_CELLS: Final = """
    select period, task_key, region_key, requirement_count, under_review_count, not_reported_count, due_count,
           met_count, lagging_count, overdue_count, pace_note_count, contradiction_count, max_days_overdue,
           max_lag_streak_months, cell_status
    from mart_task_matrix
    where region_key in ({marks})
    order by task_key, region_key
"""

_TASKS: Final = """
    select distinct p.period, t.task_key, t.task_id, t.task_name, t.theme
    from fct_task_progress as p
    inner join dim_task as t on p.task_key = t.task_key
    where p.is_current and p.region_key in ({marks})
    order by t.theme, t.task_id, t.task_key
"""

_FILINGS: Final = """
    select period, region_key, reporting_unit, family, file_name, channel, due_date, received_at, revision, status,
           rejection_reason, rejection_detail
    from fct_submission
    where region_key in ({marks})
    order by region_key, received_at, file_name
"""

_SCORES: Final = """
    select period, * exclude (period) from mart_region_scorecard where region_key in ({marks})
    order by region_code, region_key
"""

_SELECTIONS: Final = {"rows": _ROWS, "cells": _CELLS, "tasks": _TASKS, "filings": _FILINGS, "scores": _SCORES}

#: Beside the first character of a key's name, the shard that tells where a record stands.
_HEX: Final = frozenset("0123456789abcdef")


def periods_of(ask: Ask, area: Area) -> tuple[str, ...]:
    """The periods of which an area has something, oldest first."""
    return tuple(str(row[0]) for row in ask(_PERIODS.format(marks=area.marks), [*area.keys, *area.keys]).rows)


def lists_of(ask: Ask, area: Area) -> dict[str, dict[str, Table]]:
    """The tables of every period, by name and period: one query a table, since a query costs more than its rows."""
    return {name: by_period(ask(sql.format(marks=area.marks), area.keys)) for name, sql in _SELECTIONS.items()}


def totals_of(period: str, lists: dict[str, Table]) -> dict[str, Any]:
    """What the choice of periods and the comparison with the month before need of a period."""
    scores = [dict(zip(lists["scores"]["columns"], row, strict=True)) for row in lists["scores"]["rows"]]
    counted = (
        "requirement_count due_count lagging_count overdue_count contradiction_count under_review_count "
        "not_reported_count pace_note_count expected_report_count received_report_count on_time_report_count"
    ).split()
    days = [score["as_of_date"] for score in scores if score["as_of_date"]]
    return {
        "period": period,
        "as_of_date": max(days, default=None),
        "regions": len(scores),
        **{name: sum(score[name] for score in scores) for name in counted},
    }


def shard_of(progress_key: str) -> str:
    """The name of the shard that a record's key is in."""
    return progress_key[0] if progress_key[:1] in _HEX else "other"
