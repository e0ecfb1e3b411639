with source as (

    select * from {{ source('registry', 'extraction_runs') }}

)

select
    run_id,
    submission_id,
    extractor_version,
    status,
    item_count,
    is_live
from source
