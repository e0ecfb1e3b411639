-- Text that no rule could read, by the period of its document.
{{ require_window() }}

with rejections as (

    select * from {{ ref('stg_lake__rejections') }}

),

submissions as (

    select * from {{ ref('int_submissions') }}

)

select
    submissions.document_key,
    rejections.period_date,
    rejections.locator,
    rejections.quote,
    rejections.reason,
    cast(rejections.char_start as integer) as char_start,
    cast(rejections.char_end as integer) as char_end
from rejections
inner join submissions on rejections.run_id = submissions.run_id
