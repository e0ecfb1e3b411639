-- Administrative divisions, the units that a report named beside them, and the unknown member.
with regions as (

    select * from {{ ref('regions') }}

),

-- a code that the divisions table does not hold (a development zone) is kept by the name it was given
named as (

    select
        durable_id as region_code,
        min(label) as name
    from {{ ref('stg_registry__crosswalk') }}
    where kind = 'region' and durable_id <> '{{ var("unknown_region") }}'
    group by durable_id

),

used as (

    select distinct region_code
    from {{ ref('int_submissions') }}
    union
    select distinct region_code
    from {{ ref('stg_registry__expected_submissions') }}
    union
    select region_code
    from named

),

all_members as (

    select
        region_code,
        name,
        full_name,
        level,
        nullif(parent_code, '') as parent_code
    from regions
    union all
    select
        used.region_code,
        coalesce(named.name, used.region_code) as name,
        coalesce(named.name, used.region_code) as full_name,
        'other' as level,
        cast(null as {{ dbt.type_string() }}) as parent_code
    from used
    left join regions on used.region_code = regions.region_code
    left join named on used.region_code = named.region_code
    where regions.region_code is null and used.region_code <> '{{ var("unknown_region") }}'
    union all
    select
        '{{ var("unknown_region") }}' as region_code,
        '未知地区' as name,
        '未知地区' as full_name,
        'unknown' as level,
        cast(null as {{ dbt.type_string() }}) as parent_code

)

select
    {{ surrogate_key(['region_code']) }} as region_key,
    region_code,
    name,
    full_name,
    level,
    parent_code,
    -- the divisions table has no history yet: its members are valid throughout
    cast('1949-10-01' as date) as valid_from,
    cast(null as date) as valid_to
from all_members
