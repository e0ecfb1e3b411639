with source as (

    select * from {{ source('registry', 'refresh_stages') }}

)

select
    run_id,
    stage,
    milliseconds
from source
