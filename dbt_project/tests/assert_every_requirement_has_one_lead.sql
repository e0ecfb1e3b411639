-- A joint task counts once, under its lead: a requirement without a lead is nobody's, one with two everybody's.
with leads as (

    select
        requirement_key,
        region_key,
        count(*) over (partition by requirement_key) as lead_count
    from {{ ref('bridge_requirement_region') }}
    where role = 'lead'

)

select
    requirements.requirement_key,
    leads.lead_count
from {{ ref('dim_requirement') }} as requirements
left join leads
    on
        requirements.requirement_key = leads.requirement_key
        and requirements.region_key = leads.region_key
where leads.lead_count is null or leads.lead_count <> 1
