-- Which span of which document speaks for a row's target, deadline, figure, stage and status.
{{ require_window() }}

with requirements as (

    select * from {{ ref('int_ladders') }}

),

facts as (

    select * from {{ ref('int_facts') }}

),

pointers as (

    select
        progress_key,
        submission_id,
        requirement_fact_id as fact_id,
        'target' as role
    from requirements
    where requirement_fact_id is not null
    union all
    select
        progress_key,
        submission_id,
        requirement_fact_id as fact_id,
        'deadline' as role
    from requirements
    where requirement_fact_id is not null and deadline_date is not null
    union all
    select
        progress_key,
        submission_id,
        fact_id,
        'actual' as role
    from {{ ref('int_figure_facts') }}
    union all
    select
        progress_key,
        submission_id,
        fact_id,
        'stage' as role
    from {{ ref('int_stages') }}
    union all
    select
        progress_key,
        submission_id,
        fact_id,
        'status' as role
    from {{ ref('int_status_bindings') }}
    where is_bound

)

select
    pointers.progress_key,
    pointers.role,
    pointers.fact_id,
    facts.document_key,
    facts.quote,
    facts.locator,
    facts.char_start,
    facts.char_end,
    facts.rule_id,
    facts.rule_version,
    facts.period_date
from pointers
inner join facts
    on
        pointers.submission_id = facts.submission_id
        and pointers.fact_id = facts.fact_id
