-- What only the months together show: streaks, what was caught up, texts that stood still, changed baselines.
-- Each version of a period is seen against the words that are now current for the periods before.
with versions as (

    select
        kept.progress_key,
        kept.requirement_id,
        kept.period,
        kept.period_date,
        kept.is_current,
        cast(substr(kept.period, 1, 4) as integer) * 12
        + cast(substr(kept.period, 6, 2) as integer) as month_no,
        kept.campaign_year * 12 + 1 as first_month_no,
        kept.is_spoken,
        -- where nothing was reported, the city's last verdict stands
        coalesce(kept.is_lagging, last_determined.was_determined_lagging, false) as is_lagging,
        kept.is_due_unmet,
        kept.is_due,
        kept.progress_text,
        kept.computed_status,
        kept.additive_value
    from {{ ref('int_kept_verdicts') }} as kept
    left join {{ ref('int_last_determined') }} as last_determined
        on kept.progress_key = last_determined.progress_key
    where {{ of_window_years('kept.campaign_year') }}

),

islands as (

    select
        versions.*,
        month_no - row_number() over (
            partition by requirement_id, is_lagging
            order by month_no
        ) as island
    from versions
    where is_current

),

streaks as (

    select
        islands.*,
        case
            when is_lagging
                then
                    row_number() over (
                        partition by requirement_id, is_lagging, island
                        order by month_no
                    )
            else 0
        end as streak_months,
        max(case when is_due_unmet then 1 else 0 end) over (
            partition by requirement_id
            order by month_no
            rows between unbounded preceding and current row
        ) = 1 as was_due_unmet
    from islands

),

earlier as (

    select
        versions.progress_key,
        streaks.streak_months,
        streaks.is_lagging,
        streaks.was_due_unmet,
        streaks.progress_text,
        streaks.month_no,
        row_number() over (
            partition by versions.progress_key
            order by streaks.month_no desc
        ) as choice
    from versions
    inner join streaks
        on
            versions.requirement_id = streaks.requirement_id
            and versions.month_no > streaks.month_no

),

-- the last month before that gave a count: a count of the year to date adds to it
earlier_counts as (

    select
        versions.progress_key,
        streaks.additive_value,
        streaks.month_no,
        row_number() over (
            partition by versions.progress_key
            order by streaks.month_no desc
        ) as choice
    from versions
    inner join streaks
        on
            versions.requirement_id = streaks.requirement_id
            and versions.month_no > streaks.month_no
    where versions.additive_value is not null and streaks.additive_value is not null

),

baselines as (

    select
        requirement_id,
        period,
        is_rebaselined,
        former_target_value,
        former_target_unit,
        former_deadline_date
    from {{ ref('int_requirement_versions') }}

)

select
    versions.progress_key,
    versions.period_date,
    versions.is_lagging,
    cast(
        case
            when not versions.is_lagging then 0
            when earlier.month_no = versions.month_no - 1 then earlier.streak_months + 1
            else 1
        end as integer
    ) as lag_streak_months,
    coalesce(
        versions.is_spoken and earlier.is_lagging and not versions.is_lagging
        and versions.computed_status <> 'cancelled',
        false
    ) as is_caught_up,
    coalesce(
        earlier.progress_text = versions.progress_text
        and versions.computed_status not in ('completed', 'met_so_far', 'cancelled'),
        false
    ) as is_stale,
    coalesce(versions.is_spoken and baselines.is_rebaselined, false) as is_rebaselined,
    case when versions.is_spoken and baselines.is_rebaselined then baselines.former_target_value end
        as former_target_value,
    case when versions.is_spoken and baselines.is_rebaselined then baselines.former_target_unit end
        as former_target_unit,
    case when versions.is_spoken and baselines.is_rebaselined then baselines.former_deadline_date end
        as former_deadline_date,
    -- a month is the difference of two counts of the year to date; the first count of a year is all its own months'
    cast(versions.additive_value - coalesce(earlier_counts.additive_value, 0) as decimal(24, 6)) as movement_value,
    cast(
        case
            when versions.additive_value is null then null
            when earlier_counts.month_no is null then versions.month_no - versions.first_month_no + 1
            else versions.month_no - earlier_counts.month_no
        end as integer
    ) as movement_months,
    coalesce(versions.additive_value < earlier_counts.additive_value, false) as is_count_falling,
    -- an earlier report at or after the deadline said not complete: completion came late
    coalesce(
        versions.computed_status = 'completed' and versions.is_due and earlier.was_due_unmet,
        false
    ) as is_completed_late
from versions
left join earlier
    on
        versions.progress_key = earlier.progress_key
        and earlier.choice = 1
left join earlier_counts
    on
        versions.progress_key = earlier_counts.progress_key
        and earlier_counts.choice = 1
left join baselines
    on
        versions.requirement_id = baselines.requirement_id
        and versions.period = baselines.period
where {{ in_window('versions.period') }}
