-- The arithmetic of lag (design: 'Lag, by the field's standards'), without a verdict. Percents are 0-100, gaps are
-- points, durations are calendar months.
with inputs as (

    select * from {{ ref('int_measure_inputs') }}

),

points as (

    select * from {{ ref('int_ladder_points') }}

),

policy as (

    select * from {{ ref('int_policy') }}

),

elapsed as (

    select
        inputs.*,
        policy.pace_basis,
        policy.pace_ahead_ratio,
        policy.pace_on_ratio,
        policy.pace_near_ratio,
        policy.pace_min_target,
        policy.pace_min_months,
        {{ months_elapsed('inputs.baseline_start_date', 'inputs.as_of_date') }} as months_elapsed,
        case
            when inputs.is_shared_figure then null
            when inputs.figure_kind in ('count', 'stage') and inputs.actual_canonical_value is not null
                then {{ safe_divide('100 * inputs.actual_canonical_value', 'inputs.compared_target_value') }}
            when inputs.figure_kind = 'count' then inputs.reported_completion_pct
        end as computed_completion_pct,
        case
            when inputs.is_due then {{ days_between('inputs.judged_deadline_date', 'inputs.as_of_date') }}
        end as days_since_deadline
    from inputs
    inner join policy on inputs.policy_key = policy.policy_key

),

planned as (

    select
        elapsed.*,
        case
            when figure_kind = 'percent' and not is_shared_figure then actual_pct
            else computed_completion_pct
        end as progress_pct,
        -- the progress on the ladder's whole, for the curve
        case
            when is_shared_figure then null
            when figure_kind = 'percent' then actual_pct
            when figure_kind = 'count' and actual_canonical_value is not null
                then {{ safe_divide('100 * actual_canonical_value', 'ladder_final_value') }}
            else computed_completion_pct
        end as ladder_progress_pct,
        case
            when plan_basis = 'prorated' and pace_basis = 'days'
                then
                    least(
                        {{ safe_divide(
                            '100 * (' ~ days_between('baseline_start_date', 'as_of_date') ~ ' + 1)',
                            days_between('baseline_start_date', 'judged_deadline_date') ~ ' + 1'
                        ) }},
                        cast(100 as decimal(18, 6))
                    )
            when plan_basis = 'prorated'
                then
                    least(
                        {{ safe_divide('100 * months_elapsed', 'months_allowed') }},
                        cast(100 as decimal(18, 6))
                    )
        end as planned_pct_prorated,
        case
            when plan_basis in ('ladder', 'steps') then last_due_planned_pct
            when plan_basis = 'level' and figure_kind = 'percent' then last_due_planned_pct
            when figure_kind = 'count' and plan_basis in ('prorated', 'none')
                then
                    least(
                        coalesce({{ safe_divide('100 * last_due_target_value', 'compared_target_value') }}, 0),
                        cast(100 as decimal(18, 6))
                    )
        end as planned_pct_stepped
    from elapsed

),

held_against as (

    select
        planned.*,
        case
            when plan_basis = 'prorated' and is_due then cast(100 as decimal(18, 6))
            when plan_basis = 'prorated' then planned_pct_prorated
            when plan_basis = 'none' and figure_kind = 'count' and is_due then cast(100 as decimal(18, 6))
            when figure_kind = 'percent' and is_due then rung_planned_pct
        end as held_against_pct
    from planned

),

earned as (

    select
        held_against.*,
        case
            when held_against.plan_basis not in ('prorated', 'ladder') then null
            when points.to_pct is not null
                then
                    points.from_months + {{ safe_divide(
                        '(held_against.ladder_progress_pct - points.from_pct) * (points.to_months - points.from_months)',
                        'points.to_pct - points.from_pct'
                    ) }}
            when held_against.ladder_progress_pct is not null then held_against.ladder_months
        end as earned_months
    from held_against
    left join points
        on
            held_against.submission_id = points.submission_id
            and held_against.ladder_id = points.ladder_id
            and held_against.ladder_progress_pct >= points.from_pct
            and held_against.ladder_progress_pct < points.to_pct

),

compared as (

    select
        earned.*,
        cast(progress_pct - held_against_pct as decimal(18, 6)) as schedule_variance_pp,
        {{ safe_divide('progress_pct', 'held_against_pct') }} as schedule_performance_index,
        cast(months_elapsed - earned_months as decimal(18, 6)) as months_behind,
        case
            when months_elapsed < ladder_months
                then {{ safe_divide('ladder_months - earned_months', 'ladder_months - months_elapsed') }}
        end as required_pace_ratio,
        -- earned schedule: planned duration over SPI(t), which is the earned over the elapsed time
        case
            when not is_shared_figure and earned_months < ladder_months
                then {{ safe_divide('ladder_months * months_elapsed', 'earned_months') }}
        end as forecast_months,
        case
            when figure_kind = 'level' and not is_shared_figure
                then {{ safe_divide('100 * (actual_value - target_value)', 'target_value') }}
        end as target_gap_pct
    from earned

)

select
    compared.*,
    case
        when
            plan_basis <> 'prorated'
            or is_due
            or schedule_performance_index is null
            or months_elapsed <= pace_min_months
            or compared_target_value < pace_min_target
            then null
        when schedule_performance_index >= pace_ahead_ratio then 'ahead'
        when schedule_performance_index >= pace_on_ratio then 'on_pace'
        when schedule_performance_index >= pace_near_ratio then 'near_pace'
        else 'behind_pace'
    end as pace_class
from compared
