-- A row per statement of a figure. Statements that a blocker holds back are left out until it is settled.
{{ require_window() }}

with candidates as (

    select * from {{ ref('audit_indicator') }}

),

blocked_records as (

    select distinct
        submission_id,
        record_key
    from {{ ref('int_findings') }}
    where severity = 'blocker'

)

select
    candidates.fact_key,
    candidates.period_date,
    candidates.indicator_key,
    candidates.indicator,
    candidates.scope,
    candidates.percent,
    candidates.percent_kind,
    candidates.target_comparator,
    candidates.lower_bound,
    candidates.upper_bound,
    candidates.known_from,
    candidates.known_to,
    candidates.is_current,
    candidates.value,
    candidates.value_class,
    candidates.unit,
    candidates.canonical_value,
    candidates.canonical_unit,
    candidates.target_value,
    candidates.target_unit,
    candidates.yoy_change,
    candidates.yoy_unit,
    candidates.period_key,
    candidates.region_key,
    candidates.document_key,
    candidates.is_plan,
    candidates.is_approximate,
    candidates.section,
    candidates.source_quote,
    candidates.source_locator
from candidates
left join blocked_records as blocked_facts
    on
        candidates.submission_id = blocked_facts.submission_id
        and candidates.fact_id = blocked_facts.record_key
left join blocked_records as blocked_rows
    on candidates.fact_key = blocked_rows.record_key
left join blocked_records as blocked_submissions
    on
        candidates.submission_id = blocked_submissions.submission_id
        and candidates.submission_id = blocked_submissions.record_key
where
    blocked_facts.record_key is null
    and blocked_rows.record_key is null
    and blocked_submissions.record_key is null
