with statuses as (

    select * from {{ ref('status') }}

)

select
    {{ surrogate_key(['code']) }} as status_key,
    code,
    name_zh,
    name_en,
    rank
from statuses
