-- A row per requirement × region × period × known_from. What a blocker holds back is shown as under review and what
-- was owed and did not come as not reported: measures are empty there, the last verdict and an admitted lag stay.
{{ require_window() }}

with candidates as (

    select * from {{ ref('audit_task_progress') }}

),

withheld as (

    select * from {{ ref('int_withheld') }}

),

marked as (

    select
        candidates.*,
        case
            when candidates.publication_status = 'published' and withheld.progress_key is not null then 'under_review'
            else candidates.publication_status
        end as shown_as
    from candidates
    left join withheld on candidates.progress_key = withheld.progress_key

),

judged as (

    select
        marked.*,
        case
            when shown_as = 'under_review'
                then
                    change_state <> 'cancelled'
                    and (is_lag_admitted or coalesce(last_determined_status = 'behind_schedule', false))
            else is_lagging
        end as is_shown_lagging,
        case
            when shown_as = 'published' then determined_status
            else coalesce(last_determined_status, determined_status)
        end as shown_determined_status,
        case when shown_as = 'published' then determined_by else coalesce(last_determined_by, determined_by) end
            as shown_determined_by,
        case when shown_as = 'published' then determined_at else coalesce(last_determined_at, determined_at) end
            as shown_determined_at,
        case
            when shown_as = 'published' then determination_reason
            else coalesce(last_determination_reason, determination_reason)
        end as shown_determination_reason
    from marked

)

select
    progress_key,
    item_key,
    item_no,
    item_seq,
    shown_as as publication_status,
    requirement_key,
    requirement_id,
    task_key,
    region_key,
    period_key,
    period,
    period_date,
    document_key,
    as_of_date,
    case when shown_as = 'published' then reported_status end as reported_status,
    case when shown_as = 'published' then reported_status_phrase end as reported_status_phrase,
    case when shown_as = 'published' then item_status end as item_status,
    case when shown_as = 'published' then item_status_phrase end as item_status_phrase,
    case when shown_as = 'published' then stage end as stage,
    shown_determined_status as determined_status,
    shown_determined_by as determined_by,
    shown_determined_at as determined_at,
    shown_determination_reason as determination_reason,
    case when shown_as = 'published' then target_value end as target_value,
    case when shown_as = 'published' then actual_value end as actual_value,
    case when shown_as = 'published' then actual_class end as actual_class,
    case when shown_as = 'published' then unit end as unit,
    case when shown_as = 'published' then additive_value end as canonical_actual_value,
    case when shown_as = 'published' then canonical_unit end as canonical_unit,
    case when shown_as = 'published' then movement_value end as movement_value,
    case when shown_as = 'published' then movement_months end as movement_months,
    case when shown_as = 'published' then reported_completion_pct end as reported_completion_pct,
    case when shown_as = 'published' then computed_completion_pct end as computed_completion_pct,
    case when shown_as = 'published' then planned_pct_prorated end as planned_pct_prorated,
    case when shown_as = 'published' then planned_pct_stepped end as planned_pct_stepped,
    case when shown_as = 'published' then schedule_variance_pp end as schedule_variance_pp,
    case when shown_as = 'published' then schedule_performance_index end as schedule_performance_index,
    case when shown_as = 'published' then months_behind end as months_behind,
    case when shown_as = 'published' then target_gap_pct end as target_gap_pct,
    is_due,
    case when shown_as = 'published' then days_overdue end as days_overdue,
    case when shown_as = 'published' then pace_class end as pace_class,
    case when shown_as = 'published' then required_pace_ratio end as required_pace_ratio,
    case when shown_as = 'published' then forecast_finish_date end as forecast_finish_date,
    case when shown_as = 'published' then computed_status end as computed_status,
    case when shown_as = 'published' then is_overdue end as is_overdue,
    case when shown_as = 'published' then is_behind_schedule end as is_behind_schedule,
    is_shown_lagging as is_lagging,
    case when shown_as = 'published' then is_status_contradicted end as is_status_contradicted,
    case when shown_as = 'published' then is_stated_zero end as is_stated_zero,
    case when shown_as = 'published' then lag_streak_months end as lag_streak_months,
    case when shown_as = 'published' then is_caught_up end as is_caught_up,
    case when shown_as = 'published' then is_stale end as is_stale,
    case when shown_as = 'published' then is_rebaselined end as is_rebaselined,
    case when shown_as = 'published' then former_target_value end as former_target_value,
    case when shown_as = 'published' then former_target_unit end as former_target_unit,
    case when shown_as = 'published' then former_deadline_date end as former_deadline_date,
    case when shown_as = 'published' then is_count_falling end as is_count_falling,
    change_state,
    case when shown_as = 'published' then is_corrected end as is_corrected,
    nullif(
        coalesce(change_note_zh || '。', '')
        || case
            when shown_as <> 'published' or not is_rebaselined then ''
            else
                '较上期调整'
                || coalesce('，原目标' || {{ plain_number('former_target_value') }} || former_target_unit, '')
                || coalesce('，原时限' || {{ date_zh('former_deadline_date') }}, '') || '。'
        end
        || case when shown_as = 'published' then coalesce(correction_note_zh || '。', '') else '' end,
        ''
    ) as footnote_zh,
    nullif(
        trim(
            coalesce(change_note_en || '. ', '')
            || case
                when shown_as <> 'published' or not is_rebaselined then ''
                else
                    'changed against the period before'
                    || coalesce(', target was ' || {{ plain_number('former_target_value') }} || former_target_unit, '')
                    || coalesce(', deadline was ' || cast(former_deadline_date as {{ dbt.type_string() }}), '') || '. '
            end
            || case when shown_as = 'published' then coalesce(correction_note_en || '.', '') else '' end
        ),
        ''
    ) as footnote_en,
    case
        when shown_as = 'published' then lag_reason_zh
        when not is_shown_lagging then null
        else
            case when shown_as = 'under_review' then '数据待核，数字暂不列出' else '本期未报送' end
            || coalesce('；保留最近一次认定：' || shown_determination_reason, '；保留自报滞后') || '。'
    end as lag_reason_zh,
    case
        when shown_as = 'published' then lag_reason_en
        when not is_shown_lagging then null
        else
            case when shown_as = 'under_review' then 'figures under review' else 'not reported for this period' end
            || case
                when shown_determined_status is not null
                    then '; the last verdict stands: ' || replace(shown_determined_status, '_', ' ')
                else '; the lag was admitted'
            end
            || '.'
    end as lag_reason_en,
    content_text,
    item_requirement_text,
    case when shown_as = 'published' then progress_text end as progress_text,
    case when shown_as = 'published' then source_quote end as source_quote,
    source_locator,
    known_from,
    known_to,
    is_current
from judged
