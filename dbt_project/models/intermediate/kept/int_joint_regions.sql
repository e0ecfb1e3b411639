-- Who joins in with the lead of each item, every month kept: a requirement's latest word may be months old.
{{ require_window() }}

with shares as (

    select * from {{ ref('stg_lake__item_regions') }}

),

submissions as (

    select * from {{ ref('int_submissions') }}
    where is_extracted

),

region_names as (

    select * from {{ ref('stg_registry__crosswalk') }}
    where kind = 'region'

)

select
    shares.submission_id,
    shares.item_key,
    shares.period_date,
    shares.place,
    coalesce(region_names.durable_id, '{{ var("unknown_region") }}') as region_code
from shares
inner join submissions on shares.run_id = submissions.run_id
left join region_names
    on
        shares.region_wording = region_names.wording
        and shares.region_context = region_names.context
where shares.role = 'joint'
