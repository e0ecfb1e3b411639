-- Every span of time that a document, a statement or an expectation is about.
with spans as (

    select
        period_start,
        as_of_date
    from {{ ref('int_submissions') }}
    where as_of_date is not null
    union all
    select
        period_start,
        as_of_date
    from {{ ref('int_fact_spans') }}
    union all
    select
        {{ year_start('substr(period, 1, 4)') }} as period_start,
        {{ period_end('period') }} as as_of_date
    from {{ ref('stg_registry__expected_submissions') }}

),

distinct_spans as (

    select distinct
        -- a span that would begin after its end begins with its year
        case
            when period_start > as_of_date then {{ year_start('extract(year from as_of_date)') }}
            else period_start
        end as period_start,
        as_of_date
    from spans

)

select
    {{ surrogate_key(['period_start', 'as_of_date']) }} as period_key,
    period_start,
    as_of_date
from distinct_spans
