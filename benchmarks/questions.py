"""Ten questions that BI tools ask of the marts, in words that both engines know; `?` stands for what a person picks."""

from __future__ import annotations

from typing import Final

#: What is picked is taken from the data, once, in this order.
PICKS: Final = {
    "period": "select max(period) from mart_region_scorecard",
    "city": "select min(substr(region_code, 1, 4)) || '%' from mart_region_scorecard where region_code <> 'UNKNOWN'",
    "progress": "select min(progress_key) from bridge_progress_evidence",
    "requirement": "select min(requirement_key) from fct_task_progress where is_current and is_due",
}

#: By what is asked: the question, and the names of its picks.
QUESTIONS: Final[dict[str, tuple[str, tuple[str, ...]]]] = {
    "the lag table of a city": (
        "select region_name, task_name, requirement_text, days_overdue, lag_reason_zh from mart_lag_table"
        " where period = ? and region_code like ? order by region_code, item_seq, progress_key",
        ("period", "city"),
    ),
    "the scorecard of all regions": (
        "select region_name, due_count, finished_count, lagging_count, overdue_count, reporting_rate"
        " from mart_region_scorecard where period = ? order by lagging_count desc, region_code limit 100",
        ("period",),
    ),
    "the traffic lights of a city": (
        "select region_name, task_name, cell_status_zh, max_days_overdue from mart_task_matrix"
        " where period = ? and region_code like ? order by region_code, task_name, task_key",
        ("period", "city"),
    ),
    "lags by theme and month": (
        "select p.period, t.theme, count(*) as n from fct_task_progress as p join dim_task as t using (task_key)"
        " where p.is_current and p.is_lagging group by p.period, t.theme order by 1, 2",
        (),
    ),
    "the twenty regions with most days overdue": (
        "select r.name, r.region_code, sum(p.days_overdue) as days from fct_task_progress as p"
        " join dim_region as r using (region_key) where p.is_current and p.is_overdue and p.period = ?"
        " group by r.name, r.region_code order by days desc, r.region_code limit 20",
        ("period",),
    ),
    "a city's lags month by month": (
        "select p.period, count(*) as asked, sum(case when p.is_lagging then 1 else 0 end) as lagging"
        " from fct_task_progress as p join dim_region as r using (region_key)"
        " where p.is_current and r.region_code like ? group by p.period order by p.period",
        ("city",),
    ),
    "one requirement through the year": (
        "select p.as_of_date, p.actual_value, p.planned_pct_prorated, p.computed_completion_pct, p.source_quote"
        " from fct_task_progress as p where p.requirement_key = ? and p.is_current order by p.as_of_date",
        ("requirement",),
    ),
    "the evidence behind a figure": (
        "select e.role, e.quote, e.locator, d.file_name from bridge_progress_evidence as e"
        " join dim_document as d using (document_key) where e.progress_key = ? order by e.role, e.locator, e.quote",
        ("progress",),
    ),
    "filings by month and outcome": (
        "select s.period, s.status, count(*) as n from fct_submission as s group by s.period, s.status order by 1, 2",
        (),
    ),
    "the mean gap to the plan by kind of target": (
        "select q.indicator_type, count(*) as n, sum(p.schedule_variance_pp) as gap from fct_task_progress as p"
        " join dim_requirement as q using (requirement_key) where p.is_current and p.period = ?"
        " group by q.indicator_type order by 1",
        ("period",),
    ),
}
