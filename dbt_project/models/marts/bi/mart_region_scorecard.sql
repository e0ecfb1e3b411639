-- A row per region and period. A rate rests on what is published and can be judged: what was not reported is not
-- zero, and a lag table lists exceptions, so no rate comes from one. Points stand once per assessed content and are
-- never divided.
with progress as (

    select
        fct.*,
        requirements.indicator_type,
        fct.publication_status = 'published'
        and fct.computed_status not in ('insufficient_data', 'not_assessed', 'not_due', 'cancelled')
        and coalesce(documents.family, 'none') <> 'lag_table' as is_rateable,
        -- a quarter's part of a yearly duty is finished when something was done in it
        coalesce(fct.computed_status, 'none') in ('completed', 'completed_late')
        or (
            requirements.indicator_type = 'recurring' and coalesce(fct.computed_status, 'none') = 'on_schedule'
        ) as is_finished,
        -- due, and nobody can say whether it is met: its task is neither hit nor missed
        fct.publication_status <> 'published' or coalesce(fct.computed_status, 'none') = 'insufficient_data'
            as is_undecided
    from {{ ref('fct_task_progress').include(database=false) }} as fct
    inner join {{ ref('dim_requirement').include(database=false) }} as requirements
        on fct.requirement_key = requirements.requirement_key
    left join {{ ref('dim_document').include(database=false) }} as documents
        on fct.document_key = documents.document_key
    where fct.is_current

),

points as (

    select
        region_key,
        period,
        sum(points) as points_total,
        sum(case when is_lagging then points else 0 end) as points_lagging,
        sum(case when is_at_risk then points else 0 end) as points_at_risk,
        sum(points_awarded_determined) as points_awarded_determined,
        sum(points_awarded_computed) as points_awarded_computed,
        sum(case when points_awarded_determined is not null then points - points_awarded_determined else 0 end)
            as points_lost,
        sum(case when unscored_because in ('not_due', 'undecided', 'not_published') then points else 0 end)
            as points_open
    from {{ ref('fct_points').include(database=false) }}
    group by region_key, period

),

tasks as (

    select
        region_key,
        period,
        count(*) as task_count,
        sum(case when has_open_due = 1 or (has_due = 1 and has_undecided_due = 0) then 1 else 0 end) as due_task_count,
        sum(case when has_due = 1 and has_undecided_due = 0 and has_open_due = 0 then 1 else 0 end) as hit_task_count
    from (
        select
            region_key,
            period,
            task_key,
            max(case when is_rateable and is_due then 1 else 0 end) as has_due,
            max(case when is_rateable and is_due and not is_finished then 1 else 0 end) as has_open_due,
            max(case when is_undecided and is_due then 1 else 0 end) as has_undecided_due
        from progress
        group by region_key, period, task_key
    ) as by_task
    group by region_key, period

),

counts as (

    select
        region_key,
        period,
        max(period_key) as period_key,
        max(as_of_date) as as_of_date,
        count(*) as requirement_count,
        sum(case when publication_status = 'published' then 1 else 0 end) as published_count,
        sum(case when publication_status = 'under_review' then 1 else 0 end) as under_review_count,
        sum(case when publication_status = 'not_reported' then 1 else 0 end) as not_reported_count,
        sum(case when is_due then 1 else 0 end) as due_count,
        sum(case when is_due and is_finished then 1 else 0 end) as finished_count,
        sum(case when is_due and is_rateable then 1 else 0 end) as rateable_due_count,
        sum(case when is_due and is_rateable and is_finished then 1 else 0 end) as rateable_finished_count,
        sum(case when is_lagging then 1 else 0 end) as lagging_count,
        sum(case when is_overdue then 1 else 0 end) as overdue_count,
        sum(case when is_behind_schedule and not is_due then 1 else 0 end) as pace_note_count,
        sum(case when is_status_contradicted then 1 else 0 end) as contradiction_count,
        sum(case when computed_status = 'insufficient_data' then 1 else 0 end) as insufficient_data_count
    from progress
    group by region_key, period

),

