-- Indicators by their durable id; lower is better for pollutants.
with facts as (

    select * from {{ ref('int_indicator_usage') }}

),

directions as (

    select * from {{ ref('indicator_directions') }}

),

names as (

    select
        indicator_id,
        min(indicator_name) as name
    from facts
    group by indicator_id

),

unit_counts as (

    select
        indicator_id,
        canonical_unit,
        row_number() over (
            partition by indicator_id
            order by sum(statement_count) desc, canonical_unit
        ) as choice
    from facts
    where canonical_unit is not null
    group by indicator_id, canonical_unit

),

lower_is_better as (

    select distinct names.indicator_id
    from names
    inner join directions on names.name like '%' || directions.keyword || '%'
    where directions.direction = 'lower'

)

select
    {{ surrogate_key(['names.indicator_id']) }} as indicator_key,
    names.indicator_id,
    coalesce(names.name, '未写明指标') as name,
    case when lower_is_better.indicator_id is not null then 'lower' else 'higher' end as direction,
    unit_counts.canonical_unit
from names
left join unit_counts
    on
        names.indicator_id = unit_counts.indicator_id
        and unit_counts.choice = 1
left join lower_is_better on names.indicator_id = lower_is_better.indicator_id
