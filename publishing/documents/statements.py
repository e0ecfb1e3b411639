"""What the documents ask of a published version: one statement for each kind of record."""

from __future__ import annotations

from typing import Final

#: A row per requirement of a period, with a column for each field of a Line.  A region that nobody could resolve is
#: withheld as a whole and not listed.
PROGRESS: Final = """
select
    p.progress_key, p.progress_key as key, p.requirement_id, q.sub_item, coalesce(q.scope_no, 1) as scope_no, q.scope,
    coalesce(q.requirement_text, '') as text, q.indicator_type as kind, q.indicator_text as indicator,
    q.deadline_date as deadline,
    q.target_comparator as comparator, coalesce(p.target_value, q.target_value) as target, q.target_class,
    q.milestone_stage as target_stage,
    q.target_unit, p.actual_value as actual, p.actual_class, p.unit, p.computed_completion_pct as done_pct,
    coalesce(p.planned_pct_stepped, p.planned_pct_prorated) as planned_pct, p.schedule_variance_pp as gap_pp,
    p.target_gap_pct, p.stage,
    p.publication_status as publication, p.reported_status as reported, p.reported_status_phrase as reported_phrase,
    p.item_status_phrase as item_phrase,
    p.computed_status as computed, p.determined_status as determined, p.determination_reason as phrase,
    p.determined_by, coalesce(p.is_due, false) as is_due, coalesce(p.is_overdue, false) as is_overdue, p.days_overdue,
    coalesce(p.is_lagging, false) as is_lagging,
    coalesce(d.family = 'lag_table' and d.is_issued_by_city, false) as is_listed_by_city,
    coalesce(d.is_issued_by_city, false) as is_issued,
    coalesce(p.is_status_contradicted, false) as is_contradicted,
    p.publication_status = 'published' and coalesce(d.family, '') <> 'lag_table'
        and p.computed_status not in ('insufficient_data', 'not_assessed', 'not_due', 'cancelled') as is_rateable,
    coalesce(p.lag_streak_months, 0) as streak, coalesce(p.is_caught_up, false) as is_caught_up,
    coalesce(p.is_rebaselined, false) as is_rebaselined, p.change_state, p.footnote_zh as footnote,
    p.lag_reason_zh as reason, p.source_quote as quote, p.source_locator as locator, d.file_name, d.received_at,
    p.item_key, p.item_seq, p.content_text, p.item_requirement_text, p.progress_text, p.as_of_date,
    p.task_key, p.region_key, q.task_text, coalesce(q.occurrence_no, 1) as occurrence_no, q.lead_unit,
    coalesce(q.key_mark, false) as key_mark, r.name as region_name, r.region_code,
    coalesce(case when r.level in ('province', 'city') then r.name else city.name end, r.name) as city_name
from fct_task_progress as p
inner join dim_region as r on r.region_key = p.region_key and r.level <> 'unknown'
inner join dim_requirement as q on q.requirement_key = p.requirement_key
left join dim_document as d on d.document_key = p.document_key
left join dim_region as city on city.region_code = r.parent_code
    and p.as_of_date between city.valid_from and coalesce(city.valid_to, p.as_of_date)
where p.period = ? and p.is_current
order by r.region_code, p.item_seq nulls last, p.progress_key
"""

#: How the items of earlier periods were worded and placed, for what was not filed in this one; the last one wins.
EARLIER: Final = """
select p.region_key, p.task_key, coalesce(q.occurrence_no, 1) as occurrence_no, p.item_seq, p.content_text,
       p.item_requirement_text
from fct_task_progress as p
inner join dim_requirement as q on q.requirement_key = p.requirement_key
where p.is_current and p.item_seq is not null and p.period < ?
    and exists (
        select 1 from fct_task_progress as missing
        where missing.period = ? and missing.is_current and missing.item_key is null
            and missing.region_key = p.region_key and missing.task_key = p.task_key
    )
order by p.period, p.progress_key
"""

EVIDENCE: Final = """
select e.progress_key, e.role, d.file_name, e.locator, e.quote
from bridge_progress_evidence as e
inner join fct_task_progress as p on p.progress_key = e.progress_key and p.is_current
left join dim_document as d on d.document_key = e.document_key
where p.period = ?
order by e.progress_key, e.role, e.char_start, e.rule_id
"""

FILINGS: Final = """
select region_key, expected_report_count as expected, received_report_count as received,
       on_time_report_count as on_time
from mart_region_scorecard
where period = ?
"""

#: The districts in the order of the last table that the city issued, up to the period.
ORDER: Final = """
select r.name, min(p.item_seq) as place
from fct_task_progress as p
inner join dim_document as d on d.document_key = p.document_key and d.is_issued_by_city
inner join dim_region as r on r.region_key = p.region_key
where p.period = (
    select max(f.period) from fct_task_progress as f
    inner join dim_document as c on c.document_key = f.document_key and c.is_issued_by_city
    where f.period <= ?
)
group by r.name
order by place, r.name
"""

TITLES: Final = """
select distinct d.family, d.title
from dim_document as d
inner join fct_task_progress as p on p.document_key = d.document_key
where p.period = ? and d.is_issued_by_city and d.is_current and d.title is not null
order by d.family, d.title
"""

PERIODS: Final = "select distinct period from fct_task_progress where is_current order by period"

STATUSES: Final = "select code, name_zh from dim_status"
