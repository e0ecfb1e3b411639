-- The versions of every requirement, as candidates of dim_requirement.
with versions as (

    select * from {{ ref('int_requirement_versions') }}

),

ordered as (

    select
        versions.*,
        min(versions.period) over (partition by versions.requirement_id, versions.version_no) as first_period,
        row_number() over (
            partition by versions.requirement_id, versions.version_no
            order by versions.period desc
        ) as latest_in_version,
        max(versions.version_no) over (partition by versions.requirement_id) as last_version_no,
        -- points belong to the assessed content: they stand on its first requirement and nowhere else
        row_number() over (
            partition by versions.submission_id, versions.item_key, versions.points_group
            order by case when versions.points is null then 1 else 0 end, versions.requirement_seq
        ) as place_in_points_group
    from versions

),

bounded as (

    select
        ordered.*,
        case
            when version_no = 1 then {{ year_start('campaign_year') }}
            else cast(first_period || '-01' as date)
        end as valid_from
    from ordered
    where latest_in_version = 1

)

select
    requirement_key,
    requirement_id,
    {{ surrogate_key(['task_id', 'campaign_year']) }} as task_key,
    {{ surrogate_key(['region_code']) }} as region_key,
    task_wording as task_text,
    cast(occurrence_no as integer) as occurrence_no,
    submission_id,
    item_key,
    campaign_year,
    sub_item,
    cast(scope_no as integer) as scope_no,
    case when indicator_id is not null then {{ surrogate_key(['indicator_id']) }} end as indicator_key,
    indicator_wording as indicator_text,
    ladder_id,
    cast(rung_no as integer) as rung_no,
    rung_planned_pct,
    valid_from,
    lead(valid_from) over (partition by requirement_id order by version_no) as valid_to,
    version_no = last_version_no as is_current,
    cast(version_no as integer) as version_no,
    target_upper,
    kind,
    requirement_text,
    target_value,
    target_class,
    target_unit,
    target_comparator,
    canonical_target_value,
    deadline_date,
    judged_deadline_date,
    baseline_start_date,
    indicator_type,
    milestone_stage,
    grading_text,
    scope,
    is_key as key_mark,
    lead_unit,
    joint_units,
    points_group,
    case when place_in_points_group = 1 then points end as points,
    case
        when version_no = last_version_no and last_event in ('change_applied', 'cancel_applied', 'cancelled')
            then last_event
        else 'normal'
    end as change_state
from bounded
