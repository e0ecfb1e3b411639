-- One row of thresholds. The seed keeps a place for city, category and dates; the nationwide row is used so far.
with thresholds as (

    select * from {{ ref('policy_thresholds') }}
    where city_code is null and category is null

)

select
    max(case when policy = 'pace_ahead_ratio' then threshold end) as pace_ahead_ratio,
    max(case when policy = 'pace_on_ratio' then threshold end) as pace_on_ratio,
    max(case when policy = 'pace_near_ratio' then threshold end) as pace_near_ratio,
    max(case when policy = 'pace_min_target' then threshold end) as pace_min_target,
    max(case when policy = 'pace_min_months' then threshold end) as pace_min_months,
    max(case when policy = 'works_tolerance_pp' then threshold end) as works_tolerance_pp,
    max(case when policy = 'recurring_grace_months' then threshold end) as recurring_grace_months
from thresholds
