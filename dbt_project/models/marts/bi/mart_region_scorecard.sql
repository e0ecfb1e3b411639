-- A row per region and period. A rate rests on what is published and can be judged: what was not reported is not
-- zero, and a lag table lists exceptions, so no rate comes from one. Points stand once per assessed content and are
-- never divided.
with cells as (

    select * from {{ ref('mart_task_matrix').include(database=false) }}

),

points as (

    select
        region_key,
        period,
        sum(points) as points_total,
        sum(points_lagging) as points_lagging,
        sum(points_at_risk) as points_at_risk,
        sum(points_awarded_determined) as points_awarded_determined,
        sum(points_awarded_computed) as points_awarded_computed,
        sum(points_lost) as points_lost,
        sum(points_open) as points_open
    from {{ ref('mart_points').include(database=false) }}
    group by region_key, period

),

counts as (

    select
        region_key,
        period,
        max(period_key) as period_key,
        max(as_of_date) as as_of_date,
        count(*) as task_count,
        sum(requirement_count) as requirement_count,
        sum(published_count) as published_count,
        sum(under_review_count) as under_review_count,
        sum(not_reported_count) as not_reported_count,
        sum(due_count) as due_count,
        sum(finished_count) as finished_count,
        sum(rateable_due_count) as rateable_due_count,
        sum(rateable_finished_count) as rateable_finished_count,
        sum(due_task_count) as due_task_count,
        sum(hit_task_count) as hit_task_count,
        sum(lagging_count) as lagging_count,
        sum(newly_lagging_count) as newly_lagging_count,
        sum(caught_up_count) as caught_up_count,
        sum(overdue_count) as overdue_count,
        sum(pace_note_count) as pace_note_count,
        sum(contradiction_count) as contradiction_count,
        sum(insufficient_data_count) as insufficient_data_count,
        max(max_days_overdue) as max_days_overdue,
        max(max_lag_streak_months) as max_lag_streak_months
    from cells
    group by region_key, period

),

reports as (

    select
        region_key,
        period,
        sum(expected_report_count) as expected_report_count,
        sum(received_report_count) as received_report_count,
        sum(on_time_report_count) as on_time_report_count,
        sum(points_deducted) as points_deducted
    from {{ ref('mart_submission_status').include(database=false) }}
    where period is not null
    group by region_key, period

),

findings as (

    select
        region_key,
        period,
        sum(open_finding_count) as open_finding_count,
        sum(open_blocker_count) as open_blocker_count,
        sum(open_error_count) as open_error_count
    from {{ ref('mart_open_findings').include(database=false) }}
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
    {{ period_date('members.period') }} as period_date,
    {{ is_latest_period('members.period', 'members.region_key') }} as is_latest_period,
    counts.period_key,
    counts.as_of_date,
    cast(coalesce(counts.task_count, 0) as integer) as task_count,
    cast(coalesce(counts.requirement_count, 0) as integer) as requirement_count,
    cast(coalesce(counts.published_count, 0) as integer) as published_count,
    cast(coalesce(counts.under_review_count, 0) as integer) as under_review_count,
    cast(coalesce(counts.not_reported_count, 0) as integer) as not_reported_count,
    cast(coalesce(counts.due_count, 0) as integer) as due_count,
    cast(case when counts.published_count > 0 then counts.finished_count end as integer) as finished_count,
    cast(coalesce(counts.rateable_due_count, 0) as integer) as rateable_due_count,
    cast(coalesce(counts.rateable_finished_count, 0) as integer) as rateable_finished_count,
    {{ safe_divide('counts.rateable_finished_count', 'counts.rateable_due_count') }} as baseline_execution_index,
    cast(coalesce(counts.due_task_count, 0) as integer) as due_task_count,
    cast(coalesce(counts.hit_task_count, 0) as integer) as hit_task_count,
    {{ safe_divide('counts.hit_task_count', 'counts.due_task_count') }} as hit_task_rate,
    cast(coalesce(counts.lagging_count, 0) as integer) as lagging_count,
    cast(coalesce(counts.newly_lagging_count, 0) as integer) as newly_lagging_count,
    cast(coalesce(counts.caught_up_count, 0) as integer) as caught_up_count,
    cast(coalesce(counts.overdue_count, 0) as integer) as overdue_count,
    cast(coalesce(counts.pace_note_count, 0) as integer) as pace_note_count,
    cast(coalesce(counts.contradiction_count, 0) as integer) as contradiction_count,
    cast(coalesce(counts.insufficient_data_count, 0) as integer) as insufficient_data_count,
    counts.max_days_overdue,
    counts.max_lag_streak_months,
    cast(coalesce(findings.open_finding_count, 0) as integer) as open_finding_count,
    cast(coalesce(findings.open_blocker_count, 0) as integer) as open_blocker_count,
    cast(coalesce(findings.open_error_count, 0) as integer) as open_error_count,
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
left join points on members.region_key = points.region_key and members.period = points.period
left join findings on members.region_key = findings.region_key and members.period = findings.period
left join reports on members.region_key = reports.region_key and members.period = reports.period
left join deductions on members.region_key = deductions.region_key and members.period = deductions.period
