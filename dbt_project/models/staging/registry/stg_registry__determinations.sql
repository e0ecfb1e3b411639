with source as (

    select * from {{ source('registry', 'determinations') }}

)

select
    determination_id,
    requirement_id,
    period,
    status,
    reason,
    decided_by,
    {{ utc_timestamp('decided_at') }} as decided_at,
    withdrawn_by,
    {{ utc_timestamp('withdrawn_at') }} as withdrawn_at,
    incident_id
from source
