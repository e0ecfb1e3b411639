with changes as (

    select * from {{ ref('stg_registry__requirement_changes') }}

)

select
    change_id,
    requirement_id,
    event,
    event_date,
    approval_no,
    note,
    recorded_by,
    recorded_at
from changes
