-- Tasks × regions, one row per cell and period: how many requirements stand how, and the word that a cell shows.
with progress as (

    select * from {{ ref('fct_task_progress').include(database=false) }}
    where is_current

),

cells as (

    select
        task_key,
        region_key,
        period,
        max(period_key) as period_key,
        max(as_of_date) as as_of_date,
        count(*) as requirement_count,
        sum(case when publication_status = 'under_review' then 1 else 0 end) as under_review_count,
        sum(case when publication_status = 'not_reported' then 1 else 0 end) as not_reported_count,
        sum(case when is_due then 1 else 0 end) as due_count,
        sum(case when computed_status in ('completed', 'completed_late', 'met_so_far') then 1 else 0 end) as met_count,
        sum(case when is_lagging then 1 else 0 end) as lagging_count,
        sum(case when is_overdue then 1 else 0 end) as overdue_count,
        sum(case when is_behind_schedule and not is_due then 1 else 0 end) as pace_note_count,
        sum(case when is_status_contradicted then 1 else 0 end) as contradiction_count,
        max(days_overdue) as max_days_overdue,
        max(lag_streak_months) as max_lag_streak_months
    from progress
    group by task_key, region_key, period

)

select
    cells.task_key,
    tasks.task_id,
    tasks.task_name,
    tasks.theme,
    tasks.campaign_year,
    cells.region_key,
    regions.region_code,
    regions.name as region_name,
    cells.period_key,
    cells.period,
    cells.as_of_date,
    cast(cells.requirement_count as integer) as requirement_count,
    cast(cells.under_review_count as integer) as under_review_count,
    cast(cells.not_reported_count as integer) as not_reported_count,
    cast(cells.due_count as integer) as due_count,
    cast(cells.met_count as integer) as met_count,
    cast(cells.lagging_count as integer) as lagging_count,
    cast(cells.overdue_count as integer) as overdue_count,
    cast(cells.pace_note_count as integer) as pace_note_count,
    cast(cells.contradiction_count as integer) as contradiction_count,
    cells.max_days_overdue,
    cells.max_lag_streak_months,
    case
        when cells.overdue_count > 0 then 'overdue'
        when cells.lagging_count > 0 then 'lagging'
        when cells.not_reported_count = cells.requirement_count then 'not_reported'
        when cells.under_review_count > 0 then 'under_review'
        when cells.pace_note_count > 0 then 'pace_note'
        when cells.met_count = cells.requirement_count then 'met'
        else 'open'
    end as cell_status,
    case
        when cells.overdue_count > 0 then '逾期'
        when cells.lagging_count > 0 then '滞后'
        when cells.not_reported_count = cells.requirement_count then '未报送'
        when cells.under_review_count > 0 then '数据待核'
        when cells.pace_note_count > 0 then '序时提示'
        when cells.met_count = cells.requirement_count then '已完成'
        else '推进中'
    end as cell_status_zh
from cells
inner join {{ ref('dim_task').include(database=false) }} as tasks on cells.task_key = tasks.task_key
inner join {{ ref('dim_region').include(database=false) }} as regions on cells.region_key = regions.region_key
