-- Candidates of fct_task_progress: every version of every requirement of every period, judged, before the gate.
{{ require_window() }}

with versions as (

    select * from {{ ref('int_versions') }}

),

flags as (

    select * from {{ ref('int_flags') }}

),

history as (

    select * from {{ ref('int_history') }}

),

last_determined as (

    select * from {{ ref('int_last_determined') }}

),

reasons as (

    select * from {{ ref('int_lag_reasons') }}

),

submissions as (

    select * from {{ ref('int_submissions') }}

),

change_states as (

    select * from {{ ref('int_change_states') }}

),

correction_notes as (

    select * from {{ ref('int_correction_notes') }}

),

tasks as (

    select distinct
        requirement_id,
        task_id,
        region_code
    from {{ ref('int_requirement_versions') }}

),

-- the version of the requirement that a period is judged by: the last one that had begun, else the first one
requirement_versions as (

    select
        versions.progress_key,
        definitions.requirement_key,
        definitions.judged_deadline_date,
        row_number() over (
            partition by versions.progress_key
            order by
                case when versions.period >= definitions.period then definitions.period end desc nulls last,
                definitions.period asc
        ) as choice
    from versions
    inner join {{ ref('int_requirement_versions') }} as definitions
        on versions.requirement_id = definitions.requirement_id

),

-- the cell that a reader is sent to: the figure, else the stage, else the words, else the requirement
evidence as (

    select
        progress_key,
        quote,
        locator,
        row_number() over (
            partition by progress_key
            order by
                case role when 'actual' then 1 when 'stage' then 2 when 'status' then 3 else 4 end,
                char_start,
                fact_id
        ) as choice
    from {{ ref('int_evidence') }}

)

select
    versions.progress_key,
    versions.base_submission_id as submission_id,
    flags.item_key,
    flags.item_no,
    cast(flags.item_seq as integer) as item_seq,
    cast(flags.requirement_no as integer) as requirement_no,
    case when versions.is_absence then 'not_reported' else 'published' end as publication_status,
    versions.requirement_id,
    requirement_versions.requirement_key,
    {{ surrogate_key(['tasks.task_id', 'versions.campaign_year']) }} as task_key,
    {{ surrogate_key(['tasks.region_code']) }} as region_key,
    tasks.region_code,
    {{ surrogate_key([
        "coalesce(submissions.period_start, " ~ year_start('substr(versions.period, 1, 4)') ~ ")",
        "coalesce(submissions.as_of_date, " ~ period_end('versions.period') ~ ")"
    ]) }} as period_key,
    versions.period,
    versions.period_date,
    versions.campaign_year,
    submissions.document_key,
    coalesce(submissions.as_of_date, {{ period_end('versions.period') }}) as as_of_date,
    flags.final_reported_status as reported_status,
    flags.final_reported_status_phrase as reported_status_phrase,
    flags.item_status,
    flags.item_status_phrase,
    flags.stage,
    case
        when versions.is_absence then last_determined.last_determined_status
        else flags.final_determined_status
    end as determined_status,
    case
        when versions.is_absence then last_determined.last_determined_by
        else flags.final_determined_by
    end as determined_by,
    case
        when versions.is_absence then last_determined.last_determined_at
        else flags.final_determined_at
    end as determined_at,
    case
        when versions.is_absence then last_determined.last_determination_reason
        else flags.final_determination_reason
    end as determination_reason,
    last_determined.last_determined_status,
    last_determined.last_determined_by,
    last_determined.last_determined_at,
    last_determined.last_determination_reason,
    flags.policy_key,
    flags.target_value,
    flags.actual_value,
    flags.actual_class,
    flags.unit,
    flags.additive_value,
    case when flags.additive_value is not null then flags.canonical_unit end as canonical_unit,
    history.movement_value,
    history.movement_months,
    flags.reported_completion_pct,
    flags.computed_completion_pct,
    flags.planned_pct_prorated,
    flags.planned_pct_stepped,
    flags.schedule_variance_pp,
    flags.schedule_performance_index,
    flags.months_behind,
    flags.target_gap_pct,
    coalesce(
        flags.is_due and not flags.is_cancelled,
        requirement_versions.judged_deadline_date <= {{ period_end('versions.period') }},
        false
    ) as is_due,
    flags.days_overdue,
    flags.pace_class,
    flags.required_pace_ratio,
    flags.forecast_finish_date,
    case
        when flags.is_cancelled then 'cancelled'
        when history.is_completed_late then 'completed_late'
        else flags.computed_status
    end as computed_status,
    flags.is_met,
    flags.is_overdue,
    flags.is_behind_schedule,
    history.is_lagging,
    coalesce((flags.is_lag_determined or flags.is_lag_reported) and not flags.is_cancelled, history.is_lagging)
        as is_lag_admitted,
    flags.is_status_contradicted,
    flags.is_stated_zero,
    flags.is_shared_figure,
    history.lag_streak_months,
    history.is_caught_up,
    history.is_stale,
    history.is_rebaselined,
    history.former_target_value,
    history.former_target_unit,
    history.former_deadline_date,
    history.is_count_falling,
    coalesce(change_states.change_state, 'normal') as change_state,
    correction_notes.progress_key is not null as is_corrected,
    correction_notes.correction_note_zh,
    correction_notes.correction_note_en,
    change_states.change_note_zh,
    change_states.change_note_en,
    reasons.lag_reason_zh,
    reasons.lag_reason_en,
    flags.content as content_text,
    flags.item_requirement_text,
    flags.progress_text,
    evidence.quote as source_quote,
    coalesce(evidence.locator, flags.item_locator) as source_locator,
    versions.known_from,
    versions.known_to,
    versions.is_current
from versions
inner join tasks on versions.requirement_id = tasks.requirement_id
inner join history on versions.progress_key = history.progress_key
inner join requirement_versions
    on
        versions.progress_key = requirement_versions.progress_key
        and requirement_versions.choice = 1
left join flags on versions.progress_key = flags.progress_key
left join last_determined on versions.progress_key = last_determined.progress_key
left join reasons on versions.progress_key = reasons.progress_key
left join change_states on versions.progress_key = change_states.progress_key
left join correction_notes on versions.progress_key = correction_notes.progress_key
left join submissions on versions.submission_id = submissions.submission_id
left join evidence
    on
        versions.progress_key = evidence.progress_key
        and evidence.choice = 1
