-- What was asked, as versions over the campaign year: a new one begins in the period whose latest word differs in
-- wording, target or deadline from the period before.
with requirements as (

    select * from {{ ref('int_stated_requirements') }}
    where {{ of_window_years('campaign_year') }}

),

-- what the months are compared by; the rest is fetched at the end, for it would be sorted three times over
stated as (

    select
        progress_key,
        requirement_id,
        period,
        target_value,
        target_unit,
        deadline_date,
        {{ surrogate_key([
            'requirement_text', 'target_value', 'target_upper', 'target_class', 'target_unit', 'deadline_date'
        ]) }} as wording_digest,
        {{ surrogate_key(['canonical_target_value', 'target_class', 'deadline_date']) }} as baseline_digest,
        row_number() over (
            partition by requirement_id, period
            order by
                case when closed_at is null or closed_at > known_from then 0 else 1 end,
                known_from desc,
                revision desc,
                submission_id desc
        ) as latest
    from requirements

),

-- what has become of a requirement since: the last event stands
changes as (

    select
        requirement_id,
        event,
        row_number() over (
            partition by requirement_id
            order by event_date desc, recorded_at desc, change_id desc
        ) as choice
    from {{ ref('stg_registry__requirement_changes') }}

),

marked as (

    select
        stated.*,
        lag(wording_digest) over version_order as earlier_wording_digest,
        lag(baseline_digest) over version_order as earlier_baseline_digest,
        lag(target_value) over version_order as former_target_value,
        lag(target_unit) over version_order as former_target_unit,
        lag(deadline_date) over version_order as former_deadline_date
    from stated
    where latest = 1
    window version_order as (partition by requirement_id order by period)

),

numbered as (

    select
        marked.*,
        coalesce(baseline_digest <> earlier_baseline_digest, false) as is_rebaselined,
        sum(case when wording_digest = earlier_wording_digest then 0 else 1 end) over (
            partition by requirement_id
            order by period
            rows between unbounded preceding and current row
        ) as version_no
    from marked

)

select
    requirements.*,
    numbered.latest,
    numbered.wording_digest,
    numbered.baseline_digest,
    numbered.earlier_wording_digest,
    numbered.earlier_baseline_digest,
    numbered.former_target_value,
    numbered.former_target_unit,
    numbered.former_deadline_date,
    numbered.is_rebaselined,
    numbered.version_no,
    {{ surrogate_key(['numbered.requirement_id', 'numbered.version_no']) }} as requirement_key,
    changes.event as last_event
from numbered
inner join requirements on numbered.progress_key = requirements.progress_key
left join changes
    on
        numbered.requirement_id = changes.requirement_id
        and changes.choice = 1
