with source as (

    select * from {{ source('registry', 'corrections') }}

)

select
    correction_id,
    submission_id,
    item_key,
    fact_id,
    column_name,
    expected_value,
    corrected_value,
    reason,
    decided_by,
    {{ utc_timestamp('decided_at') }} as decided_at,
    withdrawn_by,
    {{ utc_timestamp('withdrawn_at') }} as withdrawn_at,
    incident_id,
    requirement_id,
    period,
    channel,
    caller,
    {{ utc_timestamp('called_at') }} as called_at,
    supplement_due,
    supplement_on,
    supplement_note,
    state,
    found_value
from source
