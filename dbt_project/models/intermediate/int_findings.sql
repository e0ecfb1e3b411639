{{ config(tags=['release']) }}  -- the gates' word comes after the transform: built when it has been heard

-- The findings of both gates as one list, each with the submission that it is about.
with findings as (

    -- a finding that was written twice is one finding
    select
        'raw' as stage,
        *
    from {{ ref('stg_checks__raw_results') }}
    union
    select
        'mart' as stage,
        *
    from {{ ref('stg_checks__mart_results') }}

),

submissions as (

    select * from {{ ref('int_submissions') }}

)

select
    {{ surrogate_key([
        'findings.stage', 'findings.check_id', 'findings.severity', 'findings.record_table', 'findings.record_key',
        'findings.submission_id', 'findings.document_sha256', 'findings.item_key', 'findings.requirement_no',
        'findings.region_code', 'findings.period', 'findings.message_zh', 'findings.message_en', 'findings.expected',
        'findings.observed', 'findings.arithmetic', 'findings.source_quote', 'findings.source_locator'
    ]) }} as finding_key,
    findings.*,
    submissions.document_key,
    submissions.period_start,
    submissions.as_of_date,
    coalesce(findings.region_code, submissions.region_code) as placed_region_code
from findings
left join submissions on findings.submission_id = submissions.submission_id
