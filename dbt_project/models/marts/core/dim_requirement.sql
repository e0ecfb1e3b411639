-- The versions of every requirement; the years that the window touches are written anew.
with requirements as (

    select * from {{ ref('audit_requirement') }}
    where {{ of_window_years('campaign_year') }}

)

select
    requirement_key,
    requirement_id,
    task_key,
    region_key,
    task_text,
    occurrence_no,
    campaign_year,
    sub_item,
    scope_no,
    indicator_key,
    indicator_text,
    ladder_id,
    rung_no,
    rung_planned_pct,
    valid_from,
    valid_to,
    is_current,
    target_upper,
    kind,
    requirement_text,
    target_value,
    target_class,
    target_unit,
    target_comparator,
    canonical_target_value,
    deadline_date,
    baseline_start_date,
    indicator_type,
    milestone_stage,
    grading_text,
    scope,
    key_mark,
    lead_unit,
    joint_units,
    points_group,
    points,
    change_state
from requirements
