-- The spans of time that each period's statements are about.
{{ require_window() }}

select distinct
    period_date,
    period_start,
    as_of_date
from {{ ref('int_facts') }}
where as_of_date is not null
