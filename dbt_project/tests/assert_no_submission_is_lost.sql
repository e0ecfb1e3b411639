-- Whatever was computed, now or in an earlier window, is kept: a submission with task items has its requirements.
-- A window that named less than it rewrote would lose months silently; this reads all of them.
with stated as (

    select distinct submission_id
    from {{ ref('int_stated_requirements') }}

)

select submissions.submission_id
from {{ ref('int_submissions') }} as submissions
inner join {{ ref('stg_registry__extraction_runs') }} as runs on submissions.run_id = runs.run_id
left join stated on submissions.submission_id = stated.submission_id
where
    submissions.is_extracted
    and submissions.period is not null
    and runs.item_count > 0
    and stated.submission_id is null
