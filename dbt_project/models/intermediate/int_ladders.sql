-- Requirements with their place on a ladder: the same thing asked for at several dates.
-- Plans are percents of the ladder's last target (counts) or the percents that the text states.
with requirements as (

    select * from {{ ref('int_requirements') }}

),

-- what places a requirement on its ladder; the rest is fetched at the end, for it would be sorted again and again
placed as (

    select
        progress_key,
        submission_id,
        item_key,
        task_item_id,
        requirement_seq,
        sub_item,
        scope_no,
        scope,
        stated_ladder_id,
        indicator_type,
        indicator_wording,
        plan_basis,
        figure_kind,
        milestone_stage,
        target_value,
        canonical_target_value,
        target_dimension,
        baseline_start_date,
        judged_deadline_date,
        as_of_date
    from requirements

),

works as (

    select distinct
        submission_id,
        item_key
    from requirements
    where indicator_type = 'physical_progress'

),

grouped as (

    select
        placed.*,
        coalesce(placed.sub_item, '') || '/' || cast(placed.scope_no as {{ dbt.type_string() }})
            as own_group,
        case
            when placed.judged_deadline_date is null then null
            when placed.stated_ladder_id is not null and placed.indicator_type <> 'process_stage'
                then 'stated/' || placed.stated_ladder_id
            when placed.indicator_type = 'physical_progress' then 'works'
            -- the works' last milestone closes the ladder of its percents
            when
                placed.indicator_type = 'milestone'
                and placed.milestone_stage in ('trial_operation', 'accepted')
                and works.item_key is not null
                then 'works'
            when
                placed.plan_basis in ('prorated', 'steps', 'level')
                and placed.indicator_wording is not null
                then
                    placed.indicator_type
                    || '/' || placed.indicator_wording
                    || '/' || coalesce(placed.scope, '')
                    || '/' || coalesce(placed.target_dimension, '')
        end as shared_group
    from placed
    left join works
        on
            placed.submission_id = works.submission_id
            and placed.item_key = works.item_key

),

-- two requirements of one day are not rungs of one ladder
counted as (

    select
        grouped.*,
        count(*) over (
            partition by submission_id, item_key, shared_group, judged_deadline_date
        ) as same_day_count
    from grouped

),

grouped_again as (

    select
        counted.*,
        case when shared_group is not null and same_day_count = 1 then shared_group else own_group end as ladder_group
    from counted

),

-- a ladder is known by its first rung, so that it is the same in every month's document
named as (

    select
        grouped_again.*,
        {{ surrogate_key([
            'task_item_id',
            'first_value(own_group) over (partition by submission_id, item_key, ladder_group '
            ~ 'order by judged_deadline_date, requirement_seq)'
        ]) }} as ladder_id
    from grouped_again

),

numbered as (

    select
        named.*,
        row_number() over ladder as rung_no,
        lag(canonical_target_value) over ladder as earlier_target_value
    from named
    window
        ladder as (
            partition by submission_id, ladder_id
            order by judged_deadline_date, requirement_seq
        )

),

-- counts that do not rise with their dates are increments (15, then 4, of 19) and are cumulated
shaped as (

    select
        numbered.*,
        max(case when canonical_target_value <= earlier_target_value then 1 else 0 end) over (
            partition by submission_id, ladder_id
        ) = 1 and figure_kind = 'count' as is_increment_ladder
    from numbered

),

cumulated as (

    select
        shaped.*,
        case
            when is_increment_ladder
                then
                    sum(canonical_target_value) over (
                        partition by submission_id, ladder_id
                        order by rung_no
                        rows between unbounded preceding and current row
                    )
            else canonical_target_value
        end as ladder_target_value
    from shaped

),

planned as (

    select
        cumulated.*,
        {{ months_allowed('baseline_start_date', 'judged_deadline_date') }} as months_allowed,
        case
            when figure_kind = 'count'
                then {{ safe_divide(
                    '100 * ladder_target_value',
                    'max(ladder_target_value) over (partition by submission_id, ladder_id)'
                ) }}
            when figure_kind = 'percent' then cast(target_value as decimal(18, 6))
            when figure_kind = 'stage' and milestone_stage in ('trial_operation', 'accepted')
                then cast(100 as decimal(18, 6))
        end as rung_planned_pct
    from cumulated

),

dated as (

    select
        planned.*,
        judged_deadline_date <= as_of_date as is_due,
        max(case when judged_deadline_date <= as_of_date then rung_no else 0 end) over (
            partition by submission_id, ladder_id
        ) as last_due_rung_no,
        max(ladder_target_value) over (partition by submission_id, ladder_id) as ladder_final_value,
        max(months_allowed) over (partition by submission_id, ladder_id) as ladder_months,
        count(*) over (partition by submission_id, ladder_id) as rung_count
    from planned

),

reached as (

    select
        dated.*,
        coalesce(
            max(case when rung_no = last_due_rung_no then rung_planned_pct end) over (
                partition by submission_id, ladder_id
            ),
            cast(0 as decimal(18, 6))
        ) as last_due_planned_pct,
        coalesce(
            max(case when rung_no = last_due_rung_no then ladder_target_value end) over (
                partition by submission_id, ladder_id
            ),
            cast(0 as decimal(24, 6))
        ) as last_due_target_value
    from dated

)

select
    requirements.*,
    {{ period_date('requirements.period') }} as period_date,
    reached.own_group,
    reached.shared_group,
    reached.same_day_count,
    reached.ladder_group,
    reached.ladder_id,
    reached.rung_no,
    reached.earlier_target_value,
    reached.is_increment_ladder,
    reached.ladder_target_value,
    reached.months_allowed,
    reached.rung_planned_pct,
    reached.is_due,
    reached.last_due_rung_no,
    reached.ladder_final_value,
    reached.ladder_months,
    reached.rung_count,
    reached.last_due_planned_pct,
    reached.last_due_target_value
from reached
inner join requirements on reached.progress_key = requirements.progress_key
