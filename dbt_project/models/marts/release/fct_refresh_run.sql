with runs as (

    select * from {{ ref('stg_registry__refresh_runs') }}

)

select
    run_id,
    started_at,
    finished_at,
    {{ seconds_between('started_at', 'finished_at') }} as seconds,
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
    version as published_version,
    error
from runs
