-- The figure of each requirement: done and closed are added, a remainder is subtracted, a stated zero is 0,
-- parts bound the whole, and a percentage stands where it was given.
with requirements as (

    select * from {{ ref('int_ladders') }}

),

answers as (

    select * from {{ ref('int_figure_facts') }}

),

facts as (

    select * from {{ ref('int_facts') }}

),

-- targets that stand side by side in one sub-item for one day, for a figure that answers them together
sub_item_targets as (

    select
        submission_id,
        item_key,
        coalesce(sub_item, '') as sub_item,
        target_dimension,
        judged_deadline_date,
        sum(canonical_target_value) as target_sum
    from requirements
    where figure_kind = 'count' and canonical_target_value is not null
    group by submission_id, item_key, coalesce(sub_item, ''), target_dimension, judged_deadline_date
    having count(distinct ladder_id) > 1

),

figures as (

    select
        answers.progress_key,
        answers.is_shared_figure,
        answers.priority,
        requirements.submission_id,
        requirements.item_key,
        requirements.sub_item,
        requirements.target_dimension,
        requirements.judged_deadline_date,
        requirements.figure_kind,
        requirements.target_value,
        requirements.target_unit,
        requirements.canonical_target_value,
        facts.fact_id,
        facts.actual_value,
        facts.canonical_value,
        facts.unit,
        facts.canonical_unit,
        facts.actual_class,
        facts.is_stated_zero,
        facts.percent,
        facts.percent_kind,
        facts.base_value,
        case
            when answers.is_part then 'part'
            when facts.count_role is null or facts.count_role = 'part' then 'done'
            else facts.count_role
        end as count_role,
        facts.actual_dimension = coalesce(requirements.target_dimension, 'count') as is_of_target_kind,
        facts.quote like '%跨年%' as is_cross_year,
        -- the stated rate is that of the sum of the targets, and not that of this one
        coalesce(
            abs({{ safe_divide('100 * facts.canonical_value', 'sub_item_targets.target_sum') }} - facts.percent) < 0.1
            and abs(
                {{ safe_divide('100 * facts.canonical_value', 'requirements.canonical_target_value') }} - facts.percent
            ) >= 1,
            false
        ) as is_of_the_sum,
        case
            when facts.actual_dimension = 'percent' then facts.actual_value
            when facts.actual_value is null then facts.percent
        end as percent_value,
        row_number() over (
            partition by answers.progress_key
            order by
                case when answers.is_part then 1 else 0 end,
                case when facts.is_stated_zero then 1 else 0 end,
                -- of two readings and their ratio, the ratio is what was asked for
                case
                    when requirements.indicator_type = 'ratio' and facts.indicator_wording like '%比值%' then 0
                    else 1
                end,
                case when facts.scope = requirements.scope then 0 else 1 end,
                case when requirements.figure_kind = 'count' then -facts.canonical_value end,
                facts.char_start,
                facts.fact_id
        ) as figure_rank
    from answers
    inner join requirements on answers.progress_key = requirements.progress_key
    inner join facts
        on
            answers.submission_id = facts.submission_id
            and answers.fact_id = facts.fact_id
    left join sub_item_targets
        on
            requirements.submission_id = sub_item_targets.submission_id
            and requirements.item_key = sub_item_targets.item_key
            and coalesce(requirements.sub_item, '') = sub_item_targets.sub_item
            and requirements.target_dimension = sub_item_targets.target_dimension
            and requirements.judged_deadline_date = sub_item_targets.judged_deadline_date

),

-- what stands beside a target that was answered together with it was answered too, and cannot be told apart
answered_together as (

    select distinct
        submission_id,
        item_key,
        coalesce(sub_item, '') as sub_item,
        target_dimension,
        judged_deadline_date
    from figures
    where is_of_the_sum

),

silent_siblings as (

    select requirements.progress_key
    from requirements
    inner join answered_together
        on
            requirements.submission_id = answered_together.submission_id
            and requirements.item_key = answered_together.item_key
            and coalesce(requirements.sub_item, '') = answered_together.sub_item
            and requirements.target_dimension = answered_together.target_dimension
            and requirements.judged_deadline_date = answered_together.judged_deadline_date
    left join answers on requirements.progress_key = answers.progress_key
    where requirements.figure_kind = 'count' and answers.progress_key is null

),

