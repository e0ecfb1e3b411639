with source as (

    select * from {{ files_of_window(source('lake', 'items')) }}

)

select
    submission_id,
    {{ file_stem('filename') }} as run_id,
    period,
    document,
    document_sha256,
    item_key,
    item_seq,
    item_no,
    region as region_wording,
    region_context,
    task as task_wording,
    content,
    requirement_text,
    progress_text,
    locator,
    issued_by_city as is_issued_by_city
from source
where {{ in_window('period') }}
