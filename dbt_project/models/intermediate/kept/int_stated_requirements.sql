-- Every requirement as each submission states it, with its place: what later months of the campaign year look back to.
{{ require_window() }}

with requirements as (

    select * from {{ ref('int_ladders') }}

),

items as (

    select * from {{ ref('int_items') }}

),

submissions as (

    select * from {{ ref('int_submissions') }}

)

select
    requirements.progress_key,
    requirements.requirement_id,
    requirements.submission_id,
    requirements.item_key,
    requirements.task_item_id,
    items.task_id,
    items.task_wording,
    items.task_name,
    items.occurrence_no,
    items.item_seq,
    items.region_code,
    requirements.period,
    requirements.period_date,
    requirements.campaign_year,
    submissions.reporting_unit,
    submissions.family,
    submissions.is_issued_by_city,
    submissions.known_from,
    submissions.closed_at,
    submissions.revision,
    requirements.requirement_seq,
    requirements.sub_item,
    requirements.scope_no,
    requirements.requirement_text,
    requirements.indicator_id,
    requirements.indicator_wording,
    requirements.scope,
    requirements.ladder_id,
    requirements.rung_no,
    requirements.rung_planned_pct,
    requirements.kind,
    requirements.indicator_type,
    requirements.milestone_stage,
    requirements.grading_text,
    requirements.target_value,
    requirements.target_class,
    requirements.target_comparator,
    requirements.target_upper,
    requirements.target_unit,
    requirements.canonical_target_value,
    requirements.deadline_date,
    requirements.judged_deadline_date,
    requirements.baseline_start_date,
    requirements.points,
    requirements.points_group,
    requirements.is_key,
    requirements.lead_unit,
    requirements.joint_units
from requirements
inner join items
    on
        requirements.submission_id = items.submission_id
        and requirements.item_key = items.item_key
inner join submissions on requirements.submission_id = submissions.submission_id
