-- Administrative divisions of every time, the units that report beside them, and the unknown member.
with divisions as (

    select * from {{ ref('regions') }}

),

units as (

    select * from {{ ref('reporting_units') }}

),

-- what the resolver gave a code: a division's own offices (440700-OWN) are in no table but here
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

listed as (

    select
        region_code,
        name,
        full_name,
        level,
        kind,
        nullif(parent_code, '') as parent_code,
        valid_from,
        valid_to,
        nullif(successor_code, '') as successor_code,
        nullif(aliases, '') as aliases
    from divisions
    union all
    select
        units.unit_code as region_code,
        units.name,
        divisions.full_name || units.name as full_name,
        'other' as level,
        units.kind,
        units.parent_code,
        divisions.valid_from,
        divisions.valid_to,
        cast(null as {{ dbt.type_string() }}) as successor_code,
        nullif(units.aliases, '') as aliases
    from units
    inner join divisions on units.parent_code = divisions.region_code

),

-- a part of its division beside the districts, so that what the parts report adds up to the whole
own_units as (

    select
        used.region_code,
        divisions.name || '本级' as name,
        divisions.full_name || '本级' as full_name,
        'other' as level,
        'own_unit' as kind,
        divisions.region_code as parent_code,
        divisions.valid_from,
        divisions.valid_to,
        cast(null as {{ dbt.type_string() }}) as successor_code,
        cast(null as {{ dbt.type_string() }}) as aliases
    from used
    inner join divisions on used.region_code = divisions.region_code || '-OWN'

),

known as (

    select * from listed
    union all
    select * from own_units

),

all_members as (

    select * from known
    union all
    -- a code that no table holds any more is kept by the name it was given
    select
        used.region_code,
        coalesce(named.name, used.region_code) as name,
        coalesce(named.name, used.region_code) as full_name,
        'other' as level,
        'other' as kind,
        cast(null as {{ dbt.type_string() }}) as parent_code,
        cast('1949-10-01' as date) as valid_from,
        cast(null as date) as valid_to,
        cast(null as {{ dbt.type_string() }}) as successor_code,
        cast(null as {{ dbt.type_string() }}) as aliases
    from used
    left join known on used.region_code = known.region_code
    left join named on used.region_code = named.region_code
    where known.region_code is null and used.region_code <> '{{ var("unknown_region") }}'
    union all
    select
        '{{ var("unknown_region") }}' as region_code,
        '未知地区' as name,
        '未知地区' as full_name,
        'unknown' as level,
        'unknown' as kind,
        cast(null as {{ dbt.type_string() }}) as parent_code,
        cast('1949-10-01' as date) as valid_from,
        cast(null as date) as valid_to,
        cast(null as {{ dbt.type_string() }}) as successor_code,
        cast(null as {{ dbt.type_string() }}) as aliases

)

select
    {{ surrogate_key(['region_code']) }} as region_key,
    region_code,
    name,
    full_name,
    level,
    kind,
    parent_code,
    valid_from,
    valid_to,
    successor_code,
    aliases
from all_members
