-- Which progress facts answer which requirement: by its number (1), over its ladder (2), or, without a number, where
-- the item leaves no doubt (3). A single count that stands for several targets is marked as shared.
with requirements as (

    select * from {{ ref('int_ladders') }}

),

figures as (

    select *
    from {{ ref('int_facts') }}
    where
        fact = 'progress'
        and task_item_id is not null
        and not is_plan
        and section <> 'plan'
        and coalesce(count_role, 'none') not in ('stage', 'started')
        and (actual_value is not null or percent is not null or actual_class is not null or is_stated_zero)
        and (actual_value is not null or is_stated_zero or coalesce(percent_kind, 'completion') <> 'change')
        and coalesce(count_role, 'none') <> 'total'

),

-- every figure beside every requirement of its item that its kind can answer
fitting as (

    select
        requirements.progress_key,
        requirements.submission_id,
        requirements.item_key,
        requirements.ladder_id,
        requirements.figure_kind,
        requirements.sub_item as requirement_sub_item,
        figures.fact_id,
        figures.sub_item,
        figures.is_stated_zero,
        figures.count_role,
        figures.char_start,
        figures.char_end,
        figures.canonical_value,
        coalesce(figures.indicator_wording, '') as indicator_wording,
        -- what is a part of the whole may be the very scope that is asked for
        coalesce(
            figures.count_role = 'part'
            and coalesce(figures.scope, '') not in (
                coalesce(requirements.scope, '-'), requirements.scope_year || ' ' || coalesce(requirements.scope, '-')
            ),
            false
        ) as is_part,
        coalesce(requirements.requirement_no = figures.requirement_no, false) as is_named
    from requirements
    inner join figures
        on
            requirements.submission_id = figures.submission_id
            and requirements.item_key = figures.item_key
    where
        (figures.scope_year is null or figures.scope_year = requirements.scope_year)
        and case requirements.figure_kind
            when 'count'
                then
                    figures.is_stated_zero
                    or figures.actual_dimension = coalesce(requirements.target_dimension, figures.actual_dimension)
                    or (figures.percent is not null and coalesce(figures.percent_kind, 'completion') = 'completion')
            when 'percent'
                then
                    figures.is_stated_zero
                    or figures.actual_dimension = 'percent'
                    or (figures.actual_value is null and figures.percent is not null)
            when 'level' then figures.actual_value is not null and figures.actual_dimension <> 'percent'
            when 'class' then figures.actual_class is not null
            -- a milestone without a number of its own may be answered by a count of its parts
            when 'stage'
                then
                    figures.requirement_no is not null
                    and figures.actual_dimension = 'count'
                    and figures.base_value is not null
            else false
        end

),

named_requirements as (

    select distinct
        submission_id,
        item_key,
        requirement_no
    from requirements
    where requirement_no is not null

),

unnamed_figures as (

    select figures.*
    from figures
    left join named_requirements
        on
            figures.submission_id = named_requirements.submission_id
            and figures.item_key = named_requirements.item_key
            and figures.requirement_no = named_requirements.requirement_no
    where named_requirements.requirement_no is null

),

named as (

    select
        fitting.*,
        1 as priority
    from fitting
    where is_named

),

over_the_ladder as (

    select distinct
        fitting.progress_key,
        fitting.fact_id
    from fitting
    inner join named
        on
            fitting.submission_id = named.submission_id
            and fitting.ladder_id = named.ladder_id
            and fitting.fact_id = named.fact_id
    where not fitting.is_named and fitting.figure_kind <> 'stage'

),

answered as (

    select
        progress_key,
        min(priority) as priority
    from (
        select
            progress_key,
            1 as priority
        from named
        where not is_part
        union all
        select
            progress_key,
            2 as priority
        from over_the_ladder
    ) as both_ways
    group by progress_key

),

item_sub_items as (

    select distinct
        submission_id,
        item_key,
        sub_item
    from requirements
    where sub_item is not null

),

named_closed as (

    select progress_key
    from named
    where count_role = 'closed'

),

-- a figure without a number looks at its own sub-item where the requirements have it, else at the whole item;
-- what was closed adds to what was done, so it joins a figure that is already there
left_over as (

    select fitting.*
    from fitting
    inner join unnamed_figures
        on
            fitting.submission_id = unnamed_figures.submission_id
            and fitting.fact_id = unnamed_figures.fact_id
    left join answered on fitting.progress_key = answered.progress_key
    left join named_closed on fitting.progress_key = named_closed.progress_key
    left join item_sub_items
        on
            fitting.submission_id = item_sub_items.submission_id
            and fitting.item_key = item_sub_items.item_key
            and fitting.sub_item = item_sub_items.sub_item
    where
        (
            answered.progress_key is null
            or (fitting.count_role = 'closed' and fitting.figure_kind = 'count' and named_closed.progress_key is null)
        )
        and (item_sub_items.sub_item is null or fitting.requirement_sub_item = fitting.sub_item)

),

left_over_scopes as (

    select
        submission_id,
        fact_id,
        count(distinct ladder_id) as scope_count
    from left_over
    group by submission_id, fact_id

),

unnamed as (

    select
        left_over.*,
        left_over_scopes.scope_count
    from left_over
    inner join left_over_scopes
        on
            left_over.submission_id = left_over_scopes.submission_id
            and left_over.fact_id = left_over_scopes.fact_id
    where
        left_over.is_stated_zero
        or left_over_scopes.scope_count = 1
        or (
            left_over.figure_kind = 'count'
            and coalesce(left_over.count_role, 'done') in ('done', 'closed', 'remaining')
        )

),

-- one figure of one sentence that was given to requirements of several ladders; two figures of a sentence are two
shared_spans as (

    select
        submission_id,
        item_key,
        char_start,
        char_end,
        canonical_value,
        indicator_wording
    from named
    where figure_kind = 'count' and not is_stated_zero
    group by submission_id, item_key, char_start, char_end, canonical_value, indicator_wording
    having count(distinct ladder_id) > 1

),

all_answers as (

    select
        named.progress_key,
        named.submission_id,
        named.fact_id,
        named.priority,
        named.is_part,
        shared_spans.char_start is not null as is_shared_figure
    from named
    left join shared_spans
        on
            named.submission_id = shared_spans.submission_id
            and named.item_key = shared_spans.item_key
            and named.char_start = shared_spans.char_start
            and named.char_end = shared_spans.char_end
            and named.canonical_value = shared_spans.canonical_value
            and named.indicator_wording = shared_spans.indicator_wording
    union all
    select
        over_the_ladder.progress_key,
        fitting.submission_id,
        over_the_ladder.fact_id,
        2 as priority,
        fitting.is_part,
        false as is_shared_figure
    from over_the_ladder
    inner join fitting
        on
            over_the_ladder.progress_key = fitting.progress_key
            and over_the_ladder.fact_id = fitting.fact_id
    union all
    select
        unnamed.progress_key,
        unnamed.submission_id,
        unnamed.fact_id,
        coalesce(answered.priority, 3) as priority,
        unnamed.is_part,
        unnamed.scope_count > 1 and not unnamed.is_stated_zero as is_shared_figure
    from unnamed
    left join answered on unnamed.progress_key = answered.progress_key
    -- several scopes share what was closed only where none of them has a figure of its own
    where answered.progress_key is null or unnamed.scope_count = 1

),

best as (

    select
        all_answers.*,
        min(priority) over (partition by progress_key) as best_priority
    from all_answers

)

select
    progress_key,
    submission_id,
    fact_id,
    priority,
    is_part,
    is_shared_figure
from best
where priority = best_priority
