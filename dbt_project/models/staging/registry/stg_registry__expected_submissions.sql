with source as (

    select * from {{ source('registry', 'expected_submissions') }}

)

select
    expected_id,
    reporting_unit,
    coalesce(region_code, '{{ var("unknown_region") }}') as region_code,
    period,
    family,
    due_date
from source