summed as (

    select
        progress_key,
        max(figure_kind) as figure_kind,
        max(target_value) as target_value,
        max(target_unit) as target_unit,
        max(canonical_target_value) as canonical_target_value,
        max(case when is_shared_figure or is_of_the_sum then 1 else 0 end) = 1 as is_shared_figure,
        max(case when is_stated_zero then 1 else 0 end) = 1 as has_stated_zero,
        max(case when is_cross_year then 1 else 0 end) = 1 as is_cross_year,
        max(case when priority = 1 and not is_stated_zero then 1 else 0 end) = 1 as is_named_figure,
        max(case when count_role = 'done' and is_of_target_kind then canonical_value end) as done_value,
        max(case when count_role = 'closed' and is_of_target_kind then canonical_value end) as closed_value,
        max(case when count_role = 'remaining' and is_of_target_kind then canonical_value end) as remaining_value,
        max(case when count_role = 'total' and is_of_target_kind then canonical_value end) as total_value,
        max(case when count_role = 'done' and is_of_target_kind then actual_value end) as done_as_written,
        max(case when count_role = 'closed' and is_of_target_kind then actual_value end) as closed_as_written,
        max(case when count_role = 'remaining' and is_of_target_kind then actual_value end) as remaining_as_written,
        max(case when count_role = 'total' and is_of_target_kind then actual_value end) as total_as_written,
        min(case when is_of_target_kind then unit end) as first_unit,
        max(case when is_of_target_kind then unit end) as last_unit,
        min(case when is_of_target_kind then canonical_unit end) as canonical_unit,
        max(
            case
                when figure_rank = 1 and count_role <> 'part' and coalesce(percent_kind, 'completion') = 'completion'
                    then percent
            end
        ) as reported_completion_pct,
        max(base_value) as base_value,
        max(case when figure_rank = 1 and count_role <> 'part' then percent_value end) as whole_percent,
        min(case when count_role = 'part' then percent_value end) as lowest_part_pct,
        max(case when count_role = 'part' then percent_value end) as highest_part_pct,
        max(case when figure_rank = 1 then actual_value end) as level_value,
        max(case when figure_rank = 1 then unit end) as level_unit,
        max(case when figure_rank = 1 then actual_class end) as actual_class
    from figures
    group by progress_key

),

counted as (

    select
        summed.*,
        case
            when done_value is not null or closed_value is not null
                then coalesce(done_value, 0) + coalesce(closed_value, 0)
            when remaining_value is not null
                then coalesce(canonical_target_value, total_value) - remaining_value
            when has_stated_zero then 0
        end as count_canonical,
        case
            -- without a target only a stated zero is a figure: what else is counted says that something was done
            when target_unit is null and not has_stated_zero and figure_kind = 'count' then null
            when first_unit <> last_unit then null
            when done_value is not null or closed_value is not null
                then coalesce(done_as_written, 0) + coalesce(closed_as_written, 0)
            when remaining_value is not null
                then coalesce(case when target_unit = first_unit then target_value end, total_as_written)
                    - remaining_as_written
            when has_stated_zero then 0
        end as count_as_written
    from summed

)

select
    progress_key,
    is_shared_figure,
    is_named_figure,
    is_cross_year,
    case
        when figure_kind = 'count' then cast(count_canonical as decimal(24, 6))
        when figure_kind = 'stage' then cast(count_canonical as decimal(24, 6))
    end as actual_canonical_value,
    -- as written where one unit was used throughout, else in the canonical unit
    cast(
        case
            when figure_kind = 'count' and target_unit is null and not has_stated_zero then null
            when figure_kind in ('count', 'stage') then coalesce(count_as_written, count_canonical)
            when figure_kind = 'percent'
                then coalesce(whole_percent, case when has_stated_zero and lowest_part_pct is null then 0 end)
            when figure_kind = 'level' then level_value
        end as decimal(24, 6)
    ) as actual_value,
    case
        when figure_kind in ('count', 'stage') and count_as_written is not null then coalesce(first_unit, target_unit)
        when figure_kind in ('count', 'stage') then canonical_unit
        when figure_kind = 'percent' then '%'
        when figure_kind = 'level' then level_unit
    end as unit,
    case when figure_kind = 'count' then canonical_unit end as canonical_unit,
    case when figure_kind = 'stage' then cast(base_value as decimal(24, 6)) end as counted_total_value,
    cast(reported_completion_pct as decimal(18, 6)) as reported_completion_pct,
    cast(
        case
            when figure_kind = 'percent'
                then coalesce(whole_percent, case when has_stated_zero and lowest_part_pct is null then 0 end)
        end as decimal(18, 6)
    ) as actual_pct,
    cast(case when figure_kind = 'percent' then lowest_part_pct end as decimal(18, 6)) as lowest_part_pct,
    cast(case when figure_kind = 'percent' then highest_part_pct end as decimal(18, 6)) as highest_part_pct,
    case when figure_kind = 'class' then actual_class end as actual_class,
    has_stated_zero and coalesce(done_value, closed_value, remaining_value, whole_percent) is null as is_stated_zero
from counted
union all
select
    progress_key,
    true as is_shared_figure,
    false as is_named_figure,
    false as is_cross_year,
    cast(null as decimal(24, 6)) as actual_canonical_value,
    cast(null as decimal(24, 6)) as actual_value,
    cast(null as {{ dbt.type_string() }}) as unit,
    cast(null as {{ dbt.type_string() }}) as canonical_unit,
    cast(null as decimal(24, 6)) as counted_total_value,
    cast(null as decimal(18, 6)) as reported_completion_pct,
    cast(null as decimal(18, 6)) as actual_pct,
    cast(null as decimal(18, 6)) as lowest_part_pct,
    cast(null as decimal(18, 6)) as highest_part_pct,
    cast(null as {{ dbt.type_string() }}) as actual_class,
    false as is_stated_zero
from silent_siblings
