-- Which judgement in words belongs to which requirement (design: 'Judgement classes from words').
-- A judgement with a requirement's number is that requirement's own. One with a sub-item's number, or with none, is
-- spread over the sub-item or the item: over what is due and not met by its own figure; where nothing is, over what
-- is still open. 按进度完成 completes only what is due.
with verdicts as (

    select * from {{ ref('int_verdicts') }}

),

requirements as (

    select
        requirements.submission_id,
        requirements.item_key,
        requirements.progress_key,
        requirements.requirement_no,
        requirements.sub_item,
        requirements.ladder_id,
        requirements.rung_no,
        requirements.deadline_date is not null as is_dated,
        requirements.indicator_type in ('reference', 'qualitative', 'standing') as is_unmeasured,
        verdicts.is_due,
        coalesce(verdicts.is_met, false) as is_met,
        verdicts.actual_value is not null
        or verdicts.actual_class is not null
        or verdicts.highest_part_pct is not null
        or verdicts.reported_completion_pct is not null
        or coalesce(verdicts.is_stated_zero, false)
        or coalesce(verdicts.is_shared_figure, false) as has_figure
    from {{ ref('int_ladders') }} as requirements
    inner join verdicts on requirements.progress_key = verdicts.progress_key

),

stated as (

    select
        submission_id,
        item_key,
        requirement_no,
        sub_item,
        fact_id,
        status,
        status_phrase,
        char_start,
        -- a row of the workbook that was issued asks for one requirement, and its words are about that one alone
        family = 'workbook' and requirement_no is not null as is_of_its_row,
        -- words that open their sentence are a judgement; words inside a sentence may speak of a detail
        trim(replace(quote, '【重点考核】', '')) like status_phrase || '%' as is_sentence,
        actual_value is null
        and actual_class is null
        and percent is null
        and stage is null
        and not is_stated_zero as is_words_only
    from {{ ref('int_facts') }}
    where
        fact = 'progress'
        and task_item_id is not null
        and not is_plan
        and section <> 'plan'
        and status is not null
        and status <> 'unknown'

),

-- what the other statements of a sub-item of the progress text speak of, where they agree
companions as (

    select
        submission_id,
        item_key,
        sub_item,
        min(requirement_no) as requirement_no
    from {{ ref('int_facts') }}
    where
        fact = 'progress'
        and task_item_id is not null
        and sub_item is not null
        and requirement_no is not null
        and (actual_value is not null or actual_class is not null or percent is not null or stage is not null)
    group by submission_id, item_key, sub_item
    having min(requirement_no) = max(requirement_no)

),

requirement_sub_items as (

    select
        submission_id,
        item_key,
        sub_item,
        min(requirement_no) as requirement_no,
        count(*) as requirement_count
    from requirements
    where sub_item is not null
    group by submission_id, item_key, sub_item

),

-- words alone carry no meaning to be paired by: they go with their sub-item
placed as (

    select
        stated.submission_id,
        stated.item_key,
        stated.sub_item,
        stated.fact_id,
        stated.status,
        stated.status_phrase,
        stated.char_start,
        stated.is_sentence,
        stated.is_of_its_row,
        case
            when stated.is_words_only and stated.sub_item is not null and not stated.is_of_its_row
                then coalesce(companions.requirement_no, requirement_sub_items.requirement_no, stated.requirement_no)
            else stated.requirement_no
        end as requirement_no
    from stated
    left join companions
        on
            stated.submission_id = companions.submission_id
            and stated.item_key = companions.item_key
            and stated.sub_item = companions.sub_item
    left join requirement_sub_items
        on
            stated.submission_id = requirement_sub_items.submission_id
            and stated.item_key = requirement_sub_items.item_key
            and stated.sub_item = requirement_sub_items.sub_item

),

item_sizes as (

    select
        submission_id,
        item_key,
        count(*) as requirement_count
    from requirements
    group by submission_id, item_key

),

-- 1: its own number; 2: the number of its sub-item; 3: the whole item
candidates as (

    select
        requirements.*,
        placed.fact_id,
        placed.status,
        placed.status_phrase,
        placed.char_start,
        placed.is_sentence,
        case
            when item_sizes.requirement_count = 1 then 1
            when placed.is_of_its_row and placed.requirement_no <> requirements.requirement_no then null
            -- a detail's success is not spread; an admitted lag is
            when
                not placed.is_sentence and placed.status <> 'behind_schedule'
                and coalesce(placed.requirement_no <> requirements.requirement_no, true)
                then null
            when placed.requirement_no = requirements.requirement_no then 1
            when placed.requirement_no is not null and named.sub_item = requirements.sub_item then 2
            when placed.requirement_no is null and placed.sub_item = requirements.sub_item then 2
            when placed.requirement_no is not null and named.progress_key is not null then null
            when requirement_sub_items.sub_item is not null then null
            else 3
        end as level
    from requirements
    inner join placed
        on
            requirements.submission_id = placed.submission_id
            and requirements.item_key = placed.item_key
    inner join item_sizes
        on
            requirements.submission_id = item_sizes.submission_id
            and requirements.item_key = item_sizes.item_key
    left join requirements as named
        on
            placed.submission_id = named.submission_id
            and placed.item_key = named.item_key
            and placed.requirement_no = named.requirement_no
    left join requirement_sub_items
        on
            placed.submission_id = requirement_sub_items.submission_id
            and placed.item_key = requirement_sub_items.item_key
            and placed.sub_item = requirement_sub_items.sub_item

),

ranked as (

    select
        candidates.*,
        row_number() over (
            partition by progress_key
            order by case when is_sentence then 0 else 1 end, level, char_start, fact_id
        ) as choice
    from candidates
    where level is not null

),

-- the requirements over which one judgement is spread
chosen as (

    select
        ranked.*,
        count(*) over spread as spread_count,
        max(case when is_due and not is_met and not is_unmeasured then 1 else 0 end) over spread as has_due_open,
        max(case when is_due then 1 else 0 end) over spread as has_due,
        max(case when not is_met and not is_unmeasured and is_dated then 1 else 0 end) over spread as has_dated_open,
        max(case when not is_met and not is_unmeasured and is_dated and has_figure then 1 else 0 end) over spread
            as has_figured_open,
        min(case when not is_met then rung_no end) over (
            partition by submission_id, item_key, level, fact_id, ladder_id
        ) as first_open_rung_no
    from ranked
    where choice = 1
    window spread as (partition by submission_id, item_key, level, fact_id)

),

bound as (

    select
        chosen.*,
        case
            when level = 1 or spread_count = 1 then true
            when status = 'completed' and has_due = 1 then is_due and not is_unmeasured
            when has_due_open = 1 then is_due and not is_met and not is_unmeasured
            when status = 'completed' then not is_unmeasured or has_dated_open = 0
            -- a lag of the whole rests on what its figures speak of, and on the next rung of a ladder
            when status = 'behind_schedule' and has_figured_open = 1
                then not is_met and not is_unmeasured and is_dated and has_figure and rung_no = first_open_rung_no
            when status = 'behind_schedule' and has_dated_open = 1
                then not is_met and not is_unmeasured and is_dated and rung_no = first_open_rung_no
            when has_dated_open = 1 then not is_met and not is_unmeasured and is_dated
            else not is_met
        end as is_bound
    from chosen

)

select
    progress_key,
    submission_id,
    fact_id,
    -- 按进度完成 of what is not due yet says that the schedule was kept
    case
        when status = 'completed' and not is_due and status_phrase like '按%进度%' then 'on_schedule'
        else status
    end as written_status,
    status_phrase as written_status_phrase,
    level as binding_level,
    is_bound
from bound
