-- What the checks found, with the place, the arithmetic and the incident that follows it up.
with findings as (

    select * from {{ ref('int_findings') }}

),

incidents as (

    select * from {{ ref('stg_registry__incidents') }}

),

regions as (

    select
        region_key,
        region_code
    from {{ ref('dim_region') }}

)

select
    findings.finding_key,
    findings.check_id,
    findings.severity,
    findings.stage,
    findings.record_table,
    findings.record_key,
    findings.document_key,
    findings.item_key,
    cast(findings.requirement_no as integer) as requirement_no,
    regions.region_key,
    case
        when findings.as_of_date is not null then {{ surrogate_key(['findings.period_start', 'findings.as_of_date']) }}
    end as period_key,
    findings.period,
    findings.message_zh,
    findings.message_en,
    findings.expected,
    findings.observed,
    findings.arithmetic,
    findings.source_quote,
    findings.source_locator,
    incidents.incident_id,
    incidents.opened_at as first_seen,
    incidents.resolved_at
from findings
left join incidents
    on
        findings.check_id = incidents.check_id
        and findings.record_key = incidents.record_key
left join regions on findings.placed_region_code = regions.region_code
