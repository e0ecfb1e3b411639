-- A member per received submission, rejected ones too: a file sent twice is two documents of one content.
with submissions as (

    select * from {{ ref('int_submissions') }}
    where amends_submission_id is null

)

select
    document_key,
    submission_id,
    sha256,
    file_name,
    title,
    publisher,
    family,
    as_of_date,
    received_at,
    cast(revision as integer) as revision,
    is_extracted and closed_at is null as is_current,
    is_issued_by_city,
    is_stamped
from submissions
