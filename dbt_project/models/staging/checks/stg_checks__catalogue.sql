with source as (

    select * from {{ source('checks', 'catalogue') }}

)

select
    check_id,
    severity,
    stage,
    name_zh,
    name_en,
    formula,
    how_to_mend
from source
