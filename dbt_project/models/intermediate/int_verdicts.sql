-- What the figures and stages themselves say (computed, 系统测算), by the table of indicator types. Bands written in
-- the requirement override every threshold; a band whose base is absent gives insufficient_data.
with measures as (

    select * from {{ ref('int_measures') }}

),

policy as (

    select * from {{ ref('int_policy') }}

),

banded as (

    select
        measures.*,
        cast({{ first_group('grading_text', '[≤≦]=?\\s*([0-9]+[.]?[0-9]*)\\s*的?为完成') }} as decimal(18, 6))
            as full_band_limit,
        cast({{ first_group('grading_text', '[且及]\\s*[≤≦]=?\\s*([0-9]+[.]?[0-9]*)') }} as decimal(18, 6))
            as basic_band_limit,
        coalesce(grading_text like '%年均值%', false) as is_band_on_past_mean
    from measures

),

graded as (

    select
        banded.*,
        case
            when is_shared_figure or figure_kind <> 'level' or actual_value is null then null
            when full_band_limit is not null and actual_value <= full_band_limit then 'full'
            when basic_band_limit is not null and actual_value <= basic_band_limit then 'basic'
            when full_band_limit is not null then 'none'
            when is_band_on_past_mean and actual_value <= target_value then 'full'
            -- the past year's mean is in no document: between the bands nothing can be said
            when is_band_on_past_mean then 'base_absent'
        end as band
    from banded

),

compared as (

    select
        graded.*,
        case
            when is_shared_figure or indicator_type in ('reference', 'qualitative', 'standing') then null
            when band = 'full' then true
            when band in ('basic', 'none') then false
            when band = 'base_absent' then null
            -- a ceiling on what is to be completed is no target that a count could reach
            when figure_kind = 'count' and judged_comparator = '<=' then null
            when figure_kind = 'count' and plan_basis <> 'recurring' then computed_completion_pct >= 100
            when figure_kind = 'percent' and actual_pct is not null and judged_comparator = '<='
                then actual_pct <= target_value
            when figure_kind = 'percent' and actual_pct is not null then actual_pct >= target_value
            -- parts bound the whole: all of them short of the target, or none
            when figure_kind = 'percent' and highest_part_pct < target_value then false
            when figure_kind = 'percent' and lowest_part_pct >= target_value then true
            when figure_kind = 'level' and judged_comparator = '>=' then actual_value >= target_value
            when figure_kind = 'level' then actual_value <= target_value
            when figure_kind = 'class' then actual_class_rank <= target_class_rank
            when figure_kind = 'stage' and computed_completion_pct is not null then computed_completion_pct >= 100
            -- a survey or a plan that is being prepared may be the very thing that was to be completed
            when figure_kind = 'stage' and milestone_stage = 'completed' and stage = 'preparing' then null
            when figure_kind = 'stage' then stage_rank >= milestone_stage_rank
        end as is_met
    from graded

)

select
    compared.*,
    case
        when indicator_type in ('reference', 'qualitative') then 'not_assessed'
        when band = 'basic' then 'basically_on_schedule'
        when plan_basis = 'recurring' and not is_shared_figure
            then
                case
                    when actual_canonical_value > 0 then 'on_schedule'
                    when is_stated_zero or stage_rank = 0 or actual_canonical_value = 0
                        then
                            case
                                when months_elapsed >= policy.recurring_grace_months then 'unmet'
                                else 'not_due'
                            end
                    when stage_rank > 0 then 'on_schedule'
                    when is_due then 'insufficient_data'
                    else 'not_due'
                end
        when is_met and not is_due and early_verdict in ('level', 'met_only') then 'met_so_far'
        when is_met then 'completed'
        when
            not is_met and is_due and indicator_type = 'physical_progress'
            and schedule_variance_pp >= policy.works_tolerance_pp
            then 'basically_on_schedule'
        -- works that go beyond the year are judged on the year's part, which no figure here is
        when not is_met and is_due and is_cross_year then 'insufficient_data'
        when not is_met and is_due then 'unmet'
        when not is_met and early_verdict = 'level' then 'not_met_so_far'
        when not is_met and early_verdict = 'pace' and not is_before_start_milestone
            then
                case pace_class
                    when 'ahead' then 'on_schedule'
                    when 'on_pace' then 'on_schedule'
                    when 'near_pace' then 'basically_on_schedule'
                    when 'behind_pace' then 'behind_pace'
                    else 'not_due'
                end
        when not is_met then 'not_due'
        when indicator_type = 'standing' or is_due or is_shared_figure or band = 'base_absent' then 'insufficient_data'
        else 'not_due'
    end as computed_status
from compared
inner join policy on compared.policy_key = policy.policy_key
