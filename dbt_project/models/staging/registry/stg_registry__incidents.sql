with source as (

    select * from {{ source('registry', 'incidents') }}

)

select
    incident_id,
    check_id,
    record_table,
    record_key,
    severity,
    state,
    assignee,
    reason,
    {{ utc_timestamp('opened_at') }} as opened_at,
    {{ utc_timestamp('resolved_at') }} as resolved_at
from source
