-- Points: a row per assessed content, region and period. Points stand once per content and are never divided.
select
    points.points_key,
    points.period,
    points.period_date,
    points.as_of_date,
    {{ is_latest_period('points.period', 'points.region_key') }} as is_latest_period,
    regions.region_code,
    regions.name as region_name,
    tasks.campaign_year,
    tasks.task_id,
    tasks.task_name,
    tasks.theme,
    {{ word_of('theme', 'tasks.theme') }} as theme_zh,
    points.points_group,
    points.points,
    points.requirement_count as content_requirement_count,
    points.due_count as content_due_count,
    points.unscored_because,
    {{ word_of('unscored', 'points.unscored_because') }} as unscored_because_zh,
    points.determined_outcome,
    {{ word_of('outcome', 'points.determined_outcome') }} as determined_outcome_zh,
    points.computed_outcome,
    {{ word_of('outcome', 'points.computed_outcome') }} as computed_outcome_zh,
    points.is_lagging,
    points.is_at_risk,
    cast(case when points.is_lagging then points.points else 0 end as decimal(18, 6)) as points_lagging,
    cast(case when points.is_at_risk then points.points else 0 end as decimal(18, 6)) as points_at_risk,
    points.points_awarded_determined,
    points.points_awarded_computed,
    cast(
        case
            when points.points_awarded_determined is not null then points.points - points.points_awarded_determined
            else 0
        end as decimal(18, 6)
    ) as points_lost,
    cast(
        case when points.unscored_because in ('not_due', 'undecided', 'not_published') then points.points else 0 end
        as decimal(18, 6)
    ) as points_open,
    points.task_key,
    points.region_key,
    points.period_key
from {{ ref('fct_points').include(database=false) }} as points
inner join {{ ref('dim_region').include(database=false) }} as regions on points.region_key = regions.region_key
left join {{ ref('dim_task').include(database=false) }} as tasks on points.task_key = tasks.task_key
