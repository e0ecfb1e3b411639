with source as (

    select * from {{ source('registry', 'submissions') }}

)

select
    submission_id,
    sha256,
    file_name,
    reporting_unit,
    coalesce(region_code, '{{ var("unknown_region") }}') as region_code,
    coalesce(region_context, '') as region_context,
    period,
    family,
    revision,
    replaces,
    channel,
    coalesce(is_stamped, false) as is_stamped,
    {{ utc_timestamp('received_at') }} as received_at,
    status,
    rejection_reason,
    rejection_detail,
    title,
    publisher,
    document_number,
    as_of_date,
    campaign_year,
    coalesce(issued_by_city, false) as is_issued_by_city,
    superseded_by
from source
