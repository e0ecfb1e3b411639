-- One sentence with the arithmetic: what was asked by when, what there is, what is missing, and who said so.
with flags as (

    select * from {{ ref('int_flags') }}
    where is_lagging or is_behind_schedule or is_status_contradicted

),

stages as (

    select * from {{ ref('stages') }}

),

parts as (

    select
        flags.progress_key,
        -- several rates of one sentence are told apart by their names
        case
            when
                flags.indicator_type in ('fund_execution', 'rate', 'concentration', 'good_days')
                and length(flags.indicator_wording) <= 30
                then flags.indicator_wording
            else ''
        end as subject,
        case
            when flags.indicator_type = 'recurring' then '应全年持续开展'
            when flags.deadline_date is not null then '应于' || {{ date_zh('flags.deadline_date') }} || '前'
            when flags.judged_deadline_date is not null then '年度应'
            else '应'
        end as when_zh,
        case
            when flags.indicator_type = 'recurring' then 'all year: '
            when flags.deadline_date is not null
                then 'due ' || cast(flags.deadline_date as {{ dbt.type_string() }}) || ': '
            when flags.judged_deadline_date is not null then 'due within the year: '
            else 'asked: '
        end as when_en,
        case
            when flags.target_class is not null then '达到' || flags.target_class
            when flags.target_value is not null
                then
                    case
                        when flags.indicator_type in ('concentration', 'ratio') then '不高于'
                        when
                            flags.indicator_type in ('cumulative', 'count_with_start', 'process_stage')
                            and flags.target_comparator = '>='
                            then '完成不少于'
                        when flags.indicator_type in ('cumulative', 'count_with_start', 'process_stage') then '完成'
                        when flags.indicator_type = 'recurring' then '，不少于'
                        else '达到'
                    end || {{ plain_number('flags.target_value') }} || coalesce(flags.target_unit, '')
            when flags.milestone_stage is not null then asked_stages.asked_zh
            when flags.indicator_type = 'recurring' then ''
            else '完成'
        end as asked_zh,
        case
            when flags.target_class is not null then 'class ' || flags.target_class
            when flags.target_value is not null
                then {{ plain_number('flags.target_value') }} || coalesce(' ' || flags.target_unit, '')
            when flags.milestone_stage is not null then asked_stages.asked_en
            when flags.indicator_type = 'recurring' then 'work in every quarter'
            else 'completion'
        end as asked_en,
        case
            when flags.is_shared_figure then '多项合并报数，不能分列'
            when flags.actual_class is not null then '为' || flags.actual_class
            when flags.actual_value is not null
                then
                    '为' || {{ plain_number('flags.actual_value') }} || coalesce(flags.unit, '')
                    || case
                        when flags.computed_completion_pct is not null
                            then '（完成率' || {{ shown('flags.computed_completion_pct') }} || '%）'
                        else ''
                    end
            when flags.highest_part_pct is not null
                then '各分项最高为' || {{ plain_number('flags.highest_part_pct') }} || '%'
            when flags.computed_completion_pct is not null
                then '完成率为' || {{ shown('flags.computed_completion_pct') }} || '%'
            when flags.stage is not null then '处于' || reached_stages.name_zh || '阶段'
            else '未报可测算的进度'
        end as actual_zh,
        case
            when flags.is_shared_figure then 'one figure for several targets'
            when flags.actual_class is not null then 'class ' || flags.actual_class
            when flags.actual_value is not null
                then
                    {{ plain_number('flags.actual_value') }} || coalesce(' ' || flags.unit, '')
                    || case
                        when flags.computed_completion_pct is not null
                            then ' (' || {{ shown('flags.computed_completion_pct') }} || ' % done)'
                        else ''
                    end
            when flags.highest_part_pct is not null
                then 'parts no higher than ' || {{ plain_number('flags.highest_part_pct') }} || ' %'
            when flags.computed_completion_pct is not null
                then {{ shown('flags.computed_completion_pct') }} || ' % done'
            when flags.stage is not null then 'stage: ' || reached_stages.name_en
            else 'no figure to compute with'
        end as actual_en,
        case
            when flags.schedule_variance_pp < 0 and not flags.is_due
                then
                    '，序时进度' || {{ shown('flags.held_against_pct') }} || '%，低'
                    || {{ shown('-flags.schedule_variance_pp') }} || '个百分点'
            when flags.schedule_variance_pp < 0
                then '，差' || {{ shown('-flags.schedule_variance_pp') }} || '个百分点'
            when flags.target_gap_pct > 0 then '，高于目标' || {{ shown('flags.target_gap_pct') }} || '%'
            else ''
        end as gap_zh,
        case
            when flags.schedule_variance_pp < 0 and not flags.is_due
                then
                    ', ' || {{ shown('-flags.schedule_variance_pp') }} || ' points below the prorated '
                    || {{ shown('flags.held_against_pct') }} || ' %'
            when flags.schedule_variance_pp < 0
                then ', ' || {{ shown('-flags.schedule_variance_pp') }} || ' points short'
            when flags.target_gap_pct > 0 then ', ' || {{ shown('flags.target_gap_pct') }} || ' % above the target'
            else ''
        end as gap_en,
        case
            when flags.indicator_type = 'recurring' then '，已过' || {{ plain_number('flags.months_elapsed') }} || '个月'
            when flags.is_overdue
                then '，逾期' || cast(flags.days_overdue as {{ dbt.type_string() }}) || '天'
            when flags.is_due_unmet and flags.computed_status = 'insufficient_data' then '，已到期'
            when flags.is_due_unmet and flags.milestone_stage = 'started' then '，已到期未动工'
            when flags.is_due_unmet then '，已到期未完成'
            when not flags.is_due and flags.computed_status = 'not_met_so_far' then '，目前未达标，尚未到期'
            when not flags.is_due then '，尚未到期'
            else ''
        end as time_zh,
        case
            when flags.indicator_type = 'recurring'
                then ', ' || {{ plain_number('flags.months_elapsed') }} || ' months gone'
            when flags.is_overdue
                then ', overdue ' || cast(flags.days_overdue as {{ dbt.type_string() }}) || ' days'
            when flags.is_due_unmet and flags.computed_status = 'insufficient_data' then ', due'
            when flags.is_due_unmet and flags.milestone_stage = 'started' then ', due and not started'
            when flags.is_due_unmet then ', due and unmet'
            when not flags.is_due and flags.computed_status = 'not_met_so_far' then ', not met so far, not due yet'
            when not flags.is_due then ', not due yet'
            else ''
        end as time_en,
        case
            when flags.final_determination_reason is not null then '；认定：' || flags.final_determination_reason
            else ''
        end
        || case
            when flags.is_listed then '（列入滞后情况表）'
            else ''
        end
        || case
            when flags.final_reported_status_phrase is not null then '；自评：' || flags.final_reported_status_phrase
            else ''
        end
        || case
            when flags.is_status_contradicted then '，与测算不符'
            when not flags.is_lagging and flags.is_behind_schedule and not flags.is_due then '；仅作序时提示'
            else ''
        end as verdict_zh,
        case
            when flags.final_determined_status is not null
                then '; determined ' || replace(flags.final_determined_status, '_', ' ')
            else ''
        end
        || case
            when flags.is_listed then ' (listed by the city)'
            else ''
        end
        || case
            when flags.final_reported_status is not null
                then '; reported ' || replace(flags.final_reported_status, '_', ' ')
            else ''
        end
        || case
            when flags.is_status_contradicted then ', which the figures contradict'
            when not flags.is_lagging and flags.is_behind_schedule and not flags.is_due then '; a pace note only'
            else ''
        end as verdict_en,
        flags.as_of_date
    from flags
    left join stages as asked_stages on flags.milestone_stage = asked_stages.stage
    left join stages as reached_stages on flags.stage = reached_stages.stage

)

select
    progress_key,
    subject || when_zh || asked_zh || '，截至' || {{ date_zh('as_of_date') }} || actual_zh || gap_zh || time_zh
    || verdict_zh || '。' as lag_reason_zh,
    coalesce(nullif(subject, '') || ' ', '') || when_en || asked_en
    || '; by ' || cast(as_of_date as {{ dbt.type_string() }}) || ' ' || actual_en || gap_en
    || time_en || verdict_en || '.' as lag_reason_en
from parts
