-- Where the numerals of each document went.
{{ require_window() }}

with coverage as (

    select * from {{ ref('stg_lake__coverage') }}

),

submissions as (

    select * from {{ ref('int_submissions') }}
    where is_extracted

)

select
    submissions.document_key,
    coverage.period_date,
    cast(coverage.in_fact as integer) as in_fact,
    cast(coverage.named_non_measure as integer) as named_non_measure,
    cast(coverage.rejected as integer) as rejected
from coverage
inner join submissions on coverage.run_id = submissions.run_id
