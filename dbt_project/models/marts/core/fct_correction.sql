-- Every correction with its reason and author; what holds stands in fct_task_progress as a version of its own.
with corrections as (

    select * from {{ ref('stg_registry__corrections') }}

),

labels as (

    select * from {{ ref('correctable_columns') }}

)

select
    corrections.correction_id,
    {{ surrogate_key(['corrections.submission_id']) }} as document_key,
    corrections.item_key,
    corrections.fact_id,
    corrections.column_name,
    labels.name_zh as column_name_zh,
    corrections.expected_value,
    corrections.corrected_value,
    corrections.found_value,
    corrections.state,
    corrections.reason,
    corrections.decided_by,
    corrections.decided_at,
    corrections.withdrawn_by,
    corrections.withdrawn_at,
    corrections.incident_id,
    corrections.requirement_id,
    corrections.period,
    corrections.channel,
    corrections.caller,
    corrections.called_at,
    corrections.supplement_due,
    corrections.supplement_on,
    corrections.supplement_note
from corrections
left join labels on corrections.column_name = labels.column_name
