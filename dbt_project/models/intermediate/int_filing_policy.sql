-- Points that a late or a missing filing costs, by region and period of what is owed; they are of no category of tasks.
with places as (

    select distinct
        expected.region_code,
        expected.period,
        coalesce(cities.city_code, '') as city_code,
        coalesce(cities.province_code, '') as province_code,
        '' as theme,
        '' as category,
        {{ period_end('expected.period') }} as as_of_date
    from {{ ref('stg_registry__expected_submissions') }} as expected
    left join {{ ref('int_region_cities') }} as cities on expected.region_code = cities.region_code

),

dated as (

    select distinct
        city_code,
        province_code,
        theme,
        category,
        as_of_date
    from places

),

policies as (
    {{ policies_of('dated') }}
),

found as (

    select
        city_code,
        province_code,
        as_of_date,
        max(case when policy = 'late_filing_points' then threshold end) as late_filing_points,
        max(case when policy = 'missing_filing_points' then threshold end) as missing_filing_points
    from policies
    where choice_no = 1
    group by city_code, province_code, as_of_date

)

select
    places.region_code,
    places.period,
    found.late_filing_points,
    found.missing_filing_points
from places
inner join found
    on
        places.city_code = found.city_code
        and places.province_code = found.province_code
        and places.as_of_date = found.as_of_date
