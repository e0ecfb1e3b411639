-- The two clocks: what was known on each requirement of a period, from when until when. A later word closes the
-- earlier one; a superseded submission closes with the one that replaces it.
with spoken as (

    select
        progress_key,
        requirement_id,
        region_code,
        campaign_year,
        period,
        as_of_date,
        submission_id,
        base_submission_id,
        is_issued_by_city,
        received_at,
        known_from,
        closed_at,
        revision,
        false as is_absence
    from {{ ref('int_progress') }}

),

-- an amendment of words that others had already taken the place of says nothing new
outdated as (

    select distinct amended.progress_key
    from spoken as amended
    inner join spoken as other
        on
            amended.requirement_id = other.requirement_id
            and amended.period = other.period
            and amended.is_issued_by_city = other.is_issued_by_city
            and amended.base_submission_id <> other.base_submission_id
            and amended.received_at < other.received_at
            and amended.known_from >= other.received_at
    where amended.submission_id <> amended.base_submission_id

),

absences as (

    select
        absences.progress_key,
        absences.requirement_id,
        absences.region_code,
        absences.campaign_year,
        absences.period,
        {{ period_end('absences.period') }} as as_of_date,
        absences.submission_id,
        absences.submission_id as base_submission_id,
        false as is_issued_by_city,
        absences.known_from as received_at,
        absences.known_from,
        absences.closed_at,
        -1 as revision,
        true as is_absence
    from {{ ref('int_absences') }} as absences
    -- nothing is absent where something was already said
    left join spoken
        on
            absences.requirement_id = spoken.requirement_id
            and absences.period = spoken.period
            and absences.known_from >= spoken.known_from
            and (spoken.closed_at is null or absences.known_from < spoken.closed_at)
    where spoken.progress_key is null

),

versions as (

    select spoken.*
    from spoken
    left join outdated on spoken.progress_key = outdated.progress_key
    where outdated.progress_key is null
    union all
    select distinct * from absences

),

marked as (

    select
        versions.*,
        closed_at is null or closed_at > known_from as is_effective
    from versions

),

chained as (

    select
        marked.*,
        case
            when is_effective
                then
                    lead(known_from) over (
                        partition by requirement_id, period, is_effective
                        order by known_from, received_at, revision, submission_id
                    )
        end as next_known_from
    from marked

),

closed as (

    select
        chained.*,
        case
            when not is_effective then closed_at
            when next_known_from is null then closed_at
            when closed_at is null then next_known_from
            else least(closed_at, next_known_from)
        end as known_to
    from chained

),

-- the other side's word that stood when this one came: a city's table beside a district's report
other_side as (

    select
        closed.progress_key,
        other.progress_key as other_progress_key,
        row_number() over (
            partition by closed.progress_key
            order by other.known_from desc, other.revision desc, other.submission_id desc
        ) as choice
    from closed
    inner join spoken as other
        on
            closed.requirement_id = other.requirement_id
            and closed.period = other.period
            and closed.is_issued_by_city <> other.is_issued_by_city
            and closed.known_from >= other.known_from
            and closed.progress_key <> other.progress_key
            and (other.closed_at is null or closed.known_from < other.closed_at)
    where not closed.is_absence

)

select
    closed.progress_key,
    closed.requirement_id,
    closed.region_code,
    closed.campaign_year,
    closed.period,
    {{ period_date('closed.period') }} as period_date,
    closed.as_of_date,
    closed.submission_id,
    closed.base_submission_id,
    closed.is_absence,
    closed.known_from,
    closed.known_to,
    closed.known_to is null as is_current,
    other_side.other_progress_key
from closed
left join other_side
    on
        closed.progress_key = other_side.progress_key
        and other_side.choice = 1
-- of two sides that are amended in one moment the later word says it all
where coalesce(closed.submission_id = closed.base_submission_id or closed.known_to > closed.known_from, true)
