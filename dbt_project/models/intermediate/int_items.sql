-- Task items of live extractions, with the durable ids of their region and task.
with items as (

    select * from {{ ref('stg_lake__items') }}

),

submissions as (

    select * from {{ ref('int_submissions') }}
    where is_extracted

),

region_names as (

    select * from {{ ref('stg_registry__crosswalk') }}
    where kind = 'region'

),

task_names as (

    select * from {{ ref('stg_registry__crosswalk') }}
    where kind = 'task'

),

identified as (

    select
        run_id,
        item_key,
        min(task_id) as task_id
    from {{ ref('stg_lake__identities') }}
    group by run_id, item_key

),

placed as (

    select
        items.submission_id,
        items.item_key,
        items.item_seq,
        items.item_no,
        items.region_wording,
        items.task_wording,
        items.content,
        items.requirement_text,
        items.progress_text,
        items.locator,
        submissions.document_key,
        submissions.reporting_unit,
        submissions.period,
        submissions.campaign_year,
        submissions.as_of_date,
        submissions.family,
        coalesce(items.is_issued_by_city, submissions.is_issued_by_city) as is_issued_by_city,
        case
            when items.region_wording is null then submissions.region_code
            else coalesce(region_names.durable_id, '{{ var("unknown_region") }}')
        end as region_code,
        -- the id as resolved, stewards' aliases laid over it; what was landed without that stage is known by its words
        coalesce(
            identified.task_id,
            task_names.durable_id,
            'X' || {{ surrogate_key([
                'coalesce(items.task_wording, items.content, items.requirement_text, items.item_key)'
            ]) }}
        ) as task_id,
        coalesce(task_names.label, items.task_wording, items.content, items.requirement_text, '未写明任务') as task_name
    from items
    inner join submissions on items.run_id = submissions.run_id
    left join region_names
        on
            items.region_wording = region_names.wording
            and coalesce(items.region_context, submissions.region_context) = region_names.context
    left join task_names on coalesce(items.task_wording, items.content, items.requirement_text) = task_names.wording
    left join identified
        on
            items.run_id = identified.run_id
            and items.item_key = identified.item_key

),

-- an unknown region is no identity: its items stay with their sender and their wording
placed_for as (

    select
        placed.*,
        case
            when region_code = '{{ var("unknown_region") }}'
                then coalesce(reporting_unit, '') || '/' || coalesce(region_wording, '')
            else ''
        end as unresolved_place
    from placed

),

-- the same task may stand twice for one region in one document
counted as (

    select
        placed_for.*,
        row_number() over (
            partition by submission_id, task_id, region_code, unresolved_place
            order by item_seq, item_key
        ) as occurrence_no
    from placed_for

)

select
    counted.*,
    {{ surrogate_key(['task_id', 'region_code', 'unresolved_place', 'campaign_year', 'occurrence_no']) }}
        as task_item_id
from counted
