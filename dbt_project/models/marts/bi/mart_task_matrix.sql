-- Tasks × regions, one row per cell and period: how many requirements stand how, and the light that the cell shows.
{%- set lights = [
    'cells.overdue_count > 0',
    'cells.lagging_count > 0',
    'cells.not_reported_count > 0',
    'cells.under_review_count > 0',
    'cells.pace_note_count > 0',
    'cells.completed_count = cells.requirement_count',
    'cells.met_so_far_count = cells.requirement_count',
] %}
with progress as (

    select
        progress.task_key,
        progress.region_key,
        progress.period,
        progress.period_key,
        progress.period_date,
        progress.as_of_date,
        progress.days_overdue,
        progress.lag_streak_months,
        {{ one_if(is_completed('progress')) }} as completed_count,
        {{ one_if(is_met('progress')) }} as met_so_far_count,
        {{ progress_counts('progress', 'requirements', 'documents') }}
    from {{ ref('fct_task_progress').include(database=false) }} as progress
    inner join {{ ref('dim_requirement').include(database=false) }} as requirements
        on progress.requirement_key = requirements.requirement_key
    left join {{ ref('dim_document').include(database=false) }} as documents
        on progress.document_key = documents.document_key
    where progress.is_current

),

cells as (

    select
        task_key,
        region_key,
        period,
        max(period_key) as period_key,
        max(period_date) as period_date,
        max(as_of_date) as as_of_date,
        max(days_overdue) as max_days_overdue,
        max(lag_streak_months) as max_lag_streak_months,
        sum(requirement_count) as requirement_count,
        sum(published_count) as published_count,
        sum(under_review_count) as under_review_count,
        sum(not_reported_count) as not_reported_count,
        sum(due_count) as due_count,
        sum(finished_count) as finished_count,
        sum(rateable_due_count) as rateable_due_count,
        sum(rateable_finished_count) as rateable_finished_count,
        sum(undecided_due_count) as undecided_due_count,
        sum(met_count) as met_count,
        sum(completed_count) as completed_count,
        sum(met_so_far_count) as met_so_far_count,
        sum(lagging_count) as lagging_count,
        sum(newly_lagging_count) as newly_lagging_count,
        sum(caught_up_count) as caught_up_count,
        sum(overdue_count) as overdue_count,
        sum(pace_note_count) as pace_note_count,
        sum(contradiction_count) as contradiction_count,
        sum(insufficient_data_count) as insufficient_data_count
    from progress
    group by task_key, region_key, period

)

select
    cells.task_key,
    tasks.task_id,
    tasks.task_name,
    tasks.theme,
    {{ word_of('theme', 'tasks.theme') }} as theme_zh,
    tasks.campaign_year,
    cells.region_key,
    regions.region_code,
    regions.name as region_name,
    cells.period_key,
    cells.period,
    cells.period_date,
    cells.as_of_date,
    {{ is_latest_period('cells.period', 'cells.region_key') }} as is_latest_period,
    cast(cells.requirement_count as integer) as requirement_count,
    cast(cells.published_count as integer) as published_count,
    cast(cells.under_review_count as integer) as under_review_count,
    cast(cells.not_reported_count as integer) as not_reported_count,
    cast(cells.due_count as integer) as due_count,
    cast(cells.finished_count as integer) as finished_count,
    cast(cells.rateable_due_count as integer) as rateable_due_count,
    cast(cells.rateable_finished_count as integer) as rateable_finished_count,
    cast(cells.undecided_due_count as integer) as undecided_due_count,
    -- a task counts as due when a due requirement is surely open, or when all its due ones can be judged
    {{ one_if(
        'cells.rateable_due_count > cells.rateable_finished_count'
        ' or (cells.rateable_due_count > 0 and cells.undecided_due_count = 0)'
    ) }} as due_task_count,
    {{ one_if(
        'cells.rateable_due_count > 0 and cells.undecided_due_count = 0'
        ' and cells.rateable_due_count = cells.rateable_finished_count'
    ) }} as hit_task_count,
    cast(cells.met_count as integer) as met_count,
    cast(cells.lagging_count as integer) as lagging_count,
    cast(cells.newly_lagging_count as integer) as newly_lagging_count,
    cast(cells.caught_up_count as integer) as caught_up_count,
    cast(cells.overdue_count as integer) as overdue_count,
    cast(cells.pace_note_count as integer) as pace_note_count,
    cast(cells.contradiction_count as integer) as contradiction_count,
    cast(cells.insufficient_data_count as integer) as insufficient_data_count,
    cells.max_days_overdue,
    cells.max_lag_streak_months,
    {{ traffic_light(lights, light_codes()) }} as cell_status,
    {{ traffic_light(lights, light_words()) }} as cell_status_zh,
    cast({{ traffic_light(lights, light_ranks()) }} as integer) as cell_rank
from cells
inner join {{ ref('dim_task').include(database=false) }} as tasks on cells.task_key = tasks.task_key
inner join {{ ref('dim_region').include(database=false) }} as regions on cells.region_key = regions.region_key