-- what is owed is counted by what is owed: one report may come in several filings
reports as (

    select
        region_key,
        period,
        count(distinct expectation_key) as expected_report_count,
        count(distinct case when status not in ('missing', 'rejected') then expectation_key end)
            as received_report_count,
        count(distinct case when status not in ('missing', 'rejected') and is_on_time then expectation_key end)
            as on_time_report_count,
        sum(points_deducted) as points_deducted
    from {{ ref('fct_submission').include(database=false) }}
    where period is not null
    group by region_key, period

),

members as (

    select
        region_key,
        period
    from counts
    union
    select
        region_key,
        period
    from reports
    where expected_report_count > 0

),

-- late and missing reports cost points from January on: a state, like the points themselves
deductions as (

    select
        members.region_key,
        members.period,
        sum(reports.points_deducted) as points_deducted_for_filing
    from members
    inner join reports
        on
            members.region_key = reports.region_key
            and substr(members.period, 1, 4) = substr(reports.period, 1, 4)
            and members.period >= reports.period
    group by members.region_key, members.period

)

select
    members.region_key,
    regions.region_code,
    regions.name as region_name,
    members.period,
    counts.period_key,
    counts.as_of_date,
    cast(coalesce(tasks.task_count, 0) as integer) as task_count,
    cast(coalesce(counts.requirement_count, 0) as integer) as requirement_count,
    cast(coalesce(counts.published_count, 0) as integer) as published_count,
    cast(coalesce(counts.under_review_count, 0) as integer) as under_review_count,
    cast(coalesce(counts.not_reported_count, 0) as integer) as not_reported_count,
    cast(coalesce(counts.due_count, 0) as integer) as due_count,
    cast(case when counts.published_count > 0 then counts.finished_count end as integer) as finished_count,
    cast(coalesce(counts.rateable_due_count, 0) as integer) as rateable_due_count,
    cast(coalesce(counts.rateable_finished_count, 0) as integer) as rateable_finished_count,
    {{ safe_divide('counts.rateable_finished_count', 'counts.rateable_due_count') }} as baseline_execution_index,
    cast(coalesce(tasks.due_task_count, 0) as integer) as due_task_count,
    cast(coalesce(tasks.hit_task_count, 0) as integer) as hit_task_count,
    {{ safe_divide('tasks.hit_task_count', 'tasks.due_task_count') }} as hit_task_rate,
    cast(coalesce(counts.lagging_count, 0) as integer) as lagging_count,
    cast(coalesce(counts.overdue_count, 0) as integer) as overdue_count,
    cast(coalesce(counts.pace_note_count, 0) as integer) as pace_note_count,
    cast(coalesce(counts.contradiction_count, 0) as integer) as contradiction_count,
    cast(coalesce(counts.insufficient_data_count, 0) as integer) as insufficient_data_count,
    cast(points.points_total as decimal(18, 6)) as points_total,
    cast(points.points_lagging as decimal(18, 6)) as points_lagging,
    cast(points.points_at_risk as decimal(18, 6)) as points_at_risk,
    cast(points.points_awarded_determined as decimal(18, 6)) as points_awarded_determined,
    cast(points.points_awarded_computed as decimal(18, 6)) as points_awarded_computed,
    cast(points.points_lost as decimal(18, 6)) as points_lost,
    cast(points.points_open as decimal(18, 6)) as points_open,
    cast(deductions.points_deducted_for_filing as decimal(18, 6)) as points_deducted_for_filing,
    cast(coalesce(reports.expected_report_count, 0) as integer) as expected_report_count,
    cast(coalesce(reports.received_report_count, 0) as integer) as received_report_count,
    cast(coalesce(reports.on_time_report_count, 0) as integer) as on_time_report_count,
    {{ safe_divide('reports.received_report_count', 'reports.expected_report_count') }} as reporting_rate,
    {{ safe_divide('reports.on_time_report_count', 'reports.expected_report_count') }} as on_time_rate
from members
inner join {{ ref('dim_region').include(database=false) }} as regions on members.region_key = regions.region_key
left join counts on members.region_key = counts.region_key and members.period = counts.period
left join tasks on members.region_key = tasks.region_key and members.period = tasks.period
left join points on members.region_key = points.region_key and members.period = points.period
left join reports on members.region_key = reports.region_key and members.period = reports.period
left join deductions on members.region_key = deductions.region_key and members.period = deductions.period
