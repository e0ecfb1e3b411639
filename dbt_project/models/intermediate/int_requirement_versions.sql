-- What was asked, as versions over the campaign year: a new one begins in the period whose latest word differs in
-- wording, target or deadline from the period before.
with stated as (

    select
        requirements.*,
        submissions.known_from,
        submissions.closed_at,
        submissions.revision,
        row_number() over (
            partition by requirements.requirement_id, requirements.period
            order by
                case
                    when submissions.closed_at is null or submissions.closed_at > submissions.known_from then 0
                    else 1
                end,
                submissions.known_from desc,
                submissions.revision desc,
                submissions.submission_id desc
        ) as latest
    from {{ ref('int_ladders') }} as requirements
    inner join {{ ref('int_submissions') }} as submissions
        on requirements.submission_id = submissions.submission_id

),

by_period as (

    select
        *,
        {{ surrogate_key([
            'requirement_text', 'target_value', 'target_upper', 'target_class', 'target_unit', 'deadline_date'
        ]) }} as wording_digest,
        {{ surrogate_key(['canonical_target_value', 'target_class', 'deadline_date']) }} as baseline_digest
    from stated
    where latest = 1

),

marked as (

    select
        by_period.*,
        lag(wording_digest) over version_order as earlier_wording_digest,
        lag(baseline_digest) over version_order as earlier_baseline_digest,
        lag(target_value) over version_order as former_target_value,
        lag(deadline_date) over version_order as former_deadline_date
    from by_period
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
    numbered.*,
    {{ surrogate_key(['requirement_id', 'version_no']) }} as requirement_key
from numbered
