with source as (

    select * from {{ source('registry', 'amendments') }}

)

select
    amendment_id,
    submission_id,
    base_run_id,
    {{ utc_timestamp('known_from') }} as known_from,
    item_count,
    lake_file,
    is_live
from source
