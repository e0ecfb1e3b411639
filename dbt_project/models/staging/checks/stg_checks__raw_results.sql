with source as (

    select * from {{ source('checks', 'raw_results') }}

)

select
    check_id,
    severity,
    record_table,
    record_key,
    submission_id,
    document_sha256,
    item_key,
    requirement_no,
    region_code,
    period,
    message_zh,
    message_en,
    expected,
    observed,
    arithmetic,
    source_quote,
    source_locator
from source
