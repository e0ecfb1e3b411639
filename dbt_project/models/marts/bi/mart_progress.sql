-- The view to drag from: a row per current requirement, region and period with everything that is said of it, in codes
-- and in Chinese, figures, marks as booleans and as ones and noughts, the reason, and the place that it was read from.
{%- set lights = [
    'progress.is_overdue',
    'progress.is_lagging',
    "progress.publication_status = 'not_reported'",
    "progress.publication_status = 'under_review'",
    is_pace_note('progress'),
    is_completed('progress'),
    is_met('progress'),
] %}
with progress as (

    select * from {{ ref('fct_task_progress').include(database=false) }}
    where is_current

),

regions as (

    select * from {{ ref('dim_region').include(database=false) }}

),

tasks as (

    select * from {{ ref('dim_task').include(database=false) }}

),

requirements as (

    select * from {{ ref('dim_requirement').include(database=false) }}

),

documents as (

    select * from {{ ref('dim_document').include(database=false) }}

),

statuses as (

    select * from {{ ref('dim_status').include(database=false) }}

)

select
    progress.progress_key,
    progress.requirement_id,
    tasks.campaign_year,
    progress.period,
    progress.period_date,
    progress.as_of_date,
    {{ is_latest_period('progress.period', 'progress.region_key') }} as is_latest_period,
    regions.region_code,
    regions.name as region_name,
    regions.parent_code as parent_region_code,
    tasks.task_id,
    tasks.task_name,
    tasks.theme,
    {{ word_of('theme', 'tasks.theme') }} as theme_zh,
    tasks.category,
    regions.name || ' ' || tasks.task_name || coalesce(requirements.sub_item, '') as label_zh,
    progress.item_no,
    progress.item_seq,
    requirements.sub_item,
    requirements.kind,
    requirements.indicator_type,
    {{ word_of('indicator_type', 'requirements.indicator_type') }} as indicator_type_zh,
    requirements.scope,
    requirements.key_mark,
    requirements.lead_unit,
    requirements.joint_units,
    progress.content_text,
    requirements.requirement_text,
    progress.progress_text,
    requirements.deadline_date,
    progress.publication_status,
    {{ word_of('publication_status', 'progress.publication_status') }} as publication_status_zh,
    progress.reported_status,
    reported.name_zh as reported_status_zh,
    progress.reported_status_phrase,
    progress.computed_status,
    computed.name_zh as computed_status_zh,
    progress.determined_status,
    determined.name_zh as determined_status_zh,
    progress.determination_reason as determined_status_phrase,
    progress.determined_by,
    progress.determined_at,
    progress.stage,
    {{ word_of('stage', 'progress.stage') }} as stage_zh,
    {{ traffic_light(lights, light_codes()) }} as light,
    {{ traffic_light(lights, light_words()) }} as light_zh,
    cast({{ traffic_light(lights, light_ranks()) }} as integer) as light_rank,
    requirements.target_comparator,
    {{ bi_number('coalesce(progress.target_value, requirements.target_value)') }} as target_value,
    requirements.target_class,
    requirements.target_unit,
    {{ bi_number('progress.actual_value') }} as actual_value,
    progress.actual_class,
    progress.unit,
    {{ bi_number('progress.canonical_actual_value') }} as canonical_actual_value,
    progress.canonical_unit,
    {{ bi_number('progress.movement_value') }} as movement_value,
    progress.movement_months,
    progress.reported_completion_pct,
    progress.computed_completion_pct,
    progress.planned_pct_prorated,
    progress.planned_pct_stepped,
    progress.schedule_variance_pp,
    progress.pace_class,
    {{ word_of('pace_class', 'progress.pace_class') }} as pace_class_zh,
    progress.days_overdue,
    progress.lag_streak_months,
    progress.schedule_performance_index,
    progress.months_behind,
    progress.required_pace_ratio,
    progress.forecast_finish_date,
    progress.target_gap_pct,
    progress.is_due,
    {{ is_finished('progress', 'requirements') }} as is_finished,
    {{ is_rateable('progress', 'documents') }} as is_rateable,
    progress.is_lagging,
    progress.is_overdue,
    progress.is_behind_schedule,
    {{ is_pace_note('progress') }} as is_pace_note,
    progress.is_status_contradicted,
    progress.is_stated_zero,
    progress.is_caught_up,
    progress.is_stale,
    progress.is_rebaselined,
    progress.is_count_falling,
    progress.is_corrected,
    {{ progress_counts('progress', 'requirements', 'documents') }},
    progress.lag_reason_zh,
    progress.lag_reason_en,
    progress.change_state,
    progress.footnote_zh,
    progress.footnote_en,
    documents.file_name,
    documents.title as document_title,
    documents.family,
    {{ word_of('family', 'documents.family') }} as family_zh,
    progress.source_locator,
    progress.source_quote,
    progress.known_from,
    progress.requirement_key,
    progress.task_key,
    progress.region_key,
    progress.period_key,
    progress.document_key
from progress
inner join regions on progress.region_key = regions.region_key
inner join tasks on progress.task_key = tasks.task_key
inner join requirements on progress.requirement_key = requirements.requirement_key
left join documents on progress.document_key = documents.document_key
left join statuses as reported on progress.reported_status = reported.code
left join statuses as computed on progress.computed_status = computed.code
left join statuses as determined on progress.determined_status = determined.code
