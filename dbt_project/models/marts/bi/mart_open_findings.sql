-- What the checks found and nobody has settled yet: a row per finding, with its arithmetic, its place and who has it.
with findings as (

    select
        *,
        case when record_table = 'dim_task' then substr(record_key, 1, 32) end as own_task_key
    from {{ ref('fct_check_result').include(database=false) }}

),

incidents as (

    select * from {{ ref('fct_incident').include(database=false) }}

),

checks as (

    select * from {{ ref('dim_check').include(database=false) }}

),

regions as (

    select * from {{ ref('dim_region').include(database=false) }}

),

documents as (

    select * from {{ ref('dim_document').include(database=false) }}

),

-- an item is of one task: the finding of an item, of a figure in it or of its verdict is about that task
items as (

    select
        item_key,
        min(task_key) as task_key
    from {{ ref('fct_task_progress').include(database=false) }}
    where item_key is not null
    group by item_key

),

tasks as (

    select * from {{ ref('dim_task').include(database=false) }}

)

select
    findings.finding_key,
    findings.incident_id,
    findings.period,
    {{ period_date('findings.period') }} as period_date,
    {{ is_latest_period('findings.period', 'findings.region_key') }} as is_latest_period,
    regions.region_code,
    regions.name as region_name,
    tasks.task_id,
    tasks.task_name,
    tasks.theme,
    {{ word_of('theme', 'tasks.theme') }} as theme_zh,
    findings.check_id,
    coalesce(checks.name_zh, findings.check_id) as check_zh,
    findings.severity,
    {{ word_of('severity', 'findings.severity') }} as severity_zh,
    cast(
        case findings.severity when 'blocker' then 3 when 'error' then 2 when 'warning' then 1 else 0 end as integer
    ) as severity_rank,
    incidents.state,
    {{ word_of('incident_state', 'incidents.state') }} as state_zh,
    incidents.assignee,
    findings.message_zh,
    findings.message_en,
    findings.expected,
    findings.observed,
    findings.arithmetic,
    checks.how_to_mend,
    documents.file_name,
    findings.source_locator,
    findings.source_quote,
    findings.first_seen,
    cast(1 as integer) as open_finding_count,
    {{ one_if("findings.severity = 'blocker'") }} as open_blocker_count,
    {{ one_if("findings.severity = 'error'") }} as open_error_count,
    findings.item_key,
    findings.record_key,
    tasks.task_key,
    findings.region_key,
    findings.period_key,
    findings.document_key
from findings
left join incidents on findings.incident_id = incidents.incident_id
left join checks on findings.check_id = checks.check_id
left join regions on findings.region_key = regions.region_key
left join documents on findings.document_key = documents.document_key
left join items on findings.item_key = items.item_key
left join tasks on coalesce(items.task_key, findings.own_task_key) = tasks.task_key
where coalesce(incidents.state, 'new') <> 'resolved'
