with incidents as (

    select * from {{ ref('stg_registry__incidents') }}

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
    opened_at,
    resolved_at
from incidents
