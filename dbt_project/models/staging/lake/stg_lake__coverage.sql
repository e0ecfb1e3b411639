with source as (

    select * from {{ files_of_window(source('lake', 'coverage')) }}

)

select
    submission_id,
    {{ file_stem('filename') }} as run_id,
    period,
    {{ period_date('period') }} as period_date,
    document,
    document_sha256,
    in_fact,
    named_non_measure,
    rejected
from source
where {{ in_window('period') }}
