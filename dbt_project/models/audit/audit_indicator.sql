-- Every statement of a figure outside the task items, as a candidate of fct_indicator.
{{ require_window() }}

with facts as (

    select * from {{ ref('int_facts') }}
    where
        (fact = 'indicator' or task_item_id is null)
        and (
            actual_value is not null
            or actual_class is not null
            or target_value is not null
            or percent is not null
            or yoy_change is not null
            or is_stated_zero
        )

)

select
    fact_key,
    fact_id,
    submission_id,
    period_date,
    {{ surrogate_key(['indicator_id']) }} as indicator_key,
    indicator_name as indicator,
    scope,
    cast(percent as decimal(18, 6)) as percent,
    percent_kind,
    target_comparator,
    case when actual_comparator = '>=' or actual_upper is not null then actual_value end as lower_bound,
    case
        when actual_upper is not null then actual_upper
        when actual_comparator = '<=' then actual_value
    end as upper_bound,
    known_from,
    closed_at as known_to,
    closed_at is null as is_current,
    case when is_stated_zero and actual_value is null then cast(0 as decimal(24, 6)) else actual_value end as value,
    actual_class as value_class,
    unit,
    case when is_stated_zero and canonical_value is null then cast(0 as decimal(24, 6)) else canonical_value end
        as canonical_value,
    canonical_unit,
    target_value,
    target_unit,
    yoy_change,
    yoy_unit,
    {{ surrogate_key([
        "case when period_start > as_of_date then " ~ year_start('extract(year from as_of_date)') ~ " else period_start end",
        'as_of_date'
    ]) }} as period_key,
    {{ surrogate_key(['region_code']) }} as region_key,
    region_code,
    document_key,
    is_plan,
    is_approximate,
    section,
    quote as source_quote,
    locator as source_locator
from facts
