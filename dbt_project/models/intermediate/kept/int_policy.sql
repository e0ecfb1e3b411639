-- The thresholds and rules that hold for a place, a category of tasks and an as-of date, kept with its month: what a
-- month was judged by can be told later.
{{ require_window() }}

with places as (

    select distinct
        requirements.period_date,
        coalesce(cities.city_code, '') as city_code,
        coalesce(cities.province_code, '') as province_code,
        themes.theme,
        themes.category,
        requirements.as_of_date
    from {{ ref('int_ladders') }} as requirements
    inner join {{ ref('int_items') }} as items
        on
            requirements.submission_id = items.submission_id
            and requirements.item_key = items.item_key
    inner join {{ ref('int_task_themes') }} as themes on items.task_name = themes.task_name
    left join {{ ref('int_region_cities') }} as cities on items.region_code = cities.region_code

),

policies as (
    {{ policies_of('places') }}
)

select
    {{ surrogate_key([
        'period_date', policy_key('city_code', 'province_code', 'category', 'as_of_date')
    ]) }} as policy_key,
    period_date,
    city_code,
    province_code,
    theme,
    category,
    as_of_date,
    max(case when policy = 'pace_basis' then choice end) as pace_basis,
    max(case when policy = 'pace_ahead_ratio' then threshold end) as pace_ahead_ratio,
    max(case when policy = 'pace_on_ratio' then threshold end) as pace_on_ratio,
    max(case when policy = 'pace_near_ratio' then threshold end) as pace_near_ratio,
    max(case when policy = 'pace_min_target' then threshold end) as pace_min_target,
    max(case when policy = 'pace_min_months' then threshold end) as pace_min_months,
    max(case when policy = 'works_tolerance_pp' then threshold end) as works_tolerance_pp,
    max(case when policy = 'recurring_grace_months' then threshold end) as recurring_grace_months,
    max(case when policy = 'score_full_share' then threshold end) as score_full_share,
    max(case when policy = 'score_late_share' then threshold end) as score_late_share,
    max(case when policy = 'score_partial_share' then threshold end) as score_partial_share,
    max(case when policy = 'score_none_share' then threshold end) as score_none_share
from policies
where choice_no = 1
group by period_date, city_code, province_code, theme, category, as_of_date
