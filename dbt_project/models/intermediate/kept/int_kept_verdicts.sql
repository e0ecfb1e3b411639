-- What each version of each period says by itself, kept for later months: streaks, standing verdicts, stale texts.
{{ require_window() }}

with versions as (

    select * from {{ ref('int_versions') }}

),

flags as (

    select * from {{ ref('int_flags') }}

)

select
    versions.progress_key,
    versions.requirement_id,
    versions.campaign_year,
    versions.period,
    versions.period_date,
    versions.known_from,
    versions.is_current,
    flags.progress_key is not null as is_spoken,
    flags.is_lagging,
    coalesce(flags.is_due_unmet, false) as is_due_unmet,
    coalesce(flags.is_due and not flags.is_cancelled, false) as is_due,
    flags.progress_text,
    case when flags.is_cancelled then 'cancelled' else flags.computed_status end as computed_status,
    flags.additive_value,
    flags.final_determined_status,
    flags.final_determined_by,
    flags.final_determined_at,
    flags.final_determination_reason
from versions
left join flags on versions.progress_key = flags.progress_key
