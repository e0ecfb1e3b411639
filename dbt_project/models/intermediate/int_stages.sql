-- The highest stage that the text states for each requirement: its own, that of its ladder, else that of the item.
with requirements as (

    select * from {{ ref('int_ladders') }}

),

stages as (

    select * from {{ ref('stages') }}

),

stated as (

    select
        facts.submission_id,
        facts.item_key,
        facts.requirement_no,
        facts.fact_id,
        facts.char_start,
        facts.stage,
        stages.rank as stage_rank
    from {{ ref('int_facts') }} as facts
    inner join stages on facts.stage = stages.stage
    where facts.fact = 'progress' and facts.task_item_id is not null and not facts.is_plan and facts.section <> 'plan'

),

named as (

    select
        requirements.progress_key,
        requirements.submission_id,
        requirements.ladder_id,
        stated.fact_id,
        stated.stage,
        stated.stage_rank,
        stated.char_start,
        1 as priority
    from requirements
    inner join stated
        on
            requirements.submission_id = stated.submission_id
            and requirements.item_key = stated.item_key
            and requirements.requirement_no = stated.requirement_no

),

over_the_ladder as (

    select
        requirements.progress_key,
        requirements.submission_id,
        requirements.ladder_id,
        named.fact_id,
        named.stage,
        named.stage_rank,
        named.char_start,
        2 as priority
    from requirements
    inner join named
        on
            requirements.submission_id = named.submission_id
            and requirements.ladder_id = named.ladder_id
            and requirements.progress_key <> named.progress_key

),

whole_item as (

    select
        requirements.progress_key,
        requirements.submission_id,
        requirements.ladder_id,
        stated.fact_id,
        stated.stage,
        stated.stage_rank,
        stated.char_start,
        3 as priority
    from requirements
    inner join stated
        on
            requirements.submission_id = stated.submission_id
            and requirements.item_key = stated.item_key
    where stated.requirement_no is null

),

ranked as (

    select
        candidates.*,
        row_number() over (
            partition by progress_key
            order by priority asc, stage_rank desc, char_start asc, fact_id asc
        ) as choice
    from (
        select * from named
        union all
        select * from over_the_ladder
        union all
        select * from whole_item
    ) as candidates

)

select
    progress_key,
    submission_id,
    fact_id,
    stage,
    stage_rank
from ranked
where choice = 1
