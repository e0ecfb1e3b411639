-- What a bureau prints: a row per lagging requirement, as now known. An unknown region stands outside.
with progress as (

    select * from {{ ref('fct_task_progress').include(database=false) }}
    where is_current and is_lagging

),

regions as (

    select * from {{ ref('dim_region').include(database=false) }}
    where level <> 'unknown'

),

periods as (

    select * from {{ ref('dim_period').include(database=false) }}

),

tasks as (

    select * from {{ ref('dim_task').include(database=false) }}

),

requirements as (

    select * from {{ ref('dim_requirement').include(database=false) }}

),

documents as (

    select * from {{ ref('dim_document').include(database=false) }}

)

select
    progress.progress_key,
    tasks.campaign_year,
    progress.period,
    progress.as_of_date,
    progress.item_no,
    progress.item_seq,
    progress.item_key,
    regions.region_code,
    regions.name as region_name,
    tasks.task_id,
    tasks.task_name,
    tasks.theme,
    requirements.task_text,
    progress.content_text,
    progress.item_requirement_text,
    requirements.sub_item,
    requirements.requirement_text,
    requirements.indicator_type,
    requirements.scope,
    requirements.key_mark,
    requirements.points,
    requirements.deadline_date,
    progress.progress_text,
    progress.publication_status,
    progress.reported_status,
    progress.reported_status_phrase,
    progress.determined_status,
    progress.determination_reason as determined_status_phrase,
    progress.determined_by,
    progress.computed_status,
    progress.stage,
    requirements.target_comparator,
    coalesce(progress.target_value, requirements.target_value) as target_value,
    requirements.target_class,
    requirements.target_unit,
    progress.actual_value,
    progress.actual_class,
    progress.unit,
    progress.computed_completion_pct,
    progress.reported_completion_pct,
    progress.planned_pct_prorated,
    progress.planned_pct_stepped,
    progress.schedule_variance_pp,
    progress.months_behind,
    progress.is_due,
    progress.days_overdue,
    progress.is_overdue,
    progress.is_behind_schedule,
    progress.is_status_contradicted,
    progress.lag_streak_months,
    progress.is_rebaselined,
    progress.is_stale,
    progress.lag_reason_zh,
    progress.lag_reason_en,
    progress.change_state,
    progress.is_corrected,
    progress.footnote_zh,
    progress.footnote_en,
    documents.file_name,
    documents.title as document_title,
    documents.family,
    progress.source_quote,
    progress.source_locator,
    periods.period_key,
    regions.region_key,
    tasks.task_key,
    requirements.requirement_key,
    progress.document_key
from progress
inner join regions on progress.region_key = regions.region_key
inner join periods on progress.period_key = periods.period_key
inner join tasks on progress.task_key = tasks.task_key
inner join requirements on progress.requirement_key = requirements.requirement_key
left join documents on progress.document_key = documents.document_key
