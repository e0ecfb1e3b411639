with source as (

    select * from {{ files_of_window(source('lake', 'item_regions')) }}

)

select
    submission_id,
    {{ file_stem('filename') }} as run_id,
    period,
    {{ period_date('period') }} as period_date,
    document_sha256,
    item_key,
    region as region_wording,
    region_context,
    role,
    place
from source
where {{ in_window('period') }}
