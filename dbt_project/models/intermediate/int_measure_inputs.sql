-- All that the measures need, a row per requirement as one submission states it.
with requirements as (

    select * from {{ ref('int_ladders') }}

),

figures as (

    select * from {{ ref('int_figures') }}

),

stages as (

    select * from {{ ref('int_stages') }}

),

classes as (

    select * from {{ ref('water_classes') }}

),

not_begun as (

    select
        requirements.progress_key,
        true as is_not_begun
    from requirements
    inner join stages on requirements.progress_key = stages.progress_key
    left join figures on requirements.progress_key = figures.progress_key
    where requirements.figure_kind = 'count' and stages.stage = 'not_started' and figures.progress_key is null

),

-- increments of a ladder are judged together only while one figure answers for all of them
named_rungs as (

    select
        requirements.submission_id,
        requirements.ladder_id,
        count(*) as named_rung_count
    from requirements
    inner join figures on requirements.progress_key = figures.progress_key
    where figures.is_named_figure
    group by requirements.submission_id, requirements.ladder_id

),

policies as (

    select
        items.submission_id,
        items.item_key,
        {{ surrogate_key([
            period_date('items.period'),
            policy_key('cities.city_code', 'cities.province_code', 'themes.category', 'items.as_of_date')
        ]) }} as policy_key
    from {{ ref('int_items') }} as items
    inner join {{ ref('int_task_themes') }} as themes on items.task_name = themes.task_name
    left join {{ ref('int_region_cities') }} as cities on items.region_code = cities.region_code

),

start_milestones as (

    select
        submission_id,
        item_key,
        min(judged_deadline_date) as start_deadline_date
    from requirements
    where milestone_stage = 'started'
    group by submission_id, item_key

)

select
    requirements.progress_key,
    requirements.submission_id,
    requirements.ladder_id,
    policies.policy_key,
    requirements.indicator_type,
    requirements.figure_kind,
    requirements.plan_basis,
    requirements.early_verdict,
    requirements.judged_comparator,
    requirements.grading_text,
    requirements.target_value,
    requirements.target_class_rank,
    case
        when requirements.figure_kind = 'stage' then figures.counted_total_value
        when requirements.is_increment_ladder and coalesce(named_rungs.named_rung_count, 0) > 1
            then requirements.canonical_target_value
        else requirements.ladder_target_value
    end as compared_target_value,
    requirements.ladder_final_value,
    requirements.milestone_stage,
    requirements.milestone_stage_rank,
    requirements.baseline_start_date,
    requirements.as_of_date,
    requirements.judged_deadline_date,
    coalesce(requirements.is_due, false) as is_due,
    requirements.months_allowed,
    requirements.ladder_months,
    requirements.rung_planned_pct,
    requirements.last_due_planned_pct,
    requirements.last_due_target_value,
    coalesce(start_milestones.start_deadline_date > requirements.as_of_date, false) as is_before_start_milestone,
    -- a count that has not begun is none done
    case when not_begun.is_not_begun then cast(0 as decimal(24, 6)) else figures.actual_value end as actual_value,
    case when not_begun.is_not_begun then requirements.target_unit else figures.unit end as unit,
    case
        when not_begun.is_not_begun then cast(0 as decimal(24, 6))
        else figures.actual_canonical_value
    end as actual_canonical_value,
    figures.canonical_unit,
    figures.actual_pct,
    figures.lowest_part_pct,
    figures.highest_part_pct,
    figures.reported_completion_pct,
    figures.actual_class,
    classes.rank as actual_class_rank,
    coalesce(figures.is_shared_figure, false) as is_shared_figure,
    coalesce(figures.is_stated_zero, false) or coalesce(not_begun.is_not_begun, false) as is_stated_zero,
    coalesce(figures.is_cross_year, false) as is_cross_year,
    stages.stage,
    stages.stage_rank
from requirements
inner join policies
    on
        requirements.submission_id = policies.submission_id
        and requirements.item_key = policies.item_key
left join figures on requirements.progress_key = figures.progress_key
left join stages on requirements.progress_key = stages.progress_key
left join not_begun on requirements.progress_key = not_begun.progress_key
left join classes on figures.actual_class = classes.wording
left join named_rungs
    on
        requirements.submission_id = named_rungs.submission_id
        and requirements.ladder_id = named_rungs.ladder_id
left join start_milestones
    on
        requirements.submission_id = start_milestones.submission_id
        and requirements.item_key = start_milestones.item_key
