-- The flags, on the word of both sides (design: 'Lag, by the field's standards'). Determined is the city's verdict;
-- where there is none, a draft rests on what is due and unmet or on what the district admitted.
with versions as (

    select * from {{ ref('int_versions') }}

),

progress as (

    select
        *,
        max(case when status = 'behind_schedule' then 1 else 0 end) over (
            partition by submission_id, item_key
        ) = 1 as is_item_behind
    from {{ ref('int_progress') }}

),

change_states as (

    select * from {{ ref('int_change_states') }}

),

judged as (

    select
        *,
        -- listed by the city without a word of lag: what does not meet its target is what it is listed for
        is_issued_by_city and (
            status = 'behind_schedule'
            or (is_listed_by_city and not is_item_behind and status is not null and not coalesce(is_met, false))
        ) as is_determined_lag,
        not is_issued_by_city and status = 'behind_schedule' as is_reported_lag
    from progress

),

-- the desk's verdict outranks what a list of the city said before it; a list that was issued after it speaks anew
verdicts as (

    select
        versions.progress_key,
        desk.status,
        desk.reason,
        desk.decided_by,
        desk.decided_at
    from versions
    inner join {{ ref('int_determinations') }} as desk on versions.progress_key = desk.progress_key
    left join judged as own on versions.progress_key = own.progress_key
    left join judged as city on versions.other_progress_key = city.progress_key
    where desk.decided_at > coalesce(own.determined_at, city.determined_at, timestamp '1900-01-01')

),

both_sides as (

    select
        versions.known_to,
        versions.is_current,
        own.*,
        coalesce(verdicts.status, own.determined_status, city.determined_status) as final_determined_status,
        coalesce(verdicts.decided_by, own.determined_by, city.determined_by) as final_determined_by,
        coalesce(verdicts.decided_at, own.determined_at, city.determined_at) as final_determined_at,
        coalesce(verdicts.reason, own.determination_reason, city.determination_reason) as final_determination_reason,
        coalesce(own.reported_status, district.reported_status) as final_reported_status,
        coalesce(own.reported_status_phrase, district.reported_status_phrase) as final_reported_status_phrase,
        case
            when verdicts.status is not null then verdicts.status = 'behind_schedule'
            else coalesce(own.is_determined_lag, false) or coalesce(city.is_determined_lag, false)
        end as is_lag_determined,
        coalesce(own.is_reported_lag, false) or coalesce(district.is_reported_lag, false) as is_lag_reported,
        own.is_listed_by_city or coalesce(city.is_listed_by_city, false) as is_listed,
        coalesce(change_states.change_state, 'normal') as change_state,
        coalesce(change_states.change_state = 'cancelled', false) as is_cancelled
    from versions
    inner join judged as own on versions.progress_key = own.progress_key
    left join judged as city
        on
            versions.other_progress_key = city.progress_key
            and city.is_issued_by_city
    left join judged as district
        on
            versions.other_progress_key = district.progress_key
            and not district.is_issued_by_city
    left join change_states on versions.progress_key = change_states.progress_key
    left join verdicts on versions.progress_key = verdicts.progress_key

),

unmet as (

    select
        both_sides.*,
        -- what was cancelled is not due, whatever is said of it
        is_due and not is_cancelled and (
            computed_status = 'unmet'
            or (
                computed_status = 'insufficient_data'
                and coalesce(final_determined_status, final_reported_status) = 'behind_schedule'
            )
        ) as is_due_unmet
    from both_sides

)

select
    unmet.*,
    {{ period_date('period') }} as period_date,
    coalesce(is_due_unmet, false) and days_since_deadline > 0 as is_overdue,
    case when is_due_unmet then days_since_deadline end as days_overdue,
    not is_cancelled and (computed_status = 'unmet' or coalesce(pace_class = 'behind_pace', false))
        as is_behind_schedule,
    case
        when is_cancelled then false
        when final_determined_status is not null then is_lag_determined
        else is_lag_reported or (is_due and computed_status = 'unmet')
    end as is_lagging,
    -- a better word than a due requirement, a band in the text or a stated stage allows
    not is_cancelled and ((
        coalesce(final_reported_status, 'none') in ('completed', 'on_schedule', 'basically_on_schedule')
        or coalesce(final_determined_status, 'none') in ('completed', 'on_schedule', 'basically_on_schedule')
    )
    and (
        (is_due and computed_status = 'unmet')
        or coalesce(band = 'none', false)
    )
    or (
        (
            coalesce(final_reported_status, 'none') = 'completed'
            or coalesce(final_determined_status, 'none') = 'completed'
        )
        and (
            coalesce(band = 'basic', false)
            or (is_due and computed_status = 'basically_on_schedule')
            or (
                coalesce(status_phrase, '') like '已完成%'
                and coalesce(stage_rank < milestone_stage_rank, false)
            )
        )
    )) as is_status_contradicted
from unmet
