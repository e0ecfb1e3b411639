{{ config(tags=['release']) }}

-- Withholding a figure never removes a row, and no month is lost on the way from the candidates to the facts.
with candidates as (

    select
        period_date,
        count(*) as row_count
    from {{ ref('audit_task_progress') }}
    group by period_date

),

shown as (

    select
        period_date,
        count(*) as row_count
    from {{ ref('fct_task_progress') }}
    group by period_date

)

select
    coalesce(candidates.period_date, shown.period_date) as period_date,
    candidates.row_count as candidate_count,
    shown.row_count as shown_count
from candidates
full outer join shown on candidates.period_date = shown.period_date
where candidates.row_count is null or shown.row_count is null or candidates.row_count <> shown.row_count
