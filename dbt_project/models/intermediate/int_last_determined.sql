-- The city's last verdict before each version, which still stands where a figure is withheld or nothing was reported.
with versions as (

    select * from {{ ref('int_kept_verdicts') }}
    where {{ of_window_years('campaign_year') }}

),

determined as (

    select
        progress_key,
        requirement_id,
        period,
        known_from,
        final_determined_status,
        final_determined_by,
        final_determined_at,
        final_determination_reason,
        is_lagging
    from versions
    where final_determined_status is not null

),

ranked as (

    select
        versions.progress_key,
        versions.period_date,
        determined.final_determined_status,
        determined.final_determined_by,
        determined.final_determined_at,
        determined.final_determination_reason,
        determined.is_lagging,
        row_number() over (
            partition by versions.progress_key
            order by determined.period desc, determined.known_from desc, determined.progress_key asc
        ) as choice
    from versions
    inner join determined
        on
            versions.requirement_id = determined.requirement_id
            and versions.period >= determined.period
            and versions.known_from >= determined.known_from
            and versions.progress_key <> determined.progress_key

)

select
    progress_key,
    period_date,
    final_determined_status as last_determined_status,
    final_determined_by as last_determined_by,
    final_determined_at as last_determined_at,
    final_determination_reason as last_determination_reason,
    is_lagging as was_determined_lagging
from ranked
where choice = 1
