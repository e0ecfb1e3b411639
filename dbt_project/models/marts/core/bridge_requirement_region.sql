-- The regions of every requirement version: its lead, by whom it is counted, and those who join in, as the latest word
-- on that version names them; the years that the window touches are written anew.
with requirements as (

    select * from {{ ref('audit_requirement') }}
    where {{ of_window_years('campaign_year') }}

),

leads as (

    select
        requirement_key,
        region_key,
        'lead' as role,
        campaign_year
    from requirements

),

joined_in as (

    select distinct
        requirements.requirement_key,
        {{ surrogate_key(['shares.region_code']) }} as region_key,
        'joint' as role,
        requirements.campaign_year
    from requirements
    inner join {{ ref('int_joint_regions') }} as shares
        on
            requirements.submission_id = shares.submission_id
            and requirements.item_key = shares.item_key

)

select
    requirement_key,
    region_key,
    role,
    campaign_year
from leads
union all
select
    joined_in.requirement_key,
    joined_in.region_key,
    joined_in.role,
    joined_in.campaign_year
from joined_in
left join leads
    on
        joined_in.requirement_key = leads.requirement_key
        and joined_in.region_key = leads.region_key
where leads.requirement_key is null
