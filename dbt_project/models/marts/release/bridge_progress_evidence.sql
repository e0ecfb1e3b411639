-- From a row to the spans that speak for it; a withheld row shows its requirement only.
{{ require_window() }}

with evidence as (

    select * from {{ ref('int_evidence') }}

),

progress as (

    select
        progress_key,
        publication_status
    from {{ ref('fct_task_progress') }}

)

select distinct
    evidence.progress_key,
    evidence.period_date,
    evidence.role,
    evidence.document_key,
    evidence.quote,
    evidence.locator,
    cast(evidence.char_start as integer) as char_start,
    cast(evidence.char_end as integer) as char_end,
    evidence.rule_id,
    evidence.rule_version,
    evidence.fact_id
from evidence
inner join progress on evidence.progress_key = progress.progress_key
where progress.publication_status = 'published' or evidence.role in ('target', 'deadline')
