-- Spans of time; the usual one is a year to date.
with periods as (

    select * from {{ ref('int_periods') }}

),

measured as (

    select
        periods.*,
        {{ months_elapsed('period_start', 'as_of_date') }} as months_elapsed,
        extract(month from period_start) = 1 and extract(day from period_start) = 1 as is_from_new_year,
        as_of_date = {{ month_end('as_of_date') }} and extract(day from period_start) = 1 as is_of_whole_months
    from periods

)

select
    period_key,
    as_of_date,
    period_start,
    case
        when is_from_new_year and extract(month from as_of_date) = 12 and is_of_whole_months and months_elapsed = 12
            then 'year'
        when is_from_new_year then 'year_to_date'
        when is_of_whole_months and months_elapsed = 1 then 'month'
        when is_of_whole_months and months_elapsed = 3 then 'quarter'
        when is_of_whole_months and months_elapsed = 6 then 'half_year'
        else 'other'
    end as period_type,
    cast(extract(year from as_of_date) as integer) as year,
    cast(extract(month from as_of_date) as integer) as month,
    substr(cast(as_of_date as {{ dbt.type_string() }}), 1, 7) as period,
    months_elapsed,
    least({{ safe_divide('100 * months_elapsed', '12') }}, cast(100 as decimal(18, 6))) as prorated_plan_pct
from measured
