with source as (

    select * from {{ source('registry', 'refresh_runs') }}

)

select
    run_id,
    {{ utc_timestamp('started_at') }} as started_at,
    {{ utc_timestamp('finished_at') }} as finished_at,
    requested_period,
    status,
    received,
    newly_received,
    extracted,
    facts,
    rejected,
    missing,
    findings_blocker,
    findings_error,
    findings_warning,
    findings_info,
    withheld,
    version,
    error
from source
-- the run that builds this is one of those that have not ended
where finished_at is not null
