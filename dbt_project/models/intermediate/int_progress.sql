-- One submission's word on one requirement, judged: measures, the three verdicts and what follows from them.
-- Reported is what a district wrote, determined what the city itself issued, computed what the figures say.
with requirements as (

    select * from {{ ref('int_ladders') }}

),

verdicts as (

    select * from {{ ref('int_verdicts') }}

),

bindings as (

    select * from {{ ref('int_status_bindings') }}

),

items as (

    select * from {{ ref('int_items') }}

),

submissions as (

    select * from {{ ref('int_submissions') }}

),

joined as (

    select
        requirements.progress_key,
        requirements.requirement_id,
        requirements.submission_id,
        requirements.item_key,
        requirements.requirement_no,
        requirements.requirement_fact_id,
        items.item_no,
        items.item_seq,
        items.task_item_id,
        items.task_id,
        items.region_code,
        items.is_issued_by_city,
        items.content,
        items.requirement_text as item_requirement_text,
        items.progress_text,
        items.locator as item_locator,
        submissions.document_key,
        coalesce(submissions.amends_submission_id, submissions.submission_id) as base_submission_id,
        submissions.received_at,
        submissions.family,
        submissions.period,
        submissions.campaign_year,
        submissions.as_of_date,
        submissions.period_start,
        submissions.known_from,
        submissions.closed_at,
        submissions.revision,
        coalesce(submissions.publisher, submissions.reporting_unit) as spoken_by,
        requirements.requirement_text,
        requirements.indicator_wording,
        requirements.indicator_type,
        requirements.target_value,
        requirements.target_class,
        requirements.target_unit,
        requirements.target_comparator,
        requirements.milestone_stage,
        requirements.milestone_stage_rank,
        requirements.deadline_date,
        requirements.judged_deadline_date,
        requirements.baseline_start_date,
        verdicts.policy_key,
        verdicts.actual_value,
        verdicts.unit,
        -- what a month adds can be told of counts alone
        case
            when verdicts.figure_kind = 'count' and not verdicts.is_shared_figure
                then verdicts.actual_canonical_value
        end as additive_value,
        verdicts.canonical_unit,
        verdicts.actual_class,
        verdicts.lowest_part_pct,
        verdicts.highest_part_pct,
        verdicts.is_stated_zero,
        verdicts.is_shared_figure,
        verdicts.stage,
        verdicts.stage_rank,
        verdicts.reported_completion_pct,
        verdicts.computed_completion_pct,
        verdicts.progress_pct,
        verdicts.held_against_pct,
        verdicts.planned_pct_prorated,
        verdicts.planned_pct_stepped,
        verdicts.schedule_variance_pp,
        verdicts.schedule_performance_index,
        verdicts.earned_months,
        verdicts.months_behind,
        verdicts.required_pace_ratio,
        verdicts.forecast_months,
        verdicts.pace_class,
        verdicts.target_gap_pct,
        verdicts.band,
        verdicts.is_due,
        verdicts.is_met,
        verdicts.days_since_deadline,
        verdicts.months_elapsed,
        verdicts.months_allowed,
        verdicts.computed_status,
        bindings.written_status as item_status,
        bindings.written_status_phrase as item_status_phrase,
        case when bindings.is_bound then bindings.written_status end as status,
        case when bindings.is_bound then bindings.written_status_phrase end as status_phrase,
        -- the city's lag table is a list of exceptions: to stand in it is the city's word on the item
        items.is_issued_by_city and submissions.family = 'lag_table' as is_listed_by_city
    from requirements
    inner join verdicts on requirements.progress_key = verdicts.progress_key
    inner join items
        on
            requirements.submission_id = items.submission_id
            and requirements.item_key = items.item_key
    inner join submissions on requirements.submission_id = submissions.submission_id
    left join bindings on requirements.progress_key = bindings.progress_key

)

select
    joined.*,
    -- a forecast is told by the end of its month
    case
        when forecast_months is not null
            then {{ month_end(months_later('baseline_start_date', 'cast(ceil(forecast_months) as integer) - 1')) }}
    end as forecast_finish_date,
    case when is_issued_by_city then status end as determined_status,
    case when not is_issued_by_city then status end as reported_status,
    case when not is_issued_by_city then status_phrase end as reported_status_phrase,
    case when is_issued_by_city and status is not null then spoken_by end as determined_by,
    case when is_issued_by_city and status is not null then known_from end as determined_at,
    case when is_issued_by_city then status_phrase end as determination_reason
from joined
