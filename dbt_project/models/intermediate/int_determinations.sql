-- The bureau's verdict on each version, as it stood then: the latest of its period that was not taken back.
with versions as (

    select * from {{ ref('int_versions') }}

),

determinations as (

    select * from {{ ref('stg_registry__determinations') }}

),

ranked as (

    select
        versions.progress_key,
        determinations.determination_id,
        determinations.status,
        determinations.reason,
        determinations.decided_by,
        determinations.decided_at,
        row_number() over (
            partition by versions.progress_key
            order by determinations.decided_at desc, determinations.determination_id desc
        ) as choice
    from versions
    inner join determinations
        on
            versions.requirement_id = determinations.requirement_id
            and versions.period = determinations.period
            and versions.known_from >= determinations.decided_at
            and (determinations.withdrawn_at is null or versions.known_from < determinations.withdrawn_at)

)

select
    progress_key,
    determination_id,
    status,
    reason,
    decided_by,
    decided_at
from ranked
where choice = 1
