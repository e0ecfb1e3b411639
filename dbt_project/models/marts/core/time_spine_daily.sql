-- Every day that a campaign year can be reported on; what metrics over time are laid along.
with days as (

    {{ dbt.date_spine(datepart='day', start_date="cast('2010-01-01' as date)", end_date="cast('2041-01-01' as date)") }}

)

select cast(date_day as date) as date_day
from days
