with source as (

    select * from {{ files_of_window(source('lake', 'rejections')) }}

)

select
    submission_id,
    {{ file_stem('filename') }} as run_id,
    period,
    {{ period_date('period') }} as period_date,
    document,
    document_sha256,
    locator,
    quote,
    char_start,
    char_end,
    reason
from source
where {{ in_window('period') }}
