with source as (

    select * from {{ source('registry', 'crosswalk') }}

)

select
    kind,
    coalesce(context, '') as context,
    wording,
    durable_id,
    label
from source
