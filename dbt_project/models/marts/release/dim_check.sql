with checks as (

    select * from {{ ref('stg_checks__catalogue') }}

)

select
    check_id,
    severity,
    name_zh,
    name_en,
    formula,
    how_to_mend,
    stage
from checks
