with source as (

    select * from {{ files_of_window(source('lake', 'identities')) }}

)

select
    submission_id,
    {{ file_stem('filename') }} as run_id,
    period,
    item_key,
    task_id,
    fact_id,
    requirement_id
from source
where {{ in_window('period') }}
