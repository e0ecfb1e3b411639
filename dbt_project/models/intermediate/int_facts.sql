-- Facts of live extractions, with durable ids; task_item_id is NULL for a statement outside any task item.
with facts as (

    select * from {{ ref('stg_lake__facts') }}

),

submissions as (

    select * from {{ ref('int_submissions') }}
    where is_extracted

),

items as (

    select * from {{ ref('int_items') }}

),

region_names as (

    select * from {{ ref('stg_registry__crosswalk') }}
    where kind = 'region'

),

indicator_names as (

    select * from {{ ref('stg_registry__crosswalk') }}
    where kind = 'indicator'

),

unit_dimensions as (

    select * from {{ ref('units') }}

)

select
    facts.submission_id,
    facts.fact_id,
    {{ surrogate_key(['facts.submission_id', 'facts.fact_id']) }} as fact_key,
    facts.fact,
    facts.family,
    submissions.document_key,
    submissions.period,
    {{ period_date('submissions.period') }} as period_date,
    submissions.known_from,
    submissions.closed_at,
    items.task_item_id,
    facts.item_key,
    facts.sub_item,
    facts.requirement_no,
    coalesce(facts.campaign_year, submissions.campaign_year) as campaign_year,
    coalesce(facts.as_of_date, submissions.as_of_date) as as_of_date,
    coalesce(
        facts.period_start,
        {{ year_start('extract(year from coalesce(facts.as_of_date, submissions.as_of_date))') }}
    ) as period_start,
    case
        when facts.region_wording is null then submissions.region_code
        else coalesce(region_names.durable_id, '{{ var("unknown_region") }}')
    end as region_code,
    facts.indicator_wording,
    coalesce(
        indicator_names.durable_id, 'X' || {{ surrogate_key(['facts.indicator_wording']) }}
    ) as indicator_id,
    coalesce(indicator_names.label, facts.indicator_wording) as indicator_name,
    facts.scope,
    -- a figure of one budget year says nothing of another
    {{ first_group('facts.scope', '((?:19|20)[0-9]{2})') }} as scope_year,
    facts.requirement_text,
    facts.requirement_kind,
    facts.milestone_stage,
    facts.grading_text,
    facts.target_value,
    facts.target_class,
    facts.target_comparator,
    facts.target_upper,
    facts.target_unit,
    coalesce(facts.canonical_target_value, facts.target_value) as canonical_target_value,
    case
        when facts.target_value is not null then coalesce(target_dimensions.dimension, 'count')
    end as target_dimension,
    facts.actual_value,
    facts.actual_class,
    facts.actual_comparator,
    facts.actual_upper,
    facts.unit,
    coalesce(facts.canonical_value, facts.actual_value) as canonical_value,
    coalesce(facts.canonical_unit, facts.unit) as canonical_unit,
    case
        when facts.actual_value is not null then coalesce(actual_dimensions.dimension, 'count')
    end as actual_dimension,
    facts.percent,
    facts.percent_kind,
    facts.yoy_change,
    facts.yoy_unit,
    facts.base_value,
    facts.deadline_date,
    facts.ladder_id as stated_ladder_id,
    facts.points,
    facts.points_group,
    coalesce(facts.is_key, false) as is_key,
    facts.indicator_type,
    facts.count_role,
    coalesce(facts.is_stated_zero, false) as is_stated_zero,
    facts.stage,
    facts.status_phrase,
    facts.status,
    coalesce(facts.is_plan, false) as is_plan,
    coalesce(facts.is_approximate, false) as is_approximate,
    coalesce(facts.section, 'result') as section,
    facts.lead_unit,
    facts.joint_units,
    facts.rule_id,
    facts.rule_version,
    facts.quote,
    facts.locator,
    facts.char_start,
    facts.char_end
from facts
inner join submissions on facts.run_id = submissions.run_id
left join items
    on
        facts.submission_id = items.submission_id
        and facts.item_key = items.item_key
left join region_names
    on
        facts.region_wording = region_names.wording
        and coalesce(facts.region_context, submissions.region_context) = region_names.context
left join indicator_names on facts.indicator_wording = indicator_names.wording
left join unit_dimensions as target_dimensions on facts.target_unit = target_dimensions.unit
left join unit_dimensions as actual_dimensions on facts.unit = actual_dimensions.unit
