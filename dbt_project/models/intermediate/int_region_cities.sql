-- The city and the province that each region belongs to; a city is its own, and so is a province.
with divisions as (

    select
        region_code,
        level,
        parent_code
    from {{ ref('regions') }}

),

units as (

    select
        unit_code as region_code,
        parent_code
    from {{ ref('reporting_units') }}

),

-- a division's own offices and the zones beside its districts belong where it belongs
placed as (

    select
        region_code,
        region_code as division_code
    from divisions
    union all
    select
        region_code,
        parent_code as division_code
    from units
    union all
    select
        region_code || '-OWN' as region_code,
        region_code as division_code
    from divisions

),

rising as (

    select
        placed.region_code,
        own.region_code as own_code,
        own.level as own_level,
        parents.region_code as parent_code,
        parents.level as parent_level,
        parents.parent_code as grandparent_code
    from placed
    inner join divisions as own on placed.division_code = own.region_code
    left join divisions as parents on own.parent_code = parents.region_code

)

select
    region_code,
    case
        when own_level = 'city' then own_code
        when parent_level = 'city' then parent_code
    end as city_code,
    case
        when own_level = 'province' then own_code
        when parent_level = 'province' then parent_code
        else grandparent_code
    end as province_code
from rising
