-- Points of each assessed content, region and period, as now known.  Points belong to the content and are counted once.
-- The city's verdict scores; what the figures say is kept beside it as advice.  Nothing is scored while a requirement
-- of the content is not due, withheld, not reported or undecided: until then the outcome is one so far.
{{ require_window() }}

with progress as (

    select * from {{ ref('fct_task_progress') }}
    where is_current

),

requirements as (

    select * from {{ ref('dim_requirement') }}

),

policy_keys as (

    select
        progress_key,
        policy_key
    from {{ ref('audit_task_progress') }}

),

policy as (

    select * from {{ ref('int_policy') }}

),

contents as (

    select
        progress.region_key,
        progress.period_date,
        progress.task_key,
        requirements.points_group,
        max(progress.period_key) as period_key,
        max(progress.period) as period,
        max(progress.as_of_date) as as_of_date,
        max(policy_keys.policy_key) as policy_key,
        max(requirements.points) as points,
        count(*) as requirement_count,
        sum(case when progress.is_due then 1 else 0 end) as due_count,
        sum(
            case
                when requirements.indicator_type in ('qualitative', 'reference', 'standing') then 0
                when progress.change_state = 'cancelled' then 0
                -- a duty of the whole year is done when the year is
                when requirements.indicator_type = 'recurring' and progress.period not like '%-12' then 1
                when progress.is_due then 0
                else 1
            end
        ) as open_count,
        sum(case when progress.publication_status = 'published' then 0 else 1 end) as unpublished_count,
        sum(case when progress.change_state = 'cancelled' then 1 else 0 end) as cancelled_count,
        max(case when progress.is_lagging then 1 else 0 end) = 1 as is_lagging,
        max(case when progress.is_lagging or progress.is_behind_schedule then 1 else 0 end) = 1 as is_at_risk,
        max(case when progress.is_due and progress.determined_status = 'behind_schedule' then 1 else 0 end)
            as is_determined_none,
        max(case when progress.is_due and progress.determined_status = 'basically_on_schedule' then 1 else 0 end)
            as is_determined_partial,
        min(case when progress.is_due then case when progress.determined_status = 'completed' then 1 else 0 end end)
            as is_determined_full,
        max(case when progress.is_due and progress.computed_status = 'unmet' then 1 else 0 end) as is_computed_none,
        max(case when progress.is_due and progress.computed_status = 'basically_on_schedule' then 1 else 0 end)
            as is_computed_partial,
        max(case when progress.is_due and progress.computed_status = 'completed_late' then 1 else 0 end)
            as is_computed_late,
        min(
            case
                when progress.is_due
                    then case when progress.computed_status in ('completed', 'completed_late') then 1 else 0 end
            end
        ) as is_computed_full
    from progress
    inner join requirements on progress.requirement_key = requirements.requirement_key
    left join policy_keys on progress.progress_key = policy_keys.progress_key
    group by progress.region_key, progress.period_date, progress.task_key, requirements.points_group

),

judged as (

    select
        contents.*,
        case
            when cancelled_count = requirement_count then 'cancelled'
            when unpublished_count > 0 then 'not_published'
            when due_count = 0 or open_count > 0 then 'not_due'
        end as unscored_because,
        case
            when is_determined_none = 1 then 'none'
            when is_determined_partial = 1 then 'partial'
            when is_determined_full = 1 then 'full'
        end as determined_outcome,
        case
            when is_computed_none = 1 then 'none'
            when is_computed_partial = 1 then 'partial'
            when is_computed_full = 1 and is_computed_late = 1 then 'late'
            when is_computed_full = 1 then 'full'
        end as computed_outcome
    from contents
    where points is not null

),

shared as (

    select
        judged.*,
        case judged.determined_outcome
            when 'full' then policy.score_full_share
            when 'late' then policy.score_late_share
            when 'partial' then policy.score_partial_share
            when 'none' then policy.score_none_share
        end as determined_share,
        case judged.computed_outcome
            when 'full' then policy.score_full_share
            when 'late' then policy.score_late_share
            when 'partial' then policy.score_partial_share
            when 'none' then policy.score_none_share
        end as computed_share
    from judged
    left join policy on judged.policy_key = policy.policy_key

)

select
    {{ surrogate_key(['region_key', 'period', 'task_key', 'points_group']) }} as points_key,
    region_key,
    period_key,
    period,
    period_date,
    as_of_date,
    task_key,
    points_group,
    cast(points as decimal(18, 6)) as points,
    cast(requirement_count as integer) as requirement_count,
    cast(due_count as integer) as due_count,
    coalesce(unscored_because, case when determined_outcome is null then 'undecided' end) as unscored_because,
    case when coalesce(unscored_because, 'not_due') = 'not_due' then determined_outcome end as determined_outcome,
    case when coalesce(unscored_because, 'not_due') = 'not_due' then computed_outcome end as computed_outcome,
    case when unscored_because is null then cast(points * determined_share as decimal(18, 6)) end
        as points_awarded_determined,
    case when unscored_because is null then cast(points * computed_share as decimal(18, 6)) end
        as points_awarded_computed,
    is_lagging,
    is_at_risk
from shared
