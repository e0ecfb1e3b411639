-- Which indicators each period's documents name, and in which units: all that dim_indicator needs of the months.
{{ require_window() }}

select
    period_date,
    indicator_id,
    canonical_unit,
    min(indicator_name) as indicator_name,
    count(*) as statement_count
from {{ ref('int_facts') }}
where indicator_wording is not null or fact = 'indicator' or task_item_id is null
group by period_date, indicator_id, canonical_unit
