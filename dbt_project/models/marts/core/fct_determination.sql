-- Every verdict of the bureau made at the desk; what holds stands in fct_task_progress as determined.
with determinations as (

    select * from {{ ref('stg_registry__determinations') }}

)

select
    determination_id,
    requirement_id,
    period,
    status,
    reason,
    decided_by,
    decided_at,
    withdrawn_by,
    withdrawn_at,
    incident_id
from determinations
