with source as (

    select * from {{ source('registry', 'requirement_changes') }}

)

select
    change_id,
    requirement_id,
    event,
    event_date,
    approval_no,
    note,
    recorded_by,
    {{ utc_timestamp('recorded_at') }} as recorded_at
from source
