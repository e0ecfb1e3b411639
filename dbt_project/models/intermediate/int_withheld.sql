{{ config(tags=['release']) }}  -- the gates' word comes after the transform: built when it has been heard

-- Candidate rows that a blocker holds back: the row itself, a fact or item that it rests on, its whole submission, or
-- what the submission says of a region that cannot be told.
with candidates as (

    select * from {{ ref('audit_task_progress') }}
    where submission_id is not null

),

incidents as (

    select * from {{ ref('stg_registry__incidents') }}

),

-- what a steward settled with a reason holds back nothing, though the record goes on failing
blockers as (

    select findings.*
    from {{ ref('int_findings') }} as findings
    left join incidents
        on
            findings.check_id = incidents.check_id
            and findings.record_key = incidents.record_key
    where findings.severity = 'blocker' and coalesce(incidents.state, 'new') <> 'resolved'

),

by_row as (

    select record_key as progress_key
    from blockers
    where stage = 'mart'

),

by_fact as (

    select evidence.progress_key
    from {{ ref('int_evidence') }} as evidence
    inner join candidates on evidence.progress_key = candidates.progress_key
    inner join blockers
        on
            candidates.submission_id = blockers.submission_id
            and evidence.fact_id = blockers.record_key

),

by_item as (

    select candidates.progress_key
    from candidates
    inner join blockers
        on
            candidates.submission_id = blockers.submission_id
            and candidates.item_key = blockers.item_key
            and (blockers.requirement_no is null or candidates.requirement_no = blockers.requirement_no)

),

by_submission as (

    select candidates.progress_key
    from candidates
    inner join blockers
        on
            candidates.submission_id = blockers.submission_id
            and candidates.submission_id = blockers.record_key

),

-- the finding names the wording; a row knows only that its region is none
by_region as (

    select candidates.progress_key
    from candidates
    inner join blockers on candidates.submission_id = blockers.submission_id
    where
        candidates.region_code = '{{ var("unknown_region") }}'
        and blockers.placed_region_code = '{{ var("unknown_region") }}'
        and blockers.record_table = 'submissions'

),

held as (

    select progress_key from by_row
    union
    select progress_key from by_fact
    union
    select progress_key from by_item
    union
    select progress_key from by_submission
    union
    select progress_key from by_region

)

select held.progress_key
from held
inner join candidates on held.progress_key = candidates.progress_key
